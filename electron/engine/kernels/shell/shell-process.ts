import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { IPty } from '@lydell/node-pty';
import { markDescendants } from '../../descendant-mark';
import { FORCE_SIGNAL, frameCommand, RESUME } from './bootstrap';
import { screenAt } from './full-screen';
import { notStarted, openBash, startFiles, type OpenBash, type OpenBashOptions } from './open-bash';
import { lines, OutputCutter } from './output-cutter';
import { signalGroup, signalProcess, terminalPort, type InputWait } from './terminal-port';

const terminal = terminalPort(process.platform);
const CTRL_C = '\u0003';
const READY_MS = 10_000;
/** What the fence should follow: a command may have closed the terminal for it. */
const FENCE_MS = 700;
/** Bash reads a command at once, save on a very slow machine, where sending it again does no harm. */
const RESEND_MS = 2_000;
/** The terminal is looked at when it was quiet for this long. */
const QUIET_MS = 120;
const LOOK_MS = 250;
/** A program that says nothing for long is looked at less often: each look asks every process of the machine. */
const LONG_QUIET_MS = 5_000;
const SELDOM_MS = 1_500;
/** An interrupt is asked for as often as this, as Ctrl-C is, before it becomes harder. */
const POLITE_INTERRUPTS = 2;
/** How long each way of ending a program is waited for. */
const END_STEPS = [
  ['SIGINT', 300],
  ['SIGTERM', 500],
  ['SIGHUP', 500],
  ['SIGKILL', 500],
] as const;

const GREETING_CHARACTERS = 65_536;

export interface CommandListener {
  /** Also called after the end: what the command left in the background prints until the next command is its own. */
  output(text: string): void;
  /** The running program waits for input; called once for each wait. */
  waits(wait: InputWait): void;
}

/** How a command ended. `ended`: the shell ended with it. */
export interface CommandEnd {
  readonly status: number;
  readonly ended: boolean;
  /** It took the whole screen and was ended for that. */
  readonly fullScreen: boolean;
}

interface Running {
  readonly nonce: string;
  readonly frame: string;
  readonly cutter: OutputCutter;
  readonly listener: CommandListener;
  readonly resolve: (end: CommandEnd) => void;
  readonly canRead: boolean;
  /** `isBroken`: bash itself broke the command off. */
  status: { readonly code: number; readonly isBroken: boolean } | null;
  /** Bash has read it. */
  isBegun: boolean;
  fullScreen: boolean;
  timer: NodeJS.Timeout | null;
  interrupts: number;
  lastOutput: number;
  lastLook: number;
  hasAsked: boolean;
}

/** One bash on a terminal of its own, which runs commands one after the other. */
export class ShellProcess {
  readonly ended: Promise<{ readonly exitCode: number; readonly signal: number | null }>;
  private readonly pty: IPty;
  private running: Running | null = null;
  private statusText = '';
  private isGone = false;
  private looker: NodeJS.Timeout | null = null;
  /** What came before the first command: bash's own words, should it not start. */
  private greeting = '';
  /** The command that ran last: jobs in the background print for it. */
  private last: Running | null = null;

  private constructor(
    private readonly open: OpenBash,
    private readonly folder: string,
  ) {
    const { pty } = open;
    this.pty = pty;
    this.ended = new Promise((resolve) => {
      pty.onExit(({ exitCode, signal }) => {
        this.isGone = true;
        this.shellGone(exitCode, signal ?? null);
        void this.release().then(() => resolve({ exitCode, signal: signal ?? null }));
      });
    });
    pty.onData((data) => this.received(data));
  }

  get pid(): number {
    return this.pty.pid;
  }

  /** It has ended; known here before `ended` tells it. */
  get hasEnded(): boolean {
    return this.isGone;
  }

  /** Starts bash and waits until it takes commands. Rejects with `kernel-failed`. */
  static async start(options: OpenBashOptions): Promise<ShellProcess> {
    const open = await openBash(options);
    const shell = new ShellProcess(open, options.folder);
    try {
      await markDescendants(open.pty.pid);
      await shell.ready();
    } catch (error) {
      await shell.shutdown();
      throw error;
    }
    return shell;
  }

  /** Runs one command. `canRead`: it may read the terminal; else its standard input is empty. */
  run(code: string, canRead: boolean, listener: CommandListener): Promise<CommandEnd> {
    if (this.isGone) return Promise.resolve({ status: 1, ended: true, fullScreen: false });
    const nonce = randomBytes(16).toString('hex');
    return new Promise((resolve) => {
      const cutter = new OutputCutter(nonce);
      const running: Running = {
        nonce,
        frame: frameCommand(nonce, canRead, code),
        cutter,
        listener,
        resolve,
        canRead,
        status: null,
        isBegun: false,
        fullScreen: false,
        timer: null,
        interrupts: 0,
        lastOutput: performance.now(),
        lastLook: 0,
        hasAsked: false,
      };
      this.looker = setInterval(() => void this.look(), LOOK_MS);
      this.running = running;
      this.sendFrame(running);
    });
  }

