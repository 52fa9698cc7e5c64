import { lstat, readdir } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { partsBelow } from '../../../shared/library/inside';
import { WatchbookError } from '../../../shared/rpc/errors';
import { JOURNAL_FILE } from '../../../shared/runs/chain';
import { isSystemError } from '../notebook/disk-errors';
import { RUNS_FOLDER } from '../runs/run-places';
import type { LibraryPlace } from './library-folders';

/** Runs lie this deep below `runs` at most: as deep as their runbooks in the library. */
const DEEPEST = 12;

/** True for the folder of a run. */
async function isRunFolder(folder: string): Promise<boolean> {
  return lstat(join(folder, JOURNAL_FILE)).then(
    (found) => found.isFile(),
    (error: unknown) => {
      if (isSystemError(error)) return false;
      throw error;
    },
  );
}

/**
 * Refuses a change of single files of a run: its record holds as a whole, by the names and bytes of its files. `what`
 * ends the sentence of what was not done. Throws `forbidden`.
 */
export async function refuseInRun({ root, path }: LibraryPlace, what: string): Promise<void> {
  for (let folder = dirname(path); partsBelow(root, folder, sep) !== null; folder = dirname(folder)) {
    if (!(await isRunFolder(folder))) continue;
    throw new WatchbookError(
      'forbidden',
      `${basename(path)} belongs to the record of a run, which holds only as it was written. ${what}; the record is as it was. The folder of the run can be moved to the trash as a whole; the file manager copies single files out of it.`,
    );
  }
}

/**
 * Refuses another name for the folder of a run, and for a folder that runs are found by: other records name the one,
 * and the way to the other says whose runs they are. Throws `forbidden`.
 */
export async function refuseRunsMoved({ root, path }: LibraryPlace): Promise<void> {
  const isOfRuns = partsBelow(root, path, sep)?.includes(RUNS_FOLDER) === true;
  const isRun = await isRunFolder(path);
  if (!isRun && !(isOfRuns && (await holdsRun(path, 0)))) return;
  throw new WatchbookError(
    'forbidden',
    isRun
      ? `${basename(path)} is the record of a run, and other records know it by this name. It was not renamed. Its title is in the list of runs.`
      : `${basename(path)} holds records of runs, which are found by the names of their folders. It was not renamed.`,
  );
}

async function holdsRun(folder: string, depth: number): Promise<boolean> {
  if (await isRunFolder(folder)) return true;
  if (depth >= DEEPEST) return false;
  for (const name of await namesIn(folder)) if (await holdsRun(join(folder, name), depth + 1)) return true;
  return false;
}

/** The names in a folder; none for a file, and for what is not there or closed to us. */
async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    // What can not be looked into can not be changed either.
    if (isSystemError(error)) return [];
    throw error;
  }
}
