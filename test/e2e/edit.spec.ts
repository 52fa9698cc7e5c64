import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '../support/app';
import { NotebookPage, readNotebookFile, sourceOf } from '../support/notebook-page';
import { writeNotebookFile } from '../support/notebooks';

test('edits, undoes, redoes and saves, and leaves every other byte of the file alone', async ({
  desktop,
}) => {
  const file = join(desktop.folder, 'odd.ipynb');
  // Written by hand: odd indent, escapes, numbers and order of members, which a save must not touch.
  const text = `{
   "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}, "big": 12345678901234567890, "float": 1.0, "exp": 1e5},
   "nbformat": 4, "nbformat_minor": 5,
   "cells": [
      {
         "cell_type": "code", "id": "c0", "source": ["caf\\u00e9 = 1"], "metadata": {}, "outputs": [], "execution_count": null
      },
      {
         "id": "c1", "cell_type": "code", "metadata": {"x":1.0}, "execution_count": 7,
         "outputs": [{"output_type":"stream","name":"stdout","text":["a\\n","b"]}],
         "source": [
            "first\\n",
            "second"
         ]
      }
   ]
}
`;
  await writeFile(file, text);
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  const save = page.locator('.context').getByRole('button', { name: 'Save' });
  await expect(save).toBeDisabled();
  // What is seen whole has nothing to scroll to.
  await expect
    .poll(() => page.locator('.doc').evaluate((view) => view.scrollHeight - view.clientHeight))
    .toBe(0);

  await notebook.select(1);
  await notebook.press('Enter');
  await expect(notebook.editor).toBeFocused();
  await notebook.press('Control+Home');
  await page.keyboard.type('zero ');
  await expect(page.getByRole('img', { name: 'not saved' })).toBeVisible();
  await notebook.press('Escape');
  await expect(notebook.cell(1)).toBeFocused();
  await desktop.shoot('edit-not-saved');
  await notebook.press('z');
  await expect(notebook.cell(1).locator('.still-code')).toHaveText(/^first/);
  await expect(page.getByRole('img', { name: 'not saved' })).toBeHidden();
  await notebook.press('Shift+Z');
  await expect(notebook.cell(1).locator('.still-code')).toHaveText(/^zero first/);
  await notebook.press('Control+s');
  await expect(page.locator('.context')).toContainText(/saved \d\d:/);
  await expect(page.getByRole('img', { name: 'not saved' })).toBeHidden();
  // Beside the edit one member is new: which source the outputs that are kept came from.
  const ranAs = /, "watchbook": \{"ranAs": \{"source": "[0-9a-f]{64}", "result": "[0-9a-f]{64}"\}\}/;
  const saved = await readFile(file, 'utf8');
  expect(saved).toMatch(ranAs);
  expect(saved.replace(ranAs, '')).toBe(text.replace('"first\\n"', '"zero first\\n"'));
});

test('saves under another name, and asks before edits are left', async ({ desktop }) => {
  const file = join(desktop.folder, 'one.ipynb');
  const other = join(desktop.folder, 'two.ipynb');
  await writeNotebookFile(file, ['print(1)']);
  const before = await readFile(file, 'utf8');
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  await notebook.press('Enter');
  await page.keyboard.type(' + 1');
  await desktop.answerSaveDialog(null);
  await notebook.press('Control+Shift+s');
  await desktop.answerSaveDialog(other);
  await notebook.press('Control+Shift+s');
  await expect(page.getByRole('tab')).toHaveText(/two/);
  await expect(page.locator('.context')).toContainText(/saved \d\d:/);
  expect(await readFile(file, 'utf8')).toBe(before);
  expect(sourceOf((await readNotebookFile(other)).cells[0]!)).toBe('print(1) + 1');

  await page.keyboard.type(' + 2');
  await page.keyboard.press('Control+w');
  const question = page.getByRole('alertdialog', { name: 'Save the edits in two.ipynb?' });
  await expect(question).toBeVisible();
  await expect(question.getByRole('button', { name: 'Keep it open' })).toBeFocused();
  await desktop.shoot('close-question');
  await page.keyboard.press('Escape');
  await expect(question).toBeHidden();
  await expect(notebook.editor).toBeFocused();
  await page.keyboard.press('Control+w');
  await question.getByRole('button', { name: 'Save and close' }).click();
  await expect(page.getByRole('tab')).toHaveText(/Welcome/);
  expect(sourceOf((await readNotebookFile(other)).cells[0]!)).toBe('print(1) + 1 + 2');
});

