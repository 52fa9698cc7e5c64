import { WatchbookError } from '../../../shared/rpc/errors';
import type { RanCommand } from '../../../shared/terminal/command-cell';
import { CommandLog, type InnerShell, type TerminalCommand } from '../../../shared/terminal/commands';
import type { TerminalEnd, TerminalInfo, TerminalProfile } from '../../../shared/terminal/contract';
import { isElsewhere } from '../../../shared/terminal/file-links';
import type { MarkedShell, SendAnswer, SendRefusal } from '../../../shared/terminal/send';
import type { Typed } from '../../../shared/terminal/typed-echo';
import type { Recording } from '../../../shared/terminal/recording-contract';
import type { EngineClient } from '../engine-client';
import { CommandCapture } from './command-capture';
import type { Follower } from './follower';
import { InnerMarks } from './inner-marks';
import type { Pty } from './pty';
import { PtyText } from './pty-text';
import { Screen } from './screen';
import { isReport, Sender } from './sender';
import { SessionStream } from './session-stream';
import { Silence } from './silence';
import type { WatcherNeeds } from './watcher';
import { Watchers } from './watchers';

/** How long a shell may take to end when its terminal is closed. */
const CLOSE_MS = 2_500;
const FORCE_MS = 2_500;

export interface SessionOptions {
  readonly id: string;
  readonly title: string;
  readonly profile: TerminalProfile;
  readonly pty: Pty;
  readonly directory: string;
  readonly columns: number;
  readonly rows: number;
  readonly scrollback: number;
  /** The first nonce of its marks. */
  readonly nonce: string;
  /** The shell, where it is one that was made to give marks. */
  readonly shell: MarkedShell | null;
  /** Its first mark has come: the files that it was started with were read. */
  readonly marked: () => void;
  /** Something of its {@link TerminalInfo} is new. */
  readonly changed: () => void;
}

/** One shell with its screen, its commands, and whoever looks at it. It lives on while nobody does. */
export class TerminalSession {
  readonly id: string;
  private readonly pty: Pty;
  private readonly screen: Screen;
  private readonly log: CommandLog;
  private readonly sender: Sender;
  private readonly inner: InnerMarks;
  private readonly stream: SessionStream;
  private readonly silence: Silence;
  private readonly text = new PtyText();
  private readonly watchers: Watchers;
  /** What its newest commands printed. */
  readonly capture = new CommandCapture();
  private readonly started = new Date().toISOString();
  private readonly ended: Promise<void>;
  private title: string;
  private columns: number;
  private rows: number;
  private end: TerminalEnd | null = null;
  private recordedBy: Recording | null = null;

  constructor(private readonly options: SessionOptions) {
    const { id, title, profile, pty, columns, rows, scrollback, nonce } = options;
    this.id = id;
    this.pty = pty;
    this.title = title;
    this.columns = columns;
    this.rows = rows;
    const host = profile.kind === 'ssh' ? profile.title : null;
    this.log = new CommandLog(nonce, { host, shell: options.shell });
    this.silence = new Silence(options.changed);
    this.screen = new Screen(columns, rows, scrollback, (text) => pty.write(text));
    const { log, screen } = this;
    this.watchers = new Watchers({
      terminal: id,
      pending: () => screen.pending,
      pause: () => pty.pause(),
      resume: () => pty.resume(),
      changed: options.changed,
    });
    const typing = {
      log,
      screen,
      hasEnded: () => this.end !== null,
      write: (keys: string) => {
        this.silence.typed();
        pty.write(keys);
      },
    };
    this.inner = new InnerMarks(typing);
    this.sender = new Sender({
      ...typing,
      title: () => this.title,
      isHeld: () => this.inner.isGiving,
    });
    const { watchers, inner, sender } = this;
    const { marked, changed } = options;
    const ports = { terminal: id, log, screen, watchers, inner, sender, marked, changed };
    this.stream = new SessionStream(ports);
    this.stream.follow(this.capture);
    pty.onData((bytes) => this.take(this.text.take(bytes)));
    this.ended = pty.ended.then(({ status, signal }) => {
      this.take(this.text.finish());
      this.end = { at: new Date().toISOString(), status, signal };
      this.stream.end(this.end);
      this.watchers.leave(this.end);
      this.sender.ended();
      this.inner.ended();
      this.silence.answered();
      options.changed();
    });
  }

  get hasEnded(): boolean {
    return this.end !== null;
  }

  get pid(): number {
    return this.pty.pid;
  }

  get info(): TerminalInfo {
    const { id, title, pid, started, columns, rows, log, end } = this;
    const { profile, directory } = this.options;
    return {
      id,
      title,
      profile,
      pid,
      started,
      columns,
      rows,
      directory: log.directory ?? directory,
      phase: log.phase,
      command: log.commands.at(-1) ?? null,
      host: log.inner?.host,
      silentSince: this.isAway ? (this.silence.since ?? undefined) : undefined,
      watchers: this.watchers.count,
      ended: end,
      recording: this.recordedBy,
    };
  }

  /** The run that it is attached to. */
  get recording(): Recording | null {
    return this.recordedBy;
  }

  set recording(recording: Recording | null) {
    this.recordedBy = recording;
    this.options.changed();
  }

  /** What is typed goes to another machine, as far as that can be told. */
  private get isAway(): boolean {
    const { log } = this;
    return this.options.profile.kind === 'ssh' || log.inner !== null || isElsewhere(log.running?.text ?? '');
  }

