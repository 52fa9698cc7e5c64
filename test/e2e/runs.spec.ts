import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { connectEngine } from '../../electron/engine/client/connect-engine';
import type { StartRequest } from '../../shared/runs/contract';
import { expect, test, type Desktop } from '../support/app';
import { findViolations, lookOver } from '../support/axe';
import { writeNotebookFile } from '../support/notebooks';
import { pressUntil } from '../support/run-page';

const CONFIG = {
  version: 1,
  environments: [
    { name: 'dev', colour: 'teal', guard: 'none' },
    { name: 'prod', colour: 'carmine', guard: 'strict' },
  ],
};

/** A release on the shell; its second step succeeds when it is adjusted, or when the file that it looks for is there. */
const RELEASE = [
  { id: 'title', type: 'markdown', source: '# Release payments' },
  { id: 's1', type: 'markdown', source: '## Prepare' },
  { id: 'check', source: '# Check the account\necho "account: payments"' },
  { id: 's2', type: 'markdown', source: '## First batch' },
  {
    id: 'deploy',
    source: '# Deploy to the first batch\necho deploying\nls /nowhere/at-all',
    metadata: { tags: ['destructive'], watchbook: { expect: { exitStatus: 0 } } },
  },
  {
    id: 'undo',
    source: '# Undo the first batch\necho undone',
    metadata: { tags: ['rollback', 'skip-execution'], watchbook: { rollbackOf: 'deploy' } },
  },
  { id: 'smoke', source: '# Smoke tests\nsleep 600' },
  {
    id: 'gate',
    type: 'markdown',
    source:
      '### Go on with all\nEverything goes to the **new** version.\n\n- [ ] Error budget is intact\n- [ ] Status page is drafted',
    metadata: { watchbook: { gate: { kind: 'confirm' }, checklist: { required: [1] } } },
  },
  { id: 'all', source: '# Deploy everywhere\necho everywhere' },
] as const;

/** Starts a run of it as another client, which then goes. */
async function startRun(desktop: Desktop, request: Partial<StartRequest> = {}): Promise<string> {
  const library = join(desktop.folder, 'lib');
  await mkdir(library, { recursive: true });
  await writeFile(join(library, 'watchbook.json'), JSON.stringify(CONFIG));
  const runbook = join(library, 'payments.ipynb');
  await writeNotebookFile(runbook, RELEASE as unknown as Parameters<typeof writeNotebookFile>[1], 'bash');
  // The window starts the engine; it may not be there yet.
  const engine = await until(() =>
    connectEngine({ places: desktop.places, kind: 'cli', version: 'test', start: false, program: '' }),
  );
  try {
    const { run } = await engine.request('runs.start', {
      runbook,
      environment: 'dev',
      parameters: [{ name: 'version', value: '4.18.0', source: 'given' }],
      driver: 'mara',
      title: 'Payments 4.18',
      links: [{ kind: 'change', text: 'CHG-20418' }],
      ...request,
    });
    return run;
  } finally {
    engine.dispose();
  }
}

/** What can be had, tried until it is. */
async function until<T>(get: () => Promise<T>): Promise<T> {
  const got: T[] = [];
  await expect(async () => void got.push(await get())).toPass({ timeout: 30_000 });
  return got[0] as T;
}

async function open(desktop: Desktop, page: Page, run: string): Promise<void> {
  await desktop.answerOpenDialog(join(run, 'run.ipynb'));
  await page.keyboard.press('Control+o');
  await expect(bar(page)).toBeVisible();
}

const bar = (page: Page): Locator => page.getByRole('group', { name: 'What can be done now' });
const step = (page: Page, id: string): Locator => page.locator(`article[data-cell="${id}"]`);
const title = (page: Page): Locator => page.locator('.actionbar-title');

