import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from '../support/app';
import { command, startWalk } from '../support/audit';
import { writeNotebookFile } from '../support/notebooks';

const FLOATING = '[role=dialog], [role=alertdialog]';

/** The part of the window with the focus. */
function region(page: Page): Promise<string | null> {
  return page.evaluate(
    () => document.activeElement?.closest<HTMLElement>('[data-region]')?.dataset['region'] ?? null,
  );
}

/** The parts that F6 leads to, until it is where it was. */
async function round(page: Page): Promise<readonly (string | null)[]> {
  const all: (string | null)[] = [];
  for (let press = 0; press < 12; press += 1) {
    await page.keyboard.press('F6');
    const now = await region(page);
    if (all.includes(now)) return all;
    all.push(now);
  }
  return all;
}

/** What has the focus: whether it is seen, has a name and a ring, and whether it is in what floats. */
async function stop(page: Page) {
  // The ends of what floats have stops of their own, which lead on at once.
  await page.waitForFunction(() => !document.activeElement?.hasAttribute('data-base-ui-focus-guard'));
  return page.evaluate((floating) => {
    const element = document.activeElement;
    if (element === null || element === document.body) return null;
    const box = element.getBoundingClientRect();
    const name = element.getAttribute('aria-label') ?? element.textContent ?? '';
    // A field has its ring round all that stands in its box.
    const boxes = [element, element.parentElement, element.parentElement?.parentElement];
    const labels = (element as HTMLInputElement).labels?.[0]?.textContent ?? '';
    const labelled = element.getAttribute('aria-labelledby') ?? labels;
    return {
      name: `${element.tagName.toLowerCase()} ${(name || labelled).trim().slice(0, 40)}`,
      isSeen: box.width > 0 && box.height > 0,
      isNamed: (name || labelled).trim() !== '',
      hasRing:
        element.closest('label') !== null ||
        // A cell is shown as the active one, by its line and its ground.
        element.matches('article.is-active') ||
        boxes.some((one) => one instanceof Element && getComputedStyle(one).outlineStyle !== 'none'),
      isFloating: element.closest(floating) !== null,
      isFirst: Reflect.get(window, 'firstStop') === element,
    };
  }, FLOATING);
}

/**
 * Tab walks through everything and comes round; each stop is seen, has a name and a ring. With `isFloating` it begins
 * where the focus is, and never leaves what floats.
 */
async function stops(page: Page, isFloating = false): Promise<readonly string[]> {
  const names: string[] = [];
  let ends = 0;
  await page.evaluate((isHere) => {
    Reflect.set(window, 'firstStop', null);
    if (!isHere) (document.activeElement as HTMLElement | null)?.blur();
  }, isFloating);
  for (let press = 0; press < 90; press += 1) {
    await page.keyboard.press('Tab');
    const now = await stop(page);
    // It begins where the focus was: past the end of the page comes its beginning.
    if (now === null) ends += 1;
    if (ends > 1 || now?.isFirst === true) break;
    if (now === null) continue;
    // Cells have stops of the same names: the place that it comes round to is known by itself.
    if (names.length === 0)
      await page.evaluate(() => Reflect.set(window, 'firstStop', document.activeElement));
    expect(now, [...names, now.name].join(', ')).toMatchObject({
      isSeen: true,
      isNamed: true,
      hasRing: true,
      isFloating,
    });
    names.push(now.name);
  }
  return names;
}

