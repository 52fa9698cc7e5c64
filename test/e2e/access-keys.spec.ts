import { join } from 'node:path';
import { expect, test } from '../support/app';
import { command, startWalk } from '../support/audit';
import { writeNotebookFile } from '../support/notebooks';

test('every part of every screen is reached and left by keys alone', async ({ desktop }) => {
  const file = join(desktop.folder, 'keys.ipynb');
  await writeNotebookFile(file, ['# First\necho one', '# Second\necho two'], 'bash');
  const walk = await startWalk(desktop, { files: [file] });
  const { page, notebook } = walk;
  await notebook.opened();
  const region = (): Promise<string | null> =>
    page.evaluate(
      () => document.activeElement?.closest<HTMLElement>('[data-region]')?.dataset['region'] ?? null,
    );
  const round = async (): Promise<readonly (string | null)[]> => {
    const all: (string | null)[] = [];
    for (let press = 0; press < 12; press += 1) {
      await page.keyboard.press('F6');
      const now = await region();
      if (all.includes(now)) return all;
      all.push(now);
    }
    return all;
  };
  /** Tab walks through everything and comes round; each stop is seen and has a name. */
  const stops = async (): Promise<readonly string[]> => {
    const names: string[] = [];
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    for (let press = 0; press < 90; press += 1) {
      await page.keyboard.press('Tab');
      const stop = await page.evaluate(() => {
        const element = document.activeElement;
        if (element === null || element === document.body) return null;
        const box = element.getBoundingClientRect();
        const name = element.getAttribute('aria-label') ?? element.textContent ?? '';
        const labelled =
          element.getAttribute('aria-labelledby') ?? element.closest('label')?.textContent ?? '';
        return {
          name: `${element.tagName.toLowerCase()} ${(name || labelled).trim().slice(0, 40)}`,
          isSeen: box.width > 0 && box.height > 0,
          isNamed: (name || labelled).trim() !== '',
          hasRing: getComputedStyle(element).outlineStyle !== 'none' || element.closest('label') !== null,
        };
      });
      if (stop === null) break;
      if (names.includes(stop.name) && stop.name === names[0]) break;
      expect(stop, stop.name).toMatchObject({ isSeen: true, isNamed: true, hasRing: true });
      names.push(stop.name);
    }
    return names;
  };
  expect((await round()).toSorted()).toEqual(['document', 'nav', 'side', 'status', 'titlebar']);
  for (const [words, heading] of [
    ['Go to the welcome page', 'Watchbook'],
    ['Go to the kernels of this machine', 'Kernels of this machine'],
    ['Settings', 'Appearance'],
  ] as const) {
    await command(walk, words);
    await expect(page.getByRole('heading', { name: heading, exact: true }).first()).toBeVisible();
    expect((await round()).length, words).toBeGreaterThanOrEqual(4);
    expect((await stops()).length, words).toBeGreaterThan(4);
  }
  // What opens over the page gives the focus back to where it came from.
  await page.keyboard.press('Control+Tab');
  await notebook.select(1);
  await page.keyboard.press('Control+Shift+C');
  await expect(page.getByRole('combobox', { name: 'Search or run a command' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(notebook.cell(1)).toBeFocused();
  await command(walk, 'Show the notifications');
  await expect(page.getByRole('dialog', { name: 'Notifications' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog', { name: 'Notifications' })).toBeHidden();
  expect(await region()).not.toBeNull();
});