test('closes without saving only when told so, and the window asks as a tab does', async ({ desktop }) => {
  const file = join(desktop.folder, 'one.ipynb');
  await writeNotebookFile(file, ['print(1)']);
  const before = await readFile(file, 'utf8');
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  await notebook.press('Enter');
  await page.keyboard.type(' + 1');
  await expect(page.getByRole('img', { name: 'not saved' })).toBeVisible();
  await page.getByRole('button', { name: 'Close the window' }).click();
  const question = page.getByRole('alertdialog');
  await expect(question).toBeVisible();
  await question.getByRole('button', { name: 'Keep it open' }).click();
  await expect(question).toBeHidden();
  await page.getByRole('button', { name: 'Close the window' }).click();
  await question.getByRole('button', { name: 'Close without saving' }).click();
  await desktop.closed();
  expect(await readFile(file, 'utf8')).toBe(before);
  // What was thrown away on purpose does not come back.
  const again = await desktop.start();
  await new NotebookPage(again).opened();
  await expect(again.locator('.still-code')).toHaveText('print(1)');
  await expect(again.getByText('Edits from an earlier session')).toBeHidden();
});

test('does by keys what Jupyter does by the same keys', async ({ desktop }) => {
  const file = join(desktop.folder, 'keys.ipynb');
  await writeNotebookFile(file, [
    'a = 1',
    'b = 2',
    { type: 'markdown', source: '# Text' },
    {
      source: 'c = 3',
      outputs: [{ output_type: 'stream', name: 'stdout', text: 'three\n' }],
      executionCount: 3,
    },
  ]);
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  await expect(notebook.cell(0)).toBeFocused();

  // Moving and selecting.
  await notebook.press('j', 'ArrowDown', 'j', 'j');
  await expect(notebook.cell(3)).toBeFocused();
  await notebook.press('k', 'ArrowUp', 'Home');
  await expect(notebook.cell(0)).toBeFocused();
  await notebook.press('Shift+J');
  await expect(page.locator('article.is-selected')).toHaveCount(2);
  await notebook.press('Home');

  // Inserting, above and below; the new cell has the keys.
  await notebook.press('b');
  await expect(notebook.cells).toHaveCount(5);
  await expect(notebook.active).toBeFocused();
  await notebook.press('Enter');
  await page.keyboard.type('below');
  await notebook.press('Escape', 'a');
  await expect(notebook.cells).toHaveCount(6);
  await notebook.press('Enter');
  await page.keyboard.type('above');
  await notebook.press('Escape');
  await expect(page.locator('.still-code')).toHaveText(['a = 1', 'above', 'below', 'b = 2', 'c = 3']);

  // Kinds of cell.
  await notebook.press('m');
  await expect(notebook.active).toHaveAttribute('data-kind', 'markdown');
  await notebook.press('r');
  await expect(notebook.active).toHaveAttribute('data-kind', 'raw');
  await notebook.press('y');
  await expect(notebook.active).toHaveAttribute('data-kind', 'code');

  // Cut, copy, paste; D D deletes what has no output at once.
  await notebook.press('x');
  await expect(notebook.cells).toHaveCount(5);
  await notebook.press('v');
  await expect(notebook.cells).toHaveCount(6);
  await expect(notebook.active).toContainText('above');
  await notebook.press('c', 'v');
  await expect(notebook.cells).toHaveCount(7);
  await notebook.press('d', 'd');
  await expect(notebook.cells).toHaveCount(6);
  await notebook.press('z');
  await expect(notebook.cells).toHaveCount(7);
  await notebook.press('Shift+Z');
  await expect(notebook.cells).toHaveCount(6);
  // One D does nothing.
  await notebook.press('d', 'j');
  await expect(notebook.cells).toHaveCount(6);

  // What has output asks, and undo brings it back with its output.
  await notebook.select(3);
  await notebook.press('d', 'd');
  const question = page.getByRole('alertdialog', { name: 'Delete this cell?' });
  await expect(question).toBeVisible();
  await desktop.shoot('delete-question');
  await page.keyboard.press('Enter');
  await expect(question).toBeHidden();
  await expect(notebook.cell(3)).toBeVisible();
  await expect(notebook.cell(3)).toBeFocused();
  await notebook.press('d', 'd');
  await question.getByRole('button', { name: 'Delete the cell' }).click();
  await expect(notebook.cell(3)).toBeHidden();
  await expect(notebook.active).toBeFocused();
  await notebook.press('z');
  await expect(notebook.cell(3)).toContainText('three');

  // Outputs are cleared before a commit, for one, and come back the same way.
  await page.getByRole('button', { name: 'More for this notebook' }).click();
  await page.getByRole('menuitem', { name: 'Clear all outputs' }).click();
  await expect(notebook.cell(3)).not.toContainText('three');
  await expect(page.getByText('Cleared the outputs of one cell. Undo brings them back.')).toBeVisible();
  await notebook.select(3);
  await notebook.press('z');
  await expect(notebook.cell(3)).toContainText('three');

  // Moving a cell, splitting and merging.
  await notebook.select(0);
  await notebook.press('Control+Shift+ArrowDown');
  expect((await notebook.order()).indexOf('c0')).toBe(1);
  await notebook.press('Enter', 'Home');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Control+Shift+Minus');
  await expect(notebook.cell(0).locator('pre')).toHaveText('a');
  await expect(notebook.active).toContainText('= 1');
  await notebook.press('Escape', 'k', 'Shift+M');
  await expect(notebook.cell(0).locator('pre')).toHaveText(/^a\n\n ?= 1$/);
});

