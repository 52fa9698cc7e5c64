import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test, type Desktop } from '../support/app';
import { lookOver } from '../support/axe';
import { NotebookPage } from '../support/notebook-page';
import { writeNotebookFile } from '../support/notebooks';
import { RunPage } from '../support/run-page';
import { makeSampleRun } from '../support/sample-run';

/** The folder that stands for the world: its files say which cluster it is and what is up. */
function rules(world: string): object {
  return {
    version: 1,
    environments: [
      { name: 'dev', colour: 'teal', guard: 'none' },
      {
        name: 'prod',
        colour: 'carmine',
        guard: 'strict',
        checks: [{ title: 'Cluster', command: ['cat', join(world, 'cluster')], equals: 'prod-eu1' }],
      },
    ],
    people: [{ name: 'mara' }, { name: 'jonas' }, { name: 'ines' }],
    roles: { 'release-managers': ['jonas', 'ines'] },
  };
}

function rehearsed(world: string): Parameters<typeof writeNotebookFile>[1] {
  const gate = (
    id: string,
    source: string,
    more: object,
  ): { id: string; type: 'markdown'; source: string; metadata: object } => ({
    id,
    type: 'markdown',
    source,
    metadata: { watchbook: { gate: more } },
  });
  return [
    { id: 'up', source: `# Wait for the pods\ntest -f '${world}/up'` },
    gate('pause', '### Watch the error rate', { kind: 'wait', duration: 3_600 }),
    gate('ready', '### The mirror has caught up', {
      kind: 'condition',
      command: ['test', '-f', join(world, 'ready')],
    }),
    { id: 'tell', source: '# Tell the channel\necho told' },
    { id: 'last', source: '# Close the window\necho closed' },
  ] as unknown as Parameters<typeof writeNotebookFile>[1];
}

const RELEASE = [
  { id: 'title', type: 'markdown', source: '# Release payments' },
  { id: 'look', source: '# Look at the cluster\necho seen' },
  {
    id: 'first',
    type: 'markdown',
    source: '### Approve the release',
    metadata: { watchbook: { gate: { kind: 'approve', by: ['release-managers'], minimum: 2 } } },
  },
  { id: 'ship', source: '# Ship it\necho shipped', metadata: { tags: ['destructive'] } },
] as unknown as Parameters<typeof writeNotebookFile>[1];

function git(folder: string, ...args: readonly string[]): void {
  const names = ['-c', 'user.name=Mara', '-c', 'user.email=mara@example.org'];
  execFileSync('git', [...names, ...args], { cwd: folder });
}

function commit(folder: string, message: string): void {
  git(folder, 'add', '.');
  git(folder, 'commit', '--quiet', '--message', message);
}

/** Starts a run of the runbook in front, by its form. */
async function startRun(
  page: Page,
  given: { readonly environment: string; readonly title: string },
): Promise<void> {
  await page.keyboard.press('Control+Shift+Enter');
  const form = page.getByRole('dialog', { name: /Start a run of/ });
  await form.getByRole('radio', { name: new RegExp(given.environment) }).check();
  await form.getByRole('textbox', { name: 'Driver' }).fill('mara');
  await form.getByRole('textbox', { name: 'Title' }).fill(given.title);
  const isStrict = given.environment === 'prod';
  // The commands of the library are read once: at the first start.
  if (!isStrict) await form.getByRole('checkbox', { name: /I have read them/ }).check();
  else await form.getByRole('textbox', { name: 'Type prod to start' }).pressSequentially('prod');
  await form.getByRole('button', { name: 'Start run' }).click();
  await expect(page.getByRole('heading', { name: given.title })).toBeVisible({ timeout: 60_000 });
}

async function openRun(desktop: Desktop, page: Page, folder: string): Promise<void> {
  await desktop.answerOpenDialog(join(folder, 'run.ipynb'));
  await page.keyboard.press('Control+o');
  await expect(page.locator('.actionbar-title')).toBeVisible();
}

