import { join } from 'node:path';
import { ROOT } from '../support/profile';
import { median, type Bench } from './measure';
import { blankWindow, startWindow, withDesktop, withFolder } from './windows';

const ROUNDS = 5;

/** Neither has run in its folder before, and no engine runs. */
export const coldStart: Bench = {
  name: 'cold-start',
  run: async (say) => {
    const blank: number[] = [];
    const ours: number[] = [];
    // The first of each warms the disk's cache and is not counted.
    for (let round = 0; round <= ROUNDS; round += 1) {
      const base = await withFolder(async (folder) => {
        const window = await blankWindow(join(folder, 'chromium'));
        await window.app.close();
        return window.startMs;
      });
      const own = await withDesktop(async (desktop) => {
        const env = { HOME: desktop.home, WATCHBOOK_PROFILE: desktop.profile };
        const window = await startWindow([ROOT], env, isUsable);
        await window.app.close();
        return window.startMs;
      });
      say(`blank ${base} ms, ours ${own} ms`);
      if (round === 0) continue;
      blank.push(base);
      ours.push(own);
    }
    const base = median(blank);
    return [
      {
        budget: 'cold start to usable window',
        unit: 'ms',
        value: median(ours),
        base,
        baseIs: 'a blank Electron window',
        allowed: 1.5 * base + 300,
      },
    ];
  },
};

/** The welcome page, and on it the samples: the engine has answered, and whatever is clicked happens. */
function isUsable(): boolean {
  return document.querySelectorAll('.way').length > 2;
}
