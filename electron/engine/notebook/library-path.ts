import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import type { WatchbookError } from '../../../shared/rpc/errors';

/** How a path that leads nowhere, or where it must not, is said. */
export interface LibraryPathWords {
  /** `reason` continues a sentence. */
  readonly refused: (reason: string) => WatchbookError;
  readonly missing: (cause: Error) => WatchbookError;
}

/**
 * The real path of what a notebook's text names by a relative path, percent-encoded as links are.
 *
 * After all links of the file system are resolved it must lie in the library or the notebook's folder.
 *
 * @throws what `words` make
 */
export async function findInLibrary(
  source: string,
  notebookPath: string,
  library: string,
  words: LibraryPathWords,
): Promise<string> {
  let decoded: string;
  try {
    decoded = decodeURIComponent(source.split(/[?#]/, 1)[0] ?? '');
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    throw words.refused('its path is not valid');
  }
  if (
    decoded === '' ||
    isAbsolute(decoded) ||
    /^[a-z][a-z0-9+.-]*:/i.test(decoded) ||
    /^[\\/]/.test(decoded) ||
    decoded.includes('\0')
  ) {
    throw words.refused('only relative paths are read');
  }
  const folder = dirname(notebookPath);
  const outside = 'it lies outside of the library';
  const named = resolve(folder, decoded);
  // Not even looked at: whether there is something is nobody's business.
  if (![folder, library].some((root) => isInside(named, root))) throw words.refused(outside);
  const found = await realpath(named).catch((error: Error) => {
    throw words.missing(error);
  });
  const roots = await Promise.all([realpath(folder), realpath(library)]);
  if (!roots.some((root) => isInside(found, root))) throw words.refused(outside);
  return found;
}

function isInside(path: string, root: string): boolean {
  const way = relative(root, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