test('runs go where nobody hurries: waits, approvals, checks, checkpoints, another laptop, the report', async ({
  desktop,
}) => {
  test.setTimeout(420_000);
  const library = join(desktop.folder, 'lib');
  const world = join(desktop.folder, 'world');
  for (const folder of [library, world]) await mkdir(folder, { recursive: true });
  await writeFile(join(library, 'watchbook.json'), JSON.stringify(rules(world)));
  await writeFile(join(world, 'cluster'), 'staging-eu1');
  const rehearsal = join(library, 'rehearsal.ipynb');
  const release = join(library, 'release.ipynb');
  await writeNotebookFile(rehearsal, rehearsed(world), 'bash');
  await writeNotebookFile(release, RELEASE, 'bash');
  await writeFile(join(library, '.gitignore'), 'runs/\n');
  git(library, 'init', '--quiet');
  commit(library, 'Runbooks');
  const page = await desktop.start({ files: [release, rehearsal] });
  await new NotebookPage(page).opened();
  const run = new RunPage(page);
  const { title } = run;
  const views = page.getByRole('tablist', { name: 'Views of the run' });

  await test.step('a failed step is tried again by itself until it holds', async () => {
    await page.getByRole('tab', { name: 'rehearsal.ipynb' }).click();
    await startRun(page, { environment: 'dev', title: 'Rehearsal' });
    await run.send('up', /failed/);
    await run.open('Alt+w', 'textbox', 'Seconds between');
    await page.keyboard.press('Escape');
    await expect(run.step('up')).toBeFocused();
    await run.open('Alt+w', 'textbox', 'Seconds between');
    await page.keyboard.type('1');
    await run.bar.getByRole('textbox', { name: 'Seconds between' }).fill('1');
    await run.bar.getByRole('textbox', { name: 'Times at most' }).fill('200');
    await desktop.shoot('run-retry-form');
    await page.keyboard.press('Enter');
    await expect(title).toContainText(/tried again at .*left|is running/);
    await desktop.shoot('run-retrying');
    await writeFile(join(world, 'up'), '');
    await expect(run.step('up')).toHaveAccessibleName(/done/, { timeout: 60_000 });
  });

  await test.step('a wait is cut short in a rehearsal, a condition is waited for', async () => {
    await expect(title).toContainText('Step 2 waits until');
    await expect(run.bar).toContainText('Nobody has to act.');
    await lookOver(desktop, 'run-waits', '.center');
    await run.button(/Cut the wait short/).click();
    await expect(run.bar.getByRole('textbox')).toBeFocused();
    await page.keyboard.type('nothing to watch here');
    await desktop.shoot('run-cut-wait');
    await page.keyboard.press('Enter');
    await expect(run.step('pause')).toHaveAccessibleName(/done|cut/);
    await expect(title).toContainText('Step 3 waits for its condition');
    await desktop.shoot('run-condition');
    await writeFile(join(world, 'ready'), '');
    await expect(title).toContainText('Step 4 is next', { timeout: 60_000 });
  });

  await test.step('a library that changed under the run is shown before the next step', async () => {
    await writeFile(join(library, 'watchbook.json'), `${JSON.stringify(rules(world))}\n`);
    commit(library, 'As a pull would bring it');
    await run.press('Shift+Enter', () =>
      expect(run.bar).toContainText('The library changed under this run', { timeout: 3_000 }),
    );
    await expect(run.step('tell')).toHaveAccessibleName(/to come/);
    await lookOver(desktop, 'run-library-changed', '.center');
    await run.button('Go on with the copy').click();
    await expect(run.bar).not.toContainText('The library changed');
    await run.send('tell', /done/);
  });

  await test.step('F6 goes round everything that a run has', async () => {
    const seen = new Set<string>();
    for (let press = 0; press < 12; press += 1) {
      await page.keyboard.press('F6');
      seen.add(
        await page.evaluate(
          () => document.activeElement?.closest<HTMLElement>('[data-region]')?.dataset['region'] ?? 'nowhere',
        ),
      );
    }
    expect([...seen].toSorted()).toEqual(
      expect.arrayContaining(['actions', 'document', 'nav', 'side', 'status', 'titlebar']),
    );
  });

  await test.step('a checkpoint is gone back to, and the record goes on', async () => {
    await views.getByRole('tab', { name: 'Checkpoints' }).click();
    await page.getByRole('button', { name: /Before step 4/ }).click();
    await page.getByRole('button', { name: 'Go back to this checkpoint…' }).click();
    const asked = page.getByRole('alertdialog', { name: /Go back to .*\?/ });
    await expect(asked).toContainText('is not brought back, nor is the world outside');
    await asked.getByRole('button', { name: 'Go back', exact: true }).click();
    await views.getByRole('tab', { name: 'Timeline' }).click();
    await expect(page.getByRole('listbox', { name: 'Events' })).toContainText('Went back to a checkpoint');
    await views.getByRole('tab', { name: 'Notebook' }).click();
    await expect(run.step('tell')).not.toHaveAccessibleName(/done/);
  });

  await test.step('a strict environment is started by its name, and a check that differs is overridden', async () => {
    await page.getByRole('tab', { name: 'release.ipynb' }).click();
    await startRun(page, { environment: 'prod', title: 'Payments to production' });
    const trials = page.getByRole('region', { name: 'At the start' });
    await run.press('Shift+Enter', () => expect(trials).toContainText('staging-eu1', { timeout: 10_000 }));
    await expect(run.step('look')).toHaveAccessibleName(/to come/);
    await desktop.shoot('run-check-failed');
    await trials.getByRole('button', { name: /Override/ }).click();
    await expect(run.bar.getByRole('textbox', { name: 'Why it may go on all the same' })).toBeFocused();
    await expect(run.button('Override the check')).toBeDisabled();
    await lookOver(desktop, 'run-check-overridden', '.center');
    await page.keyboard.type('the context file is stale, the account was looked at');
    await page.keyboard.press('Enter');
    await expect(trials).toContainText('overridden, with a reason in the record');
    // The refusal is of no use any more.
    await expect(page.getByRole('alert').filter({ hasText: 'Nothing was done' })).toHaveCount(0);
    await run.send('look', /done/);
  });

  await test.step('two others approve by name, and who rejects has to say why', async () => {
    await expect(title).toContainText('Waiting for 2 approvals');
    await run.open('Alt+j', 'textbox', 'Name');
    await page.keyboard.type('ines');
    await expect(run.button('Reject')).toBeDisabled();
    await lookOver(desktop, 'run-rejecting', '.center');
    await run.bar.getByRole('textbox', { name: 'Why it is rejected' }).fill('the freeze is on');
    await page.keyboard.press('Enter');
    await expect(title).toContainText('Step 2 was rejected');
    await lookOver(desktop, 'run-rejected', '.center');
    await expect(run.step('first')).toContainText('the freeze is on');
    await run.press('Alt+r', () =>
      expect(title).toContainText('Waiting for 2 approvals', { timeout: 5_000 }),
    );
    const approve = async (name: string): Promise<void> => {
      await run.open('Alt+a', 'textbox', 'Name of the approver');
      await run.bar.getByRole('textbox', { name: 'Name of the approver' }).fill(name);
      if (name === 'ines') await desktop.shoot('run-approving');
      await page.keyboard.press('Enter');
    };
    // Whoever drives is not asked.
    await approve('mara');
    const refusal = page.getByRole('alert').filter({ hasText: 'Who drives the run may not approve' });
    await expect(refusal.first()).toBeVisible();
    await page.keyboard.press('Escape');
    await approve('ines');
    await expect(title).toContainText('Waiting for 1 more approval');
    // The form of the first is gone before the second is asked.
    await expect(run.bar.getByRole('textbox')).toHaveCount(0);
    await expect(run.step('first')).toContainText('not signed');
    await desktop.shoot('run-approved-once');
    await approve('jonas');
    await expect(title).toContainText('Step 3 is next');
  });

  await test.step('what destroys is typed, and the report begins with what was not as it should be', async () => {
    await writeFile(join(world, 'cluster'), 'prod-eu1');
    await run.open('Shift+Enter', 'textbox', 'Type prod 3');
    await page.keyboard.type('prod 3');
    await page.keyboard.press('Enter');
    await expect(title).toContainText('Run finished, done with', { timeout: 60_000 });
    await desktop.shoot('run-finished-strict');
    await views.getByRole('tab', { name: 'Report' }).click();
    const report = page.getByRole('document', { name: 'report.md' });
    await expect(report).toContainText('the context file is stale, the account was looked at');
    await expect(report).toContainText(/not signed/);
    // A reason that was left out is not quoted.
    await expect(report).not.toContainText('“”');
    for (const [form, name, begin] of [
      ['Markdown…', 'copy.md', /^# /],
      [/HTML…/, 'copy.html', /^<!doctype html>/i],
    ] as const) {
      await desktop.answerSaveDialog(join(desktop.folder, name));
      await page.getByRole('button', { name: 'Export the report' }).click();
      await page.getByRole('menuitem', { name: form }).click();
      await expect.poll(() => readFile(join(desktop.folder, name), 'utf8').catch(() => '')).toMatch(begin);
    }
    await lookOver(desktop, 'run-finished-report', '.center');
  });

  await test.step('a run of another laptop is read, and driven only after it is taken over', async () => {
    const folder = join(library, 'runs', 'release', '20261124T010203Z-prod-abcdef');
    await mkdir(folder, { recursive: true });
    // Somebody thought between its steps: a pause is an entry of its own.
    let at = Date.parse('2026-11-24T01:02:03Z');
    await makeSampleRun(folder, { isFinished: false, now: () => new Date((at += 95_000)) });
    await openRun(desktop, page, folder);
    await expect(run.bar.getByRole('button', { name: /Skip|Abort/ })).toHaveCount(0);
    await expect(page.locator('.entry-pause').first()).toBeVisible();
    await lookOver(desktop, 'run-of-another-laptop', '.center');
    await run.button('Take over…').click();
    const driver = run.bar.getByRole('textbox', { name: 'Who drives it from now on' });
    await expect(driver).toBeFocused();
    await page.keyboard.type('ines');
    await desktop.shoot('run-taking-over');
    await page.keyboard.press('Enter');
    await expect(page.locator('.run-context')).toContainText('driver ines (you)');
  });

  await test.step('the welcome page names what needs a person', async () => {
    await page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: 'Library' }).click();
    await expect(page.getByRole('heading', { name: 'Not over yet' })).toBeVisible();
    await expect(page.getByText(/^Step 4 of 5 is next: tell the channel\. Driver mara\.$/)).toBeVisible();
    await page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: /^Runs/ }).click();
    const field = page.getByRole('textbox', { name: /Find a run/ });
    await expect(page.getByRole('table', { name: 'Runs' })).toContainText('Payments to production');
    await desktop.shoot('runs-several');
    await field.fill('rehearsal');
    await desktop.shoot('runs-found');
    await field.fill('');
    await page.getByRole('button', { name: 'Compare two…' }).click();
    for (const box of (await page.getByRole('table', { name: 'Runs' }).getByRole('checkbox').all()).slice(
      0,
      2,
    ))
      await box.click();
    await expect(page.getByRole('button', { name: 'Back to the runs' })).toBeVisible();
    await desktop.shoot('runs-compared');
  });
});
