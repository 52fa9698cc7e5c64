import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { IPty } from '@lydell/node-pty';
import { markDescendants } from '../../descendant-mark';
import { MARK_START } from './bootstrap';
import { screenAt } from './full-screen';
import { notStarted, type OpenShell, type OpenShellOptions } from './open-shell';
import { lines, OutputCutter } from './output-cutter';
import type { ShellPlatform } from './shell-platform';
import type { InputWait } from './terminal-port';

/** What the fence should follow: a command may have closed the terminal for it. */
const FENCE_MS = 700;
/** A shell reads a command at once, save on a very slow machine, where sending it again does no harm. */
const RESEND_MS = 2_000;
/** The terminal is looked at when it was quiet for this long. */
const QUIET_MS = 120;
const LOOK_MS = 250;
/** A program that says nothing for long is looked at less often: each look asks every process of the machine. */
const LONG_QUIET_MS = 5_000;
const SELDOM_MS = 1_500;

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
  /** `isBroken`: the shell itself broke the command off. */
  status: { readonly code: number; readonly isBroken: boolean } | null;
  /** The shell has read it. */
  isBegun: boolean;
  fullScreen: boolean;
  timer: NodeJS.Timeout | null;
  interrupts: number;
  lastOutput: number;
  lastLook: number;
  hasAsked: boolean;
}

/** One shell on a terminal of its own, which runs commands one after the other. */
export class ShellProcess {
  readonly ended: Promise<{ readonly exitCode: number; readonly signal: number | null }>;
  private readonly pty: IPty;
  private running: Running | null = null;
  private statusText = '';
  private isGone = false;
  private looker: NodeJS.Timeout | null = null;
  /** What came before the first command: the shell's own words, should it not start. */
  private greeting = '';
  /** The command that ran last: jobs in the background print for it. */
  private last: Running | null = null;

  private constructor(
    private readonly platform: ShellPlatform,
    private readonly open: OpenShell,
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

  /** Starts a shell and waits until it takes commands. Rejects with `kernel-failed`. */
  static async start(platform: ShellPlatform, options: OpenShellOptions): Promise<ShellProcess> {
    const open = await platform.open(options);
    const shell = new ShellProcess(platform, open, options.folder);
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
        frame: this.platform.frame(nonce, canRead, code),
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

  /** A late interrupt of the command before may have taken it away: it is sent until the shell says that it has it. */
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
   * Interrupts what runs in the foreground; the shell itself aborts its loops and comes back. As Ctrl-C does, the first
   * two times; what does not heed it is then told to end, and after that ended.
   */
  async interrupt(): Promise<void> {
    const { running } = this;
    if (this.isGone || running === null) return;
    running.interrupts += 1;
    running.cutter.holdLineEnds();
    // Not begun: it is interrupted when it begins.
    if (running.isBegun) await this.signal(running);
  }

  private signal(running: Running): Promise<void> {
    return this.open.control.interrupt(running.interrupts, () => this.running === running);
  }

  /** Ends the shell and what it started: politely, then by force. */
  async shutdown(): Promise<void> {
    if (!this.isGone) {
      for (const how of ['politely', 'by force'] as const) {
        await this.open.control.end(how);
        if (await this.goneWithin(how === 'politely' ? 800 : 3_000)) break;
      }
    }
    await this.ended;
  }

  private async ready(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const { startLimit, spec } = this.platform;
      const late = `${spec.name} did not answer within ${startLimit / 1_000} s`;
      const timer = setTimeout(() => reject(notStarted(late, null)), startLimit);
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
        reject(notStarted(`${spec.name} ended at once: ${this.greeting.trim().slice(-500)}`, null));
      });
    });
    await Promise.all(this.open.startFiles.map((file) => rm(file, { force: true })));
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
    const { resume } = this.platform;
    if (isPrompt && resume !== null) {
      running.cutter.expectEcho(`${resume}\n`);
      this.pty.write(`${resume}\r`);
    }
    if (!isFenced) return;
    this.last = running;
    this.settle(running);
    this.printBetween(rest);
  }

  /** After an interrupt that came late, the shell itself writes a line end. */
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
    void this.open.control.endForeground(() => this.running === running);
  }

  private statusReceived(data: string): void {
    const lines = (this.statusText + data).split('\0');
    this.statusText = lines.pop() ?? '';
    for (const line of lines) this.toldBy(line);
  }

  private toldBy(line: string): void {
    const { running } = this;
    const [nonce, word = ''] = line.replace(MARK_START, '').split(' ');
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
    const wait = await this.open.control.waits();
    if (wait === null || this.running !== running || running.hasAsked || running.fullScreen) return;
    if (running.canRead) {
      running.hasAsked = true;
      running.listener.waits(wait);
    } else if (wait.isReading) this.endInput();
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
