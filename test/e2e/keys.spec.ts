import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '../support/app';
import { lookOver } from '../support/axe';
import { openNotebook, NotebookPage, readNotebookFile, sourceOf } from '../support/notebook-page';
import { writeNotebookFile } from '../support/notebooks';

/** The sources shown, in order; of texts what is drawn of them. */
async function sources(notebook: NotebookPage): Promise<readonly string[]> {
  return notebook.cells.evaluateAll((all) =>
    all.map((cell) => {
      const shown = cell.querySelector('pre.still-code, .entry-prose, .cm-content')?.textContent ?? '';
      // An empty line holds a space of no width.
      return shown.replaceAll('\u200b', '').trim();
    }),
  );
}

test('walks through a notebook by the keys of the reference', async ({ desktop }) => {
  const { file, notebook } = await openNotebook(desktop, 'walk.ipynb', 'echo a', 'echo b', 'echo c', {
    type: 'markdown',
    source: 'Text',
  });
  const { page } = notebook;
  const order = (): Promise<readonly string[]> => notebook.order();

  // Several cells: by Shift, to the ends, all.
  await notebook.press('Shift+End');
  await expect.poll(() => notebook.selected()).toEqual(['c0', 'c1', 'c2', 'c3']);
  await notebook.press('End', 'Shift+Home');
  await expect.poll(() => notebook.selected()).toEqual(['c0', 'c1', 'c2', 'c3']);
  await notebook.press('j', 'k', 'Shift+ArrowDown');
  await expect.poll(() => notebook.selected()).toEqual(['c0', 'c1']);
  await notebook.press('Control+a');
  await expect.poll(() => notebook.selected()).toEqual(['c0', 'c1', 'c2', 'c3']);
  await notebook.press('Home');

  // Headings, on texts only.
  await notebook.press('2');
  await expect.poll(() => sources(notebook)).toContain('echo a');
  await notebook.press('End', '2');
  await expect(notebook.cell(3).getByRole('heading', { level: 2, name: 'Text' })).toBeVisible();
  await notebook.press('3');
  await expect(notebook.cell(3).getByRole('heading', { level: 3, name: 'Text' })).toBeVisible();
  await notebook.press('Shift+A');
  await expect(notebook.editor).toBeFocused();
  await page.keyboard.type('Above');
  await notebook.press('Escape');
  await expect(notebook.cells).toHaveCount(5);
  await expect(notebook.active.getByRole('heading', { name: 'Above' })).toBeVisible();
  await notebook.press('d', 'd');
  await expect(
    page.getByRole('status').filter({ hasText: 'Deleted one cell. Undo brings it back.' }),
  ).toBeVisible();
  await expect(notebook.cells).toHaveCount(4);

  // Moving two that stand apart, together by one place.
  await notebook.select(0);
  await notebook
    .cell(2)
    .locator('.entry-time')
    .click({ modifiers: ['Control'] });
  await expect.poll(() => notebook.selected()).toEqual(['c0', 'c2']);
  await notebook.press('Control+Shift+ArrowDown');
  await expect.poll(order).toEqual(['c1', 'c0', 'c3', 'c2']);
  await notebook.press('Control+Shift+ArrowUp');
  await expect.poll(order).toEqual(['c0', 'c1', 'c2', 'c3']);

  // Split at two places, and merged again.
  await notebook.select(0);
  await notebook.press('Enter', 'Control+Home');
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Control+Shift+Minus');
  await expect(notebook.cells).toHaveCount(6);
  expect((await sources(notebook)).slice(0, 3)).toEqual(['', 'e', 'cho a']);
  await notebook.press('Escape');
  await expect(notebook.cells.nth(2)).toBeFocused();
  await notebook.press('Control+Backspace');
  await expect(notebook.cells).toHaveCount(5);
  await notebook.press('z', 'z');
  await expect(notebook.cells).toHaveCount(4);
  await expect(notebook.cell(0).locator('pre')).toHaveText('echo a');
  await notebook.select(1);
  await notebook.press('Control+Shift+M');
  await expect(notebook.cells).toHaveCount(3);
  await expect(notebook.cell(1).locator('pre')).toHaveText(/echo b\s+echo c/);
  await notebook.press('z');
  await expect(notebook.cells).toHaveCount(4);

  // Copied above, run, run and stay, and back over a save.
  await notebook.select(0);
  await notebook.press('c', 'j', 'Shift+V');
  await expect.poll(() => sources(notebook)).toEqual(['echo a', 'echo a', 'echo b', 'echo c', 'Text']);
  await notebook.press('Control+Enter');
  await expect(notebook.active).toHaveAccessibleName(/done$/);
  await notebook.press('Shift+Enter');
  await expect(notebook.cell(1)).toBeFocused();
  // What the second run prints may come after the first save.
  await expect(async () => {
    await notebook.press('Control+s');
    await expect(page.locator('.context')).toContainText(/saved \d\d:/, { timeout: 1_000 });
  }).toPass();
  expect((await readNotebookFile(file)).cells.map(sourceOf)).toEqual([
    'echo a',
    'echo a',
    'echo b',
    'echo c',
    '### Text',
  ]);
  await notebook.press('z');
  await expect(notebook.cells).toHaveCount(4);
  await notebook.press('Shift+Z');
  await expect(notebook.cells).toHaveCount(5);
});

