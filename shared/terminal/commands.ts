import type { Mark } from './marks';
import type { MarkedShell } from './send';

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
  /** `mara@bastion`, as the shell there says it; only of commands of a shell inside of the terminal's own. */
  readonly host?: string | undefined;
}

/** What is known of a shell: where it is, null for this machine, and which one it is, null where that is not known. */
export interface KnownShell {
  readonly host: string | null;
  readonly shell: MarkedShell | null;
}

/** A shell inside of another, reached by a command of that: its marks have nonces of their own. */
export interface InnerShell extends KnownShell {
  readonly host: string;
  readonly shell: MarkedShell;
}

/** One shell of a terminal: its own, or one inside of that. */
interface Level {
  readonly inner: InnerShell | null;
  nonce: string;
  phase: ShellPhase;
  directory: string | null;
  /** The end that was accepted last: a prompt that is drawn again tells it again. */
  lastEnd: { readonly nonce: string; readonly next: string } | null;
  line: string | null;
  /** The command that it runs. */
  running: number | null;
}

function newLevel(nonce: string, inner: InnerShell | null): Level {
  return { inner, nonce, phase: 'unknown', directory: null, lastEnd: null, line: null, running: null };
}

/** Where a shell stands, by its marks. `unknown`: it has given none, so nothing can be said of it. */
export type ShellPhase = 'unknown' | 'prompt' | 'input' | 'running';

/** What an accepted mark means. The marks of a prompt come again whenever it is drawn anew; that means nothing. */
export type MarkStep =
  | { readonly step: 'prompt' }
  | { readonly step: 'input' }
  | { readonly step: 'cancelled' }
  | { readonly step: 'start'; readonly command: TerminalCommand }
  | { readonly step: 'end'; readonly command: TerminalCommand };

/** Commands that are kept for one terminal; the oldest go first. */
export const MOST_COMMANDS = 1_000;

/**
 * The commands of the shells of one terminal, by their marks.
 *
 * A mark counts only with the nonce that holds now. The first is told to the shell alone as it starts, and the mark at
 * the end of each command names the next: a program that prints marks, or has seen an old one, can mark nothing. What
 * runs in the shell itself can claim any status; nobody can tell that apart.
 *
 * A shell inside of another (over ssh) that was given a nonce stands above it, while the command that reached it runs.
 * The end of that command, which only the outer shell can mark, ends all that is above.
 */
export class CommandLog {
  /** Marks with another nonce than one that holds. */
  forged = 0;
  private readonly levels: Level[];
  /** A nonce that was given to a shell inside, which has not used it yet. */
  private given: { readonly nonce: string; readonly inner: InnerShell } | null = null;
  /** What the next command is, as it was sent; the shell may say it otherwise. */
  private sent: string | null = null;
  private count = 0;
  private readonly kept: TerminalCommand[] = [];
  private cutOff: TerminalCommand[] = [];

  /** `own`: the terminal's own shell. */
  constructor(
    nonce: string,
    private readonly own: KnownShell = { host: null, shell: null },
  ) {
    this.levels = [newLevel(nonce, null)];
  }

  get phase(): ShellPhase {
    return this.top.phase;
  }

  /** Where the shell is; null until it said so. */
  get directory(): string | null {
    return this.top.directory;
  }

  /** The shell inside of the terminal's own that has the keys; null where none is known. */
  get inner(): InnerShell | null {
    return this.top.inner;
  }

  /** Which shell has the keys; null where that is not known. */
  get shell(): MarkedShell | null {
    return (this.top.inner ?? this.own).shell;
  }

  /** The machine that a command ran on, as its shell or the terminal says it; null for this one. */
  hostOf(command: Pick<TerminalCommand, 'host'> | undefined): string | null {
    return command?.host ?? this.own.host;
  }

  get commands(): readonly TerminalCommand[] {
    return this.kept;
  }

  get running(): TerminalCommand | null {
    return this.kept.find(({ id }) => id === this.top.running) ?? null;
  }

  /** What the terminal's own shell runs: the command that a shell inside was reached by. */
  get outermost(): TerminalCommand | null {
    return this.kept.find(({ id }) => id === this.levels[0]?.running) ?? null;
  }

  /** A shell inside of the one that has the keys was given this nonce for its first mark. */
  give(nonce: string, inner: InnerShell): void {
    this.given = { nonce, inner };
  }

  /** Commands of shells inside whose end nobody told, as they were left meanwhile; each is answered once. */
  takeCutOff(): readonly TerminalCommand[] {
    const { cutOff } = this;
    this.cutOff = [];
    return cutOff;
  }

