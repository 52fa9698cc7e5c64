import type { InputWait } from './terminal-port';

/** Tells whether the command that was meant still runs: what is asked of a platform takes a moment. */
export type IsCurrent = () => boolean;

/** How a shell and what it runs are told to stop. */
export interface ShellControl {
  /**
   * Interrupts what runs in the foreground, and the shell comes back. As Ctrl-C does, the first two times; what does
   * not heed it is then ended. `times`: how often it was asked for, this one included.
   */
  interrupt(times: number, isCurrent: IsCurrent): Promise<void>;
  /** Ends what runs in the foreground, harder with each step. */
  endForeground(isCurrent: IsCurrent): Promise<void>;
  /** Ends the shell and what it started: as a terminal that is closed, or by force. */
  end(how: 'politely' | 'by force'): Promise<void>;
  /** Whether the program in the foreground waits for somebody to type; null where it does not or can not be told. */
  waits(): Promise<InputWait | null>;
}

/** An interrupt is asked for as often as this, as Ctrl-C is, before it becomes harder. */
export const POLITE_INTERRUPTS = 2;
export const CTRL_C = '\u0003';

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
