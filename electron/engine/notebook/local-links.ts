import { stat } from 'node:fs/promises';
import { WatchbookError } from '../../../shared/rpc/errors';
import { quoted } from '../../../shared/rpc/quoted';
import { findInLibrary } from './library-path';

/**
 * Where a link of a text leads: a runbook of the library, and the anchor in it.
 *
 * A missing file and one outside of the library are told apart only inside of it: what lies elsewhere on this machine
 * is not said.
 *
 * @throws WatchbookError `forbidden` outside of the library, `not-found`, `unsupported-format` for what is no runbook
 */
export async function followLink(
  target: string,
  notebookPath: string,
  library: string,
): Promise<{ readonly path: string; readonly anchor: string }> {
  const named = quoted(target);
  const path = await findInLibrary(target, notebookPath, library, {
    refused: (reason) => new WatchbookError('forbidden', `The link to ${named} is not followed: ${reason}.`),
    missing: (cause) =>
      new WatchbookError('not-found', `${named} is not there. The link in this text leads nowhere.`, {
        cause,
      }),
  });
  if (!path.toLowerCase().endsWith('.ipynb') || !(await stat(path)).isFile()) {
    throw new WatchbookError(
      'unsupported-format',
      `${named} is not a runbook. Only links to runbooks (.ipynb) are opened here.`,
    );
  }
  return { path, anchor: decodedAnchor(target) };
}

/** The anchor of a link, decoded. A `%` that is no escape stays as it is. */
export function decodedAnchor(target: string): string {
  const at = target.indexOf('#');
  const anchor = at === -1 ? '' : target.slice(at + 1);
  try {
    return decodeURIComponent(anchor);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return anchor;
  }
}
