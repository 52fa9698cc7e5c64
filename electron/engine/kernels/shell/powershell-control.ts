import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { IPty } from '@lydell/node-pty';
import { CTRL_C, pause, POLITE_INTERRUPTS, type ShellControl } from './shell-control';

const run = promisify(execFile);
/** How long a program that took the screen may take to heed Ctrl-C, in milliseconds. */
const HEED_MS = 800;

/** Ends a process and all that descend from it, by force. One that is gone is no mistake. */
export type EndTree = (pid: number) => Promise<void>;

const taskkill: EndTree = async (pid) => {
  try {
    await run('taskkill', ['/T', '/F', '/PID', String(pid)], { timeout: 5_000, windowsHide: true });
  } catch {
    // It has ended already, which is told by the terminal.
  }
};

/**
 * Windows knows no signals and no group in the foreground: the terminal hands Ctrl-C to all that is on it. What does not
 * heed it ends with its shell, and a fresh shell follows. Whether a program waits for somebody can not be seen.
 */
export function powershellControl(pty: IPty, endTree: EndTree = taskkill): ShellControl {
  return {
    interrupt: async (times) => {
      if (times <= POLITE_INTERRUPTS) pty.write(CTRL_C);
      else await endTree(pty.pid);
    },
    endForeground: async (isCurrent) => {
      pty.write(CTRL_C);
      await pause(HEED_MS);
      if (isCurrent()) await endTree(pty.pid);
    },
    end: async (how) => {
      // Closes the console: all that is on it is told.
      if (how === 'politely') pty.kill();
      else await endTree(pty.pid);
    },
    waits: () => Promise.resolve(null),
  };
}
