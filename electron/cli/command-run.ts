import type { EventData } from '../../shared/rpc/contracts';
import { WatchbookError } from '../../shared/rpc/errors';
import type { TerminalCommand } from '../../shared/terminal/commands';
import type { TerminalEnd, TerminalInfo } from '../../shared/terminal/contract';
import { transcriptText } from '../../shared/terminal/transcript-text';
import type { EngineConnection } from '../engine/client/engine-connection';
import { CommandOutput } from './command-output';
import { EXIT } from './exit-codes';
import { followSize } from './follow-size';
import { readKeys } from './keyboard';

/** What a command came to. */
export interface Outcome {
  /** Null where it was given up before it ran. */
  readonly command: TerminalCommand | null;
  /** Its exit status; where its shell ended with it, the shell's. */
  readonly status: number;
}

/** A shell that says nothing for so long waits for something that nobody can see. Milliseconds. */
const SILENT_MS = 30_000;
const NEVER_RAN = 'The shell ended before the command could be run.';
/** Characters. */
const MOST_ECHO = 4_096;
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';

/** One command in a terminal of its own: what is typed goes to it, what it writes comes here. */
export class CommandRun {
  private readonly output: CommandOutput;
  private readonly early: string[] = [];
  private command: TerminalCommand | null = null;
  private isTyped = false;
  /** What the shell showed of the line before it ran it: why it does not, where it does not. */
  private echo = '';
  private timer: NodeJS.Timeout | null = null;
  private finish: (outcome: Outcome) => void = () => undefined;
  private fail: (error: unknown) => void = () => undefined;
  private readonly finished = new Promise<Outcome>((resolve, reject) => {
    this.finish = resolve;
    this.fail = reject;
  });

  /** `write` takes its output, and calls back when more may come. */
  constructor(
    private readonly engine: EngineConnection,
    private readonly info: TerminalInfo,
    private readonly write: (text: string, written: () => void) => void,
  ) {
    this.output = new CommandOutput((text) => this.write(text, () => undefined));
  }

  /** Types the line when the shell is ready and follows it to its end. Rejects where it can not be told how it ended. */
  async run(line: string): Promise<Outcome> {
    const { engine, info } = this;
    const { id: terminal } = info;
    const { stdout } = process;
    const offs = [
      engine.on('terminal.command', ({ terminal: from, command }) => {
        if (from === terminal) this.command = command;
      }),
      engine.on('terminal.output', (event) => {
        if (event.terminal === terminal) this.take(event);
      }),
      engine.on('terminal.left', ({ terminal: from, end }) => {
        if (from === terminal) this.left(end);
      }),
      engine.on('terminal.changed', ({ terminals }) => {
        const now = terminals.find(({ id }) => id === terminal);
        if (now === undefined) this.fail(failure('cancelled', 'Its terminal was closed by somebody.'));
        else this.typeWhenReady(line, now);
      }),
    ];
    const interrupt = (): void => this.typed(CTRL_C);
    const stop = (): void => this.fail(failure('cancelled', 'Told to end. The command was ended.'));
    const closed = (): void =>
      this.fail(failure('not-writable', 'Nobody reads the output any more. The command was ended.'));
    let last = '';
    const keyboard = readKeys(
      (text) => {
        last = text.slice(-1);
        this.typed(text);
      },
      // In the middle of a line the first of them only ends the line.
      () => this.typed(last === '' || last === '\n' ? CTRL_D : CTRL_D + CTRL_D),
    );
    this.wait('No prompt came from the shell within 30 s. It was closed, and nothing was run.');
    void engine.closed.then(() =>
      this.fail(failure('engine-lost', 'The engine was lost, and the command with it.')),
    );
    process.on('SIGINT', interrupt);
    process.on('SIGTERM', stop);
    process.on('SIGHUP', stop);
    const stopFitting = followSize((columns, rows) =>
      engine.request('terminal.resize', { terminal, columns, rows }),
    );
    stdout.on('error', closed);
    try {
      const { terminals } = await engine.request('terminal.list', {});
      for (const now of terminals) if (now.id === terminal) this.typeWhenReady(line, now);
      return await this.finished;
    } finally {
      this.wait(null);
      for (const off of offs) off();
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', stop);
      process.off('SIGHUP', stop);
      stopFitting();
      keyboard.release();
    }
  }

  /** It is looked at from its first prompt on: a prompt that comes after that is an answer to the line. */
  private typeWhenReady(line: string, { phase, ended }: TerminalInfo): void {
    if (this.isTyped) return;
    if (ended !== null) this.fail(failure('cancelled', NEVER_RAN));
    if (phase !== 'input') return;
    this.isTyped = true;
    this.wait('The shell did not begin the command within 30 s: is a quote left open? It was closed.');
    const { id: terminal } = this.info;
    this.engine
      .request('terminal.attach', { terminal, waits: true })
      .then(() => this.put(`${line}\r`), this.fail);
  }

  /** What was typed before the command ran waits for it. */
  private typed(text: string): void {
    if (this.output.isBegun) this.put(text);
    else if (text.includes(CTRL_C)) this.finish({ command: null, status: EXIT.interrupted });
    else this.early.push(text);
  }

  private take(event: EventData<'terminal.output'>): void {
    const { output } = this;
    const wasBegun = output.isBegun;
    if (!wasBegun) this.echo = (this.echo + event.data).slice(-MOST_ECHO);
    output.take(event);
    const { terminal, data, marks } = event;
    if (data !== '')
      this.write('', () =>
        this.ask(this.engine.request('terminal.taken', { terminal, characters: data.length })),
      );
    if (!wasBegun && output.isBegun) {
      this.wait(null);
      for (const text of this.early.splice(0)) this.put(text);
    } else if (!output.isBegun && marks.some(({ step }) => step === 'prompt')) {
      const shown = transcriptText([this.echo]).trim();
      this.fail(failure('bad-request', `The shell did not take the line, and ran nothing: ${shown}`));
    }
    if (output.isOver) this.over(this.command?.status ?? null);
  }

  /** The shell itself has ended. */
  private left({ status, signal }: TerminalEnd): void {
    if (!this.output.isBegun) {
      this.fail(failure('cancelled', NEVER_RAN));
      return;
    }
    this.output.end();
    this.over(signal === null ? status : 128 + signal);
  }

  private over(status: number | null): void {
    const { command } = this;
    // The last of the output is out first.
    this.write('', () => this.finish({ command, status: status ?? EXIT.ownFailure }));
  }

  private put(data: string): void {
    this.ask(this.engine.request('terminal.write', { terminal: this.info.id, data }));
  }

  /** What can not be done any more is told by the end that follows it. */
  private ask(answer: Promise<unknown>): void {
    answer.catch(() => undefined);
  }

  /** Gives up with these words after a while; null: no more. */
  private wait(words: string | null): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = words === null ? null : setTimeout(() => this.fail(failure('timeout', words)), SILENT_MS);
  }
}

function failure(
  code: 'cancelled' | 'not-writable' | 'engine-lost' | 'timeout' | 'bad-request',
  words: string,
): WatchbookError {
  return new WatchbookError(code, words);
}