test('a run goes by keys: run, fail, adjust, retry, skip, by hand', async ({ desktop }) => {
  const page = await desktop.start();
  const run = await startRun(desktop);
  await open(desktop, page, run);
  await expect(title(page)).toContainText('Step 1 is next');
  await expect(page.getByRole('heading', { name: 'Payments 4.18' })).toBeVisible();
  await expect(page.locator('.window')).not.toHaveAttribute('data-guard', 'strict');

  await page.keyboard.press('Shift+Enter');
  await expect(step(page, 'check')).toHaveAccessibleName(/done/);
  await expect(title(page)).toContainText('Step 2 is next');
  await pressUntil(page, 'Shift+Enter', () =>
    expect(step(page, 'deploy')).toHaveAccessibleName(/failed/, { timeout: 5_000 }),
  );
  await expect(title(page)).toContainText('Step 2 failed');
  await expect(page.locator('.actionbar-title')).toContainText('expected 0');
  await expect(step(page, 'deploy').getByRole('group', { name: 'Expected result' })).toContainText('not met');

  await desktop.shoot('run-failed');

  // Every key of the bar is of one action; what needs words opens a form, and Escape leaves everything as it is.
  await pressUntil(page, 'Alt+s', () =>
    expect(page.getByRole('textbox', { name: 'Why it is skipped' })).toBeFocused({ timeout: 600 }),
  );
  await expect(page.getByRole('button', { name: 'Skip the step' })).toBeDisabled();
  await desktop.shoot('run-skip-form');
  expect(await findViolations(desktop), 'a failed step, with a form').toEqual([]);
  await page.keyboard.press('Escape');
  await expect(step(page, 'deploy')).toBeFocused();
  await pressUntil(page, 'Alt+x', () =>
    expect(page.getByRole('textbox', { name: 'Why the run is aborted' })).toBeFocused({ timeout: 600 }),
  );
  await desktop.shoot('run-abort-form');
  await page.keyboard.press('Escape');
  await expect(step(page, 'deploy')).toBeFocused();

  // What was sent is kept; an adjusted copy below it is what the retry sends.
  await page.keyboard.press('Enter');
  await expect(page.locator('.run-draft .cm-content')).toBeFocused();
  await page.keyboard.type(' || echo rolled out');
  await desktop.shoot('run-adjusting');
  await page.keyboard.press('Escape');
  await pressUntil(page, 'Alt+r', () =>
    expect(step(page, 'deploy')).toHaveAccessibleName(/done/, { timeout: 5_000 }),
  );
  await expect(step(page, 'deploy')).toContainText('Attempt 1 failed');
  await expect(step(page, 'deploy')).toContainText('Adjusted by mara before attempt 2');
  await expect(title(page)).toContainText('Step 3 is next');

  // A done step runs again only when it is asked for by its name; every attempt is kept.
  await step(page, 'deploy').getByRole('button', { name: 'Run again…' }).click();
  await expect(title(page)).toContainText('Run a step again');
  await desktop.shoot('run-again-form');
  await page.getByRole('button', { name: 'Run step 2 again' }).click();
  await expect(step(page, 'deploy')).toContainText('Attempt 2 done');
  await expect(title(page)).toContainText('Step 3 is next');

  // A kind of cell is never changed here, nor is one added or taken away.
  const cells = await page.locator('article.entry').count();
  for (const key of ['m', 'a', 'b', 'd', 'd', 'x', 'Control+Shift+ArrowUp']) await page.keyboard.press(key);
  await expect(page.locator('article.entry')).toHaveCount(cells);

  // A step runs until it is interrupted, by the notebook's own keys.
  await pressUntil(page, 'Shift+Enter', () =>
    expect(step(page, 'smoke')).toHaveAccessibleName(/running/, { timeout: 5_000 }),
  );
  await desktop.shoot('run-running');
  await pressUntil(page, 'i', async () => {
    await page.keyboard.press('i');
    await expect(step(page, 'smoke')).toHaveAccessibleName(/interrupted/, { timeout: 5_000 });
  });
  await pressUntil(page, 'Alt+s', () =>
    expect(page.getByRole('textbox', { name: 'Why it is skipped' })).toBeFocused({ timeout: 600 }),
  );
  await page.keyboard.type('smoke tests run elsewhere');
  await page.keyboard.press('Enter');
  await expect(step(page, 'smoke')).toHaveAccessibleName(/skipped/);
  await expect(page.getByRole('navigation', { name: 'Steps' })).toContainText('skipped');
  await expect(page.getByRole('button', { name: 'Open section Prepare' })).toBeVisible();
  await desktop.shoot('run-skipped');

  // A gate: its required item first, then the word of a person.
  await expect(title(page)).toContainText('Step 4 waits for 1 item');
  // It waits for a person, in the list of steps and on the spine as in the bar.
  await expect(step(page, 'gate')).toHaveAccessibleName(/waiting for its items/);
  await expect(page.locator('.step-row[aria-current]')).toHaveAttribute('data-state', 'waiting');
  await desktop.shoot('run-gate-items');
  await page
    .getByRole('navigation', { name: 'Steps' })
    .getByRole('button', { name: /Go on with all/ })
    .click();
  // The words are as good as the box.
  await page.locator('.run-item', { hasText: 'Error budget is intact' }).click();
  await expect(page.getByRole('checkbox', { name: /Error budget is intact/ })).toBeChecked();
  await expect(title(page)).toContainText('waits for you to confirm');
  await desktop.shoot('run-gate');
  expect(await findViolations(desktop), 'a gate').toEqual([]);
  await pressUntil(page, 'Alt+a', () =>
    expect(page.getByRole('button', { name: 'Confirm step 4' })).toBeVisible({ timeout: 600 }),
  );
  await desktop.shoot('run-confirm-form');
  await page.getByRole('button', { name: 'Confirm step 4' }).click();
  await expect(step(page, 'gate')).toHaveAccessibleName(/confirmed/);

  await pressUntil(page, 'Shift+Enter', () =>
    expect(title(page)).toContainText('Run finished, done with', { timeout: 10_000 }),
  );
  await expect(page.getByRole('button', { name: 'Run again…' })).toBeVisible();
  await desktop.shoot('run-finished');
  await page.getByRole('tab', { name: 'Report' }).click();
  await expect(page.getByText('smoke tests run elsewhere').first()).toBeVisible();
  await lookOver(desktop, 'run-report', '.center');
});

