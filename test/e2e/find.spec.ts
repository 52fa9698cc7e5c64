import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from '../support/app';
import { lookOver } from '../support/axe';
import { NotebookPage, readNotebookFile, sourceOf } from '../support/notebook-page';
import { writeNotebookFile } from '../support/notebooks';

const COUNT = '.find-bar .find-count';

/** What the window has marked, as texts: all matches that are drawn, and the one it is at. */
function marked(page: Page): Promise<{ readonly all: string[]; readonly current: string[] }> {
  return page.evaluate(() => {
    const texts = (name: string): string[] => {
      const marks = (CSS.highlights as unknown as Map<string, Set<Range>>).get(name);
      return [...(marks ?? [])].map((range) => range.toString());
    };
    return { all: texts('find-match'), current: texts('find-current') };
  });
}

/** True while the match that the bar is at lies whole within the cells' view. */
function isCurrentSeen(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const marks = (CSS.highlights as unknown as Map<string, Set<Range>>).get('find-current');
    const at = [...(marks ?? [])][0]?.getBoundingClientRect();
    const view = document.querySelector('.doc')?.getBoundingClientRect();
    return at !== undefined && view !== undefined && at.top >= view.top && at.bottom <= view.bottom;
  });
}

async function look(page: Page, words: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Find', exact: true }).fill(words);
}

const stdout = (text: string) => [{ output_type: 'stream' as const, name: 'stdout' as const, text }];

test('finds in sources, texts and outputs, wherever they are in a long notebook', async ({ desktop }) => {
  const file = join(desktop.folder, 'long.ipynb');
  const cells = Array.from({ length: 300 }, (_, index) => ({
    source: `# Step ${index}\nprint("row ${index}")`,
    outputs: stdout(`row ${index}\n`),
  }));
  cells[0]!.source = 'needle = "first"';
  const many = Array.from({ length: 400 }, (_, line) => (line === 250 ? 'a needle within' : `line ${line}`));
  cells[150]!.outputs = stdout(`${many.join('\n')}\n`);
  await writeNotebookFile(file, [
    ...cells.slice(0, 200),
    { type: 'markdown', source: 'Look for the **needle** here.\n\n`needle`' },
    {
      source: 'x = 1\nneedle(x)',
      metadata: { tags: ['hide-input'] },
      outputs: stdout('\u001b[31mneedle\u001b[0m found\n'),
    },
    ...cells.slice(202),
  ]);
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  await notebook.select(0);

  await notebook.press('Control+f');
  await look(page, 'Needle');
  await expect(page.locator(COUNT)).toHaveText('1 of 6');
  await expect.poll(async () => (await marked(page)).current).toEqual(['needle']);
  await desktop.shoot('find-first');

  // A line that the window does not have, by the engine.
  await notebook.press('Enter');
  await expect(page.locator(COUNT)).toHaveText('2 of 6');
  await expect(page.locator('.find-note')).toContainText('In line 251 of an output');
  await expect(notebook.cell(150)).toHaveClass(/is-active/);

  // In rendered text, where markup is not drawn.
  await notebook.press('Enter');
  await expect(notebook.cell(200)).toBeInViewport();
  // The next cell's output is drawn too.
  await expect.poll(() => marked(page)).toEqual({ all: ['needle', 'needle'], current: ['needle'] });

  // A hidden source is opened for it.
  await notebook.press('Enter', 'Enter');
  await expect(page.locator(COUNT)).toHaveText('5 of 6');
  await expect(notebook.cell(201).locator('.still-code')).toContainText('needle(x)');
  await expect.poll(async () => (await marked(page)).current).toEqual(['needle']);
  await desktop.shoot('find-hidden-source');
  // In a smaller window it goes on to be seen.
  await desktop.resize(1100, 700);
  await expect.poll(() => isCurrentSeen(page)).toBe(true);
  await desktop.resize(1440, 900);
  await notebook.press('Enter');
  await expect(page.locator(COUNT)).toHaveText('6 of 6');
  await notebook.press('Enter');
  await expect(page.locator(COUNT)).toHaveText('1 of 6');
  await expect(notebook.cell(0)).toBeInViewport();
  await notebook.press('Shift+Enter');
  await expect(page.locator(COUNT)).toHaveText('6 of 6');

  // Without outputs; and nothing but what matches in case.
  await page.getByRole('button', { name: 'Outputs' }).click();
  await expect(page.locator(COUNT)).toContainText('of 4');
  await page.getByRole('button', { name: 'Match upper and lower case' }).click();
  await expect(page.locator(COUNT)).toHaveText('nothing found');

  // Esc gives the keys back to the cells.
  await page.getByRole('textbox', { name: 'Find', exact: true }).focus();
  await notebook.press('Escape');
  await expect(page.locator('.find-bar')).toBeHidden();
  await expect(notebook.active).toBeFocused();
  await expect.poll(() => marked(page)).toEqual({ all: [], current: [] });
});

