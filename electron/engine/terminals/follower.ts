import type { TerminalCommand } from '../../../shared/terminal/commands';
import type { TerminalEnd } from '../../../shared/terminal/contract';

/**
 * What follows a terminal from inside the engine: a run that it is attached to, a step that runs in it, a recording.
 *
 * Told in the order of the stream, after the redactor and without our marks. It must take what it is told at once:
 * the shell does not wait for it.
 */
export interface Follower {
  /** What the program wrote, with all its sequences, those too that no screen gets. */
  wrote(text: string): void;
  /** The shell began a command. Its text is null where the shell did not say it; then `named` follows. */
  began(command: TerminalCommand): void;
  /**
   * The screen was asked for the text of a command that the shell did not say; it may come after the command's end. Null
   * where the screen does not show it either.
   */
  named(command: TerminalCommand): void;
  ended(command: TerminalCommand): void;
  resized(columns: number, rows: number): void;
  /** The shell has ended, and nothing follows. */
  left(end: TerminalEnd): void;
}
