import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { WatchbookError } from '../../../shared/rpc/errors';
import { isRunning } from '../is-running';
import { isSystemError, writeError } from '../notebook/disk-errors';
import { syncFolder } from '../whole-file';

/** Where the runs of a library lie in it. */
export const RUNS_FOLDER = 'runs';
/** The executed copy, and the template as it was. */
export const RUN_FILE = 'run.ipynb';
export const RUNBOOK_FILE = 'runbook.ipynb';

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
const NAME = /^(\d{8}T\d{6}Z)-(.+)-([a-z2-7]{6})$/;
/** Beside the runs, while one is being made: with the process that makes it. */
const UNFINISHED = /^\.new-(\d+)-[a-z2-7]{6}$/;

function sixCharacters(): string {
  return Array.from(randomBytes(6), (byte) => BASE32.charAt(byte % 32)).join('');
}

/** The name of a run's folder: when, where, and six characters to tell it from others. */
export function runFolderName(at: Date, environment: string): string {
  const stamp = at.toISOString().replace(/[-:]/g, '').replace(/\.\d+/, '');
  return `${stamp}-${environment}-${sixCharacters()}`;
}

/** The six characters at the end of a run's folder; null for a folder that has no such name. */
export function shortName(folder: string): string | null {
  return NAME.exec(basename(folder))?.[3] ?? null;
}

/** Where the runs of a runbook lie (contract section 4). */
export function runsOf(library: string, runbook: string): string {
  const way = relative(library, runbook).replace(/\.ipynb$/i, '');
  return join(library, RUNS_FOLDER, ...way.split(sep));
}

/**
 * Makes a run's folder, whole or not at all: `fill` writes it under another name. Answers its place. Rejects with
 * `not-writable` or `disk-full`; then nothing is left of it.
 */
export async function makeRunFolder(
  library: string,
  runbook: string,
  name: string,
  fill: (folder: string) => Promise<void>,
): Promise<string> {
  const parent = runsOf(library, runbook);
  try {
    await mkdir(parent, { recursive: true, mode: 0o700 });
    const real = await realpath(parent);
    const root = await realpath(library);
    if (!real.startsWith(`${root}${sep}`)) {
      throw new WatchbookError(
        'not-writable',
        `${parent} leads out of the library by a link. Nothing was started: take the link away.`,
      );
    }
    await removeUnfinished(real);
    const made = join(real, `.new-${process.pid}-${sixCharacters()}`);
    await mkdir(made, { mode: 0o700 });
    try {
      await fill(made);
      const folder = join(real, name);
      await rename(made, folder);
      await syncFolder(real);
      return folder;
    } catch (error) {
      await rm(made, { recursive: true, force: true });
      throw error;
    }
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new WatchbookError(
      writeError(error, parent).code,
      `No run was started: ${parent} can not be written.`,
      {
        cause: error,
        detail: error.message,
      },
    );
  }
}

/** What processes that were killed in the middle of a start have left. */
async function removeUnfinished(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = Number(UNFINISHED.exec(name)?.[1]);
    if (pid > 0 && !isRunning(pid)) await rm(join(parent, name), { recursive: true, force: true });
  }
}

/** Writes one file of a folder that is being made, synced. Rejects as the system does. */
export async function writeNew(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(join(folder, name), 'wx', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const MOST_RUNS = 5_000;
const DEEPEST = 12;

/** The run folders of a library, the latest names first. Links are not followed. */
export async function findRuns(library: string): Promise<readonly string[]> {
  const found: string[] = [];
  const look = async (folder: string, depth: number): Promise<void> => {
    if (depth > DEEPEST || found.length >= MOST_RUNS) return;
    let entries;
    try {
      entries = await readdir(folder, { withFileTypes: true });
    } catch (error) {
      // Not there, or closed to us: it has no runs for us.
      if (!isSystemError(error)) throw error;
      return;
    }
    for (const entry of entries) {
      if (!entry.isDirectory() || entry.name.startsWith('.')) continue;
      const path = join(folder, entry.name);
      if (NAME.test(entry.name)) found.push(path);
      else await look(path, depth + 1);
    }
  };
  await look(join(library, RUNS_FOLDER), 0);
  return found.toSorted((a, b) => (basename(a) < basename(b) ? 1 : -1));
}

/** The runs of one runbook, the latest first. */
export async function findRunsOf(library: string, runbook: string): Promise<readonly string[]> {
  try {
    const parent = runsOf(library, runbook);
    const names = (await readdir(parent)).filter((name) => NAME.test(name));
    return names
      .toSorted()
      .toReversed()
      .map((name) => join(parent, name));
  } catch (error) {
    if (isSystemError(error)) return [];
    throw error;
  }
}

/** The library and the template of a run, by the place of its folder and the runbook's path in the library. */
export function placesOfRun(folder: string, runbook: string): { library: string; runbook: string } | null {
  const ending = join(RUNS_FOLDER, ...runbook.replace(/\.ipynb$/i, '').split('/'));
  const parent = dirname(folder);
  if (!parent.endsWith(`${sep}${ending}`)) return null;
  const library = parent.slice(0, -ending.length - 1);
  return { library, runbook: join(library, ...runbook.split('/')) };
}