test('a strict environment frames the window, and what is destructive is typed', async ({ desktop }) => {
  const page = await desktop.start();
  const run = await startRun(desktop, { environment: 'prod', typed: 'prod' });
  await open(desktop, page, run);
  await expect(page.locator('.window')).toHaveAttribute('data-guard', 'strict');
  await expect(page.getByRole('banner').getByText('strict guard')).toBeVisible();
  await expect(page.getByRole('tab', { name: /Payments 4\.18\s*prod/ })).toBeVisible();
  await pressUntil(page, 'Shift+Enter', () =>
    expect(step(page, 'check')).toHaveAccessibleName(/done/, { timeout: 10_000 }),
  );

  const field = page.getByRole('textbox', { name: 'Type prod 2' });
  await pressUntil(page, 'Shift+Enter', () => expect(field).toBeFocused({ timeout: 600 }));
  const send = page.getByRole('button', { name: 'Run step 2' });
  await expect(send).toBeDisabled();
  // Enter does nothing before it matches, and a paste is no typing.
  await page.keyboard.type('prod');
  await page.keyboard.press('Enter');
  await page.evaluate(() => navigator.clipboard.writeText(' 2').catch(() => undefined));
  await page.keyboard.press('Control+v');
  await expect(field).toHaveValue('prod');
  await expect(step(page, 'deploy')).toHaveAccessibleName(/to come/);
  await desktop.shoot('run-strict-typed');
  // What is about to be sent is read while it is asked for, in the smallest window too.
  await page.keyboard.press('Escape');
  await desktop.resize(1100, 700);
  await page.locator('.doc').evaluate((view) => view.scrollTo({ top: view.scrollHeight }));
  await pressUntil(page, 'Shift+Enter', () => expect(field).toBeFocused({ timeout: 600 }));
  await expect(async () => {
    const source = await step(page, 'deploy').locator('.source').first().boundingBox();
    const asked = await bar(page).boundingBox();
    const head = await page.locator('.run-context').boundingBox();
    expect(source!.y).toBeGreaterThanOrEqual(head!.y + head!.height);
    expect(source!.y + source!.height).toBeLessThanOrEqual(asked!.y);
  }).toPass({ timeout: 30_000 });
  await page.keyboard.type('prod');
  await page.keyboard.type(' 2');
  await page.keyboard.press('Enter');
  await expect(step(page, 'deploy')).toHaveAccessibleName(/failed/);

  // Rolling back is planned, typed, and then asked for step by step.
  await pressUntil(page, 'Alt+b', () =>
    expect(page.getByRole('table', { name: 'What is undone' })).toBeVisible({ timeout: 600 }),
  );
  await expect(page.getByRole('table', { name: 'What is undone' })).toContainText('Undo the first batch');
  await expect(page.getByRole('textbox', { name: 'Type prod' })).toBeFocused();
  await page.keyboard.type('prod');
  await desktop.shoot('run-roll-back');
  expect(await findViolations(desktop), 'rolling back, strict').toEqual([]);
  await page.keyboard.press('Enter');
  await expect(title(page)).toContainText('Next to undo: step 2');
  await desktop.shoot('run-rolling-back');
  await pressUntil(page, 'Alt+b', () => expect(field).toBeFocused({ timeout: 600 }));
  await expect(step(page, 'undo')).toContainText('echo undone');
  await desktop.shoot('run-undo-typed');
  await page.keyboard.type('prod 2');
  await page.keyboard.press('Enter');
  await expect(step(page, 'deploy')).toHaveAccessibleName(/rolled back/);
  await desktop.shoot('run-rolled-back');

  // Another tab is another environment: the frame is that of the tab in front.
  await page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: 'Settings' }).click();
  await expect(page.locator('.window')).not.toHaveAttribute('data-guard', 'strict');
  await page.getByRole('tab', { name: /Payments/ }).click();
  await expect(page.locator('.window')).toHaveAttribute('data-guard', 'strict');
});

