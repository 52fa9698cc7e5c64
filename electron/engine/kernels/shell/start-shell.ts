import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { WatchbookError } from '../../../../shared/rpc/errors';
import { cleanEnvironment } from '../kernel-environment';
import { makeConnection } from '../kernel-connection';
import type { KernelEnd, KernelHandle, StartOptions } from '../kernel-handle';
import { findShell, shellPlatform, type ShellPlatform } from './shell-platform';
import { ShellProcess } from './shell-process';
import { ShellSocket } from './shell-socket';

const run = promisify(execFile);

export interface StartShellOptions extends StartOptions {
  readonly runtimeFolder: string;
  readonly log: (message: string) => void;
}

/** The version of the built-in shell as a person names it, `bash 5.2`; null where there is none. */
export async function shellVersion(
  platform: ShellPlatform = shellPlatform(process.platform),
): Promise<string | null> {
  const program = await findShell(platform, process.env);
  return program === null ? null : versionOf(platform, program);
}

async function versionOf({ version, startLimit }: ShellPlatform, program: string): Promise<string | null> {
  try {
    const { stdout } = await run(program, [...version.arguments], { timeout: startLimit, windowsHide: true });
    return version.line(stdout);
  } catch {
    // It does not answer.
    return null;
  }
}

/**
 * Starts the built-in shell of one notebook: one that lasts from cell to cell, spoken to by Jupyter's messages.
 *
 * @throws WatchbookError `kernel-failed` where there is none, or its folder is gone
 */
export async function startShell(options: StartShellOptions): Promise<KernelHandle> {
  const environment = cleanEnvironment(options.environment);
  const platform = shellPlatform(process.platform);
  const program = (await findShell(platform, environment)) ?? platform.standardPlace(environment);
  const id = randomUUID();
  const clientId = randomUUID();
  let number = 0;
  let isAsked = false;
  let current = await startOne();
  let endHandle: (end: KernelEnd) => void = () => undefined;
  const ended = new Promise<KernelEnd>((resolve) => (endHandle = resolve));
  const startedAt = new Date().toISOString();
  const version = (await versionOf(platform, program)) ?? platform.spec.name;

  function startOne(): Promise<ShellProcess> {
    number += 1;
    return ShellProcess.start(platform, {
      folder: join(options.runtimeFolder, `b-${id.slice(0, 8)}-${number}`),
      program,
      cwd: options.cwd,
      environment,
    });
  }

  const shutdown = async (): Promise<void> => {
    if (isAsked) {
      await ended;
      return;
    }
    isAsked = true;
    await current.shutdown();
    socket?.end();
    if (!connection.isDisposed) connection.handleShutdown();
    endHandle({
      asked: true,
      at: new Date().toISOString(),
      exitCode: null,
      signal: null,
      reason: 'ended as asked',
      stderr: '',
    });
  };

  let socket: ShellSocket | null = null;
  const session = {
    clientId,
    version,
    platform,
    isInteractive: options.interactive,
    get isEnding() {
      return isAsked;
    },
    shell: async (): Promise<ShellProcess> => {
      if (isAsked) throw new WatchbookError('kernel-died', 'The shell has ended.');
      if (!current.hasEnded) return current;
      current = await startOne();
      options.log('a fresh shell follows one that ended');
      return current;
    },
    directory: async () => readlink(`/proc/${current.pid}/cwd`).catch(() => options.cwd),
    shutdown,
  };
  class Socket extends ShellSocket {
    constructor(_url: string) {
      super(session);
      // The connection makes one socket; it is kept to be ended with the shell.
      // oxlint-disable-next-line typescript/no-this-alias -- there is no other way to learn of it
      socket = this;
    }
  }
  const connection = makeConnection(Socket, { id, name: platform.spec.name, clientId, username: '' });
  return {
    id,
    spec: platform.spec,
    connection,
    get pid() {
      return current.pid;
    },
    startedAt,
    cwd: options.cwd,
    takenUp: false,
    inFlight: [],
    ended,
    // A shell ends with the engine: there is nothing to take up.
    recordInFlight: () => Promise.resolve(),
    settled: () => undefined,
    interrupt: async (message) => {
      if (socket === null) await current.interrupt();
      else await socket.stop(message);
    },
    shutdown,
  };
}