  /** Where a command may have been, and the other machine that its output came from, in words; null for this one. */
  placeOf(id: number | null): {
    readonly directories: readonly string[];
    readonly elsewhere: string | null;
  } {
    const { directory } = this.options;
    const { commands } = this.log;
    const at = commands.findIndex((one) => one.id === id);
    const isAway = isElsewhere(commands[at]?.text ?? '');
    // Where it began, and where the shell was after it: a command can begin with `cd`.
    const began = at < 0 ? null : commands[at]?.directory;
    const after = at < 0 ? null : commands[at + 1]?.directory;
    return {
      directories: [began, after, this.log.directory, directory].filter((one) => typeof one === 'string'),
      elsewhere: this.log.hostOf(commands[at]) ?? (isAway ? 'the machine of that command' : null),
    };
  }

  /** A command of this shell with what is kept of its output. Throws `not-found`. */
  ran(id: number): RanCommand {
    const command = this.log.commands.find((one) => one.id === id);
    if (command === undefined) {
      throw new WatchbookError('not-found', 'This command is not known any more. Nothing was done.');
    }
    const output = this.capture.output(id)?.shown ?? null;
    return { command, output, terminal: this.title, host: this.log.hostOf(command) };
  }

  /** What it does now, for a person who is about to end it. */
  get words(): string {
    const running = this.log.running;
    return running === null ? this.title : `${this.title}: ${running.text ?? 'a command'}`;
  }

  /** A client looks at it from now on: the picture of now, and behind it what comes. */
  async attach(
    client: EngineClient,
    needs: WatcherNeeds,
  ): Promise<{
    readonly info: TerminalInfo;
    readonly screen: string;
    readonly commands: (TerminalCommand & { readonly row: number | null })[];
  }> {
    // What comes from here on is not in the picture: it waits for the client from this moment.
    const watcher = this.watchers.add(client, needs);
    // As of the picture: a prompt that stands in it is not forgotten because its command begins meanwhile.
    const { info } = this;
    if (this.end !== null) watcher.leave(this.end);
    const { screen, rowOf } = await this.screen.snapshot();
    const commands = this.log.commands.map((command) => ({ ...command, row: rowOf(command.id) }));
    // The answer goes out before the output that follows it.
    setImmediate(() => watcher.start());
    this.options.changed();
    return { info, screen, commands };
  }

  /** Tells all that comes from here on; answers what stops it. Nothing follows a shell that has ended. */
  follow(follower: Follower): () => void {
    if (this.end !== null) throw hasEnded();
    return this.stream.follow(follower);
  }

  detach(client: EngineClient): void {
    this.watchers.remove(client);
  }

  taken(client: EngineClient, characters: number): void {
    this.watchers.taken(client, characters);
  }

  write(data: string): void {
    if (this.end !== null) throw hasEnded();
    if (this.inner.holds(data)) return;
    this.sender.typed(data);
    if (!isReport(data)) this.silence.typed();
    this.pty.write(data);
  }

  /** See {@link Sender.landed}. */
  landed(milliseconds: number): Promise<void> {
    return this.sender.landed(milliseconds);
  }

  /** Why nothing may be sent now; null where the shell stands at an empty prompt. */
  refusal(): Promise<SendRefusal | null> {
    return this.sender.refusal();
  }

  /** Why nothing can be sent now; null where it can. `isForced`: also without marks. */
  refuses(isForced: boolean): Promise<SendAnswer | null> {
    return this.sender.refuses(isForced);
  }

  /** Types a text as one command, and only at an empty prompt; see {@link Sender}. */
  send(text: string, isForced = false, typed?: (typed: Typed) => void): Promise<SendAnswer> {
    return this.sender.send(text, isForced, typed);
  }

  /** What would be typed so that a shell inside marks its commands; see {@link InnerMarks}. */
  offerMarks(): ReturnType<InnerMarks['offer']> {
    return this.inner.offer();
  }

  /** Types it. */
  giveMarks(token: string): Promise<InnerShell> {
    return this.inner.give(token);
  }

  resize(columns: number, rows: number): void {
    if (this.end !== null || (columns === this.columns && rows === this.rows)) return;
    this.columns = columns;
    this.rows = rows;
    this.pty.resize(columns, rows);
    this.screen.resize(columns, rows);
    this.stream.resized(columns, rows);
    this.options.changed();
  }

  rename(title: string): void {
    this.title = title;
    this.options.changed();
  }

  clear(): void {
    this.screen.clear();
  }

  /** Ends the shell. Rejects with `busy` where it goes on all the same. */
  async close(isForced: boolean): Promise<void> {
    if (this.end === null) {
      await this.pty.end('politely');
      if (!(await this.endsWithin(CLOSE_MS))) {
        if (!isForced) {
          throw new WatchbookError(
            'busy',
            `${this.title} was told to end and still runs. Nothing was ended by force. Close it by force, or end what runs in it.`,
            { retryable: true },
          );
        }
        await this.pty.end('by force');
        if (!(await this.endsWithin(FORCE_MS))) {
          throw new WatchbookError('busy', `${this.title} does not end, even by force. The system holds it.`);
        }
      }
    }
    this.stream.dispose();
    this.watchers.dispose();
    this.screen.dispose();
  }

  private endsWithin(milliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), milliseconds);
      void this.ended.then(() => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }

  private take(data: string): void {
    if (data !== '') this.silence.answered();
    this.stream.take(data);
  }
}

function hasEnded(): WatchbookError {
  return new WatchbookError('not-found', 'The shell of this terminal has ended. What it showed is kept.');
}
