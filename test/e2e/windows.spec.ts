import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test, type Desktop } from '../support/app';
import { findViolations } from '../support/axe';
import { NotebookPage } from '../support/notebook-page';
import { writeNotebookFile } from '../support/notebooks';
import { until } from '../support/until';

interface Seen {
  readonly bounds: string;
  readonly title: string;
}

/** The windows as the desktop has them, the order of no account. */
async function windowsOf(desktop: Desktop): Promise<readonly Seen[]> {
  const seen = await desktop.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map((window) => {
      const { width, height } = window.getNormalBounds();
      return { bounds: `${width}x${height}`, title: window.getTitle() };
    }),
  );
  return seen.toSorted((a, b) => (a.title < b.title ? -1 : 1));
}

async function secondWindow(desktop: Desktop): Promise<Page> {
  const coming = desktop.app.waitForEvent('window');
  await desktop.page.keyboard.press('Control+Shift+n');
  const page = await coming;
  await page.getByRole('contentinfo').waitFor();
  return page;
}

test('brings windows, sizes, tabs and the side back after the desktop was killed', async ({ desktop }) => {
  const root = join(desktop.folder, 'ops-runbooks');
  await mkdir(join(root, 'releases'), { recursive: true });
  const files = ['api', 'web', 'ledger'].map((name) => join(root, 'releases', `${name}.ipynb`));
  for (const file of files) await writeNotebookFile(file, ['echo 1']);

  const page = await desktop.start({ files: files.slice(0, 2), size: { width: 1240, height: 780 } });
  await new NotebookPage(page).opened();
  await desktop.answerOpenDialog(root);
  await page.getByRole('button', { name: 'Add a folder…' }).click();
  await page.getByRole('treeitem', { name: 'releases' }).click();
  await page.getByRole('treeitem', { name: 'ledger.ipynb' }).waitFor();
  const splitter = page.getByRole('separator', { name: 'Width of the side' });
  await splitter.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(splitter).toHaveAttribute('aria-valuenow', '300');
  await page.getByRole('tab', { name: 'api.ipynb' }).click();

  const other = await secondWindow(desktop);
  await desktop.app.evaluate(({ BrowserWindow }) => {
    const window = BrowserWindow.getAllWindows().find((one) => one.getTitle() === 'Watchbook');
    window?.setBounds({ x: 20, y: 20, width: 1110, height: 720 });
  });
  // This window hides its side, the first one does not.
  await other.getByRole('treeitem', { name: 'releases' }).waitFor();
  await other.keyboard.press('Control+b');
  await expect(other.getByRole('tree')).toBeHidden();
  await desktop.answerOpenDialog(files[2] ?? '');
  await other.keyboard.press('Control+o');
  await new NotebookPage(other).opened();

  const before = await windowsOf(desktop);
  expect(before).toEqual([
    { bounds: '1240x780', title: 'api.ipynb – Watchbook' },
    { bounds: '1110x720', title: 'ledger.ipynb – Watchbook' },
  ]);
  // What is shown is written a moment later; a crash within it costs that moment.
  const memory = join(desktop.places.state, 'windows.json');
  await until('all of it is written', async () => {
    const text = await readFile(memory, 'utf8').catch(() => '');
    const wanted = [
      /"width": 1110/,
      /"isSideOpen": false/,
      /"sideWidth": 300/,
      /"active": ".*api/,
      /"active": ".*ledger/,
    ];
    return wanted.every((part) => part.test(text));
  });
  await desktop.kill();

  await desktop.start({ size: null });
  // Tabs come one after the other; the title is that of the active one when all are there.
  await expect.poll(() => windowsOf(desktop), { timeout: 30_000 }).toEqual(before);
  const pages = desktop.app.windows();
  expect(pages).toHaveLength(2);
  for (const one of pages) await new NotebookPage(one).opened();
  const titles = await Promise.all(pages.map((one) => one.getByRole('tab', { selected: true }).innerText()));
  const [first, second] = titles[0]?.includes('api') ? pages : pages.toReversed();
  await expect(first!.getByRole('tab')).toHaveText(['api.ipynb', 'web.ipynb']);
  await expect(first!.getByRole('separator', { name: 'Width of the side' })).toHaveAttribute(
    'aria-valuenow',
    '300',
  );
  await expect(first!.getByRole('treeitem', { name: 'ledger.ipynb' })).toBeVisible();
  await expect(second!.getByRole('tab')).toHaveText(['ledger.ipynb']);
  await expect(second!.getByRole('tree')).toBeHidden();
});

