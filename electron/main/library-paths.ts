import { access, lstat, readFile, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, sep } from 'node:path';
import { partsBelow } from '../../shared/library/inside';
import { LIBRARY_FOLDERS_FILE, libraryFoldersFileSchema } from '../../shared/library/folders-file';
import { WatchbookError } from '../../shared/rpc/errors';
import { JOURNAL_FILE } from '../../shared/runs/chain';
import { mayBeTrashed } from './policies/library-places';

/** Refuses a place that is no file of the library, by the list on disk as it is now. Throws `forbidden`. */
export async function checkLibraryPath(path: string, stateFolder: string): Promise<void> {
  try {
    const text = await readFile(join(stateFolder, LIBRARY_FOLDERS_FILE), 'utf8');
    const { folders } = libraryFoldersFileSchema.parse(JSON.parse(text));
    const folder = await realpath(dirname(path));
    const roots = await Promise.all(folders.map((root) => realpath(root).catch(() => root)));
    const place = {
      folder,
      name: basename(path),
      isFolder: (await lstat(path)).isDirectory(),
      isInRun: await isInRun(folder, roots),
      roots,
      separator: sep,
    };
    if (isAbsolute(path) && !path.includes('\0') && mayBeTrashed(place)) return;
  } catch (error) {
    // No list, or nothing under this name: then it is no file of the library either.
    throw refused(path, error);
  }
  throw refused(path);
}

/** True where a folder of the library is that of a run, or lies in one. */
async function isInRun(folder: string, roots: readonly string[]): Promise<boolean> {
  if (!roots.some((root) => partsBelow(root, folder, sep) !== null)) return false;
  const isOne = await access(join(folder, JOURNAL_FILE)).then(
    () => true,
    // None there, or closed to us: then it is not removed either.
    () => false,
  );
  return isOne || isInRun(dirname(folder), roots);
}

function refused(path: string, cause?: unknown): WatchbookError {
  return new WatchbookError(
    'forbidden',
    `${path} is not a file of the library. Nothing was removed.`,
    cause === undefined ? {} : { cause },
  );
}
