import { percentile, type Bench } from './measure';
import { framesToGlyph } from './glyph';
import { openNotebook, select, start, untilState } from './notebook-window';
import { withDesktop } from './windows';

const ENDLESS = 'i = 0\nwhile True:\n    i += 1\n    print(i)';
const KEYS = 80;

export const keyPress: Bench = {
  name: 'key-press',
  run: async (say) =>
    withDesktop(async (desktop) => {
      await openNotebook(desktop, [ENDLESS, '# typed']);
      const { page } = desktop;
      await select(page, 'c2');
      await page.keyboard.press('Enter');
      await page.locator('.cm-content').waitFor();
      const quiet = await framesToGlyph(page, KEYS);
      await page.keyboard.press('Escape');
      await start(page, 'c1');
      await untilState(page, 'c1', 'running');
      await page.waitForTimeout(1_000);
      await select(page, 'c2');
      await page.keyboard.press('Enter');
      await page.locator('.cm-content').waitFor();
      const flooded = await framesToGlyph(page, KEYS);
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