test('says what is wrong with a pattern, and stops one that takes for ever', async ({ desktop }) => {
  const file = join(desktop.folder, 'slow.ipynb');
  await writeNotebookFile(file, [`x = "${'a'.repeat(40)}!"`, 'y = 2']);
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  await notebook.select(0);
  await notebook.press('f');
  await page.getByRole('button', { name: 'Regular expression' }).click();
  await look(page, '(x');
  await expect(page.locator('.find-note')).toHaveText(
    'This is not a regular expression: unterminated group.',
  );
  await lookOver(desktop, 'find-bad-pattern', '.find-bar');
  await look(page, '(a+)+$');
  await expect(page.locator('.find-note')).toContainText('takes too long', { timeout: 30_000 });
  // The window lives on, and so does the search.
  await look(page, '[xy] =');
  await expect(page.locator(COUNT)).toHaveText('1 of 2');
});

test('replaces one and all, each as one step of undo, and nothing that must stay', async ({ desktop }) => {
  const file = join(desktop.folder, 'replace.ipynb');
  await writeNotebookFile(file, [
    { source: 'alpha(alpha)', outputs: stdout('alpha\n') },
    { source: 'alpha # fixed', metadata: { editable: false } },
    { source: 'alpha # frozen', metadata: { run_through_control: { frozen: true } } },
    { source: 'alphabet, alpha' },
  ]);
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  await notebook.select(0);
  await notebook.press('Control+h');
  await look(page, 'alpha');
  await page.getByRole('button', { name: 'Whole words' }).click();
  await expect(page.locator(COUNT)).toHaveText('1 of 6');
  await page.getByRole('textbox', { name: 'Replace with' }).fill('alpha2 alpha');
  await page.getByRole('textbox', { name: 'Replace with' }).press('Enter');
  // What was put in holds what is looked for; the next match is behind it.
  await expect(notebook.cell(0)).toContainText('alpha2 alpha(alpha)');
  await expect(page.locator(COUNT)).toHaveText('2 of 6');
  await page.getByRole('textbox', { name: 'Replace with' }).fill('beta');
  await expect(page.getByRole('button', { name: 'Replace', exact: true }).last()).toBeEnabled();
  await desktop.shoot('find-replace');
  await page.getByRole('button', { name: 'Replace all' }).click();
  await expect(page.locator('.find-bar .find-note')).toHaveText(
    '3 replaced, 2 kept in cells that are not editable.',
  );
  await expect(notebook.cell(0)).toContainText('alpha2 beta(beta)');
  await expect(notebook.cell(3)).toContainText('alphabet, beta');
  await lookOver(desktop, 'find-replaced', '.find-bar');
  await page.getByRole('textbox', { name: 'Find', exact: true }).focus();
  await notebook.press('Escape', 'z');
  await expect(notebook.cell(3)).toContainText('alphabet, alpha');
  await expect(notebook.cell(0)).toContainText('alpha2 alpha(alpha)');
  await notebook.press('z');
  await expect(notebook.cell(0).locator('.still-code')).toHaveText('alpha(alpha)');
  await notebook.press('Shift+Z', 'Shift+Z');
  await expect(notebook.cell(0)).toContainText('alpha2 beta(beta)');
  await notebook.save();
  const { cells } = await readNotebookFile(file);
  expect(cells.map(sourceOf)).toEqual([
    'alpha2 beta(beta)',
    'alpha # fixed',
    'alpha # frozen',
    'alphabet, beta',
  ]);
});

test('looks in the selected cells, for what is selected in a source, and by keys alone', async ({
  desktop,
}) => {
  const file = join(desktop.folder, 'keys.ipynb');
  await writeNotebookFile(file, ['word = 1', 'word = 2', 'word = 3', 'word = 4']);
  const page = await desktop.start({ files: [file], size: { width: 1100, height: 700 } });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  await notebook.select(1);
  await notebook.press('Shift+J', 'f');
  await look(page, 'word');
  await expect(page.locator(COUNT)).toHaveText('1 of 2');
  await desktop.shoot('find-word');
  await notebook.press('Alt+l');
  await expect(page.locator(COUNT)).toContainText('of 4');
  await notebook.press('Escape');
  await expect(notebook.active).toBeFocused();

  // In the editor: the selection is looked for, F3 goes on from there, Esc selects the match.
  await notebook.select(0);
  await notebook.press('Enter', 'Home', 'Shift+ArrowRight', 'Shift+ArrowRight', 'Control+f');
  await expect(page.getByRole('textbox', { name: 'Find', exact: true })).toHaveValue('wo');
  await expect(page.locator(COUNT)).toHaveText('1 of 4');
  await expect.poll(async () => (await marked(page)).current).toEqual(['wo']);
  await notebook.press('Escape');
  await expect(notebook.editor).toBeFocused();
  await expect.poll(() => page.evaluate(() => getSelection()?.toString())).toBe('wo');

  // What is typed meanwhile is searched.
  await notebook.press('Control+f', 'Escape', 'End');
  await notebook.press('Control+f');
  await notebook.editor.click();
  await page.keyboard.type(' wow');
  await expect(page.locator(COUNT)).toContainText('of 5');
});
