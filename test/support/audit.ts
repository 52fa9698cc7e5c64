import { expect, TAKES_PICTURES, test, type Desktop } from './app';
import { findViolations } from './axe';
import { NotebookPage } from './notebook-page';
import type { Page } from '@playwright/test';

/** A window on its way through screens that are looked over one after the other. */
export interface Walk {
  readonly desktop: Desktop;
  readonly page: Page;
  readonly notebook: NotebookPage;
}

/** A screen or a state of one: its name, how to come there from the one before, how to leave it, and its own part. */
export type Screen = readonly [
  name: string,
  go: (walk: Walk) => Promise<unknown>,
  leave?: ((walk: Walk) => Promise<unknown>) | null,
  part?: string,
];

/** Leaves what floats. */
export const escape = ({ page }: Walk): Promise<void> => page.keyboard.press('Escape');
/** Goes to a place of the rail. */
export const place = ({ page }: Walk, name: string): Promise<void> =>
  page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name }).click();
/** Goes to a part of the settings. */
export const setting = ({ page }: Walk, name: string): Promise<void> =>
  page.getByRole('complementary', { name: 'Settings' }).getByRole('button', { name }).click();
/** Gives a command by the palette. */
export const command = async ({ page }: Walk, words: string): Promise<void> => {
  await page.keyboard.press('Control+Shift+C');
  await page.getByRole('combobox', { name: 'Search or run a command' }).fill(words);
  await page.keyboard.press('Enter');
};

/** Goes through the screens in their order, takes their pictures, and fails with everything that was found on any. */
export async function audit(walk: Walk, screens: readonly Screen[]): Promise<void> {
  if (TAKES_PICTURES) test.setTimeout(test.info().timeout + screens.length * 15_000);
  const found = new Map<string, string[]>();
  for (const [name, go, leave, part] of screens) {
    await test.step(name, async () => {
      await go(walk);
      await walk.desktop.shoot(`looked-over-${name.replaceAll(/[^a-z0-9]+/gi, '-')}`);
      for (const { appearance, what } of await findViolations(walk.desktop, part))
        found.set(what, [...(found.get(what) ?? []), `${name} (${appearance})`]);
      await leave?.(walk);
    });
  }
  // The first screens of each: most are on many.
  const told = [...found].map(
    ([what, where]) => `${what} - on ${where.slice(0, 3).join(', ')}, ${where.length} in all`,
  );
  expect(told).toEqual([]);
}

/** Starts the desktop for a walk. */
export async function startWalk(
  desktop: Desktop,
  options: Parameters<Desktop['start']>[0] = {},
): Promise<Walk> {
  const page = await desktop.start(options);
  return { desktop, page, notebook: new NotebookPage(page) };
}
