import type { IPty } from '@lydell/node-pty';
import { FORCE_SIGNAL } from './bootstrap';
import { CTRL_C, pause, POLITE_INTERRUPTS, type ShellControl } from './shell-control';
import { signalGroup, signalProcess, type TerminalPort } from './terminal-port';

/** How long each way of ending a program is waited for, in milliseconds. */
const END_STEPS = [
  ['SIGINT', 300],
  ['SIGTERM', 500],
  ['SIGHUP', 500],
  ['SIGKILL', 500],
] as const;

/** Bash is told by signals: to the group in the foreground, and to itself, which aborts its loops and comes back. */
export function posixControl(pty: IPty, terminal: TerminalPort): ShellControl {
  const shell = pty.pid;
  return {
    interrupt: async (times, isCurrent) => {
      const group = await terminal.foregroundGroup(shell);
      if (!isCurrent()) return;
      const isProgram = group !== null && group !== shell;
      if (times <= POLITE_INTERRUPTS) {
        // A program of another user (sudo) hears nothing of us, but the key.
        if (isProgram && !signalGroup(group, 'SIGINT')) pty.write(CTRL_C);
        signalGroup(shell, 'SIGINT');
        return;
      }
      if (isProgram) signalGroup(group, times === POLITE_INTERRUPTS + 1 ? 'SIGTERM' : 'SIGKILL');
      signalProcess(shell, FORCE_SIGNAL);
    },
    endForeground: async (isCurrent) => {
      for (const [signal, wait] of END_STEPS) {
        const group = await terminal.foregroundGroup(shell);
        if (!isCurrent()) return;
        // Bash itself wrote the sequence, or has not yet given the terminal to the program.
        if (group === null || group === shell) signalProcess(shell, 'SIGINT');
        else signalGroup(group, signal);
        await pause(wait);
      }
    },
    /** As a terminal that is closed: jobs hear it, and those that were told not to hear it (nohup) go on. */
    end: async (how) => {
      const signal = how === 'politely' ? 'SIGHUP' : 'SIGKILL';
      const groups = how === 'politely' ? await terminal.groups(shell) : [];
      const foreground = await terminal.foregroundGroup(shell);
      const others = [...groups, ...(foreground === null ? [] : [foreground])];
      for (const group of new Set(others)) if (group !== shell) signalGroup(group, signal);
      signalGroup(shell, signal);
    },
    waits: () => terminal.waits(shell),
  };
}
