import { toWireError, WatchbookError, type ErrorCode } from '../../../shared/rpc/errors';

/** An error of the operating system, with its code (`ENOENT`). */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}

/** No room: on the disk, in the person's share of it, or under a limit on the size of files. */
export function isDiskFull(error: unknown): boolean {
  return isSystemError(error) && ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(error.code ?? '');
}

function withCause(code: ErrorCode, message: string, cause: NodeJS.ErrnoException): WatchbookError {
  return new WatchbookError(code, message, { cause, detail: cause.message });
}

/** What a failed reading means, with the file as the person named it. */
export function readError(error: unknown, typed: string): WatchbookError {
  if (error instanceof WatchbookError) return error;
  if (!isSystemError(error)) return asInternal(error);
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return withCause('not-found', `${typed} does not exist. Check the name, or open another file.`, error);
    case 'EACCES':
    case 'EPERM':
      return withCause(
        'not-readable',
        `${typed} can not be read: you have no permission. Nothing was opened.`,
        error,
      );
    case 'EISDIR':
      return withCause('not-readable', `${typed} is a folder. Open a notebook file in it.`, error);
    case 'EMFILE':
    case 'ENFILE':
      return new WatchbookError(
        'not-readable',
        `${typed} can not be read: too many files are open on this machine. Close something and open it again.`,
        { cause: error, detail: error.message, retryable: true },
      );
    case 'ELOOP':
      return withCause(
        'not-readable',
        `${typed} is a link that leads back to itself. Nothing was opened.`,
        error,
      );
    case 'ENAMETOOLONG':
      return withCause('not-found', `${typed} is too long for a file name. Check the name.`, error);
    case 'ERR_INVALID_ARG_VALUE':
      return withCause('bad-request', 'This is not a file name. Nothing was opened.', error);
    default:
      return withCause(
        'not-readable',
        `${typed} can not be read (${error.code}). Nothing was opened.`,
        error,
      );
  }
}

/** What a failed writing means. The original is whole in every case: it is only ever replaced by a rename. */
export function writeError(error: unknown, path: string): WatchbookError {
  if (error instanceof WatchbookError) return error;
  if (!isSystemError(error)) return asInternal(error);
  if (isDiskFull(error)) {
    return new WatchbookError(
      'disk-full',
      `${path} was not saved: the disk is full. The file is as it was, and your edits are kept. Free some space and save again, or save it elsewhere.`,
      { cause: error, detail: error.message, retryable: true },
    );
  }
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return withCause(
        'not-writable',
        `${path} was not saved: its folder does not exist. Save it elsewhere.`,
        error,
      );
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return withCause(
        'not-writable',
        `${path} was not saved: you have no permission to write there. The file is as it was; save it elsewhere.`,
        error,
      );
    case 'EISDIR':
      return withCause('not-writable', `${path} is a folder. Nothing was written.`, error);
    default:
      return withCause(
        'not-writable',
        `${path} was not saved (${error.code}). The file is as it was; try again or save it elsewhere.`,
        error,
      );
  }
}

function asInternal(error: unknown): WatchbookError {
  const { message, detail } = toWireError(error);
  return new WatchbookError('internal', message, {
    cause: error,
    ...(detail === undefined ? {} : { detail }),
  });
}
