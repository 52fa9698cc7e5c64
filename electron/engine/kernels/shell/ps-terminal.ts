import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { TerminalPort } from './terminal-port';

const run = promisify(execFile);
const LIMIT_MS = 2_000;

/** Answers what a program printed; rejects where it fails. */
export type Ask = (program: string, args: readonly string[]) => Promise<string>;

const askProgram: Ask = async (program, args) =>
  (await run(program, [...args], { timeout: LIMIT_MS, env: { LC_ALL: 'C', PATH: '/bin:/usr/bin' } })).stdout;

/**
 * The terminal as ps and stty tell of it, on macOS and other systems without /proc. Whether a program waits in a read
 * can not be seen there, only that it turned the echo off. `fileOption`: stty's option for the terminal's file.
 */
export function psTerminal(fileOption: '-f' | '-F', ask: Ask = askProgram): TerminalPort {
  const ps = async (shell: number, column: string): Promise<string | null> =>
    (await answer('ps', ['-o', `${column}=`, '-p', String(shell)]))?.trim() || null;
  const answer = (program: string, args: readonly string[]): Promise<string | null> =>
    // The shell is gone, or the program is not there: nothing can be told.
    ask(program, args).catch(() => null);
  const terminalOf = async (shell: number): Promise<string | null> => {
    const name = await ps(shell, 'tty');
    return name === null || name.startsWith('?') ? null : name;
  };
  return {
    foregroundGroup: async (shell) => {
      const group = Number(await ps(shell, 'tpgid'));
      return Number.isInteger(group) && group > 0 ? group : null;
    },
    children: () => [],
    groups: async (shell) => {
      const terminal = await terminalOf(shell);
      const text = terminal === null ? null : await answer('ps', ['-o', 'pgid=', '-t', terminal]);
      const groups = (text ?? '').split('\n').map((line) => Number(line.trim()));
      return [...new Set(groups)].filter((group) => group > 1);
    },
    waits: async (shell) => {
      const terminal = await terminalOf(shell);
      const text = terminal === null ? null : await answer('stty', ['-a', fileOption, `/dev/${terminal}`]);
      return text !== null && isSilent(text) ? { isPassword: true, isReading: false } : null;
    },
  };
}

/** True where `stty -a` says that the terminal does not show what is typed. */
export function isSilent(modes: string): boolean {
  return /(^|\s)-echo(\s|;|$)/.test(modes);
}