test('lists every key in a dialog, and every command in the palette', async ({ desktop }) => {
  const { notebook } = await openNotebook(desktop, 'help.ipynb', 'echo a', 'echo b');
  const { page } = notebook;
  const dialog = page.getByRole('dialog', { name: 'Keys' });
  await notebook.press('h');
  await expect(dialog).toBeVisible();
  const search = dialog.getByRole('textbox', { name: 'Type a key or what it does' });
  await expect(search).toBeFocused();
  await expect(dialog.getByText('Heading 1 to 6, in a text')).toBeVisible();
  await desktop.shoot('keys');
  await search.fill('ctrl shift c');
  await expect(dialog.getByText('Search or run a command')).toBeVisible();
  await expect(dialog.getByText('Interrupt', { exact: true })).toBeHidden();
  await search.press('Enter');
  await expect(dialog.getByRole('region', { name: 'The keys' })).toBeFocused();
  // Esc empties the field, and closes only then.
  await search.press('Escape');
  await expect(search).toHaveValue('');
  await expect(dialog.getByText('Interrupt', { exact: true })).toBeVisible();
  await dialog.getByRole('button', { name: 'Window' }).click();
  await expect(dialog.getByText('Open a notebook…')).toBeVisible();
  await desktop.shoot('keys-window');
  // In the system's own colours no ground tells which one is chosen.
  await page.emulateMedia({ forcedColors: 'active' });
  await expect(dialog.getByRole('button', { name: 'Window' })).toHaveCSS('outline-style', 'solid');
  await expect(dialog.getByRole('button', { name: 'Notebook' })).toHaveCSS('outline-style', 'none');
  await page.emulateMedia({ forcedColors: null });
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(notebook.cell(0)).toBeFocused();
  await notebook.press('Control+Shift+H');
  await expect(dialog).toBeVisible();
  await page.keyboard.press('Escape');

  const palette = page.getByRole('dialog', { name: 'Search or run a command' });
  await notebook.press('p');
  await expect(palette).toBeVisible();
  await expect(palette.getByText('in help.ipynb')).toBeVisible();
  await page.keyboard.type('make raw');
  await expect(palette.getByRole('option', { selected: true })).toContainText('Make it a raw cell');
  await page.keyboard.press('Enter');
  await expect(notebook.cell(0)).toHaveAttribute('data-kind', 'raw');
  // What was run last is first, before anything is typed.
  await notebook.press('p');
  await expect(palette.getByRole('option').first()).toContainText('Make it a raw cell');
  await expect(palette.getByText('Used last')).toBeVisible();
  await desktop.shoot('palette-recent');
  await page.keyboard.press('Escape');
});