  /** A late interrupt of the command before may have taken it away: it is sent until bash says that it has it. */
  private sendFrame(running: Running): void {
    if (this.running !== running || running.isBegun) return;
    this.open.commands.write(running.frame);
    running.timer = setTimeout(() => this.sendFrame(running), RESEND_MS);
  }

  /** Types into the terminal; what the terminal echoes of it is cut from the output. */
  type(text: string, isShown: boolean): void {
    if (isShown) this.running?.cutter.expectEcho(text);
    if (this.running !== null) this.running.hasAsked = false;
    this.pty.write(text.replaceAll('\n', '\r'));
  }

  /** The end of input, as Ctrl-D says it. */
  endInput(): void {
    if (this.running !== null) this.running.hasAsked = false;
    this.pty.write('\u0004');
  }

  /**
   * Interrupts what runs in the foreground; bash itself aborts its loops and comes back. As Ctrl-C does, the first two
   * times; what does not heed it is then told to end, and after that ended.
   */
  async interrupt(): Promise<void> {
    const { running } = this;
    if (this.isGone || running === null) return;
    running.interrupts += 1;
    running.cutter.holdLineEnds();
    // Not begun: it is interrupted when it begins.
    if (running.isBegun) await this.signal(running);
  }

  private async signal(running: Running): Promise<void> {
    const { interrupts } = running;
    const group = await terminal.foregroundGroup(this.pid);
    if (this.running !== running) return;
    const isProgram = group !== null && group !== this.pid;
    if (interrupts <= POLITE_INTERRUPTS) {
      // A program of another user (sudo) hears nothing of us, but the key.
      if (isProgram && !signalGroup(group, 'SIGINT')) this.pty.write(CTRL_C);
      signalGroup(this.pid, 'SIGINT');
      return;
    }
    if (isProgram) signalGroup(group, interrupts === POLITE_INTERRUPTS + 1 ? 'SIGTERM' : 'SIGKILL');
    signalProcess(this.pid, FORCE_SIGNAL);
  }

  /** Ends the shell and what it started: politely, then by force. */
  async shutdown(): Promise<void> {
    if (!this.isGone) {
      for (const signal of ['SIGHUP', 'SIGKILL'] as const) {
        await this.signalSession(signal);
        if (await this.goneWithin(signal === 'SIGHUP' ? 800 : 3_000)) break;
      }
    }
    await this.ended;
  }

