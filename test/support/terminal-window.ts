import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { expect, type Desktop } from './app';
import { NotebookPage } from './notebook-page';
import { writeNotebookFile } from './notebooks';

export const terminal = (page: Page): Locator => page.getByRole('region', { name: 'Terminal', exact: true });
/** One of the terminals that stand side by side. */
export const part = (page: Page, place: string): Locator =>
  terminal(page).getByRole('group', { name: new RegExp(`, ${place}$`) });
/** The rows of a screen, as a screen reader finds them. */
export const rows = (where: Locator): Locator => where.locator('.xterm-accessibility-tree');

/** A window with a runbook and a folder of files, its terminal readable as a screen reader reads it. */
export async function startBesideTerminal(desktop: Desktop): Promise<Page> {
  const { config, state } = desktop.places;
  const books = join(desktop.folder, 'books');
  for (const folder of [config, state]) await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const folder of [desktop.home, books]) await mkdir(folder, { recursive: true });
  await writeFile(
    join(config, 'settings.json'),
    JSON.stringify({ terminalScreenReader: true, terminalGraphics: 'on' }),
  );
  await writeFile(join(state, 'library.json'), JSON.stringify({ version: 1, folders: [books] }));
  await writeFile(join(desktop.home, '.bashrc'), "PS1='me> '\n");
  await writeFile(
    join(books, 'deploy.sh'),
    Array.from({ length: 200 }, (_, at) => `echo ${at + 1}\n`).join(''),
  );
  const file = join(books, 'runbook.ipynb');
  await writeNotebookFile(file, ['print(1)', 'print(2)']);
  const page = await desktop.start({ files: [file] });
  await new NotebookPage(page).opened();
  return page;
}

/** Points at the beginning of the last row that holds a word, until the link there says where it leads. */
export async function pointAtLink(page: Page, where: Locator, word: string, title: string): Promise<void> {
  await expect(async () => {
    await pointAt(page, where, word);
    await expect(where.locator('.terminal-screen')).toHaveAttribute('title', title, { timeout: 2_000 });
  }).toPass();
}

/** From another row, as links are looked for where the pointer comes to a row. The rows move while a pane is sized. */
export async function pointAt(page: Page, where: Locator, word: string): Promise<void> {
  const box = await rows(where).locator('[role=listitem]').filter({ hasText: word }).last().boundingBox();
  const screen = await where.locator('.xterm-screen').boundingBox();
  if (box === null || screen === null) throw new Error(`${word} is not on the screen`);
  const y = box.y + box.height / 2;
  await page.mouse.move(screen.x + 40, screen.y + screen.height - 4);
  await page.mouse.move(screen.x + 12, y);
}

/** A home whose terminals can be read as a screen reader reads them, with a prompt that is known. */
export async function prepareHome(desktop: Desktop, bashrc = "PS1='me> '\n"): Promise<void> {
  const { config } = desktop.places;
  await mkdir(config, { recursive: true, mode: 0o700 });
  await mkdir(desktop.home, { recursive: true });
  await writeFile(join(config, 'settings.json'), JSON.stringify({ terminalScreenReader: true }));
  await writeFile(join(desktop.home, '.bashrc'), bashrc);
}
