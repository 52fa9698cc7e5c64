import { WatchbookError } from '../../../shared/rpc/errors';
import { isSystemError } from '../notebook/disk-errors';

export { readPlainFile as readRunFile, type PlainFile as RunFile } from '../notebook/plain-file';

/** What a failed writing in a run folder means: nothing of it counts, and all that was recorded before is whole. */
export function recordError(error: unknown, what: string): WatchbookError {
  if (error instanceof WatchbookError) return error;
  if (!isSystemError(error))
    return new WatchbookError('internal', `${what} was not recorded.`, { cause: error });
  const kept = 'Everything recorded before is kept.';
  const options = { cause: error, detail: error.message, retryable: true };
  switch (error.code) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return new WatchbookError(
        'disk-full',
        `${what} was not recorded: the disk is full. ${kept} Free some space and try again.`,
        options,
      );
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return new WatchbookError(
        'not-writable',
        `${what} was not recorded: the run folder can not be written. ${kept} Make it writable and try again.`,
        options,
      );
    case 'ENOENT':
    case 'ENOTDIR':
      return new WatchbookError(
        'not-writable',
        `${what} was not recorded: the run folder is not there any more. Put it back and try again.`,
        options,
      );
    default:
      return new WatchbookError(
        'not-writable',
        `${what} was not recorded (${error.code}). ${kept} Try again.`,
        options,
      );
  }
}