  private async ready(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(notStarted('bash did not answer within 10 s', null)), READY_MS);
      let text = '';
      const onData = (chunk: Buffer | string): void => {
        text += chunk.toString();
        if (!text.includes('ready\0')) return;
        clearTimeout(timer);
        this.open.status.off('data', onData);
        this.open.status.on('data', (data) => this.statusReceived(data.toString()));
        resolve();
      };
      this.open.status.on('data', onData);
      void this.ended.then(() => {
        clearTimeout(timer);
        reject(notStarted(`bash ended at once: ${this.greeting.trim().slice(-500)}`, null));
      });
    });
    await Promise.all(Object.values(startFiles(this.folder)).map((file) => rm(file, { force: true })));
  }

  private received(data: string): void {
    const { running } = this;
    if (running === null) {
      if (this.last === null) this.greeting = (this.greeting + data).slice(-GREETING_CHARACTERS);
      else this.printBetween(lines(data));
      return;
    }
    running.lastOutput = performance.now();
    running.hasAsked = false;
    const { before, text, isFenced, rest, isPrompt } = running.cutter.push(data);
    this.printBetween(before);
    this.print(running, text);
    if (isPrompt) {
      running.cutter.expectEcho(`${RESUME}\n`);
      this.pty.write(`${RESUME}\r`);
    }
    if (!isFenced) return;
    this.last = running;
    this.settle(running);
    this.printBetween(rest);
  }

  /** After an interrupt that came late, bash itself writes a line end. */
  private printBetween(text: string): void {
    if (this.last === null || text === '') return;
    if (this.last.interrupts > 0 && /^\n+$/.test(text)) return;
    this.last.listener.output(text);
  }

  /** Hands on the output, up to where a program takes the screen. */
  private print(running: Running, text: string): void {
    if (text === '' || running.fullScreen) return;
    const screen = screenAt(text);
    if (screen > 0) running.listener.output(text.slice(0, screen));
    else if (screen < 0) running.listener.output(text);
    if (screen < 0) return;
    running.fullScreen = true;
    void this.endForeground(running);
  }

  private statusReceived(data: string): void {
    const lines = (this.statusText + data).split('\0');
    this.statusText = lines.pop() ?? '';
    for (const line of lines) this.toldBy(line);
  }

  private toldBy(line: string): void {
    const { running } = this;
    const [nonce, word = ''] = line.split(' ');
    // An end that is told again, after a late interrupt.
    if (running === null || nonce !== running.nonce || running.status !== null) return;
    if (running.timer !== null) clearTimeout(running.timer);
    running.isBegun = true;
    if (word === 'begun') {
      if (running.interrupts > 0) void this.signal(running);
      return;
    }
    running.status = { code: Number(word.replace('a', '')), isBroken: word.startsWith('a') };
    this.awaitFence(running);
    this.settle(running);
  }

  /** The fence was written before the status; a command that cut off the terminal does not keep its end back. */
  private awaitFence(running: Running): void {
    const before = running.lastOutput;
    running.timer = setTimeout(() => {
      // Whatever the terminal holds is read before this: a slow machine is no lost fence.
      setImmediate(() => {
        if (this.running !== running || running.cutter.isDone) return;
        if (running.lastOutput > before) this.awaitFence(running);
        else this.complete(running);
      });
    }, FENCE_MS);
  }

  private settle(running: Running): void {
    if (this.running === running && running.status !== null && running.cutter.isDone) this.complete(running);
  }

  private complete(running: Running): void {
    const { status, cutter, fullScreen } = running;
    if (status === null) return;
    if (status.isBroken) cutter.dropLineEnds();
    this.print(running, cutter.flush(false));
    this.finish(running, { status: status.code, ended: false, fullScreen });
  }

  private shellGone(exitCode: number, signal: number | null): void {
    const { running } = this;
    if (running === null) return;
    this.print(running, running.cutter.flush(true));
    const status = signal !== null && signal > 0 ? 128 + signal : exitCode;
    this.finish(running, { status, ended: true, fullScreen: running.fullScreen });
  }

  private finish(running: Running, end: CommandEnd): void {
    this.running = null;
    this.last = running;
    if (this.looker !== null) clearInterval(this.looker);
    this.looker = null;
    if (running.timer !== null) clearTimeout(running.timer);
    running.resolve(end);
  }

  /**
   * Looks whether the program in the foreground waits for somebody to type. With nobody there it gets the end of
   * input: one that opened the terminal by itself, past its empty standard input, would wait for ever.
   */
  private async look(): Promise<void> {
    const { running } = this;
    if (running === null || running.hasAsked || running.fullScreen) return;
    const now = performance.now();
    const quiet = now - running.lastOutput;
    if (quiet < QUIET_MS || (quiet > LONG_QUIET_MS && now - running.lastLook < SELDOM_MS)) return;
    running.lastLook = now;
    const wait = await terminal.waits(this.pid);
    if (wait === null || this.running !== running || running.hasAsked || running.fullScreen) return;
    if (running.canRead) {
      running.hasAsked = true;
      running.listener.waits(wait);
    } else if (wait.isReading) this.endInput();
  }

  private async endForeground(running: Running): Promise<void> {
    for (const [signal, wait] of END_STEPS) {
      const group = await terminal.foregroundGroup(this.pid);
      if (this.running !== running) return;
      // Bash itself wrote the sequence, or has not yet given the terminal to the program.
      if (group === null || group === this.pid) signalProcess(this.pid, 'SIGINT');
      else signalGroup(group, signal);
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }

  /** As a terminal that is closed: jobs hear it, and those that were told not to hear it (nohup) go on. */
  private async signalSession(signal: NodeJS.Signals): Promise<void> {
    const groups = signal === 'SIGHUP' ? await terminal.groups(this.pid) : [];
    const foreground = await terminal.foregroundGroup(this.pid);
    const others = [...groups, ...(foreground === null ? [] : [foreground])];
    for (const group of new Set(others)) if (group !== this.pid) signalGroup(group, signal);
    signalGroup(this.pid, signal);
  }

  private goneWithin(milliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), milliseconds);
      void this.ended.then(() => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }

  private async release(): Promise<void> {
    if (this.looker !== null) clearInterval(this.looker);
    this.open.letGo();
    this.open.commands.destroy();
    this.open.status.destroy();
    await rm(this.folder, { recursive: true, force: true });
  }
}
