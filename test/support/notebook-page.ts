import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, type Locator, type Page } from '@playwright/test';
import type { JsonObject } from '../../shared/rpc/contract';
import type { Desktop } from './app';
import { writeNotebookFile } from './notebooks';

/** A notebook in the window, as a person sees it: its cells by their place in the file that the test wrote. */
export class NotebookPage {
  constructor(readonly page: Page) {}

  /** The cell that `writeNotebookFile` wrote as number `index`, from 0. */
  cell(index: number): Locator {
    return this.page.locator(`[data-cell="c${index}"]`);
  }

  /** The cell that the keys go to. */
  get active(): Locator {
    return this.page.locator('article.entry.is-active');
  }

  get editor(): Locator {
    return this.page.locator('.cm-content');
  }

  get cells(): Locator {
    return this.page.locator('article.entry');
  }

  async opened(): Promise<void> {
    await this.cells.first().waitFor();
  }

  /** Selects a cell by the mouse, in its margin: nothing of it is edited or opened. */
  async select(index: number): Promise<void> {
    await this.reach(index);
    await this.cell(index).locator('.entry-time').click();
    await expect(this.cell(index)).toBeFocused();
  }

  /** Scrolls until a cell is drawn: what is far from the view is not. */
  private async reach(index: number): Promise<void> {
    await expect(async () => {
      if (await this.cell(index).isVisible()) return;
      const last = Number((await this.order()).at(-1)?.slice(1));
      await this.page.locator('.doc').evaluate((view, isBelow) => {
        view.scrollBy(0, isBelow ? view.clientHeight : -view.clientHeight);
      }, last < index);
      expect(await this.order()).toContain(`c${index}`);
    }).toPass();
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** The ids of the selected cells, in their order. */
  async selected(): Promise<readonly string[]> {
    return this.page
      .locator('article.is-selected')
      .evaluateAll((all) => all.map((cell) => (cell as HTMLElement).dataset['cell'] ?? ''));
  }

  /** The ids of the cells that are drawn, in their order. */
  async order(): Promise<readonly string[]> {
    return this.cells.evaluateAll((all) => all.map((cell) => (cell as HTMLElement).dataset['cell'] ?? ''));
  }

  /** The cell at the top of the view, and how far from there it is, to some pixels. */
  place(): Promise<string> {
    return this.page.locator('.doc').evaluate((view) => {
      const { top } = view.getBoundingClientRect();
      const seen = [...view.querySelectorAll<HTMLElement>('article.entry')].find(
        (cell) => cell.getBoundingClientRect().bottom > top + 40,
      );
      return `${seen?.dataset['cell']} ${Math.round((seen?.getBoundingClientRect().top ?? 0) / 4)}`;
    });
  }

  /** The same, once nothing moves any more: a scroll goes on for some frames, on a busy machine for many. */
  async placeAtRest(): Promise<string> {
    let last = '';
    await expect(async () => {
      const before = last;
      last = await this.place();
      expect(last).toBe(before);
    }).toPass({ timeout: 60_000, intervals: [300] });
    return last;
  }

  /** Gives a command by the palette, found by these words. */
  async command(words: string): Promise<void> {
    await this.page.keyboard.press('Control+Shift+C');
    await expect(this.page.getByRole('combobox', { name: 'Search or run a command' })).toBeFocused();
    await this.page.keyboard.type(words);
    await this.page.keyboard.press('Enter');
  }

  async save(): Promise<void> {
    await this.page.keyboard.press('Control+s');
    await expect(this.page.locator('.context')).toContainText(/saved \d\d:/);
  }
}

/** Starts the desktop with a shell notebook of these cells, `c0` first, which has the keys. */
export async function openNotebook(
  desktop: Desktop,
  name: string,
  ...cells: Parameters<typeof writeNotebookFile>[1]
): Promise<{ readonly file: string; readonly notebook: NotebookPage }> {
  const file = join(desktop.folder, name);
  await writeNotebookFile(file, cells, 'bash');
  const notebook = new NotebookPage(await desktop.start({ files: [file] }));
  await notebook.opened();
  await expect(notebook.cell(0)).toBeFocused();
  return { file, notebook };
}

/** A notebook file as it lies on disk. */
export async function readNotebookFile(path: string): Promise<{
  readonly cells: readonly (JsonObject & { readonly source: string | readonly string[] })[];
  readonly metadata: JsonObject;
}> {
  return JSON.parse(await readFile(path, 'utf8')) as Awaited<ReturnType<typeof readNotebookFile>>;
}

/** A cell's source as one text. */
export function sourceOf(cell: { readonly source: string | readonly string[] }): string {
  return typeof cell.source === 'string' ? cell.source : cell.source.join('');
}