test('takes other keys from the settings file at once, and names those that clash', async ({ desktop }) => {
  const { notebook } = await openNotebook(desktop, 'other.ipynb', 'echo a');
  const { page } = notebook;
  const settings = join(desktop.places.config, 'settings.json');
  await mkdir(desktop.places.config, { recursive: true });
  await writeFile(
    settings,
    `{
  // Mine.
  "keys": {
    "insert-below": ["Q"],
    "settings": ["Ctrl Alt G"],
    "run-all": ["A"],
    "find-case": ["Alt M"],
    "find-next": ["Ctrl Alt N"],
    "launch": ["F9"],
  }
}
`,
  );
  await expect(async () => {
    await notebook.press('q');
    await expect(notebook.cells).not.toHaveCount(1, { timeout: 500 });
  }).toPass();
  const count = await notebook.cells.count();
  // Its own key is gone; the one that clashed is where it was.
  await notebook.press('b');
  await notebook.press('a');
  await expect(notebook.cells).toHaveCount(count + 1);
  await notebook.press('Control+Alt+g');
  await expect(page.getByRole('complementary', { name: 'Settings' })).toBeVisible();
  await expect(
    page.getByText(
      'Line 6: “A” is a key of “Insert a cell above” (insert-above) already. “Run all cells” keeps its own',
    ),
  ).toBeVisible();
  await expect(page.getByText('Line 9: “launch” is not a command.')).toBeVisible();
  await lookOver(desktop, 'settings-key-mistakes', '.page');
  await page.getByRole('tab', { name: /other/ }).click();
  await notebook.select(0);
  await notebook.press('p');
  await page.keyboard.type('insert a cell below');
  await expect(page.getByRole('option', { selected: true }).locator('kbd')).toHaveText(['Q']);
  await page.keyboard.press('Escape');
  await notebook.press('h');
  await expect(page.getByText('2 keys of the settings file are not used.')).toBeVisible();
  await page.getByRole('textbox', { name: 'Type a key or what it does' }).fill('mine');
  await expect(page.getByText('Use mine', { exact: true })).toBeVisible();
  // The first empties the field.
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');

  // The find bar follows too, its own keys and those that it shares with the notebook.
  await notebook.press('Control+f');
  await page.getByRole('textbox', { name: 'Find', exact: true }).fill('1');
  const matchCase = page.getByRole('button', { name: 'Match upper and lower case' });
  await page.keyboard.press('Alt+m');
  await expect(matchCase).toHaveAttribute('aria-pressed', 'true');
  await expect(matchCase).toHaveAttribute('title', 'Match upper and lower case (Alt M)');
  await page.keyboard.press('Alt+c');
  await expect(matchCase).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('Control+h');
  await expect(page.getByRole('textbox', { name: 'Replace with' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(matchCase).toHaveCount(0);
});

test('copies several cells to another notebook and to another window', async ({ desktop }) => {
  const other = join(desktop.folder, 'other.ipynb');
  await writeNotebookFile(other, [{ id: 'x1', source: 'echo other' }], 'bash');
  const meme = { current: 'abc', history: [] };
  const { notebook } = await openNotebook(
    desktop,
    'from.ipynb',
    { source: 'echo a', metadata: { lc_cell_meme: meme, execution: { 'iopub.status.busy': 'x' } } },
    { type: 'markdown', source: '## Two' },
    'echo c',
  );
  const { page } = notebook;
  await notebook.press('Shift+J', 'c');
  await desktop.answerOpenDialog(other);
  await notebook.press('Control+o');
  await expect(page.locator('[data-cell="x1"]')).toBeFocused();
  await notebook.press('v');
  await expect(notebook.cells).toHaveCount(3);
  await expect.poll(() => sources(notebook)).toEqual(['echo other', 'echo a', 'Two']);
  // Ids that are free here are kept.
  await expect.poll(() => notebook.order()).toEqual(['x1', 'c0', 'c1']);
  await notebook.save();
  const { cells } = await readNotebookFile(other);
  expect(cells[1]).toMatchObject({ id: 'c0', outputs: [], execution_count: null });
  expect(cells[1]!['metadata']).toEqual({ lc_cell_meme: meme });
  // Other programs get the text.
  const text = await desktop.app.evaluate(({ clipboard }) => clipboard.readText());
  expect(text).toBe('echo a\n\n## Two');

  const opened = desktop.app.waitForEvent('window');
  await notebook.press('Control+Shift+N');
  const second = new NotebookPage(await opened);
  await second.page.getByRole('contentinfo').waitFor();
  await second.page.keyboard.press('Control+o');
  await second.opened();
  await expect(second.cells).toHaveCount(3);
  await second.page.keyboard.press('v');
  await expect(second.cells).toHaveCount(5);
  // Here these ids are taken.
  expect(new Set(await second.order()).size).toBe(5);
  // The first window shows the same document.
  await expect(notebook.cells).toHaveCount(5);
});

test('says why a cell is kept as it is', async ({ desktop }) => {
  const { notebook } = await openNotebook(
    desktop,
    'kept.ipynb',
    { source: 'echo a', metadata: { deletable: false } },
    { source: 'echo b', metadata: { run_through_control: { frozen: true } } },
    'echo c',
  );
  const { page } = notebook;
  await notebook.press('d', 'd');
  await expect(page.getByText('Not deleted: one cell is marked as not deletable.')).toBeVisible();
  await notebook.press('j', 'Enter');
  await expect(page.getByText('Not opened for editing: one cell is marked as frozen.')).toBeVisible();
  await expect(notebook.editor).toBeHidden();
  await notebook.press('m');
  await expect(page.getByText('Not changed: one cell is marked as frozen.')).toBeVisible();
  await notebook.press('Shift+M');
  await expect(page.getByText('Not merged: one cell is marked as frozen.')).toBeVisible();
  await lookOver(desktop, 'kept-cells');
  // Of several, those that may be deleted are.
  await notebook.press('Control+a', 'd', 'd');
  await expect.poll(() => notebook.order()).toEqual(['c0']);
  await expect(page.getByRole('status').filter({ hasText: 'Deleted 2 cells.' })).toBeVisible();
});

test('while a cell runs no key alone takes anything away', async ({ desktop }) => {
  const { notebook } = await openNotebook(desktop, 'live.ipynb', 'sleep 60', 'echo b');
  const { page } = notebook;
  await notebook.press('Shift+Enter');
  await expect(notebook.cell(0)).toHaveAccessibleName(/running$/);
  await expect(notebook.cell(1)).toBeFocused();
  const question = page.getByRole('alertdialog', { name: 'Delete this cell?' });
  for (const keys of [['d', 'd'], ['x']]) {
    await notebook.press(...keys);
    await expect(question).toContainText('Something runs in this notebook now. Undo brings it back.');
    await page.keyboard.press('Escape');
    await expect(question).toBeHidden();
    await expect(notebook.cell(1)).toBeFocused();
  }
  await notebook.press('k', 'd', 'd');
  await expect(
    page.getByText('Not deleted: one cell runs or waits in line. Interrupt it first.'),
  ).toBeVisible();
  await notebook.press('0', '0');
  await expect(page.getByRole('alertdialog', { name: 'Restart the kernel?' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(notebook.cell(0)).toHaveAccessibleName(/running$/);
  await notebook.press('i', 'i');
  await expect(notebook.cell(0)).toHaveAccessibleName(/failed, interrupted/);
  await expect(notebook.cells).toHaveCount(2);
});
