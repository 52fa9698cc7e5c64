import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runWithNbclient } from '../support/nbclient';
import { makeProfile, ROOT } from '../support/profile';
import { median, timed, type Bench } from './measure';

const NOTEBOOKS = ['pandas', 'streams', 'rich'] as const;
const ROUNDS = 3;

/** From the command to its end, each with a fresh kernel; ours also starts its engine. */
export const wholeNotebook: Bench = {
  name: 'whole-notebook',
  run: async (say) => {
    const profile = await makeProfile();
    try {
      const base: number[] = [];
      const ours: number[] = [];
      for (const name of NOTEBOOKS) {
        await copyFile(join(ROOT, 'test/fixtures/run', `${name}.ipynb`), join(profile.home, `${name}.ipynb`));
      }
      const executed = join(profile.home, 'executed.ipynb');
      for (let round = 0; round <= ROUNDS; round += 1) {
        let alone = 0;
        let own = 0;
        for (const name of NOTEBOOKS) {
          const file = join(profile.home, `${name}.ipynb`);
          alone += await timed(() =>
            runWithNbclient([{ input: file, output: executed }], profile.home, profile.environment),
          );
          await profile.cli(['engine', 'stop', '--force']);
          own += await timed(() => profile.cli(['run', file, '--output', executed]));
        }
        say(`nbclient ${alone.toFixed(0)} ms, watchbook run ${own.toFixed(0)} ms`);
        // The first round warms the disk's cache.
        if (round === 0) continue;
        base.push(alone);
        ours.push(own);
      }
      return [
        {
          budget: `whole notebooks by watchbook run (${NOTEBOOKS.join(', ')})`,
          unit: 'ms',
          value: median(ours),
          base: median(base),
          baseIs: 'nbclient',
          allowed: median(base),
          note: 'no longer than it',
        },
      ];
    } finally {
      await profile.dispose();
    }
  },
};