test('remembers what is closed after a person wanted to quit and stayed', async ({ desktop }) => {
  const file = join(desktop.folder, 'api.ipynb');
  await writeNotebookFile(file, ['echo 1']);
  const page = await desktop.start({ files: [file] });
  const book = new NotebookPage(page);
  await book.opened();
  await book.select(0);
  await page.keyboard.press('b');
  await expect(page.locator('.tab-unsaved')).toBeVisible();
  const quit = (): Promise<void> => desktop.app.evaluate(({ app }) => app.quit());
  const question = page.getByRole('alertdialog', { name: 'Save the edits in api.ipynb?' });
  const remembered = async (): Promise<number> => {
    const text = await readFile(join(desktop.places.state, 'windows.json'), 'utf8').catch(() => '');
    return text.split('"isMaximized"').length - 1;
  };
  await quit();
  await expect(question).toBeVisible();
  await desktop.shoot('close-question');
  await question.getByRole('button', { name: 'Keep it open' }).click();
  await expect(question).toHaveCount(0);

  const other = await secondWindow(desktop);
  await other.keyboard.press('Control+b');
  await expect.poll(remembered).toBe(2);
  const closed = other.waitForEvent('close');
  await desktop.app.evaluate(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()
      .find((one) => one.getTitle() === 'Watchbook')
      ?.close();
  });
  await closed;
  await expect.poll(remembered).toBe(1);

  // Quit for good: the other one closes at once, and comes back with the first.
  const third = await secondWindow(desktop);
  await third.keyboard.press('Control+b');
  await expect.poll(remembered).toBe(2);
  await quit();
  await question.getByRole('button', { name: 'Save and close' }).click();
  await desktop.closed();
  await expect.poll(() => remembered()).toBe(2);
});

/** The groups whose next thing to do is drawn filled. */
async function filledButtons(page: Page): Promise<readonly string[]> {
  return page.locator('.nb-button-primary, .btn-primary').evaluateAll((all) =>
    all
      .filter((button) => {
        const { backgroundColor, color } = getComputedStyle(button);
        const light = (text: string): number => Number(/[\d.]+/.exec(text)?.[0] ?? 0);
        return light(backgroundColor) < light(color);
      })
      .map(
        (button) => button.closest('[role=group][aria-label$="of two"]')?.getAttribute('aria-label') ?? '',
      ),
  );
}

