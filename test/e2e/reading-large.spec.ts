import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from '../support/app';
import { NotebookPage } from '../support/notebook-page';
import { writeNotebookFile } from '../support/notebooks';

const CELLS = 2_000;

/** 2,000 cells in about 12 MB, with headings of three levels, hidden parts, long texts and outputs of all heights. */
async function writeLarge(file: string): Promise<void> {
  const words = 'Read this before you go on, and tell the desk what you are about to do. ';
  const cells = Array.from({ length: CELLS }, (_, index) => {
    if (index % 20 === 0)
      return {
        type: 'markdown' as const,
        source: `${'#'.repeat(1 + ((index / 20) % 3))} Part ${index / 20}\n\n${words.repeat(index % 9)}`,
      };
    if (index % 20 === 7)
      return { type: 'markdown' as const, source: `- one\n- two\n\n| a | b |\n|---|---|\n| ${index} | x |` };
    const source = `# Step ${index}\n${Array.from({ length: (index * 7) % 23 }, (__, line) => `value_${line} = ${index}`).join('\n')}\nprint("step ${index}")`;
    const text = Array.from(
      { length: (index * 37) % 190 },
      (__, line) => `${index} ${line} ${'x'.repeat(60)}\n`,
    ).join('');
    return {
      source,
      metadata: index % 31 === 0 ? { tags: ['hide-input'] } : {},
      executionCount: index,
      outputs: text === '' ? [] : [{ output_type: 'stream' as const, name: 'stdout' as const, text }],
    };
  });
  await writeNotebookFile(file, cells, 'bash');
}

interface Watched {
  readonly frames: number;
  /** Frames in which some part of the view showed no cell. */
  readonly blank: number;
  /** The furthest that a cell in view moved against the wheel from one frame to the next, CSS pixels. */
  readonly jump: number;
  readonly editors: number;
  readonly drawn: number;
}