test('every part of every screen is reached and left by keys alone', async ({ desktop }) => {
  test.setTimeout(400_000);
  const file = join(desktop.folder, 'keys.ipynb');
  const wide = `# Third\necho ${'wide '.repeat(80)}`;
  await writeNotebookFile(file, ['# First\necho one', '# Second\necho two', wide], 'bash');
  const walk = await startWalk(desktop, { files: [file] });
  const { page, notebook } = walk;
  await notebook.opened();
  const tab = page.getByRole('tab', { name: 'keys.ipynb' });
  /** By the keys of the tabs, from wherever the focus is. */
  const back = async (): Promise<void> => {
    await expect(async () => {
      if ((await tab.getAttribute('aria-selected')) !== 'true') await page.keyboard.press('Control+Tab');
      await expect(tab).toHaveAttribute('aria-selected', 'true', { timeout: 1_000 });
    }).toPass();
  };
  expect((await round(page)).toSorted()).toEqual(['document', 'nav', 'side', 'status', 'titlebar']);
  await test.step('places', async () => {
    for (const [words, heading] of [
      ['Go to the welcome page', 'Watchbook'],
      ['Go to the kernels of this machine', 'Kernels of this machine'],
      ['Go to the runs', 'Runs'],
      ['Find in all runbooks', 'Search the library'],
      ['Environments of the library', 'Environments'],
      ['Settings', 'Appearance'],
    ] as const) {
      await command(walk, words);
      await expect(page.getByRole('heading', { name: heading, exact: true }).first()).toBeVisible();
      expect((await round(page)).length, words).toBeGreaterThanOrEqual(4);
      expect((await stops(page)).length, words).toBeGreaterThan(4);
    }
  });

  // What opens over the page keeps the focus in it, and gives it back to where it came from.
  await back();
  await notebook.select(1);
  const floating = page.locator(FLOATING);
  const visit = async (name: string, open: () => Promise<void>, least: number): Promise<void> => {
    await test.step(name, async () => {
      await open();
      await expect(floating).toBeVisible();
      await expect.poll(async () => (await stop(page))?.isFloating).toBe(true);
      expect((await stops(page, true)).length, name).toBeGreaterThanOrEqual(least);
      await page.keyboard.press('Escape');
      await expect(floating).toHaveCount(0);
      await expect(notebook.cell(1), name).toBeFocused();
    });
  };
  await page.keyboard.press('Control+Shift+C');
  await expect(page.getByRole('combobox', { name: 'Search or run a command' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(notebook.cell(1)).toBeFocused();
  await visit('the list of keys', () => notebook.press('h'), 3);
  await visit('export', () => command(walk, 'Export'), 5);
  const start = page.getByRole('button', { name: 'Start run' });
  const askForRun = async (): Promise<void> => {
    await notebook.press('Control+Shift+Enter');
    await start.waitFor();
  };
  await visit('the start of a run', askForRun, 5);
  await notebook.press('Control+Enter');
  await expect(notebook.cell(1)).toHaveAccessibleName(/done$/);
  await visit('a question', () => notebook.press('0', '0'), 2);
  await command(walk, 'Show the notifications');
  await expect(page.getByRole('dialog', { name: 'Notifications' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog', { name: 'Notifications' })).toBeHidden();
  expect(await region(page)).not.toBeNull();

  await test.step('what stands beside and below a notebook', async () => {
    await back();
    await notebook.select(1);
    await page.keyboard.press('Control+Alt+b');
    await expect(page.getByRole('complementary', { name: 'Cell settings' })).toBeVisible();
    await page.keyboard.press('Control+`');
    await page.locator('.terminal-screen[data-drawn]').waitFor();
    // In a terminal Tab is the shell's; F6 leads out of it.
    await expect.poll(() => region(page)).toBe('terminal');
    expect((await round(page)).toSorted()).toEqual(
      ['document', 'inspector', 'nav', 'side', 'status', 'terminal', 'titlebar'].toSorted(),
    );
    // From elsewhere its key leads into it, and hides it from there.
    await page.keyboard.press('Control+`');
    await expect.poll(() => region(page)).toBe('terminal');
    await page.keyboard.press('Control+`');
    await expect(page.locator('.terminal-screen')).toHaveCount(0);
    await notebook.select(1);
    const beside = await stops(page);
    expect(beside.length, beside.join(', ')).toBeGreaterThan(20);
    await page.getByRole('button', { name: 'Close the settings' }).press('Enter');
    await expect(page.getByRole('complementary', { name: 'Cell settings' })).toHaveCount(0);
  });

  await test.step('a source that is wider than its place is moved by keys', async () => {
    const source = notebook.cell(2).getByRole('group', { name: 'Source, scrolls' });
    await notebook.select(2);
    await expect(async () => {
      await page.keyboard.press('Tab');
      await expect(source).toBeFocused({ timeout: 500 });
    }).toPass();
    for (let press = 0; press < 3; press += 1) await page.keyboard.press('ArrowRight');
    await expect.poll(() => source.evaluate((one) => one.scrollLeft)).toBeGreaterThan(0);
    await page.keyboard.press('k');
    await expect(notebook.cell(1)).toBeFocused();
  });

  await test.step('a run, started and walked through', async () => {
    await notebook.select(1);
    await askForRun();
    await expect(async () => {
      await page.keyboard.press('Tab');
      await expect(start).toBeFocused({ timeout: 500 });
    }).toPass();
    await page.keyboard.press('Enter');
    const views = page.getByRole('tablist', { name: 'Views of the run' });
    await expect(views).toBeVisible();
    await page.locator('[data-region=actions]').waitFor();
    expect(await round(page)).toContain('actions');
    expect((await stops(page)).length).toBeGreaterThan(10);
    await views.getByRole('tab', { selected: true }).focus();
    for (const view of ['Timeline', 'Checkpoints', 'Report']) {
      await page.keyboard.press('ArrowRight');
      await expect(views.getByRole('tab', { name: view })).toBeFocused();
      await expect(views.getByRole('tab', { name: view })).toHaveAttribute('aria-selected', 'true');
      expect((await stops(page)).length, view).toBeGreaterThan(6);
      await views.getByRole('tab', { name: view }).focus();
    }
  });
});
