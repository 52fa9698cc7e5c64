import { closeSync, constants, openSync } from 'node:fs';
import { spawn, type IPty } from '@lydell/node-pty';
import { WatchbookError } from '../../../shared/rpc/errors';
import { markDescendants } from '../descendant-mark';
import { isRunning } from '../is-running';
import { isFolder, isProgram } from '../kernels/find-program';
import { posixControl } from '../kernels/shell/posix-control';
import { terminalPort } from '../kernels/shell/terminal-port';
import type { Pty, PtyEnd, PtyStart } from './pty';

/** How often a program whose output waits is asked whether it still runs. Milliseconds. */
const LOOK_MS = 40;

/** A program of this machine on a pty of its own. */
export async function startLocalPty(start: PtyStart): Promise<Pty> {
  const { program, directory } = start;
  if (!(await isProgram(program)))
    throw new WatchbookError('not-found', `There is no program ${program}. No terminal was opened.`);
  if (!(await isFolder(directory)))
    throw new WatchbookError('not-found', `The folder ${directory} is not there. No terminal was opened.`);
  const pty = open(start);
  // Read from the first moment: what it writes while it is marked is kept by the system.
  const local = new LocalPty(pty);
  await markDescendants(pty.pid);
  return local;
}

function open({ program, arguments: words, directory, environment, columns, rows }: PtyStart): IPty {
  try {
    return spawn(program, [...words], {
      name: environment['TERM'] ?? 'xterm-256color',
      cols: columns,
      rows,
      cwd: directory,
      env: { ...environment },
      // Bytes: a character may be parted between two pieces, and what is no text must not be lost.
      encoding: null,
    });
  } catch (error) {
    throw new WatchbookError(
      'busy',
      'The system gives no more terminals. Those that are open go on; close one and try again.',
      { retryable: true, cause: error, detail: String(error) },
    );
  }
}

class LocalPty implements Pty {
  readonly ended: Promise<PtyEnd>;
  private listener: (data: Buffer) => void = () => undefined;
  private readonly early: Buffer[] = [];
  private isListening = false;
  private hasEnded = false;
  private looker: NodeJS.Timeout | null = null;

  constructor(private readonly pty: IPty) {
    const letGo = holdTerminal(pty);
    // By the option above it gives bytes, whatever its types say.
    pty.onData((data: unknown) => {
      const bytes = Buffer.isBuffer(data) ? data : Buffer.from(String(data));
      if (this.isListening) this.listener(bytes);
      else this.early.push(bytes);
    });
    this.ended = new Promise((resolve) => {
      pty.onExit(({ exitCode, signal }) => {
        this.hasEnded = true;
        this.stopLooking();
        letGo();
        const isSignal = signal !== undefined && signal !== 0;
        resolve({ status: isSignal ? null : exitCode, signal: isSignal ? signal : null });
      });
    });
  }

  get pid(): number {
    return this.pty.pid;
  }

  onData(listener: (data: Buffer) => void): void {
    this.listener = listener;
    this.isListening = true;
    for (const data of this.early.splice(0)) listener(data);
  }

  write(data: string): void {
    if (!this.hasEnded) this.pty.write(data);
  }

  resize(columns: number, rows: number): void {
    if (this.hasEnded) return;
    try {
      this.pty.resize(columns, rows);
    } catch (error) {
      // It has just ended, which is told by itself.
      if (isRunning(this.pid)) throw error;
    }
  }

  /**
   * A program that ended takes its terminal along a moment later, with what nobody has read of it: so while its output
   * waits it is looked at, and the rest, which is no more than the system holds, is then read.
   */
  pause(): void {
    if (this.hasEnded || this.looker !== null || !isRunning(this.pid)) return;
    this.pty.pause();
    this.looker = setInterval(() => {
      if (!isRunning(this.pid)) this.resume();
    }, LOOK_MS);
  }

  resume(): void {
    if (this.looker === null) return;
    this.stopLooking();
    if (!this.hasEnded) this.pty.resume();
  }

  async end(how: 'politely' | 'by force'): Promise<void> {
    if (this.hasEnded) return;
    this.resume();
    if (process.platform === 'win32') this.pty.kill();
    else await posixControl(this.pty, terminalPort(process.platform)).end(how);
  }

  private stopLooking(): void {
    if (this.looker !== null) clearInterval(this.looker);
    this.looker = null;
  }
}

/** Holds the programs' side open, so that the last words of the last program are read; see {@link LocalPty.pause}. */
function holdTerminal(pty: IPty): () => void {
  const path: unknown = Reflect.get(pty, 'ptsName');
  if (typeof path !== 'string') return () => undefined;
  let held: number | null;
  try {
    held = openSync(path, constants.O_RDWR | constants.O_NOCTTY);
  } catch {
    // The program has ended already, which is told by itself.
    return () => undefined;
  }
  return () => {
    if (held !== null) closeSync(held);
    held = null;
  };
}