test('opens the step of a link, and says why one is not opened', async ({ desktop }) => {
  const root = join(desktop.folder, 'ops-runbooks');
  await mkdir(root);
  const file = join(root, 'api.ipynb');
  await writeNotebookFile(
    file,
    Array.from({ length: 60 }, (_, at) => `echo ${at}`),
  );
  const page = await desktop.start({ files: [file] });
  const book = new NotebookPage(page);
  await book.opened();
  await book.select(2);
  await page.getByRole('button', { name: 'More for this cell' }).first().click();
  await page.getByRole('menuitem', { name: 'Copy a link to this step' }).click();
  await expect(page.getByText('Copied', { exact: true })).toBeVisible();
  const copied = await desktop.app.evaluate(({ clipboard }) => clipboard.readText());
  expect(copied).toMatch(/^watchbook:\/\/open\?library=ops-runbooks&runbook=api\.ipynb&cell=c\d+$/);

  // A start from a browser or a chat: another tab is in front, and the step is far down.
  await page.getByRole('button', { name: 'Kernels', exact: true }).click();
  await desktop.startAgain([copied.replace(/c\d+$/, 'c55')]);
  await expect(book.active).toHaveAttribute('data-cell', 'c55');
  await expect(book.cell(55)).toBeInViewport();
  await expect(page.getByRole('tab', { name: 'api.ipynb' })).toHaveAttribute('aria-selected', 'true');

  await desktop.startAgain(['watchbook://open?library=ops-runbooks&runbook=../secret.ipynb']);
  await expect(page.getByText('The link was not opened: it names no runbook of a library.')).toBeVisible();
  await desktop.shoot('link-refused');
  await desktop.startAgain(['watchbook://open?library=elsewhere&runbook=api.ipynb']);
  await expect(
    page.getByText('The link names the library “elsewhere”, which is not known here.'),
  ).toBeVisible();
  await desktop.startAgain([copied.replace(/c\d+$/, 'gone')]);
  await expect(page.getByText('The step of the link is not in this version of the runbook.')).toBeVisible();

  // What a shell would read is a name, on a command line, in a link, and for what runs there.
  const folder = "$(touch ran); `touch ran` & 'b' -rf";
  await mkdir(join(root, folder));
  const awkward = join(root, folder, '$(touch ran); touch ran.ipynb');
  await writeNotebookFile(awkward, ['pwd', 'ls'], 'bash');
  await desktop.startAgain([awkward]);
  const tab = page.getByRole('tab', { name: '$(touch ran); touch ran.ipynb' });
  await expect(tab).toHaveAttribute('aria-selected', 'true');
  await book.opened();
  await page.keyboard.press('Control+w');
  await expect(tab).toHaveCount(0);
  const runbook = encodeURIComponent(`${folder}/$(touch ran); touch ran.ipynb`);
  await desktop.startAgain([`watchbook://open?library=ops-runbooks&runbook=${runbook}`]);
  await expect(tab).toHaveAttribute('aria-selected', 'true');
  await book.opened();
  await page.getByRole('button', { name: 'Run all' }).click();
  await expect(book.cell(1)).toHaveAccessibleName(/done$/);
  await expect(book.cell(0)).toContainText(folder);
  for (const place of [desktop.folder, desktop.home, root, join(root, folder)])
    expect(await readdir(place)).not.toContain('ran');
});

