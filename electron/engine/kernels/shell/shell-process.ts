import { randomBytes } from 'node:crypto';
import { closeSync, constants, createWriteStream, openSync, type WriteStream } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';
import { spawn, type IPty } from '@lydell/node-pty';
import { WatchbookError } from '../../../../shared/rpc/errors';
import { markDescendants } from '../../descendant-mark';
import { BOOTSTRAP, fenceText, frameCommand } from './bootstrap';
import { OutputCutter } from './output-cutter';
import { foregroundGroup, signalGroup, waitsForInput, type InputWait } from './terminal-state';

const run = promisify(execFile);
const READY_MS = 10_000;
/** What the fence should follow: a command may have closed the terminal for it. */
const FENCE_MS = 700;
/** The terminal is looked at when it was quiet for this long. */
const QUIET_MS = 120;
const LOOK_MS = 250;
/** How long each way of ending a program is waited for. */
const END_STEPS = [
  ['SIGINT', 300],
  ['SIGTERM', 500],
  ['SIGHUP', 500],
  ['SIGKILL', 500],
] as const;

export interface ShellProcessOptions {
  /** A private folder of its own; removed at the end. */
  readonly folder: string;
  readonly program: string;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
}

export interface CommandListener {
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
  readonly cutter: OutputCutter;
  readonly listener: CommandListener;
  readonly resolve: (end: CommandEnd) => void;
  status: number | null;
  fullScreen: boolean;
  fenceTimer: NodeJS.Timeout | null;
  lastOutput: number;
  hasAsked: boolean;
}

/** One bash on a terminal of its own, which runs commands one after the other. */
export class ShellProcess {
  readonly ended: Promise<{ readonly exitCode: number; readonly signal: number | null }>;
  private running: Running | null = null;
  private isGone = false;
  private looker: NodeJS.Timeout | null = null;
  /** Output of jobs in the background while nothing runs: it goes before the next command's. */
  private between = '';

  private constructor(
    private readonly pty: IPty,
    private readonly commands: WriteStream,
    private readonly status: Socket,
    private readonly folder: string,
  ) {
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

  /** Starts bash and waits until it takes commands. Rejects with `kernel-failed`. */
  static async start(options: ShellProcessOptions): Promise<ShellProcess> {
    const { folder, program, cwd, environment } = options;
    const [commandPipe, statusPipe, rc] = ['c', 's', 'rc'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await run('mkfifo', ['-m', '600', commandPipe, statusPipe]);
    await writeFile(rc, BOOTSTRAP, { mode: 0o600 });
    // Opened for both directions, so that neither opening waits for the other side.
    const commandFile = openSync(commandPipe, constants.O_RDWR);
    const statusFile = openSync(statusPipe, constants.O_RDWR | constants.O_NONBLOCK);
    let pty: IPty;
    try {
      pty = spawn(program, ['--noprofile', '--rcfile', rc, '--noediting', '-i'], {
        name: 'xterm-256color',
        cols: 120,
        rows: 40,
        cwd,
        env: {
          ...environment,
          TERM: 'xterm-256color',
          PAGER: 'cat',
          GIT_PAGER: 'cat',
          MANPAGER: 'cat',
          SYSTEMD_PAGER: 'cat',
          WATCHBOOK_COMMANDS: commandPipe,
          WATCHBOOK_STATUS: statusPipe,
        },
        encoding: 'utf8',
      });
    } catch (error) {
      closeSync(commandFile);
      closeSync(statusFile);
      throw failed(`bash could not be started in ${cwd}`, error);
    }
    const shell = new ShellProcess(
      pty,
      createWriteStream('', { fd: commandFile }),
      new Socket({ fd: statusFile, readable: true, writable: false }),
      folder,
    );
    try {
      await markDescendants(pty.pid);
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
      const cutter = new OutputCutter(fenceText(nonce));
      this.running = {
        cutter,
        listener,
        resolve,
        status: null,
        fullScreen: false,
        fenceTimer: null,
        lastOutput: performance.now(),
        hasAsked: false,
      };
      if (this.between !== '') listener.output(this.between);
      this.between = '';
      if (canRead) this.looker = setInterval(() => void this.look(), LOOK_MS);
      this.commands.write(frameCommand(nonce, canRead, code));
    });
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

  /** Interrupts what runs in the foreground; bash itself aborts its loops and comes back. */
  async interrupt(): Promise<void> {
    if (this.isGone || this.running === null) return;
    const group = await foregroundGroup(this.pid);
    signalGroup(group ?? this.pid, 'SIGINT');
    if (group !== null && group !== this.pid) signalGroup(this.pid, 'SIGINT');
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
      const timer = setTimeout(() => reject(failed('bash did not answer within 10 s', null)), READY_MS);
      let text = '';
      const onData = (chunk: Buffer | string): void => {
        text += chunk.toString();
        if (!text.includes('ready\0')) return;
        clearTimeout(timer);
        this.status.off('data', onData);
        this.status.on('data', (data) => this.statusReceived(data.toString()));
        this.between = '';
        resolve();
      };
      this.status.on('data', onData);
      void this.ended.then(() => {
        clearTimeout(timer);
        reject(failed(`bash ended at once: ${this.between.trim().slice(-500)}`, null));
      });
    });
    await Promise.all(['c', 's', 'rc'].map((name) => rm(join(this.folder, name), { force: true })));
  }

