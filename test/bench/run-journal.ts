import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../../electron/engine/runs/content';
import { createJournal, readRunJournal } from '../../electron/engine/runs/journal';
import { chainEvents, JOURNAL_FILE, type UnchainedEvent } from '../../shared/runs/chain';
import { reduce } from '../../shared/runs/reduce';
import { EventList, ref } from '../support/run-events';
import { MARA, TICK } from '../support/run-journals';
import { median, processorTime, timed, type Bench } from './measure';
import { withFolder } from './windows';

const APPENDS = 3_000;
const WARM = 300;
const ROUNDS = 5;
const EVENTS = 100_000;
const STEPS = 2_000;

/** One event after the other, each synced, against the same bytes written and synced by the disk alone. */
export const journalAppend: Bench = {
  name: 'journal-append',
  run: async (say) =>
    withFolder(async (folder) => {
      const line = Buffer.alloc(await lengthOfLine(folder), 0x61);
      const journal = await createJournal(join(folder, 'run'), { driver: 'bench' });
      const raw = await open(join(folder, 'raw'), 'wx', 0o600);
      const ours: number[] = [];
      const disk: number[] = [];
      // In turns, one by one: what else the machine does then meets both alike. The first ones warm the code.
      for (let n = -WARM; n < APPENDS; n += 1) {
        const alone = await timed(async () => {
          await raw.write(line, 0, line.length, (n + WARM) * line.length);
          await raw.datasync();
        });
        const whole = await timed(() => journal.append(MARA, TICK));
        if (n < 0) continue;
        ours.push(whole);
        disk.push(alone);
      }
      say(`${APPENDS} events, one by one`);
      await journal.close();
      await raw.close();
      const base = median(disk);
      return [
        {
          budget: 'journal append, one event',
          unit: 'ms',
          value: median(ours),
          base,
          baseIs: 'write and fdatasync of the same bytes',
          allowed: 1.2 * base,
        },
      ];
    }),
};

async function lengthOfLine(folder: string): Promise<number> {
  const run = join(folder, 'measured');
  const journal = await createJournal(run, { driver: 'bench' });
  for (let n = 0; n < 10; n += 1) await journal.append(MARA, TICK);
  await journal.close();
  return Math.round((await readFile(join(run, JOURNAL_FILE))).length / 10);
}

/** Reads a journal, checks its chain and every event, and reduces it, against reading, hashing and parsing alone. */
export const openRun: Bench = {
  name: 'open-run',
  run: async (say) =>
    withFolder(async (folder) => {
      const [first, ...rest] = longRun();
      if (first === undefined) throw new Error('there are no events');
      const { bytes } = chainEvents(null, [first, ...rest], sha256);
      await mkdir(join(folder, 'run'));
      const file = join(folder, 'run', JOURNAL_FILE);
      await writeFile(file, bytes);
      const ours: number[] = [];
      const alone: number[] = [];
      for (let round = 0; round <= ROUNDS; round += 1) {
        const base = await processorTime(async () => {
          const content = await readFile(file);
          for (let start = 0, end = content.indexOf(10); end >= 0; end = content.indexOf(10, start)) {
            const line = content.subarray(start, end);
            sha256(line);
            JSON.parse(line.toString('utf8'));
            start = end + 1;
          }
        });
        const whole = await processorTime(async () => {
          const { events, faults } = await readRunJournal(join(folder, 'run'));
          if (faults.length > 0 || reduce(events).seq !== EVENTS - 1) throw new Error('the run is not whole');
        });
        say(`${whole.toFixed(0)} ms, ${base.toFixed(0)} ms reading, hashing and parsing`);
        if (round === 0) continue;
        ours.push(whole);
        alone.push(base);
      }
      const base = median(alone);
      return [
        {
          budget: `open a run of ${EVENTS.toLocaleString('en-US')} events`,
          unit: 'ms',
          value: median(ours),
          base,
          baseIs: 'reading, hashing and parsing its lines',
          allowed: 6 * base,
          note: `processor time, ${(bytes.length / 1_048_576).toFixed(0)} MiB, ${STEPS.toLocaleString('en-US')} steps`,
        },
      ];
    }),
};

function longRun(): readonly UnchainedEvent[] {
  const list = new EventList().start();
  for (let n = 0; list.events.length + 3 <= EVENTS; n += 1) {
    const cell = `cell-${n % STEPS}`;
    list.add('checkpoint', { id: `${n}`, why: 'step', cell, name: null, state: ref('state') });
    list.run(cell, n % 3 === 0 ? 'failed' : 'done', 1 + Math.floor(n / STEPS));
  }
  while (list.events.length < EVENTS) list.add('note', { cell: null, text: ref('note') });
  return list.events as unknown as readonly UnchainedEvent[];
}
