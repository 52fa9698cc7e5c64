import { execFile } from 'node:child_process';
import { closeSync, constants, createWriteStream, openSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { spawn, type IPty } from '@lydell/node-pty';
import { BOOTSTRAP } from './bootstrap';
import { notStarted, TERMINAL, type OpenShell, type OpenShellOptions } from './open-shell';
import { posixControl } from './posix-control';
import type { TerminalPort } from './terminal-port';

const run = promisify(execFile);

/** What is in the folder while bash starts; all of it can be removed when it has. */
export function startFiles(folder: string): {
  readonly commands: string;
  readonly status: string;
  readonly rc: string;
} {
  return { commands: join(folder, 'c'), status: join(folder, 's'), rc: join(folder, 'rc') };
}

/** No profile and no rc file of the person's: prompts, aliases and hooks there are made for people who type. */
export function bashArguments(rc: string): readonly string[] {
  return ['--noprofile', '--rcfile', rc, '--noediting', '-i'];
}

/** What programs see: a terminal with colours, and no pager, which would wait for keys. */
export function bashEnvironment(
  base: Readonly<Record<string, string>>,
  files: ReturnType<typeof startFiles>,
): Record<string, string> {
  return {
    ...base,
    TERM: 'xterm-256color',
    PAGER: 'cat',
    GIT_PAGER: 'cat',
    MANPAGER: 'cat',
    SYSTEMD_PAGER: 'cat',
    WATCHBOOK_COMMANDS: files.commands,
    WATCHBOOK_STATUS: files.status,
  };
}

/** Starts bash on a terminal of its own. It is not ready yet. Rejects with `kernel-failed`. */
export async function openBash(
  { folder, program, cwd, environment }: OpenShellOptions,
  terminal: TerminalPort,
): Promise<OpenShell> {
  const files = startFiles(folder);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await run('mkfifo', ['-m', '600', files.commands, files.status]);
  await writeFile(files.rc, BOOTSTRAP, { mode: 0o600 });
  // Opened for both directions, so that neither opening waits for the other side.
  const commands = openSync(files.commands, constants.O_RDWR);
  const status = openSync(files.status, constants.O_RDWR | constants.O_NONBLOCK);
  try {
    const pty = spawn(program, [...bashArguments(files.rc)], {
      ...TERMINAL,
      cwd,
      env: bashEnvironment({ ...environment, PWD: cwd }, files),
      encoding: 'utf8',
    });
    return {
      pty,
      commands: createWriteStream('', { fd: commands }),
      status: new Socket({ fd: status, readable: true, writable: false }),
      control: posixControl(pty, terminal),
      startFiles: Object.values(files),
      letGo: holdTerminal(pty),
    };
  } catch (error) {
    closeSync(commands);
    closeSync(status);
    throw notStarted(`bash could not be started in ${cwd}`, error);
  }
}

/**
 * Holds the programs' side of the terminal open. When its last holder ends, the system hangs up, and what was written
 * just before may never be read.
 */
function holdTerminal(pty: IPty): () => void {
  const path: unknown = Reflect.get(pty, 'ptsName');
  if (typeof path !== 'string') return () => undefined;
  let held: number;
  try {
    held = openSync(path, constants.O_RDWR | constants.O_NOCTTY);
  } catch {
    // Bash has ended already, which is told by itself.
    return () => undefined;
  }
  let isHeld = true;
  return () => {
    if (isHeld) closeSync(held);
    isHeld = false;
  };
}
