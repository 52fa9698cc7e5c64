import { linuxTerminal } from './linux-terminal';
import { psTerminal } from './ps-terminal';

/** A program that waits for somebody to type. */
export interface InputWait {
  /** The terminal does not show what is typed: a password. */
  readonly isPassword: boolean;
  /** It waits in a read of the terminal now; else it has only turned the echo off. */
  readonly isReading: boolean;
}

/** A process that a shell has started. */
export interface ShellChild {
  readonly pid: number;
  readonly group: number;
  /** It is a copy of the shell: about to become the program, or a subshell. */
  readonly isShell: boolean;
}

/** What the platform can tell of the terminal of a shell, by the shell's process id. None of it ever rejects. */
export interface TerminalPort {
  /** The process group that has the terminal; null where it can not be told. */
  foregroundGroup(shell: number): Promise<number | null>;
  /** What the shell has started and has not ended, as it is in this very moment. Empty where that can not be told. */
  children(shell: number): readonly ShellChild[];
  /**
   * The process groups on the terminal: the shell's jobs, also those in the background, and itself. Bash would hang up
   * on its jobs only from its own prompt, where ours never is.
   */
  groups(shell: number): Promise<readonly number[]>;
  /**
   * Tells whether a program in the foreground waits in a read of the terminal, or has turned the echo off, as programs
   * that ask for a password do. Null when neither, or where it can not be told.
   */
  waits(shell: number): Promise<InputWait | null>;
}

/** Linux tells it by /proc; elsewhere ps and stty are asked. */
export function terminalPort(platform: NodeJS.Platform): TerminalPort {
  return platform === 'linux' ? linuxTerminal : psTerminal('-f');
}

/** Sends a signal to a process group; false where it may not. One that is gone is no mistake. */
export function signalGroup(group: number, signal: NodeJS.Signals): boolean {
  return signalProcess(-group, signal);
}

/** Sends a signal to one process; false where it may not. One that is gone is no mistake. */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EPERM') return false;
    if (code !== 'ESRCH') throw error;
  }
  return true;
}
