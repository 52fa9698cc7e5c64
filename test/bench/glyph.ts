import type { Page } from '@playwright/test';

const BETWEEN_MS = 45;

/**
 * Types into the focused editor and answers, for each key, how many frames passed until the frame that shows its glyph
 * was drawn: 1 is the next one.
 */
export async function framesToGlyph(page: Page, keys: number): Promise<readonly number[]> {
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
  for (let key = 0; key < keys; key += 1) {
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
