import type { EventDataOf } from '../../../shared/runs/events';

/** What a command of a terminal was that the run sent: a step's attempt, or a question of its own. */
export type SentAs = Pick<EventDataOf<'terminal-command'>, 'step' | 'asked'>;
/** What the run asks by a command, and before which step or at which gate. */
export type Asked = NonNullable<SentAs['asked']>;

/** A command is recorded within moments of its end, so more than these are never looked for. */
const MOST = 64;

/** What a run sent to terminals, by terminal and number of the command: the record of such a command names it. */
export class SentCommands {
  private readonly commands = new Map<string, SentAs>();

  add(terminal: string, command: number, sent: SentAs): void {
    this.commands.set(keyOf(terminal, command), sent);
    for (const key of this.commands.keys()) {
      if (this.commands.size <= MOST) break;
      this.commands.delete(key);
    }
  }

  /** Null for a command that this run did not send. */
  of(terminal: string, command: number): SentAs | null {
    return this.commands.get(keyOf(terminal, command)) ?? null;
  }
}

function keyOf(terminal: string, command: number): string {
  return `${terminal} ${command}`;
}
