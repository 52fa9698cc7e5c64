import { spawn } from 'node:child_process';
import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isRunbookLink, readRunbookLink } from '../../shared/library/runbook-link';
import { WatchbookError } from '../../shared/rpc/errors';
import { EXIT, UsageError } from './exit-codes';
import type { Io } from './io';
import { parseOptions } from './options';

/**
 * `watchbook open [FILE | LINK]`: starts the desktop, which hands over to the one that runs already.
 *
 * Packaged, this command runs inside the desktop's own program; from a source tree `npm start` knows the runtime.
 */
export async function openCommand(
  args: readonly string[],
  io: Io,
  profile: string | undefined,
): Promise<number> {
  const { positionals } = parseOptions('open', args, {});
  if (positionals.length > 1) throw new UsageError('open takes one file', 'open');
  const [file] = positionals;
  const isLink = file !== undefined && isRunbookLink(file);
  if (isLink) {
    const reading = readRunbookLink(file);
    if (reading.kind === 'refused')
      throw new UsageError(`the link was not opened: ${reading.reason}`, 'open');
  } else if (file !== undefined) {
    await access(resolve(io.cwd, file)).catch((error: unknown) => {
      throw new WatchbookError('not-found', `${file} is not there.`, { cause: error });
    });
  }
  const own = file === undefined ? [] : [isLink ? file : resolve(io.cwd, file)];
  const { program, before } = desktopProgram();
  const { ELECTRON_RUN_AS_NODE: _node, ...environment } = process.env;
  const child = spawn(program, [...before, ...own], {
    detached: true,
    stdio: 'ignore',
    env: { ...environment, ...(profile === undefined ? {} : { WATCHBOOK_PROFILE: resolve(profile) }) },
  });
  child.unref();
  await new Promise<void>((started, failed) => {
    child.once('spawn', started);
    child.once('error', (error) =>
      failed(new WatchbookError('not-found', `The desktop could not be started: ${error.message}.`)),
    );
  });
  return EXIT.ok;
}

function desktopProgram(): { readonly program: string; readonly before: readonly string[] } {
  if (process.versions['electron'] !== undefined) {
    // As root Chromium can not use its own sandbox, and would not start.
    return { program: process.execPath, before: process.getuid?.() === 0 ? ['--no-sandbox'] : [] };
  }
  return { program: process.execPath, before: [join(__dirname, '..', '..', 'build', 'start.mjs'), '--'] };
}