  /** Takes a mark; answers what it means, null for one that means nothing. `at`: UTC ISO. */
  take(mark: Mark, at: string): MarkStep | null {
    if (mark.nonce === this.given?.nonce) {
      this.levels.push(newLevel(mark.nonce, this.given.inner));
      this.given = null;
    }
    const { lastEnd, phase } = this.top;
    const isAgain = mark.kind === 'end' && mark.nonce === lastEnd?.nonce && mark.next === lastEnd.next;
    if (isAgain && phase !== 'running') return null;
    const level = this.levels.findLast(({ nonce }) => nonce === mark.nonce);
    // Of a shell that waits for one inside of it, the end alone can come.
    if (level === undefined || (level !== this.top && mark.kind !== 'end')) {
      this.forged += 1;
      return null;
    }
    this.leaveAbove(level, at);
    switch (mark.kind) {
      case 'directory':
        level.directory = mark.path;
        return null;
      case 'prompt':
        if (level.phase !== 'unknown') return null;
        level.phase = 'prompt';
        return { step: 'prompt' };
      case 'input':
        // Drawn while a command ran, by one that knows the nonce: bash aborted the command, at a word for `eval` with
        // an open quote, and told no status.
        if (level.phase === 'running') return this.aborted(level, at);
        level.phase = 'input';
        return { step: 'input' };
      case 'line':
        if (level.phase !== 'running') level.line = mark.text;
        return null;
      case 'start':
        return this.start(level, at);
      case 'end':
        return this.end(level, mark, at);
      case 'cancelled':
        return level.phase === 'input' ? { step: 'cancelled' } : null;
      case 'ready':
        return null;
    }
  }

  /** The next command was sent by us: this is its text. Null takes that back. */
  expect(text: string | null): void {
    this.sent = text;
  }

  /** The command's text as it was read from the screen, where the shell did not say it. */
  setText(id: number, text: string): TerminalCommand | null {
    const found = this.kept.find((one) => one.id === id);
    return found === undefined || found.text !== null ? null : this.change({ ...found, text });
  }

  /**
   * The shell has ended: what it and those inside still ran has ended too, with a status that nobody told. Answers
   * those commands, the innermost first.
   */
  close(at: string): readonly TerminalCommand[] {
    const [own] = this.levels;
    if (own === undefined) return [];
    this.leaveAbove(own, at);
    own.phase = 'unknown';
    this.cutShort(own, at);
    return this.takeCutOff();
  }

  private get top(): Level {
    const top = this.levels.at(-1);
    if (top === undefined) throw new Error('a terminal has a shell');
    return top;
  }

  /** The shells above this one are gone, whatever they ran. */
  private leaveAbove(level: Level, at: string): void {
    while (this.top !== level) {
      const gone = this.levels.pop();
      if (gone !== undefined) this.cutShort(gone, at);
    }
  }

  private cutShort(level: Level, at: string): void {
    const found = this.kept.find(({ id }) => id === level.running);
    level.running = null;
    if (found !== undefined) this.cutOff.push(this.change({ ...found, ended: at }));
  }

  private change(command: TerminalCommand): TerminalCommand {
    const index = this.kept.findIndex(({ id }) => id === command.id);
    if (index >= 0) this.kept[index] = command;
    return command;
  }

  private aborted(level: Level, at: string): MarkStep | null {
    const running = this.kept.find(({ id }) => id === level.running);
    if (running === undefined) return null;
    level.phase = 'input';
    level.running = null;
    return { step: 'end', command: this.change({ ...running, ended: at }) };
  }

  private start(level: Level, at: string): MarkStep | null {
    if (level.phase === 'running') return null;
    level.phase = 'running';
    const text = this.sent ?? level.line;
    this.sent = null;
    level.line = null;
    this.count += 1;
    const { directory, inner } = level;
    const command: TerminalCommand = {
      id: this.count,
      text,
      directory,
      started: at,
      ended: null,
      status: null,
      ...(inner === null ? {} : { host: inner.host }),
    };
    level.running = command.id;
    this.kept.push(command);
    if (this.kept.length > MOST_COMMANDS) this.forgetOldest();
    return { step: 'start', command };
  }

  /** One that runs is kept: its end will come. */
  private forgetOldest(): void {
    const index = this.kept.findIndex(({ id }) => this.levels.every(({ running }) => running !== id));
    if (index >= 0) this.kept.splice(index, 1);
  }

  private end(level: Level, { nonce, next, status }: Extract<Mark, { kind: 'end' }>, at: string): MarkStep {
    level.lastEnd = { nonce, next };
    level.nonce = next;
    level.line = null;
    level.phase = 'prompt';
    // What was given to a shell inside was for one that is not there any more.
    this.given = null;
    const running = this.kept.find(({ id }) => id === level.running);
    level.running = null;
    if (running === undefined) return { step: 'prompt' };
    return { step: 'end', command: this.change({ ...running, ended: at, status }) };
  }
}
