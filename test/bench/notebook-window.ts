import { join } from 'node:path';
import type { Page } from '@playwright/test';
import type { Desktop } from '../support/app';
import { writeNotebookFile } from '../support/notebooks';

/** A Python notebook in the window, its kernel started; cells are `c0` (already run), `c1` and so on. */
export async function openNotebook(desktop: Desktop, sources: readonly string[]): Promise<string> {
  const file = join(desktop.folder, 'bench.ipynb');
  await writeNotebookFile(file, ['pass', ...sources]);
  const page = await desktop.start({ files: [file] });
  await page.locator('[data-cell="c0"]').waitFor();
  await runCell(page, 'c0');
  return file;
}

/** Selects a cell in its margin, and answers once it has the focus. */
export async function select(page: Page, cell: string): Promise<void> {
  await page.locator(`[data-cell="${cell}"] .entry-time`).click();
  await page.waitForFunction((id) => document.activeElement?.getAttribute('data-cell') === id, cell);
}

/** Starts a cell; answers when the window shows it. What it says of an earlier run must not be taken for this one. */
export async function start(page: Page, cell: string): Promise<void> {
  await select(page, cell);
  await noteKeys(page);
  const name = `article[data-cell="${cell}"]`;
  const before = await page.locator(name).getAttribute('aria-label');
  await page.keyboard.press('Control+Enter');
  await page.waitForFunction(
    ([selector, old]) => document.querySelector(selector)?.getAttribute('aria-label') !== old,
    [name, before] as const,
  );
}

/** From the key until the window says that the cell is done. Milliseconds. */
export async function runCell(page: Page, cell: string): Promise<number> {
  await start(page, cell);
  return untilState(page, cell, 'done');
}

/** Each key press is noted from now on; {@link untilState} counts from the last. */
export async function noteKeys(page: Page): Promise<void> {
  await page.evaluate(() => {
    addEventListener('keydown', (event) => Object.assign(window, { benchKeyAt: event.timeStamp }), true);
  });
}

/** From the last key press until the cell's name says the state. Milliseconds. */
export async function untilState(
  page: Page,
  cell: string,
  state: 'running' | 'done' | 'failed',
): Promise<number> {
  const found = await page.waitForFunction(
    ({ id, wanted }) =>
      document
        .querySelector(`article[data-cell="${id}"]`)
        ?.getAttribute('aria-label')
        ?.split(', ')
        .includes(wanted) === true
        ? performance.now() - (window as unknown as { readonly benchKeyAt: number }).benchKeyAt
        : false,
    { id: cell, wanted: state },
    { timeout: 90_000 },
  );
  return (await found.jsonValue()) as number;
}