test('a run whose engine is killed in a step says what is lost, and goes on where a person says', async ({
  desktop,
}) => {
  const page = await desktop.start();
  const run = await startRun(desktop);
  await open(desktop, page, run);
  await pressUntil(page, 'Shift+Enter', () =>
    expect(step(page, 'check')).toHaveAccessibleName(/done/, { timeout: 10_000 }),
  );
  await pressUntil(page, 'Alt+h', () =>
    expect(page.getByRole('textbox', { name: 'What was done by hand' })).toBeFocused({ timeout: 600 }),
  );
  await page.keyboard.type('deployed from the console');
  await desktop.shoot('run-by-hand-form');
  await page.keyboard.press('Control+Enter');
  await expect(step(page, 'deploy')).toHaveAccessibleName(/done by hand/);
  await pressUntil(page, 'Shift+Enter', () =>
    expect(step(page, 'smoke')).toHaveAccessibleName(/running/, { timeout: 10_000 }),
  );

  process.kill(await desktop.enginePid(), 'SIGKILL');
  await expect(title(page)).toContainText('was cut off', { timeout: 60_000 });
  await expect(page.getByRole('button', { name: 'Open section Prepare' })).toBeVisible();
  await expect(page.locator('.entry-gap')).toBeVisible();
  await expect(step(page, 'smoke')).toHaveAccessibleName(/cut off/);
  await lookOver(desktop, 'run-lost', '.center');
  await page.getByRole('button', { name: 'Choose where to go on…' }).click();
  await expect(page.getByRole('combobox', { name: 'Go on at' })).toHaveValue('smoke');
  await lookOver(desktop, 'run-resume', '.center');
  await page.getByRole('button', { name: 'Go on there' }).click();
  await expect(title(page)).toContainText('Step 3 is next');
  await expect(step(page, 'deploy')).toHaveAccessibleName(/done by hand/);
  await pressUntil(page, 'Alt+x', () =>
    expect(page.getByRole('textbox', { name: 'Why the run is aborted' })).toBeFocused({ timeout: 600 }),
  );
  await page.keyboard.type('the window is over');
  await page.keyboard.press('Enter');
  await expect(title(page)).toContainText('Run aborted');
  await desktop.shoot('run-aborted');
});
