import { spawn } from 'node:child_process';
import { close, closeSync, openSync } from 'node:fs';
import { appendFile, open, stat, truncate } from 'node:fs/promises';
import { markDescendants } from '../descendant-mark';
import { tailOf, type ProcessEnd } from './kernel-end';
import { isSameProcess, processStart } from '../process-identity';

/** How often a process that is not our child is looked after. Milliseconds. */
const WATCH_INTERVAL = 500;
/** A file of what a kernel writes past Jupyter is cut to its end above this. Bytes. */
const MAX_LOG = 8 * 1024 * 1024;
const KEPT_LOG = 64 * 1024;

/** A kernel's process: started by this engine or by an earlier one. */
export interface KernelProcess {
  readonly pid: number;
  /** See `processStart`. */
  readonly start: string;
  /** Resolves when it is gone. Never rejects. */
  readonly ended: Promise<ProcessEnd>;
  /** To its whole group, so that what it started hears it too. False when there was nobody to hear. */
  signal(signal: NodeJS.Signals): boolean;
  /** Stops looking after it, without ending it. */
  forget(): void;
}

/**
 * Starts a program as the leader of its own session, with nothing to read, and with files to write to: a pipe would
 * end it when this engine is killed. Rejects with the system's error when it can not be started.
 */
export async function startProcess(options: {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly stdout: string;
  readonly stderr: string;
}): Promise<KernelProcess> {
  const out = openSync(options.stdout, 'a', 0o600);
  const err = openSync(options.stderr, 'a', 0o600);
  const child = spawn(options.program, options.args, {
    cwd: options.cwd,
    env: options.environment,
    detached: true,
    stdio: ['ignore', out, err],
    windowsHide: true,
  });
  closeSync(out);
  close(err, () => undefined);
  const ended = new Promise<ProcessEnd>((resolve) =>
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal })),
  );
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  // Errors after the start (a signal that was not allowed) are answered where they are caused.
  child.on('error', () => undefined);
  child.unref();
  const pid = child.pid ?? 0;
  await markDescendants(pid);
  // A process that has ended within this moment has no start any more; its end is told by `ended` all the same.
  const start = (await processStart(pid)) ?? 'gone';
  let isGone = false;
  void ended.then(() => (isGone = true));
  return {
    pid,
    start,
    ended,
    signal: (signal) => !isGone && signalGroup(pid, signal),
    forget: () => undefined,
  };
}

/** Takes up a process that an earlier engine started. Its end is seen within half a second, without its status. */
export function watchProcess(pid: number, start: string): KernelProcess {
  let settle: (end: ProcessEnd) => void = () => undefined;
  const ended = new Promise<ProcessEnd>((resolve) => (settle = resolve));
  let isGone = false;
  const look = async (): Promise<void> => {
    if (await isSameProcess(pid, start)) return;
    clearInterval(timer);
    isGone = true;
    settle({ exitCode: null, signal: null });
  };
  const timer = setInterval(() => void look(), WATCH_INTERVAL);
  timer.unref();
  return {
    pid,
    start,
    ended,
    signal: (signal) => !isGone && signalGroup(pid, signal),
    forget: () => clearInterval(timer),
  };
}

/** Signals a process and its group. False when there is none. */
export function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
    return true;
  } catch {
    // Gone (ESRCH), or only processes of another user are left in it (EPERM).
    return false;
  }
}

/** Keeps the file of a kernel that writes without end (a C library's warnings) from filling the disk. */
export async function boundLog(path: string): Promise<void> {
  const info = await stat(path).catch(() => null);
  if (info === null || info.size <= MAX_LOG) return;
  const tail = await tailOf(path, KEPT_LOG);
  await truncate(path, 0);
  await appendFile(path, `[the beginning was cut off]\n${tail}`);
}

/** Makes a file of this user alone, and its folder's entry with it. */
export async function writePrivate(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(text);
  } finally {
    await file.close();
  }
}
