import { WatchbookError } from '../../../shared/rpc/errors';
import type { ClientFrame } from '../../../shared/rpc/protocol';

/**
 * Requests that write a file at a place the window names, or make such places of a whole folder: what lies in a
 * library folder may be renamed and removed, so that a person must have picked it.
 */
const WRITES_AT: ReadonlySet<string> = new Set([
  'notebook.save',
  'notebook.saveOutput',
  'library.create',
  'library.addFolder',
]);

/**
 * Refuses to write where no person picked the place in the system's dialog for this window: without this, a page that
 * was taken over could write any file of the user.
 *
 * @throws WatchbookError `forbidden`
 */
export function checkGrantedPath(
  { method, params }: Pick<Extract<ClientFrame, { t: 'request' }>, 'method' | 'params'>,
  granted: ReadonlySet<string>,
): void {
  if (!WRITES_AT.has(method) || typeof params !== 'object' || params === null || !('path' in params)) return;
  const path: unknown = params['path'];
  if (path === undefined || (typeof path === 'string' && granted.has(path))) return;
  throw notPicked();
}

/** What is said of a place that no person picked. */
export function notPicked(): WatchbookError {
  return new WatchbookError(
    'forbidden',
    'This place was not picked in a dialog of the system. Nothing was written. Pick it there, and try again.',
  );
}
