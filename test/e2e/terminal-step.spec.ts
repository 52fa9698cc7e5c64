import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { connectEngine } from '../../electron/engine/client/connect-engine';
import { expect, test, type Desktop } from '../support/app';
import { findViolations } from '../support/axe';
import { writeNotebookFile } from '../support/notebooks';
import { RunPage } from '../support/run-page';
import { startSshd } from '../support/sshd';
import { prepareHome } from '../support/terminal-window';

const CONFIG = { version: 1, environments: [{ name: 'dev', colour: 'teal', guard: 'none' }] };

const LATENCY = [
  { id: 'title', type: 'markdown', source: '# Checkout latency' },
  {
    id: 'here',
    source: '# Look from here\necho "from here in $PWD"',
    metadata: { watchbook: { terminal: { shell: 'bash' } } },
  },
  {
    id: 'there',
    source: '# Error rate by region\nfor region in eu us; do\n  echo "$region at $HOME"\ndone',
    metadata: { watchbook: { terminal: { host: 'bastion' } } },
  },
  { id: 'last', source: '# Announce\necho told' },
] as const;

async function startRun(desktop: Desktop, runbook: string): Promise<string> {
  const started: string[] = [];
  await expect(async () => {
    const { places } = desktop;
    const engine = await connectEngine({ places, kind: 'cli', version: 'test', start: false, program: '' });
    const { run } = await engine
      .request('runs.start', {
        runbook,
        environment: 'dev',
        parameters: [],
        driver: 'mara',
        title: 'Checkout latency',
        links: [],
      })
      .finally(() => engine.dispose());
    started.push(run);
  }).toPass({ timeout: 60_000 });
  return started[0]!;
}

const terminal = (page: Page): Locator => page.getByRole('region', { name: 'Terminal', exact: true });
const rows = (page: Page): Locator => terminal(page).locator('.xterm-accessibility-tree');

test('run a step inside ssh', async ({ desktop }) => {
  test.setTimeout(300_000);
  const sshd = await startSshd();
  try {
    await prepareHome(desktop);
    await sshd.letReach(desktop.home);
    const library = join(desktop.folder, 'lib');
    await mkdir(library, { recursive: true });
    await writeFile(join(library, 'watchbook.json'), JSON.stringify(CONFIG));
    const cells = LATENCY as unknown as Parameters<typeof writeNotebookFile>[1];
    await writeNotebookFile(join(library, 'latency.ipynb'), cells, 'bash');
    const page = await desktop.start();
    const folder = await startRun(desktop, join(library, 'latency.ipynb'));
    await desktop.answerOpenDialog(join(folder, 'run.ipynb'));
    await page.keyboard.press('Control+o');
    const run = new RunPage(page);

    // What is missing is said, with the one way to it; until then nothing can be sent.
    await expect(run.title).toContainText('Step 1 is next');
    await expect(run.bar).toContainText('It runs in bash on this machine, and no terminal of it is open.');
    await expect(run.button(/^Run step 1/)).toBeDisabled();
    await expect(run.step('here')).toContainText('runs in bash');
    await desktop.shoot('terminal-step-none');
    expect(await findViolations(desktop), 'no terminal is open').toEqual([]);
    await run.button('Open the terminal').click();
    await expect(rows(page)).toContainText('me>');
    await expect(run.bar).toContainText('It is typed into bash, where you see it run.');
    await run.step('here').click();
    await run.send('here', /done/);
    await expect(rows(page)).toContainText('from here in');
    await expect(run.step('here').locator('.output')).toContainText('from here in');

    // Inside ssh: the terminal of that host.
    await expect(run.bar).toContainText('It runs in bastion, and no terminal of it is open.');
    await run.button('Open the terminal').click();
    await expect(rows(page)).toContainText('far>');
    await expect(run.bar).toContainText('does not mark its commands');
    await expect(run.button(/^Run step 2/)).toBeDisabled();
    await desktop.shoot('terminal-step-unmarked');
    await run.button('Send it all the same').click();
    await run.button(/^Run step 2/).click();
    await expect(run.title).toContainText('Step 2 waits for your word');
    await expect(run.step('there').locator('.output')).toContainText(`us at ${sshd.home}`);
    await expect(run.step('there').locator('.output')).not.toContainText(/eval|far>/);
    await desktop.shoot('terminal-step-word');
    expect(await findViolations(desktop), 'a word is waited for').toEqual([]);
    // A connection that is dead is told by what it does not answer, and the person still has the word.
    await sshd.freeze();
    await terminal(page).locator('.terminal-screen').click();
    await page.keyboard.type('x');
    await expect(terminal(page).locator('.terminal-head')).toContainText(/no answer since \d\d:\d\d:\d\d/);
    await expect(run.bar).toContainText(/bastion has not answered since .* gives this step up/);
    await expect(run.button('Close the terminal…')).toBeVisible();
    await desktop.shoot('terminal-step-silent');
    expect(await findViolations(desktop), 'a connection is dead').toEqual([]);
    await run.bar.getByRole('textbox', { name: 'Exit status' }).fill('0');
    await run.button('It is done').click();
    await expect(run.step('there')).toHaveAccessibleName(/done/);
    await expect(run.step('there')).toContainText('mara said how it ended: exit status 0.');
    await run.step('there').click();
    await run.send('last', /done/);
    await expect(run.title).toContainText('Run finished');
    await desktop.shoot('terminal-step-done');
  } finally {
    await sshd.dispose();
  }
});
