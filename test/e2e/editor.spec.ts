import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '../support/app';
import { lookOver } from '../support/axe';
import { NotebookPage } from '../support/notebook-page';
import { writeNotebookFile } from '../support/notebooks';

const PYTHON = [
  '# Deploy in batches',
  'def deploy(service, percent=10):',
  '    for host in hosts(service):',
  '        if host.is_ready:',
  '            print(host, percent)',
  '    return None',
  '',
  'deploy("ledger")',
].join('\n');

test('edits with several cursors, folds, comments and moves lines, as VS Code does', async ({ desktop }) => {
  const file = join(desktop.folder, 'editor.ipynb');
  await writeNotebookFile(file, [
    PYTHON,
    'a = 1\nb = 1\nc = 1',
    '%%bash -e\nfor f in *.log; do\n  gzip "$f"\ndone',
  ]);
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  const lines = async (): Promise<string> =>
    page.locator('.cm-line').evaluateAll((all) => all.map((line) => line.textContent).join('\n'));

  // The text stands where it stood: nothing moves when editing begins.
  const before = await notebook.cell(1).locator('.still-code').boundingBox();
  await notebook.select(1);
  await notebook.press('Enter');
  await expect(notebook.editor).toBeFocused();
  expect((await notebook.cell(1).locator('.cm-editor').boundingBox())?.height).toBe(before?.height);

  // Every place of a word, one key after the other.
  await notebook.press('Control+Home', 'Control+End', 'Shift+ArrowLeft');
  await notebook.press('Control+d', 'Control+d');
  await page.keyboard.type('22');
  await expect.poll(() => lines()).toBe('a = 22\nb = 22\nc = 22');
  // Esc brings the cursors to one, and only then leaves.
  await notebook.press('Escape');
  await expect(notebook.editor).toBeFocused();
  await notebook.press('Control+Home', 'Control+Alt+ArrowDown', 'Control+Alt+ArrowDown', 'Control+/');
  await expect.poll(() => lines()).toBe('# a = 22\n# b = 22\n# c = 22');
  await desktop.shoot('editor-cursors');
  await notebook.press('Control+/', 'Escape', 'Alt+ArrowDown');
  expect((await lines()).split('\n').toSorted()).toEqual(['a = 22', 'b = 22', 'c = 22']);
  await notebook.press('Escape');
  await expect(notebook.cell(1)).toBeFocused();

  // The mouse with Alt: a click adds a cursor, a drag selects a rectangle.
  await notebook.press('Enter');
  const box = await page.locator('.cm-line').first().boundingBox();
  if (box === null) throw new Error('The first line has no box');
  await page.mouse.click(box.x + 2, box.y + 10);
  await page.keyboard.down('Alt');
  await page.mouse.click(box.x + 2, box.y + 50);
  await page.keyboard.up('Alt');
  await page.keyboard.type('x');
  expect((await lines()).split('\n').filter((line) => line.startsWith('x'))).toHaveLength(2);
  await page.keyboard.press('Backspace');
  await page.keyboard.down('Alt');
  await page.mouse.move(box.x + 1, box.y + 10);
  await page.mouse.down();
  await page.mouse.move(box.x + 9, box.y + 50, { steps: 4 });
  await page.mouse.up();
  await page.keyboard.up('Alt');
  await page.keyboard.type('z');
  expect((await lines()).replace(/\d+/g, 'n')).toBe('z = n\nz = n\nz = n');
  await notebook.press('Escape', 'Escape');

  // Folding keeps the text.
  await notebook.select(0);
  await notebook.press('Enter', 'Control+Home', 'ArrowDown');
  await page.keyboard.press('Control+Shift+BracketLeft');
  await expect(page.locator('.cm-foldPlaceholder')).toBeVisible();
  await desktop.shoot('editor-folded');
  await page.keyboard.press('Control+Shift+BracketRight');
  await expect(page.locator('.cm-foldPlaceholder')).toBeHidden();
  await notebook.press('ArrowDown', 'ArrowDown', 'ArrowDown', 'End');
  await desktop.shoot('editor-guides');
  await notebook.press('Escape');

  // Numbers of lines, for still sources and the live one, remembered.
  await notebook.press('Shift+L');
  await expect(notebook.cell(0).locator('.still-line')).toHaveCount(8);
  const still = await notebook
    .cell(0)
    .locator('.still-line')
    .nth(1)
    .evaluate((line) => {
      const range = document.createRange();
      range.selectNodeContents(line);
      return range.getBoundingClientRect().left;
    });
  await notebook.press('Enter');
  await expect(page.locator('.cm-lineNumbers .cm-gutterElement').nth(8)).toHaveText('8');
  const live = await page
    .locator('.cm-line')
    .nth(1)
    .evaluate((line) => {
      const range = document.createRange();
      range.selectNodeContents(line);
      return range.getBoundingClientRect().left;
    });
  expect(Math.abs(live - still)).toBeLessThan(1.5);
  await desktop.shoot('editor-numbers');
  // A click in a numbered source puts the cursor where it was clicked.
  await notebook.press('Escape');
  await notebook
    .cell(2)
    .locator('.still-line')
    .nth(2)
    .click({ position: { x: 200, y: 10 } });
  await expect(notebook.cell(2).locator('.source-place')).toHaveText('line 3, column 12');
  await notebook.press('Escape', 'Shift+L');
  await expect(page.locator('.still-line')).toHaveCount(0);
});

