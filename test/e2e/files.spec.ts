import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, type Desktop } from '../support/app';
import { lookOver } from '../support/axe';
import { NotebookPage, readNotebookFile, sourceOf } from '../support/notebook-page';
import { writeNotebookFile } from '../support/notebooks';

/** Opens one bad file and expects what the window says of it. */
async function expectRefused(
  desktop: Desktop,
  name: string,
  content: string | Uint8Array,
  words: RegExp,
): Promise<void> {
  const file = join(desktop.folder, name);
  await writeFile(file, content);
  const { page } = desktop;
  await desktop.answerOpenDialog(file);
  await page.keyboard.press('Control+o');
  await expect(page.getByText('This file was not opened')).toBeVisible();
  await expect(page.locator('.banner')).toContainText(words);
  // The file is named, and there is a way out.
  await expect(page.locator('.failure')).toContainText(file);
  await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible();
  await desktop.shoot(`not-opened-${name.replace('.ipynb', '')}`);
  expect(await readFile(file)).toEqual(Buffer.from(content));
  await page.keyboard.press('Control+w');
}

test('says what is wrong with a file that cannot be opened, and harms none', async ({ desktop }) => {
  const page = await desktop.start();
  await page.getByRole('heading', { name: 'Watchbook' }).waitFor();
  await expectRefused(desktop, 'not-json.ipynb', '{"cells": [', /JSON/i);
  await expectRefused(desktop, 'other.ipynb', '{"name": "package", "version": "1.0.0"}', /notebook/i);
  await expectRefused(
    desktop,
    'newer.ipynb',
    '{"cells": [], "metadata": {}, "nbformat": 5, "nbformat_minor": 0}',
    /newer|nbformat 5|version 5/i,
  );
  await expectRefused(desktop, 'empty.ipynb', '', /empty/i);
  await expectRefused(desktop, 'bytes.ipynb', new Uint8Array([0x7b, 0xff, 0xfe, 0x7d]), /UTF-8/);
});

test('opens a file that came back after "Try again"', async ({ desktop }) => {
  const file = join(desktop.folder, 'late.ipynb');
  const page = await desktop.start({ files: [file] });
  await expect(page.getByText('This file was not opened')).toBeVisible();
  await desktop.shoot('not-opened-missing');
  await writeNotebookFile(file, ['print(1)']);
  await page.getByRole('button', { name: 'Try again' }).click();
  await new NotebookPage(page).opened();
});

test('keeps mine, takes theirs or compares when the file is changed on disk', async ({ desktop }) => {
  const file = join(desktop.folder, 'shared.ipynb');
  const cells = (first: string, second: string): string[] => [
    `# Deploy\n${first}`,
    `# Watch\n${second}`,
    '# Close\nprint("closed")',
  ];
  await writeNotebookFile(file, cells('deploy(4)', 'watch(10)'));
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();

  // Without edits here the file is simply taken.
  await writeNotebookFile(file, cells('deploy(5)', 'watch(10)'));
  await expect(notebook.cell(0)).toContainText('deploy(5)');

  // With edits here a person chooses.
  await notebook.select(0);
  await notebook.press('Enter', 'End');
  await page.keyboard.type(' # mine');
  await notebook.press('Escape');
  await expect(page.locator('.context')).toContainText('1 cell edited here');
  await writeNotebookFile(file, cells('deploy(6)', 'watch(20)'));
  const strip = page.locator('.strip-line', { hasText: 'was changed on disk' });
  await expect(strip).toContainText('Your edited cell is kept here.');
  await desktop.shoot('changed-on-disk');
  await strip.getByRole('button', { name: 'Compare' }).click();
  await expect(page.getByRole('heading', { name: 'What differs' })).toBeVisible();
  await expect(page.getByText('changed on both sides', { exact: false }).first()).toBeVisible();
  await desktop.shoot('changed-on-disk-compare');
  await page.getByRole('button', { name: 'Back to the notebook' }).click();
  await strip.getByRole('button', { name: 'Take theirs' }).click();
  await expect(notebook.cell(0)).toContainText('deploy(6)');
  await expect(strip).toBeHidden();

  await notebook.select(1);
  await notebook.press('Enter');
  await page.keyboard.type(' # kept');
  await notebook.press('Escape');
  await writeNotebookFile(file, cells('deploy(7)', 'watch(30)'));
  await expect(strip).toBeVisible();
  // Saving does not write over it silently.
  await notebook.press('Control+s');
  await expect(page.getByRole('heading', { name: 'What differs' })).toBeVisible();
  expect(sourceOf((await readNotebookFile(file)).cells[0]!)).toContain('deploy(7)');
  await page.getByRole('button', { name: 'Keep mine and save' }).click();
  await expect(strip).toBeHidden();
  await expect
    .poll(async () => sourceOf((await readNotebookFile(file)).cells[1]!))
    .toBe('# Watch\nwatch(20) # kept');
});

