import type { Mark } from './marks';

/** One command that was run at a prompt. Times are UTC ISO. */
export interface TerminalCommand {
  /** Counts from 1 within its terminal. */
  readonly id: number;
  /** As the shell read it; null where the shell did not say it. */
  readonly text: string | null;
  /** Where it was started; null where it is not known. */
  readonly directory: string | null;
  readonly started: string;
  /** Null while it runs, and where the shell ended or was left before it told of the end. */
  readonly ended: string | null;
  /** Its exit status; null while it runs, and where it is not known. */
  readonly status: number | null;
}

/** Where a shell stands, by its marks. `unknown`: it has given none, so nothing can be said of it. */
export type ShellPhase = 'unknown' | 'prompt' | 'input' | 'running';

/** What an accepted mark means. The marks of a prompt come again whenever it is drawn anew; that means nothing. */
export type MarkStep =
  | { readonly step: 'prompt' }
  | { readonly step: 'input' }
  | { readonly step: 'start'; readonly command: TerminalCommand }
  | { readonly step: 'end'; readonly command: TerminalCommand };

/** Commands that are kept for one terminal; the oldest go first. */
export const MOST_COMMANDS = 1_000;

/**
 * The commands of one shell, by its marks.
 *
 * A mark counts only with the nonce that holds now. The first is told to the shell alone as it starts, and the mark at
 * the end of each command names the next: a program that prints marks, or has seen an old one, can mark nothing. What
 * runs in the shell itself can claim any status; nobody can tell that apart.
 */
export class CommandLog {
  phase: ShellPhase = 'unknown';
  /** Where the shell is; null until it said so. */
  directory: string | null = null;
  /** Marks with another nonce than the one that holds. */
  forged = 0;
  private nonce: string;
  /** The end that was accepted last: a prompt that is drawn again tells it again. */
  private lastEnd: { readonly nonce: string; readonly next: string } | null = null;
  private line: string | null = null;
  /** What the next command is, as it was sent; the shell may say it otherwise. */
  private sent: string | null = null;
  private count = 0;
  private readonly kept: TerminalCommand[] = [];

  constructor(nonce: string) {
    this.nonce = nonce;
  }

  get commands(): readonly TerminalCommand[] {
    return this.kept;
  }

  get running(): TerminalCommand | null {
    const last = this.kept.at(-1);
    return this.phase === 'running' && last !== undefined ? last : null;
  }

  /** Takes a mark; answers what it means, null for one that means nothing. `at`: UTC ISO. */
  take(mark: Mark, at: string): MarkStep | null {
    const { lastEnd } = this;
    const isAgain = mark.kind === 'end' && mark.nonce === lastEnd?.nonce && mark.next === lastEnd.next;
    if (isAgain && this.phase !== 'running') return null;
    if (mark.nonce !== this.nonce) {
      this.forged += 1;
      return null;
    }
    switch (mark.kind) {
      case 'directory':
        this.directory = mark.path;
        return null;
      case 'prompt':
        if (this.phase !== 'unknown') return null;
        this.phase = 'prompt';
        return { step: 'prompt' };
      case 'input':
        // Drawn while a command ran, by one that knows the nonce: bash gave the command up, at a word for `eval` with
        // an open quote, and told no status.
        if (this.phase === 'running') return this.gaveUp(at);
        this.phase = 'input';
        return { step: 'input' };
      case 'line':
        if (this.phase !== 'running') this.line = mark.text;
        return null;
      case 'start':
        return this.start(at);
      case 'end':
        return this.end(mark, at);
    }
  }

  /** The next command was sent by us: this is its text. Null takes that back. */
  expect(text: string | null): void {
    this.sent = text;
  }

  /** The command's text as it was read from the screen, where the shell did not say it. */
  setText(id: number, text: string): TerminalCommand | null {
    const index = this.kept.findIndex((one) => one.id === id);
    const found = this.kept[index];
    if (found === undefined || found.text !== null) return null;
    const command = { ...found, text };
    this.kept[index] = command;
    return command;
  }

  /** The shell has ended: what it still ran has ended too, with a status that nobody told. Null where nothing ran. */
  close(at: string): TerminalCommand | null {
    const { running } = this;
    this.phase = 'unknown';
    if (running === null) return null;
    const command = { ...running, ended: at };
    this.kept[this.kept.length - 1] = command;
    return command;
  }

  private gaveUp(at: string): MarkStep | null {
    const { running } = this;
    if (running === null) return null;
    this.phase = 'input';
    const command = { ...running, ended: at };
    this.kept[this.kept.length - 1] = command;
    return { step: 'end', command };
  }

  private start(at: string): MarkStep | null {
    if (this.phase === 'running') return null;
    this.phase = 'running';
    const text = this.sent ?? this.line;
    this.sent = null;
    this.line = null;
    this.count += 1;
    const { directory } = this;
    const command = { id: this.count, text, directory, started: at, ended: null, status: null };
    this.kept.push(command);
    if (this.kept.length > MOST_COMMANDS) this.kept.shift();
    return { step: 'start', command };
  }

  private end({ nonce, next, status }: Extract<Mark, { kind: 'end' }>, at: string): MarkStep {
    this.lastEnd = { nonce, next };
    this.nonce = next;
    this.line = null;
    const running = this.running;
    this.phase = 'prompt';
    if (running === null) return { step: 'prompt' };
    const command = { ...running, ended: at, status };
    this.kept[this.kept.length - 1] = command;
    return { step: 'end', command };
  }
}
