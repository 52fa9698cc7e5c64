import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A program that waits for somebody to type. */
export interface InputWait {
  /** The terminal does not show what is typed: a password. */
  readonly isPassword: boolean;
  /** It waits in a read of the terminal now; else it has only turned the echo off. */
  readonly isReading: boolean;
}

/** The process group that has the terminal of this shell; null where it can not be told. */
export async function foregroundGroup(shell: number): Promise<number | null> {
  const fields = await statOf(shell);
  // state ppid pgrp session tty_nr tpgid
  const group = Number(fields?.[5]);
  return Number.isInteger(group) && group > 0 ? group : null;
}

/** Sends a signal to a process group; one that is gone is no mistake. */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
  signalProcess(-group, signal);
}

/** Sends a signal to one process (or, negative, to a group); one that is gone is no mistake. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * Tells whether a program in the foreground waits in a read of the terminal, or has turned the echo off, as programs
 * that ask for a password do. Null when neither, and on platforms that can not tell.
 */
export async function waitsForInput(shell: number): Promise<InputWait | null> {
  if (process.platform !== 'linux') return null;
  const terminal = await readlink(`/proc/${shell}/fd/0`).catch(() => null);
  const group = await foregroundGroup(shell);
  if (terminal === null || group === null) return null;
  const [isPassword, reading] = await Promise.all([
    echoes(terminal).then((isShown) => !isShown),
    membersOf(group).then((pids) => Promise.all(pids.map((pid) => readsTerminal(pid, terminal)))),
  ]);
  const isReading = reading.includes(true);
  return isPassword || isReading ? { isPassword, isReading } : null;
}

async function echoes(terminal: string): Promise<boolean> {
  try {
    const { stdout } = await run('stty', ['-a', '-F', terminal], { timeout: 2_000 });
    return !/(^|\s)-echo(\s|;|$)/.test(stdout);
  } catch {
    // The terminal is gone, or can not be asked: nothing is masked, nothing is opened.
    return true;
  }
}

async function membersOf(group: number): Promise<readonly number[]> {
  return (await processes()).filter((one) => one.group === group).map(({ pid }) => pid);
}

/**
 * The process groups on this shell's terminal: its jobs, also those in the background, and itself. Bash would hang up
 * on its jobs only from its own prompt, where ours never is.
 */
export async function groupsOfSession(shell: number): Promise<readonly number[]> {
  if (process.platform === 'linux') {
    const session = (await processes()).filter((one) => one.session === shell);
    return [...new Set(session.map(({ group }) => group))];
  }
  try {
    const { stdout: terminal } = await run('/bin/ps', ['-o', 'tty=', '-p', String(shell)], PS_LIMITS);
    const { stdout } = await run('/bin/ps', ['-o', 'pgid=', '-t', terminal.trim()], PS_LIMITS);
    return [...new Set(stdout.split('\n').map(Number))].filter((group) => group > 1);
  } catch {
    // The shell is gone, or there is no ps.
    return [];
  }
}

const PS_LIMITS = { timeout: 2_000 };

interface ProcessFacts {
  readonly pid: number;
  readonly group: number;
  readonly session: number;
}

async function processes(): Promise<readonly ProcessFacts[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  return Promise.all(
    pids.map(async (pid) => {
      const fields = await statOf(pid);
      return { pid, group: Number(fields?.[2]), session: Number(fields?.[3]) };
    }),
  );
}

/** `/proc/<pid>/syscall` begins with the number of the call a process waits in, then its arguments. */
async function readsTerminal(pid: number, terminal: string): Promise<boolean> {
  const text = await readFile(`/proc/${pid}/syscall`, 'latin1').catch(() => '');
  const [call, first] = text.split(' ');
  if (call !== READ_CALL || first === undefined) return false;
  const file = await readlink(`/proc/${pid}/fd/${Number.parseInt(first, 16)}`).catch(() => '');
  return file === terminal || file === '/dev/tty';
}

/** The number of read(2), which is not the same on every processor. */
const READ_CALL = process.arch === 'arm64' ? '63' : '0';

async function statOf(pid: number): Promise<readonly string[] | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => null);
  return text === null ? null : text.slice(text.lastIndexOf(')') + 2).split(' ');
}