  private received(data: string): void {
    const { running } = this;
    if (running === null) {
      this.between = (this.between + data).slice(-1_048_576);
      return;
    }
    running.lastOutput = performance.now();
    running.hasAsked = false;
    const { text, isFenced, rest } = running.cutter.push(data);
    if (text !== '') {
      if (!running.fullScreen && takesScreen(text)) {
        running.fullScreen = true;
        void this.endForeground();
      }
      if (!running.fullScreen) running.listener.output(text);
    }
    if (!isFenced) return;
    this.between += rest;
    this.settle(running);
  }

  private statusReceived(text: string): void {
    const { running } = this;
    const status = /^(\d{1,3})\0/.exec(text)?.[1];
    if (running === null || status === undefined) return;
    running.status = Number(status);
    // The fence comes behind the output; a command that cut off the terminal does not keep its end back.
    running.fenceTimer = setTimeout(() => {
      running.cutter.giveUp();
      this.settle(running);
    }, FENCE_MS);
    this.settle(running);
  }

  private settle(running: Running): void {
    if (this.running !== running || running.status === null || !running.cutter.isDone) return;
    this.finish(running, { status: running.status, ended: false, fullScreen: running.fullScreen });
  }

  private shellGone(exitCode: number, signal: number | null): void {
    const { running } = this;
    if (running === null) return;
    const rest = running.cutter.flush();
    // An interactive bash says "exit" when it is told to: it is not the command's word.
    const text = rest.replace(/(^|\n)exit\n$/, '$1');
    if (text !== '' && !running.fullScreen) running.listener.output(text);
    const status = signal !== null && signal > 0 ? 128 + signal : exitCode;
    this.finish(running, { status, ended: true, fullScreen: running.fullScreen });
  }

  private finish(running: Running, end: CommandEnd): void {
    this.running = null;
    if (this.looker !== null) clearInterval(this.looker);
    this.looker = null;
    if (running.fenceTimer !== null) clearTimeout(running.fenceTimer);
    running.resolve(end);
  }

  /** Looks whether the program in the foreground waits for somebody to type. */
  private async look(): Promise<void> {
    const { running } = this;
    if (running === null || running.hasAsked || performance.now() - running.lastOutput < QUIET_MS) return;
    const wait = await waitsForInput(this.pid);
    if (wait === null || this.running !== running || running.hasAsked) return;
    running.hasAsked = true;
    running.listener.waits(wait);
  }

  private async endForeground(): Promise<void> {
    for (const [signal, wait] of END_STEPS) {
      const group = await foregroundGroup(this.pid);
      if (group === null || group === this.pid || this.running === null) return;
      signalGroup(group, signal);
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }

  private async signalSession(signal: NodeJS.Signals): Promise<void> {
    const group = await foregroundGroup(this.pid);
    if (group !== null && group !== this.pid) signalGroup(group, signal);
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
    this.commands.destroy();
    this.status.destroy();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The alternate screen, which vim, less and top ask for. */
function takesScreen(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- escape sequences are what this is about
  return /\u001b\[\?(?:1049|1047|47)h/.test(text);
}

function failed(reason: string, cause: unknown): WatchbookError {
  return new WatchbookError('kernel-failed', `The shell did not start: ${reason}. Nothing was run.`, {
    cause,
  });
}
