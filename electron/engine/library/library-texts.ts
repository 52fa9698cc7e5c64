import { realpath } from 'node:fs/promises';
import { basename, sep } from 'node:path';
import { partsBelow } from '../../../shared/library/inside';
import { MOST_TEXT_BYTES, type textContract } from '../../../shared/library/text-contract';
import { kindOfFile } from '../../../shared/library/tree';
import { WatchbookError } from '../../../shared/rpc/errors';
import { quoted } from '../../../shared/rpc/quoted';
import type { Handlers } from '../engine-client';
import { readError } from '../notebook/disk-errors';
import { findInLibrary } from '../notebook/library-path';
import { decodedAnchor } from '../notebook/local-links';
import { fetchPicture, readPicture } from '../notebook/pictures';
import type { LibraryFolders, LibraryPlace } from './library-folders';
import { readTextFile } from './text-file';

/** Text files of the library for the window: their text, their pictures, and where their links lead. */
export function libraryTexts(folders: LibraryFolders): Handlers<keyof typeof textContract.requests> {
  /** Where a text file lies, links resolved: one that leads out of the library is not read. */
  const locate = async (path: string): Promise<LibraryPlace> => {
    const { root, path: named } = await folders.locate(path);
    const real = await realpath(named).catch((error: unknown) => {
      throw readError(error, named);
    });
    const isIn = partsBelow(root, real, sep) !== null && (await folders.locate(real)).path === real;
    if (!isIn || !isText(named) || !isText(real)) {
      throw new WatchbookError('forbidden', `${path} is not a text file of the library. It was not read.`);
    }
    return { root, path: real };
  };
  return {
    'library.readText': async ({ path }) => ({
      text: await readTextFile(
        (await locate(path)).path,
        MOST_TEXT_BYTES,
        'It is not shown here; another program can open it.',
      ),
    }),
    'library.textPicture': async ({ path, source }) => {
      const place = await locate(path);
      return { url: await readPicture(source, place.path, place.root) };
    },
    'library.remotePicture': async ({ url }) => ({ url: await fetchPicture(url) }),
    'library.followText': async ({ path, target }) => {
      const place = await locate(path);
      const named = quoted(target);
      const found = await findInLibrary(target, place.path, place.root, {
        refused: (reason) =>
          new WatchbookError('forbidden', `The link to ${named} is not followed: ${reason}.`),
        missing: (cause) =>
          new WatchbookError('not-found', `${named} is not there. The link in this text leads nowhere.`, {
            cause,
          }),
      });
      const isRunbook = kindOfFile(basename(found)) === 'runbook';
      if (!isRunbook && !isText(found)) {
        throw new WatchbookError(
          'unsupported-format',
          `${named} is no runbook and no text file. The link was not opened.`,
        );
      }
      return { path: found, anchor: decodedAnchor(target), isRunbook };
    },
  };
}

function isText(path: string): boolean {
  const kind = kindOfFile(basename(path));
  return kind !== null && kind !== 'runbook';
}
