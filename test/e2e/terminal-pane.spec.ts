import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { expect, test, type Desktop } from '../support/app';
import { NotebookPage } from '../support/notebook-page';
import { writeNotebookFile } from '../support/notebooks';

const terminal = (page: Page): Locator => page.getByRole('region', { name: 'Terminal', exact: true });
/** One of the terminals that stand side by side. */
const part = (page: Page, place: string): Locator =>
  terminal(page).getByRole('group', { name: new RegExp(`, ${place}$`) });
/** The rows of a screen, as a screen reader finds them. */
const rows = (where: Locator): Locator => where.locator('.xterm-accessibility-tree');

async function start(desktop: Desktop): Promise<Page> {
  const { config, state } = desktop.places;
  const books = join(desktop.folder, 'books');
  for (const folder of [config, state]) await mkdir(folder, { recursive: true, mode: 0o700 });
  for (const folder of [desktop.home, books]) await mkdir(folder, { recursive: true });
  await writeFile(join(config, 'settings.json'), JSON.stringify({ terminalScreenReader: true }));
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

/** Points at the beginning of the last row that holds a word, so that a link there is found. */
async function pointAt(page: Page, where: Locator, word: string): Promise<void> {
  const box = await rows(where).locator('[role=listitem]').filter({ hasText: word }).last().boundingBox();
  const screen = await where.locator('.xterm-screen').boundingBox();
  if (box === null || screen === null) throw new Error(`${word} is not on the screen`);
  const y = box.y + box.height / 2;
  await page.mouse.move(screen.x + 40, y + 4);
  await page.mouse.move(screen.x + 12, y);
}

test('terminals side by side, with links, found again after kill -9 of the window', async ({ desktop }) => {
  test.setTimeout(300_000);
  let page = await start(desktop);
  await new NotebookPage(page).select(0);
  await page.keyboard.press('Control+`');
  await expect(rows(terminal(page))).toContainText('me>');

  // A second one of the same kind, in the folder where the first one is.
  await page.keyboard.type('cd / && echo first');
  await page.keyboard.press('Enter');
  await expect(terminal(page).locator('.terminal-head')).not.toContainText('books');
  await page.keyboard.press('Control+Shift+d');
  const [left, right] = [part(page, '1 of 2'), part(page, '2 of 2')];
  await expect(rows(right)).toContainText('me>');
  await expect(right.locator('.terminal-head')).not.toContainText('books');
  await page.keyboard.type('echo second');
  await page.keyboard.press('Enter');
  await expect(rows(right)).toContainText('second');
  await page.keyboard.press('Control+Shift+ArrowLeft');
  await page.keyboard.type(`cd ${join(desktop.folder, 'books')}; grep -n 'echo 150' deploy.sh /dev/null`);
  await page.keyboard.press('Enter');
  await expect(rows(left)).toContainText('deploy.sh:150');
  const line = terminal(page).getByRole('separator', { name: 'Share of terminal 1 of 2' });
  const before = (await left.boundingBox())?.width ?? 0;
  await line.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect.poll(async () => (await left.boundingBox())?.width ?? 0).toBeGreaterThan(before + 10);
  await desktop.shoot('terminal-split');

  // A file with its line opens in a tab by a click with Ctrl; a plain click is none.
  await pointAt(page, left, 'deploy.sh:150');
  await expect(left.locator('.terminal-screen')).toHaveAttribute(
    'title',
    'Ctrl click opens deploy.sh, line 150',
  );
  await page.mouse.down();
  await page.mouse.up();
  await expect(page.getByRole('region', { name: 'deploy.sh, for reading' })).toHaveCount(0);
  await page.keyboard.down('Control');
  await page.mouse.down();
  await page.mouse.up();
  await page.keyboard.up('Control');
  const text = page.getByRole('region', { name: 'deploy.sh, for reading' });
  await expect(text.locator('[data-wished]')).toHaveText('echo 150');
  await expect(text.locator('[data-wished]')).toBeInViewport();
  await desktop.shoot('terminal-link');

  await desktop.kill();
  page = await desktop.start();
  await expect(rows(part(page, '1 of 2'))).toContainText('deploy.sh:150');
  await expect(rows(part(page, '2 of 2'))).toContainText('second');
  await desktop.resize(1100, 700);
  await desktop.shoot('terminal-split-narrow');

  // One of two is closed by its key, the other one has the whole tab and the keys.
  await part(page, '2 of 2').locator('.xterm-screen').click();
  await page.keyboard.press('Control+Shift+w');
  await expect(part(page, '2 of 2')).toHaveCount(0);
  await expect(rows(terminal(page))).toContainText('deploy.sh:150');
});
