import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from '../support/app';
import { findViolations } from '../support/axe';
import { writeNotebookFile } from '../support/notebooks';
import { openRun, pressUntil, RunPage, startRun } from '../support/run-page';

const CONFIG = { version: 1, environments: [{ name: 'dev', colour: 'teal', guard: 'none' }] };

const ROTATE = [
  { id: 'title', type: 'markdown', source: '# Rotate the certificates' },
  {
    id: 'before',
    type: 'markdown',
    source: 'Before you begin, be sure of this:\n\n- [ ] The desk is told\n- [ ] The graphs are open',
  },
  { id: 'names', source: '# Set the names\nname=payments' },
  { id: 'region', source: '# Set the region\nregion=eu1' },
  {
    id: 'lock',
    source: '# Take the lock\necho "lock held by ci"; false',
    metadata: {
      watchbook: {
        hints: [{ matches: 'lock held', say: 'Somebody else deploys.', open: 'unlock.ipynb' }],
      },
    },
  },
  { id: 'last', source: '# Rotate\necho "$name in $region"' },
] as const;

const step = (page: Page, id: string): Locator => page.locator(`article[data-cell="${id}"]`);
const title = (page: Page): Locator => page.locator('.actionbar-title');

test('a run takes ticks in its text, a step more, what a known error opens, and a choice after a loss', async ({
  desktop,
}) => {
  test.setTimeout(240_000);
  const library = join(desktop.folder, 'lib');
  await mkdir(library, { recursive: true });
  await writeFile(join(library, 'watchbook.json'), JSON.stringify(CONFIG));
  const cells = ROTATE as unknown as Parameters<typeof writeNotebookFile>[1];
  await writeNotebookFile(join(library, 'rotate.ipynb'), cells, 'bash');
  await writeNotebookFile(join(library, 'unlock.ipynb'), ['# Free the lock\necho freed'], 'bash');
  const page = await desktop.start();
  const run = await startRun(desktop, join(library, 'rotate.ipynb'), 'Certificates');
  await openRun(desktop, page, run);
  await expect(title(page)).toContainText('Step 1 is next');

  // What the text asks for is ticked there, and who and when stands beside it.
  const desk = step(page, 'before').getByRole('checkbox', { name: /The desk is told/ });
  // Where it is drawn first it stays: what begins with a press there ends there.
  await desk.hover();
  await page.mouse.down();
  await page.waitForTimeout(300);
  await page.mouse.up();
  await expect(desk).toBeChecked();
  await expect(step(page, 'before').getByRole('group', { name: 'Checklist' })).toContainText('mara');
  await expect(title(page)).toContainText('Step 1 is next');

  for (const id of ['names', 'region'])
    await pressUntil(page, 'Shift+Enter', () =>
      expect(step(page, id)).toHaveAccessibleName(/done/, { timeout: 10_000 }),
    );

  // One more step where the run stands, by its key or at the step.
  await expect(step(page, 'lock').getByRole('button', { name: 'Add a step…' })).toBeVisible();
  const source = page.getByRole('textbox', { name: 'Source of the step' });
  await pressUntil(page, 'Alt+n', () => expect(source).toBeFocused({ timeout: 600 }));
  await page.keyboard.type('# Look who holds it');
  await page.keyboard.press('Enter');
  await page.keyboard.type('echo ci');
  await desktop.shoot('run-add-step');
  expect(await findViolations(desktop), 'a step is being added').toEqual([]);
  await page.keyboard.press('Control+Enter');
  await expect(title(page)).toContainText('Step 3 is next');
  await expect(title(page)).toContainText('Look who holds it');
  await pressUntil(page, 'Shift+Enter', () =>
    expect(title(page)).toContainText('Step 4 is next', { timeout: 10_000 }),
  );
  await pressUntil(page, 'Shift+Enter', () =>
    expect(step(page, 'lock')).toHaveAccessibleName(/failed/, { timeout: 10_000 }),
  );

  await desktop.shoot('run-hint');
  // What the known error names opens beside, and a run started from there knows where it comes from.
  await page.getByRole('button', { name: 'Open unlock.ipynb beside' }).click();
  await page.getByRole('button', { name: 'Start run…' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByRole('checkbox', { name: /Linked with Certificates, step 4/ })).toBeChecked();
  await dialog.getByRole('radio', { name: /dev/ }).check();
  await desktop.shoot('run-start-linked');
  await dialog.getByRole('button', { name: 'Start run' }).click();
  await expect(async () => {
    expect(await readFile(join(run, 'journal.jsonl'), 'utf8')).toContain('"relation":"child"');
  }).toPass({ timeout: 30_000 });

  // The shell ends with the engine. Only what the rest needs is run again.
  await page.getByRole('tab', { name: /Certificates/ }).click();
  await expect(title(page).filter({ hasText: 'Step 4 failed' })).toBeVisible();
  process.kill(await desktop.enginePid(), 'SIGKILL');
  const choose = page.getByRole('button', { name: 'Choose where to go on…' });
  await expect(choose).toBeVisible({ timeout: 60_000 });
  await choose.click();
  await expect(page.getByRole('group', { name: 'What had left something in it' })).toContainText(
    'Set the region',
  );
  await page.getByRole('checkbox', { name: /Run step 1 again/ }).check();
  await desktop.shoot('run-lost-choice');
  expect(await findViolations(desktop), 'a choice after a loss').toEqual([]);
  await page.getByRole('button', { name: 'Run step 1 again, then stop there' }).click();
  await expect(title(page).filter({ hasText: 'Step 4 is next' })).toBeVisible({ timeout: 30_000 });
  await expect(step(page, 'names')).toContainText('Attempt 1 done');
  await desktop.shoot('run-text-ticks');
});

test('a run whose kernel does not start goes on with another one, and one that is lost again as it was chosen', async ({
  desktop,
}) => {
  test.setTimeout(240_000);
  const kernel = join(desktop.home, '.local/share/jupyter/kernels/broken');
  await mkdir(kernel, { recursive: true });
  const argv = ['/bin/sh', '-c', 'echo "the disk is on fire" >&2; exit 9', '{connection_file}'];
  await writeFile(
    join(kernel, 'kernel.json'),
    JSON.stringify({ argv, language: 'python', display_name: 'Broken' }),
  );
  const library = join(desktop.folder, 'lib');
  await mkdir(library, { recursive: true });
  await writeFile(join(library, 'watchbook.json'), JSON.stringify(CONFIG));
  const go = join(desktop.folder, 'go');
  const held = join(desktop.folder, 'held');
  await writeFile(go, '');
  const cells = [
    { id: 'sum', source: 'print(40 + 2)' },
    {
      id: 'hold',
      source: `# Wait for the pool\nimport os, time\nopen('${held}', 'w').write(str(os.getpid()))\nwhile not os.path.exists('${go}'):\n    time.sleep(0.05)`,
    },
    { id: 'rows', source: "# Count the rows\nrows = 17\nprint(rows, 'rows')" },
    { id: 'totals', source: "# Compare the totals\nimport os\nprint('reading')\nos._exit(3)" },
    { id: 'last', source: '# Close the window\nprint(rows)' },
  ] as unknown as Parameters<typeof writeNotebookFile>[1];
  await writeNotebookFile(join(library, 'book.ipynb'), cells, {
    kernelspec: { name: 'broken', display_name: 'Broken', language: 'python' },
  });
  const page = await desktop.start();
  await openRun(desktop, page, await startRun(desktop, join(library, 'book.ipynb'), 'Sum'));
  const trials = page.getByRole('region', { name: 'At the start' });
  await expect(trials).toContainText('the disk is on fire', { timeout: 30_000 });
  await trials.getByRole('button', { name: 'Another kernel…' }).click();
  await expect(trials.getByRole('group', { name: 'Another kernel' })).toContainText('Python 3');
  await desktop.shoot('run-other-kernel');
  expect(await findViolations(desktop), 'another kernel').toEqual([]);
  await trials.getByRole('button', { name: /^Use it: Python 3/ }).click();
  await expect(trials).toContainText('good', { timeout: 30_000 });
  await pressUntil(page, 'Shift+Enter', () =>
    expect(step(page, 'sum')).toContainText('42', { timeout: 10_000 }),
  );
  await expect(trials).toBeHidden();

  // A step that takes its kernel along: what is lost is named, and a person chooses where to go on.
  const run = new RunPage(page);
  for (const cell of ['hold', 'rows']) await run.send(cell, /done/);
  await run.send('totals', /failed|cut off/);
  const choose = page.getByRole('button', { name: 'Choose where to go on…' });
  await expect(choose).toBeVisible({ timeout: 30_000 });
  await desktop.shoot('run-kernel-died');
  const above = page.getByRole('checkbox', { name: /Run everything above it first/ });
  const runAbove = page.getByRole('button', { name: 'Run all above, then stop there' });
  await expect(choose).toHaveAttribute('title', 'Choose where to go on… (Alt C)');
  await run.press('Alt+c', () => expect(above).toBeVisible({ timeout: 600 }));
  await above.check();
  await rm(go);
  await rm(held);
  await runAbove.click();
  const heldBy = async (): Promise<number> => {
    const text: string[] = [];
    await expect(async () => {
      text.push(await readFile(held, 'utf8'));
      expect(text.at(-1)).not.toBe('');
    }).toPass({ timeout: 60_000 });
    return Number(text.at(-1));
  };
  process.kill(await heldBy(), 'SIGKILL');
  // Lost again before it was there: what was chosen is chosen already.
  await expect(choose).toBeVisible({ timeout: 60_000 });
  await rm(held);
  await choose.click();
  await expect(page.getByRole('combobox', { name: 'Go on at' })).toHaveValue('totals');
  await expect(above).toBeChecked();
  await desktop.shoot('run-resume-again');
  expect(await findViolations(desktop), 'what was chosen, asked again').toEqual([]);
  await runAbove.click();
  await heldBy();
  // An engine that takes the kernel up sends nothing by itself: a person lets it run on.
  process.kill(await desktop.enginePid(), 'SIGKILL');
  await expect(page.getByRole('contentinfo')).toContainText('taken up again', { timeout: 60_000 });
  await writeFile(go, '');
  const on = page.getByRole('button', { name: 'Run on to step 4' });
  await expect(on).toBeVisible({ timeout: 60_000 });
  await expect(title(page)).toContainText('Step 3 is next');
  await desktop.shoot('run-on');
  await on.click();
  await expect(title(page)).toContainText('Step 4 is next', { timeout: 30_000 });
});
