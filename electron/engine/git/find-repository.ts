import { constants, type Stats } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { isSystemError } from '../notebook/disk-errors';

/** More is no configuration that somebody wrote. */
const MOST_BYTES = 1024 * 1024;

/** A repository as it was found on disk, before anything was run in it. */
export interface FoundRepository {
  readonly kind: 'repository';
  /** The root of the work tree. */
  readonly root: string;
  /** `.git`, or where a `.git` file says that this work tree's own data lie. */
  readonly gitFolder: string;
  /** What all work trees share: configuration, objects, branches. */
  readonly commonFolder: string;
}

export type RepositorySearch =
  | { readonly kind: 'none' }
  | { readonly kind: 'refused'; readonly root: string; readonly reason: string }
  | FoundRepository;

/**
 * The repository that a folder lies in: the nearest one above with `.git`. One that is reached by links, or belongs
 * to somebody else, is refused: its configuration would be theirs. Runs nothing.
 */
export async function findRepository(folder: string): Promise<RepositorySearch> {
  for (let root = folder; ; root = dirname(root)) {
    const place = join(root, '.git');
    const found = await lstatOrNull(place);
    if (found !== null) return judge(root, place, found);
    if (dirname(root) === root) return { kind: 'none' };
  }
}

async function judge(root: string, place: string, found: Stats): Promise<RepositorySearch> {
  const refused = (reason: string): RepositorySearch => ({ kind: 'refused', root, reason });
  if (found.isSymbolicLink()) return refused('Its .git is a link to elsewhere. Nothing was run in it.');
  const gitFolder = found.isDirectory() ? place : await namedFolder(place, 'gitdir: ', root);
  if (gitFolder === null) return refused('Its .git can not be understood. Nothing was run in it.');
  const commonFolder = (await namedFolder(join(gitFolder, 'commondir'), '', gitFolder)) ?? gitFolder;
  for (const folder of [root, gitFolder, commonFolder]) {
    const info = await lstatOrNull(folder);
    if (info?.isDirectory() !== true) return refused(`${folder} is not a folder. Nothing was run in it.`);
    if (process.getuid !== undefined && info.uid !== process.getuid())
      return refused(`${folder} belongs to another user. Nothing was run in it.`);
  }
  return { kind: 'repository', root, gitFolder, commonFolder };
}

/** The folder that a one-line file names; null without such a file. */
async function namedFolder(file: string, before: string, from: string): Promise<string | null> {
  const bytes = await readSmallFile(file);
  const text =
    bytes === null
      ? ''
      : Buffer.from(bytes)
          .toString('utf8')
          .replace(/\r?\n$/, '');
  if (!text.startsWith(before) || text.length === before.length || /[\0\n]/.test(text)) return null;
  return resolve(from, text.slice(before.length));
}

/** The bytes of a regular file that is no link; null for anything else. */
export async function readSmallFile(path: string): Promise<Uint8Array | null> {
  try {
    const file = await open(
      path,
      constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
    );
    try {
      const info = await file.stat();
      return info.isFile() && info.size <= MOST_BYTES ? await file.readFile() : null;
    } finally {
      await file.close();
    }
  } catch (error) {
    // Not there, a link, or closed to us: it can not be read.
    if (isSystemError(error)) return null;
    throw error;
  }
}

/** Null for what is not there or can not be reached. */
export async function lstatOrNull(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch (error) {
    if (isSystemError(error)) return null;
    throw error;
  }
}
