import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A program that waits for somebody to type. */
export interface InputWait {
  /** The terminal does not show what is typed: a password. */
  readonly isPassword: boolean;
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
  try {
    process.kill(-group, signal);
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
  const isPassword = !(await echoes(terminal));
  if (isPassword) return { isPassword };
  for (const pid of await membersOf(group)) if (await readsTerminal(pid, terminal)) return { isPassword };
  return null;
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
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const groups = await Promise.all(
    pids.map(async (pid) => ({ pid, group: Number((await statOf(pid))?.[2]) })),
  );
  return groups.filter((one) => one.group === group).map(({ pid }) => pid);
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
