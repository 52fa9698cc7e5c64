import type { Page } from '@playwright/test';
import { percentile, type Bench } from './measure';
import { openNotebook, select, start, untilState } from './notebook-window';
import { withDesktop } from './windows';

const ENDLESS = 'i = 0\nwhile True:\n    i += 1\n    print(i)';
const KEYS = 80;
const BETWEEN_MS = 45;

export const keyPress: Bench = {
  name: 'key-press',
  run: async (say) =>
    withDesktop(async (desktop) => {
      await openNotebook(desktop, [ENDLESS, '# typed']);
      const { page } = desktop;
      await select(page, 'c2');
      await page.keyboard.press('Enter');
      await page.locator('.cm-content').waitFor();
      const quiet = await type(page);
      await page.keyboard.press('Escape');
      await start(page, 'c1');
      await untilState(page, 'c1', 'running');
      await page.waitForTimeout(1_000);
      await select(page, 'c2');
      await page.keyboard.press('Enter');
      await page.locator('.cm-content').waitFor();
      const flooded = await type(page);
      for (const [name, frames] of [
        ['quiet', quiet],
        ['flooded', flooded],
      ] as const) {
        say(`${name}: half within ${percentile(frames, 0.5)}, most ${Math.max(...frames)} frames`);
      }
      return [
        {
          budget: 'key press to glyph under flood, 19 of 20',
          unit: 'frames',
          value: percentile(flooded, 0.95),
          base: percentile(quiet, 0.95),
          baseIs: 'the same while nothing runs',
          allowed: 1,
        },
      ];
    }),
};

/**
 * Types into the focused editor and answers, for each key, how many frames passed until the frame that shows its glyph
 * was drawn: 1 is the next one.
 */
async function type(page: Page): Promise<readonly number[]> {
  await page.evaluate(() => {
    const content = document.querySelector('.cm-content');
    if (content === null) throw new Error('no editor is open');
    const waits: number[] = [];
    const frames: number[] = [];
    Object.assign(window, { benchWaits: waits, benchFrames: frames });
    let pressedAt: number | null = null;
    let length = content.textContent?.length ?? 0;
    addEventListener('keydown', ({ timeStamp }) => (pressedAt = timeStamp), true);
    let last = performance.now();
    const look = (): void => {
      const now = performance.now();
      frames.push(now - last);
      last = now;
      const shown = content.textContent?.length ?? 0;
      if (pressedAt !== null && shown > length) {
        waits.push(now - pressedAt);
        pressedAt = null;
      }
      length = shown;
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  for (let key = 0; key < KEYS; key += 1) {
    await page.keyboard.press('x');
    await page.waitForTimeout(BETWEEN_MS);
  }
  return page.evaluate(() => {
    const { benchWaits, benchFrames } = window as unknown as {
      readonly benchWaits: readonly number[];
      readonly benchFrames: readonly number[];
    };
    const frame = benchFrames.toSorted((a, b) => a - b)[Math.floor(benchFrames.length / 2)] ?? 16.7;
    return benchWaits.map((wait) => Math.max(1, Math.round(wait / frame)));
  });
}
