import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CellOutputs } from '../../../shared/notebook/outputs/cell-outputs';
import { removeSpool, restoreSpool, Spool } from './spool';

/** The spools of a profile, one for each execution. */
export interface Spools {
  open(execution: string): Promise<Spool>;
  /** Brings back what an execution before left, which stays until no log names it; false where there is nothing. */
  restore(execution: string, into: CellOutputs): Promise<boolean>;
  /** Removes spools that no recovery log names: their outputs were saved, or given up. */
  removeUnclaimed(): Promise<void>;
}

/** A name that is a folder of its own and leads nowhere else. */
const EXECUTION = /^[0-9a-zA-Z-]{8,64}~*$/;

/** Spools lie in `spool/<execution>` of the state folder. */
export function openSpools(stateFolder: string, log: (message: string) => void): Spools {
  const root = join(stateFolder, 'spool');
  const live = new Set<string>();
  const folderOf = (execution: string): string => {
    if (!EXECUTION.test(execution)) throw new RangeError('not the name of an execution');
    return join(root, execution);
  };
  return {
    open: async (execution) => {
      live.add(execution);
      return Spool.create({
        folder: folderOf(execution),
        onProblem: (problem) =>
          log(problem === null ? 'outputs are written again' : `outputs: ${problem.message}`),
      });
    },
    restore: (execution, into) => restoreSpool(folderOf(execution), into),
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
    if (!file.endsWith('.jsonl')) continue;
    const text = await readFile(join(recovery, file), 'utf8');
    for (const [, execution] of text.matchAll(/"execution":"([^"]+)"/g))
      if (execution !== undefined) claimed.add(execution);
  }
  return claimed;
}