test('shows two notebooks side by side, each with its own keys', async ({ desktop }) => {
  const root = join(desktop.folder, 'ops-runbooks');
  await mkdir(root);
  const files = ['one', 'two'].map((name) => join(root, `${name}.ipynb`));
  for (const file of files)
    await writeNotebookFile(
      file,
      Array.from({ length: 30 }, (_, at) => `echo ${at}`),
    );
  const page = await desktop.start({ files });
  const book = new NotebookPage(page);
  await book.opened();
  await page.keyboard.press('Control+\\');
  const first = page.getByRole('group', { name: 'First of two' });
  const second = page.getByRole('group', { name: 'Second of two' });
  await expect(first.locator('.context-path')).toHaveAttribute('title', files[0] ?? '');
  await expect(second.locator('.context-path')).toHaveAttribute('title', files[1] ?? '');
  await second.locator('article.entry').nth(1).waitFor();

  // Keys go to one of them.
  await page.keyboard.press('Control+1');
  await expect(first.locator('article.is-active')).toBeFocused();
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await expect(first.locator('article.is-active')).toHaveAttribute('data-cell', 'c2');
  await expect(second.locator('article.is-active')).toHaveAttribute('data-cell', 'c0');
  await page.keyboard.press('Control+2');
  await page.keyboard.press('j');
  await expect(second.locator('article.is-active')).toHaveAttribute('data-cell', 'c1');
  await expect(first.locator('article.is-active')).toHaveAttribute('data-cell', 'c2');
  await desktop.shoot('side-by-side');
  // Also where the focus is nowhere: a key is pressed once, not twice.
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.keyboard.press('b');
  await expect(
    page.getByRole('tab', { name: 'two.ipynb' }).locator('..').locator('.tab-unsaved'),
  ).toBeVisible();
  await expect(
    page.getByRole('tab', { name: 'one.ipynb' }).locator('..').locator('.tab-unsaved'),
  ).toHaveCount(0);
  await page.keyboard.press('z');

  // F6 goes through both.
  await page.keyboard.press('Control+1');
  await expect(first.locator('article.is-active')).toBeFocused();
  await page.keyboard.press('F6');
  await expect(second.locator('article.is-active')).toBeFocused();

  // Each half has its own strip; what is opened comes where the focus is, and one thing is the next to do.
  await expect(first.getByRole('tab')).toHaveText(['one.ipynb']);
  await expect(second.getByRole('tab')).toHaveText(['two.ipynb']);
  await expect.poll(() => filledButtons(page)).toEqual(['Second of two']);
  await page.keyboard.press('Control+,');
  await expect(second.getByRole('tab')).toHaveText(['two.ipynb', 'Settings']);
  await expect(
    second
      .getByRole('searchbox', { name: 'Find a setting' })
      .or(page.getByRole('heading', { name: 'Appearance' }))
      .first(),
  ).toBeVisible();
  await page.keyboard.press('Control+Shift+PageUp');
  await expect(second.getByRole('tab')).toHaveText(['Settings', 'two.ipynb']);
  await desktop.shoot('side-by-side-strips');
  expect(await findViolations(desktop)).toEqual([]);
  await page.keyboard.press('Control+Alt+PageDown');
  await expect(first.getByRole('tab')).toHaveText(['one.ipynb', 'Settings']);
  await expect(first.getByRole('tab', { name: 'Settings' })).toHaveAttribute('aria-selected', 'true');
  await first.getByRole('tab', { name: 'Settings' }).dragTo(second.getByRole('tab', { name: 'two.ipynb' }), {
    targetPosition: { x: 4, y: 10 },
  });
  await expect(second.getByRole('tab')).toHaveText(['Settings', 'two.ipynb']);
  await second.getByRole('tab', { name: 'Settings' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(second.getByRole('tab', { name: 'two.ipynb' })).toBeFocused();
  await page.keyboard.press('Shift+F10');
  await desktop.shoot('tab-menu');
  await page.keyboard.press('Escape');
  await expect(second.getByRole('tab', { name: 'two.ipynb' })).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await expect(second.getByRole('tab', { name: 'Settings' })).toHaveAttribute('aria-selected', 'true');

  const divider = page.getByRole('separator', { name: 'Share of the first of two' });
  await divider.focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(divider).toHaveAttribute('aria-valuenow', '54');
  await desktop.resize(1100, 700);
  await expect(page.locator('.panes')).toHaveAttribute('data-stacked', '');
  // What stands around the document gives way where a half is low.
  await expect
    .poll(() => first.evaluate((half) => (half.querySelector('.doc')?.clientHeight ?? 0) / half.clientHeight))
    .toBeGreaterThan(0.6);
  await desktop.shoot('side-by-side-stacked');

  await until('it is written', async () => {
    const text = await readFile(join(desktop.places.state, 'windows.json'), 'utf8').catch(() => '');
    return text.includes('"splitShare": 0.54') && text.includes('"active": 1');
  });
  await desktop.kill();
  const again = await desktop.start();
  const [left, right] = ['First of two', 'Second of two'].map((name) => again.getByRole('group', { name }));
  await left!.locator('article.entry').first().waitFor();
  await expect(left!.locator('.context-path')).toHaveAttribute('title', files[0] ?? '');
  await expect(right!.getByRole('tab')).toHaveText(['Settings', 'two.ipynb']);
  await expect(right!.getByRole('tab', { name: 'Settings' })).toHaveAttribute('aria-selected', 'true');
  await expect(right!).toHaveAttribute('data-front', '');
  await again.keyboard.press('Control+\\');
  await expect(left!).toHaveCount(0);
  await expect(again.getByRole('tab')).toHaveText(['one.ipynb', 'Settings', 'two.ipynb']);
});
