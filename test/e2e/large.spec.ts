import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from '../support/app';
import { NotebookPage, readNotebookFile, sourceOf } from '../support/notebook-page';
import { writeNotebookFile } from '../support/notebooks';

const CELLS = 2_000;

/** 2,000 cells in about 12 MB: texts, sources, and outputs of very different heights. */
async function writeLarge(file: string): Promise<void> {
  const cells = Array.from({ length: CELLS }, (_, index) => {
    if (index % 10 === 0)
      return { type: 'markdown' as const, source: `## Part ${index / 10}\n\nRead this first.` };
    const source = `# Step ${index}\n${Array.from({ length: index % 7 }, (__, line) => `value_${line} = ${index}`).join('\n')}\nprint("step ${index}")`;
    const text = Array.from(
      { length: (index * 37) % 190 },
      (__, line) => `${index} ${line} ${'x'.repeat(60)}\n`,
    ).join('');
    return text === ''
      ? { source }
      : {
          source,
          executionCount: index,
          outputs: [{ output_type: 'stream' as const, name: 'stdout' as const, text }],
        };
  });
  await writeNotebookFile(file, cells, 'bash');
}

test('opens, scrolls and edits 2,000 cells with one live editor', async ({ desktop }) => {
  const file = join(desktop.folder, 'large.ipynb');
  await writeLarge(file);
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  await expect(notebook.cell(0)).toContainText('Part 0');
  await expect.poll(() => notebook.cells.count()).toBeLessThan(60);
  await expect(page.locator('.cm-editor')).toHaveCount(0);

  // Down in big steps: the view is never empty, and never holds more than what is near.
  const doc = page.locator('.doc');
  await doc.hover();
  for (let step = 0; step < 30; step += 1) {
    await page.mouse.wheel(0, 1_700);
    await expect
      .poll(() =>
        doc.evaluate((view) => {
          const { left, top, width, height } = view.getBoundingClientRect();
          const at = [0.2, 0.5, 0.8].map((part) =>
            document.elementFromPoint(left + width / 2, top + height * part),
          );
          return at.every((element) => element?.closest('.log-row') !== null);
        }),
      )
      .toBe(true);
    expect(await notebook.cells.count()).toBeLessThan(80);
  }

  // To the end by its key, and back; typing in the last cell is kept letter by letter.
  await notebook.press('Escape');
  await notebook.select(await firstSeen(page));
  await notebook.press('End');
  await expect(notebook.cell(CELLS - 1)).toBeFocused();
  await expect(notebook.cell(CELLS - 1)).toBeInViewport();
  await notebook.press('Enter');
  await notebook.press('Control+End');
  const typed = ' # typed in a large notebook, quickly and without a pause';
  await page.keyboard.type(typed);
  await expect(notebook.editor).toContainText(typed.trim());
  await expect(page.locator('.cm-editor')).toHaveCount(1);
  await desktop.shoot('large-notebook');
  await notebook.press('Escape', 'Home');
  await expect(notebook.cell(0)).toBeInViewport();
  await notebook.save();
  const { cells } = await readNotebookFile(file);
  expect(sourceOf(cells[CELLS - 1]!)).toContain(typed);
});

/** The place in the file of the first cell that is wholly in view. */
async function firstSeen(page: Page): Promise<number> {
  const id = await page.locator('.doc').evaluate((view) => {
    const { top } = view.getBoundingClientRect();
    const seen = [...view.querySelectorAll<HTMLElement>('article.entry')].find(
      (cell) => cell.getBoundingClientRect().top >= top,
    );
    return seen?.dataset['cell'] ?? 'c0';
  });
  return Number(id.slice(1));
}

test('keeps the place of the view when tabs are switched', async ({ desktop }) => {
  const file = join(desktop.folder, 'large.ipynb');
  const other = join(desktop.folder, 'other.ipynb');
  await writeLarge(file);
  await writeNotebookFile(other, ['print(1)']);
  const page = await desktop.start({ files: [other, file] });
  const notebook = new NotebookPage(page);
  const large = page.getByRole('tab', { name: 'large.ipynb' });
  await expect(large).toHaveAttribute('aria-selected', 'true');
  await notebook.opened();
  await page.locator('.doc').hover();
  for (let step = 0; step < 12; step += 1) await page.mouse.wheel(0, 1_300);
  const before = await notebook.placeAtRest();
  await page.getByRole('tab', { name: 'other.ipynb' }).click();
  await expect(page.getByText('print(1)')).toBeVisible();
  await large.click();
  await expect.poll(() => notebook.place()).toBe(before);
});

test('holds still what is read while a cell above prints', async ({ desktop }) => {
  const file = join(desktop.folder, 'above.ipynb');
  await writeNotebookFile(
    file,
    [
      'for n in $(seq 1 60); do echo "above $n"; sleep 0.02; done',
      ...Array.from({ length: 40 }, (_, index) => `# Step ${index}\necho one\necho two\necho three`),
    ],
    'bash',
  );
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  await notebook.press('Control+Enter');
  await expect(notebook.cell(0)).toContainText('above 1');
  // The printing cell is wholly above the view, but still drawn.
  await page.locator('.doc').evaluate((view) => {
    const printing = view.querySelector('[data-cell="c0"]')?.getBoundingClientRect().bottom ?? 0;
    view.scrollBy(0, printing - view.getBoundingClientRect().top + 60);
  });
  const topOf = (index: number): Promise<number> =>
    notebook.cell(index).evaluate((cell) => Math.round(cell.getBoundingClientRect().top));
  await page.waitForTimeout(150);
  const target = await firstSeen(page);
  const before = await topOf(target);
  await expect(notebook.cell(0)).toHaveAccessibleName(/done$/, { timeout: 60_000 });
  expect(Math.abs((await topOf(target)) - before)).toBeLessThanOrEqual(2);
});
