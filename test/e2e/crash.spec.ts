import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type Desktop } from '../support/app';
import { lookOver } from '../support/axe';
import { faultCount } from '../support/environment';
import { NotebookPage } from '../support/notebook-page';
import { writeNotebookFile } from '../support/notebooks';
import { seeded } from '../support/seeded';
import { until } from '../support/until';

const LINES = 60;
/** Prints for some seconds, so that a kill falls into it. */
const SLOW = `# Count slowly\nimport time\nfor n in range(${LINES}):\n    print("line", n, flush=True)\n    time.sleep(0.05)`;
const ALL = Array.from({ length: LINES }, (_, n) => `line ${n}`).join('\n');

/** Opens a notebook that is edited and whose slow cell runs. */
async function openAndRun(desktop: Desktop, name: string): Promise<NotebookPage> {
  const file = join(desktop.folder, name);
  await writeNotebookFile(file, [SLOW, '# Edited here\nprint("kept")']);
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await expect(page.getByRole('tab', { name, selected: true })).toBeVisible();
  await notebook.opened();
  await expect(page.locator('.context')).toContainText(name);
  await notebook.select(0);
  await notebook.press('Shift+Enter');
  await expect(notebook.cell(0)).toHaveAccessibleName(/running$/);
  await notebook.press('Enter');
  await page.keyboard.type(' # typed before');
  await notebook.press('Escape');
  return notebook;
}

async function outputOf(notebook: NotebookPage, index: number): Promise<string> {
  return (await notebook.cell(index).locator('.output').innerText()).trim();
}

test('kill -9 of the desktop: the cell runs on, its output is whole, tabs and edits come back', async ({
  desktop,
}) => {
  test.setTimeout(600_000);
  const { whole } = seeded('kill of the desktop');
  for (let count = 0; count < faultCount() / 5; count += 1) {
    const moment = whole(200, 2_000);
    const name = `killed-${moment}.ipynb`;
    const notebook = await openAndRun(desktop, name);
    await notebook.page.waitForTimeout(moment);
    await desktop.kill();
    const page = await desktop.start();
    const again = new NotebookPage(page);
    await again.opened();
    await expect(page.getByRole('tab', { name, selected: true })).toBeVisible();
    await expect(again.cell(0)).toHaveAccessibleName(/(running|done)$/);
    await expect(again.cell(1)).toContainText('# typed before');
    await expect(page.getByRole('img', { name: 'not saved' }).first()).toBeVisible();
    await expect(again.cell(0)).toHaveAccessibleName(/done$/, { timeout: 60_000 });
    await expect.poll(() => outputOf(again, 0)).toBe(ALL);
    await desktop.shoot('reopened-after-kill');
    await page.keyboard.press('Control+w');
    await page.getByRole('button', { name: 'Close without saving' }).click();
    await expect(page.getByRole('tab', { name: 'Welcome' })).toBeVisible();
    await desktop.close();
  }
});

test('kill -9 of the page: it comes back by itself with everything', async ({ desktop }) => {
  const notebook = await openAndRun(desktop, 'page.ipynb');
  const before = await desktop.pagePid();
  const crashed = notebook.page.waitForEvent('crash');
  process.kill(before, 'SIGKILL');
  await crashed;
  await until('another process draws the page', async () => (await desktop.pagePid()) !== before);
  for (const words of ['page.ipynb', 'not saved', '# typed before', ...ALL.split('\n')]) {
    await until(`the window shows ${words}`, async () => (await desktop.transcriptText()).includes(words));
  }
});

test('kill -9 of the engine: edits are kept, the gap is said, the window comes back by itself', async ({
  desktop,
}) => {
  test.setTimeout(600_000);
  const { whole } = seeded('kill of the engine');
  for (let count = 0; count < faultCount() / 5; count += 1) {
    const moment = whole(300, 1_800);
    const name = `engine-${moment}.ipynb`;
    const notebook = await openAndRun(desktop, name);
    const { page } = notebook;
    await page.waitForTimeout(moment);
    const pid = await desktop.enginePid();
    process.kill(pid, 'SIGKILL');
    // What is typed while there is no engine is kept too.
    await notebook.press('Enter');
    await page.keyboard.type(' and after');
    await notebook.press('Escape');
    await expect(notebook.cell(1)).toContainText('# typed before and after');
    await expect.poll(() => desktop.enginePid().catch(() => pid), { timeout: 60_000 }).not.toBe(pid);
    await expect(page.getByText('No connection to the engine.')).toBeHidden();
    await expect(notebook.cell(1)).toContainText('# typed before and after');
    await expect(notebook.cell(0)).toHaveAccessibleName(/done|failed/, { timeout: 60_000 });
    const shown = await outputOf(notebook, 0);
    const lines = shown.split('\n').filter((line) => line.startsWith('line '));
    // Nothing is out of order or twice, and what is missing is said.
    expect(lines).toEqual([...new Set(lines)].toSorted((a, b) => numberOf(a) - numberOf(b)));
    if (lines.length < LINES) expect(shown).toMatch(/not received|was not running/);
    await desktop.shoot('engine-came-back');
    await page.keyboard.press('Control+s');
    await expect(page.getByRole('img', { name: 'not saved' })).toBeHidden();
    expect(readFileSync(join(desktop.folder, name), 'utf8')).toContain('# typed before and after');
    await page.keyboard.press('Control+w');
    await expect(page.getByRole('tab', { name: 'Welcome' })).toBeVisible();
    await desktop.close();
  }
});

test('says that the way to the engine is lost, while it is', async ({ desktop }) => {
  const file = join(desktop.folder, 'lost.ipynb');
  await writeNotebookFile(file, ['print(1)']);
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  await desktop.holdEngineDown();
  await expect(page.locator('.strip-line', { hasText: 'engine' }).first()).toBeVisible({ timeout: 30_000 });
  await notebook.press('Enter');
  await page.keyboard.type(' # while away');
  await notebook.press('Escape');
  await lookOver(desktop, 'connection-lost');
  // What can wait is done when the engine is back; a cell would run at a moment nobody chose.
  await page.keyboard.press('Control+s');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('Nothing was run')).toBeVisible();
  await desktop.letEngineUp();
  await expect(page.locator('.strip-line', { hasText: 'No connection to the engine.' })).toBeHidden({
    timeout: 60_000,
  });
  await expect(notebook.cell(0)).toContainText('# while away');
  await expect(page.locator('.context')).toContainText(/saved \d\d:/);
  await expect(notebook.cell(0).locator('.outputs')).toBeHidden();
  expect(readFileSync(file, 'utf8')).toContain('# while away');
});

function numberOf(line: string): number {
  return Number(line.slice('line '.length));
}
