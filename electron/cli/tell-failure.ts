import { toWireError } from '../../shared/rpc/errors';
import { exitCodeOf, EXIT, UsageError } from './exit-codes';
import { visible, type Io } from './io';

/** Says on standard error why a command did nothing; answers the exit code that goes with it. */
export function tellFailure(error: unknown, io: Io): number {
  if (error instanceof UsageError) {
    io.err(
      `watchbook: ${visible(error.message)}\nTry 'watchbook ${error.command === '' ? '' : `${error.command} `}--help'.\n`,
    );
    return EXIT.usage;
  }
  const { message, detail, code } = toWireError(error);
  io.err(`watchbook: ${visible(message)}\n`);
  if (detail !== undefined && (code === 'kernel-failed' || code === 'internal'))
    io.err(`${visible(detail)}\n`);
  return exitCodeOf(error);
}
