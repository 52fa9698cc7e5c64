import type { Locator } from '@playwright/test';
import { expect, test } from '../support/app';
import { openNotebook, readNotebookFile, type NotebookPage } from '../support/notebook-page';

/** Presses on one place and moves to the lower end of another; the button stays down. */
async function dragTo(notebook: NotebookPage, from: Locator, to: Locator): Promise<void> {
  const { mouse } = notebook.page;
  const [start, end] = [(await from.boundingBox())!, (await to.boundingBox())!];
  await mouse.move(start.x + start.width / 2, start.y + 12);
  await mouse.down();
  await mouse.move(start.x + 10, start.y + 40, { steps: 4 });
  await mouse.move(end.x + 10, end.y + end.height - 4, { steps: 8 });
}

test('moves cells by the pointer, several at once, and not at all after Escape', async ({ desktop }) => {
  const { notebook } = await openNotebook(desktop, 'drag.ipynb', 'a', 'b', 'c', 'd');
  const { page } = notebook;
  const time = (index: number): Locator => notebook.cell(index).locator('.entry-time');
  await dragTo(notebook, time(0), notebook.cell(2));
  await expect(page.locator('.drop-line')).toBeVisible();
  await desktop.shoot('drag');
  await page.mouse.up();
  await expect.poll(() => notebook.order()).toEqual(['c1', 'c2', 'c0', 'c3']);
  await expect(page.locator('.drop-line')).toBeHidden();
  await expect(notebook.cell(0)).toBeFocused();

  await dragTo(notebook, time(1), notebook.cell(3));
  await page.keyboard.press('Escape');
  await expect(page.locator('.drop-line')).toBeHidden();
  await page.mouse.up();
  await expect.poll(() => notebook.order()).toEqual(['c1', 'c2', 'c0', 'c3']);

  // Two that stand apart come together where they are dropped.
  await time(1).click();
  await time(0).click({ modifiers: ['Control'] });
  await expect.poll(() => notebook.selected()).toEqual(['c1', 'c0']);
  await dragTo(notebook, time(0), notebook.cell(3));
  await page.mouse.up();
  await expect.poll(() => notebook.order()).toEqual(['c2', 'c3', 'c1', 'c0']);
  await expect.poll(() => notebook.selected()).toEqual(['c1', 'c0']);
  // A click without a drag selects one of them alone.
  await time(1).click();
  await expect.poll(() => notebook.selected()).toEqual(['c1']);
  await notebook.press('z', 'z');
  await expect.poll(() => notebook.order()).toEqual(['c0', 'c1', 'c2', 'c3']);
});

test('scrolls while a cell is dragged to the edge, to places that were not drawn', async ({ desktop }) => {
  const lines = Array.from({ length: 80 }, (_, at) => `echo ${at}`);
  const { file, notebook } = await openNotebook(desktop, 'long.ipynb', ...lines);
  const { page } = notebook;
  const { mouse } = page;
  const view = (await page.locator('.doc').boundingBox())!;
  const start = (await notebook.cell(1).locator('.entry-time').boundingBox())!;
  await mouse.move(start.x + 20, start.y + 12);
  await mouse.down();
  await mouse.move(start.x + 20, view.y + view.height - 8, { steps: 10 });
  await expect(page.locator('[data-cell="c40"]')).toBeVisible();
  await mouse.move(start.x + 20, view.y + view.height / 2, { steps: 4 });
  await mouse.up();
  await expect(page.locator('.drop-line')).toBeHidden();
  await notebook.save();
  const ids = (await readNotebookFile(file)).cells.map((cell) => cell['id']);
  expect(ids).toHaveLength(80);
  expect(ids.indexOf('c1')).toBeGreaterThan(20);
  expect(ids.filter((id) => id !== 'c1')).toEqual(lines.flatMap((_, at) => (at === 1 ? [] : [`c${at}`])));
});

test('selects by Shift and Ctrl with the mouse, and no text', async ({ desktop }) => {
  const { notebook } = await openNotebook(desktop, 'mouse.ipynb', 'a', 'b', 'c', 'd');
  const { page } = notebook;
  await notebook
    .cell(2)
    .locator('.source')
    .click({ modifiers: ['Shift'] });
  await expect.poll(() => notebook.selected()).toEqual(['c0', 'c1', 'c2']);
  expect(await page.evaluate(() => window.getSelection()?.isCollapsed ?? true)).toBe(true);
  await expect(notebook.cell(2)).toBeFocused();
  await notebook
    .cell(1)
    .locator('.source')
    .click({ modifiers: ['Control'] });
  await expect.poll(() => notebook.selected()).toEqual(['c0', 'c2']);
  await expect(notebook.editor).toBeHidden();
  await desktop.shoot('several-selected');
  await notebook.press('d', 'd');
  await expect.poll(() => notebook.order()).toEqual(['c1', 'c3']);
});
