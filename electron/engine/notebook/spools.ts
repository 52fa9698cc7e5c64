import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CellOutputs } from '../../../shared/notebook/outputs/cell-outputs';
import type { WatchbookError } from '../../../shared/rpc/errors';
import { removeSpool, restoreSpool, Spool } from './spool';

/** The spools of a profile, one for each execution. */
export interface Spools {
  /** `onProblem` is called when writing fails and is tried again, with null when it went well again. */
  open(execution: string, onProblem: (problem: WatchbookError | null) => void): Promise<Spool>;
  /**
   * Brings back what an execution before left, which stays until no log names it. `room` waits until `into` can take
   * more. Answers when the last of it was written; null where there is nothing.
   */
  restore(execution: string, into: CellOutputs, room: () => Promise<void>): Promise<Date | null>;
  /** Removes spools that no recovery log names: their outputs were saved, or given up. */
  removeUnclaimed(): Promise<void>;
}

/** A name that is a folder of its own and leads nowhere else. */
const EXECUTION = /^[0-9a-zA-Z-]{8,64}~?$/;

/** The longest mention of an execution in a log, in characters. */
const MOST_NAME = 128;

/** Spools lie in `spool/<execution>` of the state folder. */
export function openSpools(stateFolder: string, log: (message: string) => void): Spools {
  const root = join(stateFolder, 'spool');
  const live = new Set<string>();
  const folderOf = (execution: string): string => {
    if (!EXECUTION.test(execution)) throw new RangeError('not the name of an execution');
    return join(root, execution);
  };
  return {
    open: async (execution, onProblem) => {
      live.add(execution);
      return Spool.create({
        folder: folderOf(execution),
        onProblem: (problem) => {
          log(problem === null ? 'outputs are written again' : `outputs: ${problem.message}`);
          onProblem(problem);
        },
      });
    },
    restore: (execution, into, room) => restoreSpool(folderOf(execution), into, room),
    removeUnclaimed: async () => {
      const names = await readdir(root).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return [];
        throw error;
      });
      const claimed = await claimedBy(join(stateFolder, 'recovery'));
      for (const name of names) {
        if (!live.has(name) && !claimed.has(name) && EXECUTION.test(name))
          await removeSpool(join(root, name));
      }
    },
  };
}

/** Every execution that some recovery log names. */
async function claimedBy(recovery: string): Promise<ReadonlySet<string>> {
  const files = await readdir(recovery).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const claimed = new Set<string>();
  for (const file of files) {
    // What was set aside too: somebody may still want it.
    if (!/\.(?:jsonl|damaged|unused)$/.test(file)) continue;
    for (const execution of await executionsIn(join(recovery, file))) claimed.add(execution);
  }
  return claimed;
}

/** In parts: a log may be longer than the longest string. */
async function executionsIn(file: string): Promise<readonly string[]> {
  const found: string[] = [];
  let rest = '';
  for await (const part of createReadStream(file, 'latin1')) {
    const text = rest + (part as string);
    for (const [, execution] of text.matchAll(/"execution":"([^"]+)"/g))
      if (execution !== undefined) found.push(execution);
    // A name that is cut in two is found with the next part; one found twice is no harm.
    rest = text.slice(-MOST_NAME);
  }
  return found;
}
