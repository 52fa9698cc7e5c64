import type { EngineConnection } from '../../electron/engine/client/engine-connection';
import type { ParamsInput } from '../../shared/rpc/contracts';
import { toWireError } from '../../shared/rpc/errors';
import type { TerminalCommand } from '../../shared/terminal/commands';
import type { TerminalInfo, TerminalMark } from '../../shared/terminal/contract';
import { until } from './until';

/** A client that looks at one terminal and draws at once, or not at all. */
export class TerminalView {
  /** All output since it was attached, with what was there before in front. */
  shown = '';
  readonly marks: TerminalMark[] = [];
  readonly commands = new Map<number, TerminalCommand>();
  readonly copies: string[] = [];
  /** Where each command's output ends in what was shown since it was attached first. */
  readonly ends = new Map<number, number>();
  info: TerminalInfo;
  isBehind = false;
  /** False: what comes is not taken, as by a window that does not draw. */
  draws = true;
  private notTaken = 0;
  /** Counts what was told of it. */
  private news = 0;

  private constructor(
    readonly engine: EngineConnection,
    info: TerminalInfo,
    /** So many lines it can scroll back; absent: it gets every byte. */
    private readonly scrollback?: number,
  ) {
    this.info = info;
    const { id } = info;
    engine.on('terminal.output', ({ terminal, data, marks }) => {
      if (terminal !== id) return;
      for (const { at, step, command } of marks)
        if (step === 'end' && command !== null) this.ends.set(command, this.shown.length + at);
      this.shown += data;
      this.marks.push(...marks);
      if (data === '') return;
      if (!this.draws) {
        this.notTaken += data.length;
        return;
      }
      engine.request('terminal.taken', { terminal, characters: data.length }).catch((error: unknown) => {
        // Its connection was ended by the test meanwhile.
        if (toWireError(error).code !== 'engine-lost') throw error;
      });
    });
    engine.on('terminal.command', ({ terminal, command }) => {
      if (terminal === id) this.commands.set(command.id, command);
    });
    engine.on('terminal.copyAsked', ({ terminal, text }) => {
      if (terminal === id) this.copies.push(text);
    });
    engine.on('terminal.behind', ({ terminal }) => {
      if (terminal === id) this.isBehind = true;
    });
    engine.on('terminal.changed', ({ terminals }) => {
      const found = terminals.find((one) => one.id === id);
      if (found === undefined) return;
      this.news += 1;
      this.info = found;
    });
  }

  /** Opens a terminal and looks at it. */
  static async open(
    engine: EngineConnection,
    options: Partial<ParamsInput<'terminal.open'>> = {},
  ): Promise<TerminalView> {
    const info = await engine.request('terminal.open', { columns: 100, rows: 30, ...options });
    return TerminalView.attach(engine, info);
  }

  static async attach(
    engine: EngineConnection,
    info: TerminalInfo,
    scrollback?: number,
  ): Promise<TerminalView> {
    const view = new TerminalView(engine, info, scrollback);
    await view.attachAgain();
    return view;
  }

  async attachAgain(): Promise<void> {
    const { news, scrollback } = this;
    const { screen, commands, info } = await this.engine.request('terminal.attach', {
      terminal: this.info.id,
      scrollback,
    });
    // What was told meanwhile may be newer than the answer; what is newer than both is told by itself.
    if (this.news === news) this.info = info;
    this.shown = screen + this.shown;
    this.isBehind = false;
    for (const command of commands) this.commands.set(command.id, command);
  }

  /** Draws what it did not. */
  async draw(): Promise<void> {
    this.draws = true;
    const characters = this.notTaken;
    this.notTaken = 0;
    if (characters > 0) await this.engine.request('terminal.taken', { terminal: this.info.id, characters });
  }

  type(data: string): Promise<unknown> {
    return this.engine.request('terminal.write', { terminal: this.info.id, data });
  }

  shows(text: string, seconds?: number): Promise<void> {
    return until(
      `the terminal shows ${JSON.stringify(text)}`,
      () => this.shown.includes(text),
      seconds,
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}; it shows ${JSON.stringify(this.shown.slice(-4_000))}`);
    });
  }

  /** Waits until the shell is at a prompt of its own. */
  ready(): Promise<void> {
    return until('the shell is at its prompt', () => this.info.phase === 'input').catch((error: unknown) => {
      throw new Error(
        `${String(error)}; it is at ${this.info.phase} and shows ${JSON.stringify(this.shown)}`,
      );
    });
  }

  /** Types a command, waits for its end, and answers it. */
  async run(line: string, seconds?: number): Promise<TerminalCommand> {
    await this.ready();
    const number = (this.info.command?.id ?? 0) + 1;
    await this.type(`${line}\r`);
    return this.end(number, seconds);
  }

  /** Lets the engine send a text, waits for the end of the command that it became, and answers it. */
  async send(text: string): Promise<TerminalCommand> {
    const answer = await this.engine.request('terminal.send', { terminal: this.info.id, text, force: false });
    if (answer.kind !== 'sent' || answer.command === null)
      throw new Error(`${JSON.stringify(answer)}; it shows ${JSON.stringify(this.shown.slice(-4_000))}`);
    return this.end(answer.command);
  }

  /** Waits until a command has ended and the shell is back at its prompt. */
  private async end(number: number, seconds?: number): Promise<TerminalCommand> {
    await until(
      `command ${number} has ended`,
      () => (this.commands.get(number)?.ended ?? null) !== null,
      seconds,
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}; it shows ${JSON.stringify(this.shown.slice(-4_000))}`);
    });
    await until('the shell is back', () => this.info.command?.id === number && this.info.phase === 'input');
    const command = this.commands.get(number);
    if (command === undefined) throw new Error('no command');
    return command;
  }
}

/** Ends every terminal of an engine, whatever runs in it. */
export async function closeTerminals(engine: EngineConnection): Promise<void> {
  const { terminals } = await engine.request('terminal.list', {});
  for (const { id } of terminals) await engine.request('terminal.close', { terminal: id, force: true });
}
