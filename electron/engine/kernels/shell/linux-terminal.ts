import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { promisify } from 'node:util';
import { isSilent } from './ps-terminal';
import type { ShellChild, TerminalPort } from './terminal-port';

const run = promisify(execFile);

/** The terminal as /proc tells of it. */
export const linuxTerminal: TerminalPort = {
  foregroundGroup,
  children,
  groups: async (shell) => {
    const session = (await processes()).filter((one) => one.session === shell);
    return [...new Set(session.map(({ group }) => group))];
  },
  waits: async (shell) => {
    const terminal = await readlink(`/proc/${shell}/fd/0`).catch(() => null);
    const group = await foregroundGroup(shell);
    if (terminal === null || group === null) return null;
    const members = await membersOf(group);
    const isReading = (await Promise.all(members.map((pid) => readsTerminal(pid, terminal)))).includes(true);
    // Asked last: a program turns the echo off before it reads, and must not be taken for one that shows it.
    const isPassword = await hidesTyping(terminal);
    return isPassword || isReading ? { isPassword, isReading } : null;
  },
};

/** Read in one go with what follows on it: a signal is for who has the terminal now, not for who had it. */
function foregroundGroup(shell: number): Promise<number | null> {
  // state ppid pgrp session tty_nr tpgid
  const group = Number(fieldsOf(readNow(`/proc/${shell}/stat`))?.[5]);
  return Promise.resolve(Number.isInteger(group) && group > 0 ? group : null);
}

function children(shell: number): readonly ShellChild[] {
  const words = readNow(`/proc/${shell}/cmdline`);
  const text = readNow(`/proc/${shell}/task/${shell}/children`) ?? '';
  return text
    .split(' ')
    .filter(Boolean)
    .map((pid) => ({
      pid: Number(pid),
      group: Number(fieldsOf(readNow(`/proc/${pid}/stat`))?.[2]),
      // One that has become a program has words of its own.
      isShell: readNow(`/proc/${pid}/cmdline`) === words,
    }));
}

function readNow(path: string): string | null {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // The process is gone, or this system tells nothing of it.
    return null;
  }
}

async function hidesTyping(terminal: string): Promise<boolean> {
  try {
    return isSilent((await run('stty', ['-a', '-F', terminal], { timeout: 2_000 })).stdout);
  } catch {
    // The terminal is gone, or can not be asked: nothing is masked, nothing is opened.
    return false;
  }
}

async function membersOf(group: number): Promise<readonly number[]> {
  return (await processes()).filter((one) => one.group === group).map(({ pid }) => pid);
}

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
  return fieldsOf(await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => null));
}

/** What stands behind the name, which may hold anything. */
function fieldsOf(text: string | null): readonly string[] | null {
  return text === null ? null : text.slice(text.lastIndexOf(')') + 2).split(' ');
}
