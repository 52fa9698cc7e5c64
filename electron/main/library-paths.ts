import { lstat, readFile, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, sep } from 'node:path';
import { LIBRARY_FOLDERS_FILE, libraryFoldersFileSchema } from '../../shared/library/folders-file';
import { WatchbookError } from '../../shared/rpc/errors';
import { mayBeTrashed } from './policies/library-places';

/** Refuses a place that is no file of the library, by the list on disk as it is now. Throws `forbidden`. */
export async function checkLibraryPath(path: string, stateFolder: string): Promise<void> {
  try {
    const text = await readFile(join(stateFolder, LIBRARY_FOLDERS_FILE), 'utf8');
    const { folders } = libraryFoldersFileSchema.parse(JSON.parse(text));
    const place = {
      folder: await realpath(dirname(path)),
      name: basename(path),
      isFolder: (await lstat(path)).isDirectory(),
      roots: await Promise.all(folders.map((folder) => realpath(folder).catch(() => folder))),
      separator: sep,
    };
    if (isAbsolute(path) && !path.includes('\0') && mayBeTrashed(place)) return;
  } catch (error) {
    // No list, or nothing under this name: then it is no file of the library either.
    throw refused(path, error);
  }
  throw refused(path);
}

function refused(path: string, cause?: unknown): WatchbookError {
  return new WatchbookError(
    'forbidden',
    `${path} is not a file of the library. Nothing was removed.`,
    cause === undefined ? {} : { cause },
  );
}