/** Looks at every frame from now on, while the wheel turns down (1) or up (-1), until {@link stopWatching}. */
async function watchFrames(page: Page, direction: 1 | -1): Promise<void> {
  await page.evaluate((down) => {
    const view = document.querySelector('.doc')!;
    const seen = { frames: 0, blank: 0, jump: 0, editors: 0, drawn: 0, isOver: false };
    Object.assign(window, { watchedFrames: seen });
    let tracked: Element | null = null;
    let before = 0;
    const look = (): void => {
      if (seen.isOver) return;
      seen.frames += 1;
      const { left, top, width, height } = view.getBoundingClientRect();
      const at = (part: number): Element | null =>
        document.elementFromPoint(left + width / 2, top + height * part)?.closest('.log-row') ?? null;
      if ([0.1, 0.3, 0.5, 0.7, 0.9].some((part) => at(part) === null)) seen.blank += 1;
      if (tracked?.isConnected === true) {
        const moved = tracked.getBoundingClientRect().top - before;
        // Down the wheel moves the cells up; what goes the other way has jumped.
        seen.jump = Math.max(seen.jump, moved * down);
      }
      tracked = at(0.5);
      before = tracked?.getBoundingClientRect().top ?? 0;
      seen.editors = Math.max(seen.editors, document.querySelectorAll('.cm-editor').length);
      seen.drawn = Math.max(seen.drawn, document.querySelectorAll('article.entry').length);
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, direction);
}

async function stopWatching(page: Page): Promise<Watched> {
  return page.evaluate(() => {
    const seen = (window as unknown as { watchedFrames: Watched & { isOver: boolean } }).watchedFrames;
    seen.isOver = true;
    return seen;
  });
}

async function wheel(page: Page, by: number, times: number): Promise<void> {
  for (let turn = 0; turn < times; turn += 1) {
    await page.mouse.wheel(0, by);
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  }
}

test('scrolls 2,000 cells without a blank frame or a jump, folded sections included', async ({ desktop }) => {
  const file = join(desktop.folder, 'large.ipynb');
  await writeLarge(file);
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  const contents = page.getByRole('navigation', { name: 'Contents' });
  await expect(contents.getByRole('button')).toHaveCount(CELLS / 20);

  const check = async (what: string): Promise<void> => {
    const { frames, blank, jump, editors, drawn } = await stopWatching(page);
    expect(frames, `${what}: frames`).toBeGreaterThan(20);
    expect(blank, `${what}: blank frames`).toBe(0);
    expect(jump, `${what}: the furthest jump`).toBeLessThanOrEqual(2);
    expect(editors, `${what}: live editors`).toBeLessThanOrEqual(60);
    expect(drawn, `${what}: cells drawn`).toBeLessThan(80);
  };
  const doc = page.locator('.doc');
  await doc.hover();
  await watchFrames(page, 1);
  await wheel(page, 420, 60);
  await check('down');
  // Up into what was never drawn: the contents jump to the middle first.
  await contents.getByRole('button', { name: /^Part 60/ }).click();
  await expect(notebook.cell(1_200)).toBeInViewport();
  await expect(contents.getByRole('button', { name: /^Part 60/ })).toHaveAttribute('aria-current', 'true');
  await doc.hover();
  await notebook.placeAtRest();
  await watchFrames(page, -1);
  await wheel(page, -420, 60);
  await check('up');
  await expect(contents.getByRole('button', { name: /^Part 60/ })).not.toHaveAttribute('aria-current');

  // All folded: only the highest headings are left; going to a hidden one opens what is over it.
  await notebook.command('Fold all headings');
  await expect(notebook.active).toContainText(/cells hidden/);
  await contents.getByRole('button', { name: /^Part 61/ }).click();
  await expect(notebook.cell(1_220)).toBeInViewport();
  await contents.getByRole('button', { name: /^Part 7\b/ }).click();
  await expect(notebook.cell(140)).toBeInViewport();
  await desktop.shoot('folded-large');
  await doc.hover();
  await watchFrames(page, 1);
  await wheel(page, 60, 25);
  await check('down over folded sections');
});

test('comes back to where the reader was: place, selection, folded sections', async ({ desktop }) => {
  const file = join(desktop.folder, 'large.ipynb');
  await writeLarge(file);
  let page = await desktop.start({ files: [file] });
  let notebook = new NotebookPage(page);
  await notebook.opened();
  const contents = (): ReturnType<Page['getByRole']> => page.getByRole('navigation', { name: 'Contents' });
  await contents()
    .getByRole('button', { name: /^Part 42/ })
    .click();
  await notebook.press('ArrowLeft', 'j', 'j');
  await expect(notebook.active).toBeFocused();
  const active = await notebook.active.getAttribute('data-cell');
  await page.locator('.doc').hover();
  await wheel(page, 130, 3);
  const before = await notebook.placeAtRest();
  await desktop.close();

  page = await desktop.start({ files: [file] });
  notebook = new NotebookPage(page);
  await notebook.opened();
  await expect.poll(() => notebook.place()).toBe(before);
  await expect(notebook.active).toHaveAttribute('data-cell', active ?? '');
  await contents()
    .getByRole('button', { name: /^Part 42/ })
    .click();
  await expect(notebook.cell(840)).toContainText('59 cells hidden');
});

test("folds at first what Jupyter's metadata fold, and writes nothing", async ({ desktop }) => {
  const file = join(desktop.folder, 'marked.ipynb');
  await writeNotebookFile(file, [
    { type: 'markdown', source: '# One', metadata: { 'jp-MarkdownHeadingCollapsed': true } },
    'one()',
    { type: 'markdown', source: '# Two', metadata: { heading_collapsed: true } },
    'two()',
    { type: 'markdown', source: '# Three' },
    'three()',
  ]);
  const page = await desktop.start({ files: [file] });
  const notebook = new NotebookPage(page);
  await notebook.opened();
  await expect(notebook.cells).toHaveCount(4);
  await expect(notebook.cell(0)).toContainText('1 cell hidden');
  await expect(notebook.cell(2)).toContainText('1 cell hidden');
  await notebook.select(2);
  await notebook.press('ArrowRight');
  await expect(notebook.cell(3)).toBeVisible();
  await expect(page.getByRole('img', { name: 'not saved' })).toBeHidden();
  // What is opened here stays open the next time, whatever the file says.
  await notebook.press('Control+w');
  await expect(page.getByRole('tab', { name: 'Welcome' })).toBeVisible();
  await desktop.startAgain([file]);
  await notebook.opened();
  await expect(notebook.cell(3)).toBeVisible();
  await expect(notebook.cell(1)).toBeHidden();
});