test('a held key never runs, deletes or asks twice', async ({ desktop }) => {
  const file = join(desktop.folder, 'held.ipynb');
  await writeNotebookFile(file, ['a', 'b', 'c', 'd'], 'bash');
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  // A second `down` without an `up` is what the system sends while a key is held.
  await page.keyboard.down('d');
  await page.keyboard.down('d');
  await page.keyboard.down('d');
  await page.keyboard.up('d');
  await expect(notebook.cells).toHaveCount(4);
  for (const key of ['x', 'b', 'v']) {
    await page.keyboard.down(key);
    await page.keyboard.down(key);
    await page.keyboard.up(key);
  }
  // Cut one, inserted one, pasted one.
  await expect(notebook.cells).toHaveCount(5);
  await notebook.press('Home');
  await page.keyboard.down('Shift');
  await page.keyboard.down('Enter');
  await page.keyboard.down('Enter');
  await page.keyboard.down('Enter');
  await page.keyboard.up('Enter');
  await page.keyboard.up('Shift');
  // Only the first cell was sent, and the second is selected.
  await expect(notebook.cells.nth(1)).toBeFocused();
  await expect(notebook.cells.nth(0)).toHaveAccessibleName(/failed/);
  await expect(notebook.cells.nth(1)).toHaveAccessibleName(/not run here$/);
});

test('keeps the keys when the button that was pressed is gone', async ({ desktop }) => {
  const file = join(desktop.folder, 'gone.ipynb');
  await writeNotebookFile(file, ['sleep 60', 'echo two'], 'bash');
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  await page.getByRole('button', { name: 'Run all' }).click();
  await expect(notebook.cell(0)).toHaveAccessibleName(/running$/);
  await notebook.press('i', 'i');
  await expect(notebook.cell(0)).toHaveAccessibleName(/failed, interrupted/);
  await expect(notebook.cell(0)).toBeFocused();
  // Run and insert: the new cell is below and has the cursor.
  await notebook.press('j', 'Alt+Enter');
  await expect(notebook.cells).toHaveCount(3);
  await expect(notebook.editor).toBeFocused();
  await page.keyboard.type('echo three');
  await expect(notebook.cells.nth(2)).toContainText('echo three');
  await expect(notebook.cell(1)).toHaveAccessibleName(/done$/);
  // Who was typing and lost the cursor to a button does not find the letters taken for commands.
  const save = page.getByRole('button', { name: 'Save' });
  await save.click();
  await expect(save).toBeDisabled();
  await page.keyboard.type('dd');
  await expect(notebook.cells).toHaveCount(3);
});

test('goes round the window by keys, and every stop is seen', async ({ desktop }) => {
  const file = join(desktop.folder, 'round.ipynb');
  await writeNotebookFile(file, [{ type: 'markdown', source: '# Head' }, 'print(1)']);
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  await notebook.select(0);
  const region = (): Promise<string> =>
    page.evaluate(
      () => document.activeElement?.closest<HTMLElement>('[data-region]')?.dataset['region'] ?? 'none',
    );
  const seen: string[] = [];
  for (let count = 0; count < 5; count += 1) {
    seen.push(await region());
    await notebook.press('F6');
  }
  expect(seen).toEqual(['document', 'status', 'titlebar', 'nav', 'side']);
  await expect.poll(() => region()).toBe('document');
  await expect(notebook.cell(0)).toBeFocused();
  await notebook.press('Shift+F6');
  await expect.poll(() => region()).toBe('side');
  // Each stop of Tab has a visible outline or, for a cell, its bar.
  await page.mouse.click(500, 860);
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  for (let count = 0; count < 24; count += 1) {
    await notebook.press('Tab');
    const sight = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === null || element === document.body) return { name: 'body', isSeen: true };
      const shown = element.matches('article.entry')
        ? getComputedStyle(element.querySelector('.entry-body')!, '::before')
        : getComputedStyle(element.closest('.field-search') ?? element);
      return {
        name: element.outerHTML.slice(0, 120),
        isSeen: shown.outlineStyle !== 'none' && Number.parseFloat(shown.outlineWidth) > 0,
      };
    });
    expect(sight.isSeen, `the focus is seen on ${sight.name}`).toBe(true);
  }
});
