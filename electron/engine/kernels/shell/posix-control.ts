import type { IPty } from '@lydell/node-pty';
import { FORCE_SIGNAL } from './bootstrap';
import { CTRL_C, pause, POLITE_INTERRUPTS, type IsCurrent, type ShellControl } from './shell-control';
import { signalGroup, signalProcess, type ShellChild, type TerminalPort } from './terminal-port';

/** How long each way of ending a program is waited for, in milliseconds. */
const END_STEPS = [
  ['SIGINT', 300],
  ['SIGTERM', 500],
  ['SIGHUP', 500],
  ['SIGKILL', 500],
] as const;

/** When a program that was being started is looked for again, each after the one before, in milliseconds. */
const REACH_MS = [20, 60, 200, 600] as const;

/** Bash is told by signals: to the group in the foreground, and to itself, which aborts its loops and comes back. */
export function posixControl(pty: IPty, terminal: TerminalPort): ShellControl {
  const shell = pty.pid;
  /**
   * A program that bash was just starting hears nothing: it has not the terminal yet, or is not a program yet, and bash's
   * copy takes the signal with it. It is told once it is there. `told`: the group that was signalled already.
   */
  const reach = async (
    begun: readonly ShellChild[],
    told: number | null,
    isCurrent: IsCurrent,
  ): Promise<void> => {
    let left = begun;
    for (const wait of REACH_MS) {
      if (left.length === 0) return;
      await pause(wait);
      const foreground = await terminal.foregroundGroup(shell);
      if (!isCurrent()) return;
      // What was not there then is what a trap of the person's has started since.
      const there = terminal.children(shell).filter(({ pid }) => left.some((one) => one.pid === pid));
      const isDue = ({ group, isShell }: ShellChild): boolean =>
        group === foreground && (group !== told || !isShell);
      for (const { pid } of there.filter(isDue)) if (!signalProcess(pid, 'SIGINT')) pty.write(CTRL_C);
      left = there.filter((one) => !isDue(one));
    }
  };
  return {
    interrupt: async (times, isCurrent) => {
      const group = await terminal.foregroundGroup(shell);
      if (!isCurrent()) return;
      const isProgram = group !== null && group !== shell;
      if (times <= POLITE_INTERRUPTS) {
        const begun = terminal.children(shell).filter(({ isShell }) => isShell);
        // Bash first: where the program ends before bash has heard it, bash breaks the cell off and runs no trap.
        signalGroup(shell, 'SIGINT');
        // A program of another user (sudo) hears nothing of us, but the key.
        if (isProgram && !signalGroup(group, 'SIGINT')) pty.write(CTRL_C);
        await reach(begun, isProgram ? group : null, isCurrent);
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
