import { readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, sep } from 'node:path';
import { libraryFoldersFileSchema } from '../../../shared/library/folders-file';
import { partsBelow } from '../../../shared/library/inside';
import { isShownFolder } from '../../../shared/library/tree';
import { WatchbookError } from '../../../shared/rpc/errors';
import { isSystemError } from '../notebook/disk-errors';
import { writeOwnFile } from '../whole-file';

const MOST_FOLDERS = 50;

/** A place in the library after all links were resolved. */
export interface LibraryPlace {
  /** The library folder that holds it, resolved. */
  readonly root: string;
  /** The place itself: its folder is resolved, its last part stands as it was named. */
  readonly path: string;
}

/**
 * The list of library folders, kept in `library.json` of the state folder, and the rule of what lies in them.
 *
 * It is not a setting: a window may change settings, and a folder on this list is one that a window may write in.
 */
export class LibraryFolders {
  private constructor(
    private readonly file: string,
    private list: readonly string[],
    private readonly log: (message: string) => void,
  ) {}

  static async load(file: string, log: (message: string) => void): Promise<LibraryFolders> {
    return new LibraryFolders(file, await readList(file, log), log);
  }

  get all(): readonly string[] {
    return this.list;
  }

  /** Adds a folder under its real path, which it answers. Rejects with `not-found`, `bad-request` or `too-large`. */
  async add(path: string): Promise<string> {
    const real = isAbsolute(path) ? await realFolder(path) : null;
    if (real === null)
      throw new WatchbookError('not-found', `${path} is not a folder. The library is as it was.`);
    if (dirname(real) === real) {
      throw new WatchbookError('bad-request', 'A whole disk can not be a library. Choose a folder in it.');
    }
    if (this.list.includes(real)) return real;
    if (this.list.length >= MOST_FOLDERS)
      throw new WatchbookError('too-large', `The side bar holds at most ${MOST_FOLDERS} folders.`);
    await this.write([...this.list, real]);
    return real;
  }

  async remove(path: string): Promise<void> {
    await this.write(this.list.filter((one) => one !== path));
  }

  /**
   * Where a place lies in the library. Rejects with `forbidden` for one outside of every folder of it, however it is
   * spelled and whatever links lead there, and for what the tree does not show (`.git`, hidden folders, `runs/`).
   */
  async locate(path: string): Promise<LibraryPlace> {
    if (!isAbsolute(path) || path.includes('\0')) throw outside(path);
    const folder = await realFolder(dirname(path));
    if (folder === null) throw new WatchbookError('not-found', `${dirname(path)} is not there any more.`);
    const name = basename(path);
    for (const listed of this.list) {
      const root = await realFolder(listed);
      if (root === null) continue;
      const parts = partsBelow(root, folder, sep);
      if (parts === null) continue;
      if (parts.every((part, depth) => isShownFolder(part, depth === 0)) && !name.startsWith('.'))
        return { root, path: join(folder, name) };
    }
    throw outside(path);
  }

  /** As {@link locate}, for a folder that is there, the library folders themselves too; answers it resolved. */
  async locateFolder(path: string): Promise<LibraryPlace> {
    const real = isAbsolute(path) && !path.includes('\0') ? await realFolder(path) : null;
    if (real === null) throw new WatchbookError('not-found', `${path} is not there any more.`);
    for (const listed of this.list) {
      if ((await realFolder(listed)) === real) return { root: real, path: real };
    }
    const place = await this.locate(real);
    if (isShownFolder(basename(real), dirname(real) === place.root)) return place;
    throw outside(path);
  }

  /** A folder of the list that is this one or lies in it; null for none. `folder` is resolved. */
  async listedIn(folder: string): Promise<string | null> {
    for (const listed of this.list) {
      const root = await realFolder(listed);
      if (root !== null && partsBelow(folder, root, sep) !== null) return listed;
    }
    return null;
  }

  private async write(list: readonly string[]): Promise<void> {
    try {
      await writeOwnFile(this.file, `${JSON.stringify({ version: 1, folders: list }, null, 1)}\n`);
    } catch (error) {
      this.log(`the library’s list was not written: ${String(error)}`);
      throw new WatchbookError(
        'not-writable',
        'The list of library folders could not be written. It is as it was; free some space and try again.',
        { cause: error, retryable: true },
      );
    }
    this.list = list;
  }
}

function outside(path: string): WatchbookError {
  return new WatchbookError(
    'forbidden',
    `${path} does not lie in a folder of the library. Nothing was changed.`,
  );
}

/** A folder without links on its way; null for what is none. */
async function realFolder(path: string): Promise<string | null> {
  try {
    const real = await realpath(path);
    return (await stat(real)).isDirectory() ? real : null;
  } catch (error) {
    // Gone, closed to us, or no folder: in each case nothing can be done in it.
    if (isSystemError(error)) return null;
    throw error;
  }
}

async function readList(file: string, log: (message: string) => void): Promise<readonly string[]> {
  try {
    return libraryFoldersFileSchema.parse(JSON.parse(await readFile(file, 'utf8'))).folders;
  } catch (error) {
    if (!isSystemError(error) || error.code !== 'ENOENT')
      log(`the library’s list is forgotten: ${String(error)}`);
    return [];
  }
}
