import { join } from 'node:path';
import { writeNotebookFile } from '../support/notebooks';
import { makeProfile } from '../support/profile';
import { RunDriver } from '../support/run-driver';
import { median, timed, type Bench } from './measure';

const CELLS = 2_000;
const ROUNDS = 5;

/** From Start to a run that can be driven, beside opening the same runbook as a document. */
export const startRun: Bench = {
  name: 'start-run',
  run: async (say) => {
    const profile = await makeProfile();
    try {
      const path = join(profile.home, 'book.ipynb');
      const cells = Array.from(
        { length: CELLS },
        (_, index) => `echo step ${index}\n${'# padding\n'.repeat(100)}`,
      );
      await writeNotebookFile(path, cells, 'bash');
      const engine = await profile.connect();
      const starts: number[] = [];
      const opens: number[] = [];
      for (let round = 0; round <= ROUNDS; round += 1) {
        const own = await timed(() => RunDriver.start(engine, path));
        const base = await timed(async () => {
          const { document } = await engine.request('notebook.open', { path });
          await engine.request('notebook.close', { document, discard: true });
        });
        say(`start ${own.toFixed(0)} ms, open ${base.toFixed(0)} ms`);
        // The first round warms the disk's cache.
        if (round === 0) continue;
        starts.push(own);
        opens.push(base);
      }
      engine.dispose();
      return [
        {
          budget: `start of a run from a ${CELLS.toLocaleString('en')}-cell runbook`,
          unit: 'ms',
          value: median(starts),
          base: median(opens),
          baseIs: 'opening the runbook',
          allowed: null,
        },
      ];
    } finally {
      await profile.dispose();
    }
  },
};