test('completes, and shows documentation and signatures on demand', async ({ desktop }) => {
  const file = join(desktop.folder, 'ask.ipynb');
  await writeNotebookFile(file, [
    'def roll_back(service, to="last"):\n    """Puts the release before."""\n    return to',
    '',
  ]);
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  await notebook.select(0);
  await notebook.press('Shift+Enter');
  await expect(page.getByRole('article', { name: /\bdone\b/ })).toBeVisible({ timeout: 60_000 });
  await notebook.press('Enter');
  await expect(notebook.editor).toBeFocused();
  await notebook.press('Tab');
  await page.keyboard.type('roll_b');
  // A kernel that takes too long to answer is asked again, as a person does.
  const askUntil = async (key: string, shown: RegExp, place: string): Promise<void> => {
    await expect(async () => {
      if (!(await page.locator(place).filter({ hasText: shown }).isVisible())) await page.keyboard.press(key);
      await expect(page.locator(place)).toHaveText(shown, { timeout: 4_000 });
    }).toPass({ timeout: 90_000 });
  };
  await askUntil('Tab', /roll_back/, '.cm-tooltip-autocomplete');
  await notebook.press('Tab');
  await expect(notebook.editor).toHaveText(/^\s+roll_back/);
  await page.keyboard.type('(');
  await askUntil('Control+Shift+Space', /^roll_back\(service, to='last'\)$/, '.inspection');
  await lookOver(desktop, 'editor-signature');
  await notebook.press('Escape');
  await expect(page.locator('.inspection')).toBeHidden();
  await expect(notebook.editor).toBeFocused();
  await askUntil('Shift+Tab', /Puts the release before\./, '.inspection');
  await notebook.press('Escape');
});

test('edits with Vim’s keys where a setting says so', async ({ desktop }) => {
  const file = join(desktop.folder, 'vim.ipynb');
  await mkdir(desktop.places.config, { recursive: true });
  await writeFile(join(desktop.places.config, 'settings.json'), '{"vimKeys": true}');
  await writeNotebookFile(file, ['first = 1\nsecond = 2\nthird = 3', 'print(1)']);
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  const lines = (): Promise<string> =>
    page.locator('.cm-line').evaluateAll((all) => all.map((line) => line.textContent).join('\n'));
  await notebook.select(0);
  await notebook.press('Enter');
  const foot = page.locator('.source-foot');
  await expect(foot).toContainText('Vim: normal');
  await page.keyboard.type('ggdd');
  await expect.poll(lines).toBe('second = 2\nthird = 3');
  // Undo is the notebook's own.
  await page.keyboard.type('u');
  await expect.poll(lines).toBe('first = 1\nsecond = 2\nthird = 3');
  await notebook.press('Control+r');
  await expect.poll(lines).toBe('second = 2\nthird = 3');
  await page.keyboard.type('A0');
  await expect(foot).toContainText('Vim: insert');
  await desktop.shoot('editor-vim');
  // Esc leaves the mode first, and only then the source.
  await notebook.press('Escape');
  await expect(foot).toContainText('Vim: normal');
  await expect(notebook.editor).toBeFocused();
  await expect.poll(() => lines()).toBe('second = 20\nthird = 3');
  await page.keyboard.type(':w');
  await expect(page.locator('.cm-vim-panel')).toBeVisible();
  await lookOver(desktop, 'editor-vim-command', '.center');
  await notebook.press('Enter');
  await expect(page.locator('.context')).toContainText(/saved \d\d:/);
  await expect(page.locator('.cm-vim-panel')).toBeHidden();
  await page.keyboard.type('/third');
  await notebook.press('Escape');
  await expect(page.locator('.cm-vim-panel')).toBeHidden();
  await expect(notebook.editor).toBeFocused();
  await notebook.press('Escape');
  await expect(notebook.cell(0)).toBeFocused();
  await expect(notebook.editor).toBeHidden();
  // Among the cells keys are the notebook's, and Shift Enter runs from every mode.
  await notebook.press('j');
  await expect(notebook.cell(1)).toBeFocused();
});