test('takes in what was changed elsewhere, says so, and takes it back', async ({ desktop }) => {
  const file = join(desktop.folder, 'merged.ipynb');
  const write = (first: string, last: string): Promise<void> =>
    writeNotebookFile(file, [`# Deploy\n${first}`, '# Watch\nwatch()', `# Close\n${last}`]);
  await write('deploy(4)', 'close()');
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  await notebook.select(1);
  await notebook.press('Enter', 'End');
  await page.keyboard.type(' # mine');
  await notebook.press('Escape');
  await write('deploy(5)', 'close(now=True)');
  const strip = page.locator('.strip-line', {
    hasText: /merged\.ipynb was changed on disk at \d\d:\d\d:\d\d/,
  });
  await expect(strip).toContainText('2 cells were taken in, your edited cell is kept.');
  await expect(notebook.cell(0)).toContainText('deploy(5)');
  await expect(notebook.cell(1)).toContainText('# mine');
  await lookOver(desktop, 'taken-in', '.strips');
  // Undo of the keys is for what was typed here.
  await notebook.press('z');
  await expect(notebook.cell(1)).not.toContainText('# mine');
  await expect(notebook.cell(0)).toContainText('deploy(5)');
  await notebook.press('Shift+Z');
  await strip.getByRole('button', { name: 'Undo this' }).click();
  await expect(notebook.cell(0)).toContainText('deploy(4)');
  await expect(notebook.cell(2)).not.toContainText('now=True');
  await expect(notebook.cell(1)).toContainText('# mine');
  await expect(strip).toContainText('Saving waits for your choice.');
  expect(sourceOf((await readNotebookFile(file)).cells[0]!)).toContain('deploy(5)');
});

test('lets a person choose cell by cell by keys alone, as one step of undo', async ({ desktop }) => {
  const file = join(desktop.folder, 'choose.ipynb');
  const write = (deploy: string, watch: string, more: string[] = []): Promise<void> =>
    writeNotebookFile(file, [
      `# Deploy to the first batch\nrollout = deploy("payments-api",\n                 percent=10)\nrollout.wait(${deploy})`,
      `# Watch the error rate\nwatch("5xx", ${watch})`,
      '# Close\nprint("closed")',
      ...more,
    ]);
  await write('timeout="2m"', 'minutes=10');
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  await notebook.select(0);
  await notebook.press('Enter', 'Control+End', 'ArrowLeft', 'ArrowLeft', 'ArrowLeft', 'Backspace');
  await page.keyboard.type('5');
  await notebook.press('Escape');
  await notebook.select(2);
  await notebook.press('Enter', 'Control+End');
  await page.keyboard.type(' # mine');
  await notebook.press('Escape');
  await write('timeout="4m", retry=2', 'minutes=20', ['# New\nprint("new")']);
  await page
    .locator('.strip-line', { hasText: 'was changed on disk' })
    .getByRole('button', { name: 'Compare' })
    .click();
  await expect(page.getByRole('listbox', { name: 'Cells that differ' })).toBeFocused();
  await expect(page.getByRole('option')).toHaveCount(4);
  await expect(page.getByRole('button', { name: 'Take these' })).toBeDisabled();
  await lookOver(desktop, 'compare-choose', '.center');
  // A letter chooses; it does not change cells behind the view.
  await notebook.press('b');
  await expect(page.getByRole('option').first()).toContainText('both are kept');
  await notebook.press('ArrowDown', 'm', 'ArrowDown', 'ArrowDown', 'm');
  await expect(page.getByRole('option').nth(1)).toContainText('mine is kept');
  await desktop.resize(1100, 700);
  await desktop.shoot('compare-chosen');
  await notebook.press('Enter');
  await expect(page.getByRole('heading', { name: 'What differs' })).toBeHidden();
  await expect(notebook.cells).toHaveCount(4);
  await expect(notebook.cells.nth(0)).toContainText('timeout="5m"');
  await expect(notebook.cells.nth(1)).toContainText('timeout="4m", retry=2');
  await expect(notebook.cell(1)).toContainText('minutes=10');
  await expect(notebook.cell(2)).toContainText('# mine');
  await notebook.save();
  expect((await readNotebookFile(file)).cells.map((cell) => sourceOf(cell).split('\n').at(-1))).toEqual([
    'rollout.wait(timeout="5m")',
    'rollout.wait(timeout="4m", retry=2)',
    'watch("5xx", minutes=10)',
    'print("closed") # mine',
  ]);
});

test('says that the file vanished, and writes it again', async ({ desktop }) => {
  const file = join(desktop.folder, 'gone.ipynb');
  await writeNotebookFile(file, ['print(1)']);
  const before = await readFile(file, 'utf8');
  const page = await desktop.start({ files: [file] });
  await new NotebookPage(page).opened();
  await rm(file);
  const strip = page.locator('.strip-line', { hasText: 'is not there any more' });
  await expect(strip).toBeVisible();
  await lookOver(desktop, 'vanished', '.strips');
  await strip.getByRole('button', { name: 'Write it again' }).click();
  await expect(strip).toBeHidden();
  expect(await readFile(file, 'utf8')).toBe(before);
});

test('says before saving what else an older format changes', async ({ desktop }) => {
  const file = join(desktop.folder, 'older.ipynb');
  const text = JSON.stringify(
    {
      cells: [{ cell_type: 'code', execution_count: null, metadata: {}, outputs: [], source: ['a = 1'] }],
      metadata: { kernelspec: { display_name: 'Python 3', language: 'python', name: 'python3' } },
      nbformat: 4,
      nbformat_minor: 2,
    },
    null,
    1,
  );
  await writeFile(file, text);
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  await notebook.press('Enter');
  await page.keyboard.type(' # edited');
  await notebook.press('Escape');
  await expect(page.getByText('The next save changes more than your edits.')).toBeVisible();
  await desktop.shoot('save-changes-more');
  await notebook.save();
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ nbformat_minor: 5 });
});
