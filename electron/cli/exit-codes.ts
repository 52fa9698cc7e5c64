import { WatchbookError } from '../../shared/rpc/errors';

/** What a command's end means to a script. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  noKernel: 3,
  gate: 4,
  engineLost: 5,
  /** Of `terminal run`, whose other codes are those of its command. */
  ownFailure: 125,
  interrupted: 130,
} as const;

/** Bad usage: the message names the mistake, `command` the page of help to show. */
export class UsageError extends Error {
  constructor(
    message: string,
    readonly command: string,
  ) {
    super(message);
  }
}

/** The exit code of a failure that ended a command before it did anything. */
export function exitCodeOf(error: unknown): number {
  if (!(error instanceof WatchbookError)) return EXIT.usage;
  if (error.code === 'no-kernel' || error.code === 'kernel-failed') return EXIT.noKernel;
  if (error.code === 'engine-lost') return EXIT.engineLost;
  return EXIT.usage;
}
