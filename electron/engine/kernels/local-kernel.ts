import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { KernelMessage, type KernelConnection } from '@jupyterlab/services';
import type { KernelSpecInfo } from '../../../shared/kernels/contract';
import type { InFlight, KernelEnd, KernelHandle } from './kernel-handle';
import { endReason, forgetMemoryGroup, outOfMemoryKills, tailOf } from './kernel-end';
import { boundLog, signalGroup, type KernelProcess } from './kernel-process';
import { recordFiles, type InFlightTable } from './kernel-record';
import type { ZmqLink } from './zmq-socket';

/** How often a kernel's files and the system's memory are looked at. Milliseconds. */
const CARE_INTERVAL = 2_000;
/** Messages that are under way when a process ends arrive within this. Milliseconds. */
const DRAIN_QUIET = 40;
/** How long each step of a shutdown waits for the process to end. Milliseconds. */
const POLITE = 3_000;
const FIRM = 1_500;
const FORCED = 5_000;

export interface LocalKernelParts {
  readonly id: string;
  readonly spec: KernelSpecInfo;
  readonly process: KernelProcess;
  readonly link: ZmqLink;
  readonly connection: KernelConnection;
  readonly table: InFlightTable;
  readonly startedAt: string;
  readonly cwd: string;
  readonly takenUp: boolean;
  /** Its folder in the state folder, and that of its sockets: both removed at its end. */
  readonly folder: string;
  readonly sockets: string | null;
  readonly clientId: string;
  readonly document: string;
  readonly path: string;
}

/** A kernel process of this machine, reached by ZMQ. */
export class LocalKernel implements KernelHandle {
  readonly ended: Promise<KernelEnd>;
  readonly inFlight: readonly InFlight[];
  readonly #parts: LocalKernelParts;
  readonly #care: NodeJS.Timeout;
  #memoryKills = 0;
  #isAsked = false;
  #hasEnded = false;
  #shutdown: Promise<void> | null = null;

  constructor(parts: LocalKernelParts) {
    this.#parts = parts;
    this.inFlight = parts.table.entries();
    this.#care = setInterval(() => void this.#look(), CARE_INTERVAL);
    this.#care.unref();
    void this.#look();
    this.ended = parts.process.ended.then((end) => this.#finish(end));
  }

  get id(): string {
    return this.#parts.id;
  }
  get spec(): KernelSpecInfo {
    return this.#parts.spec;
  }
  get connection(): KernelConnection {
    return this.#parts.connection;
  }
  get pid(): number {
    return this.#parts.process.pid;
  }
  get startedAt(): string {
    return this.#parts.startedAt;
  }
  get cwd(): string {
    return this.#parts.cwd;
  }
  /** The document it was started for. */
  get record(): { readonly document: string; readonly path: string } {
    return this.#parts;
  }
  get takenUp(): boolean {
    return this.#parts.takenUp;
  }

  async recordInFlight(entry: InFlight): Promise<void> {
    await this.#parts.table.record(entry);
  }

  settled(message: string): void {
    this.#parts.table.settle(message);
  }

  async interrupt(): Promise<void> {
    if (this.#hasEnded) return;
    if (this.spec.interruptMode === 'message') this.#sendControl('interrupt_request', {});
    else this.#parts.process.signal('SIGINT');
  }

  shutdown(): Promise<void> {
    this.#shutdown ??= this.#end();
    return this.#shutdown;
  }

  /** As Jupyter ends a kernel: interrupts, asks, and only then forces, so that `finally` and `atexit` have their turn. */
  async #end(): Promise<void> {
    this.#isAsked = true;
    if (!this.#hasEnded) {
      await this.interrupt();
      this.#sendControl('shutdown_request', { restart: false });
      const steps: readonly (readonly [NodeJS.Signals | null, number])[] = [
        [null, POLITE],
        ['SIGTERM', FIRM],
        ['SIGKILL', FORCED],
      ];
      for (const [signal, wait] of steps) {
        if (signal !== null) this.#parts.process.signal(signal);
        if (await this.#endsWithin(wait)) break;
      }
    }
    await this.ended;
  }

  #endsWithin(milliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), milliseconds);
      void this.#parts.process.ended.then(() => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }

  #sendControl(type: 'interrupt_request' | 'shutdown_request', content: object): void {
    const message = KernelMessage.createMessage({
      msgType: type as 'debug_request',
      channel: 'control',
      session: this.#parts.clientId,
      msgId: randomUUID(),
      username: '',
      content: content as KernelMessage.IDebugRequestMsg['content'],
    });
    // Past the connection: it would wait for an answer that a dying kernel does not give.
    this.#parts.link.send(message);
  }

  async #look(): Promise<void> {
    const files = recordFiles(this.#parts.folder);
    const [kills] = await Promise.all([
      outOfMemoryKills(this.pid),
      boundLog(files.stdout).catch(() => undefined),
      boundLog(files.stderr).catch(() => undefined),
    ]);
    if (!this.#hasEnded) this.#memoryKills = kills;
  }

  async #finish(end: { exitCode: number | null; signal: string | null }): Promise<KernelEnd> {
    this.#hasEnded = true;
    const at = new Date().toISOString();
    clearInterval(this.#care);
    const { link, connection, table, folder, sockets } = this.#parts;
    const outOfMemory = (await outOfMemoryKills(this.pid)) > this.#memoryKills;
    forgetMemoryGroup(this.pid);
    // What it started may live on in its group; no kernel, and nothing of one, outlives its end.
    signalGroup(this.pid, 'SIGKILL');
    await link.drained(DRAIN_QUIET);
    const stderr = await tailOf(recordFiles(folder).stderr);
    link.close();
    if (!connection.isDisposed) connection.handleShutdown();
    await table.close();
    await removeFolders(folder, sockets);
    const reason = endReason(end, { asked: this.#isAsked, outOfMemory });
    return { asked: this.#isAsked, at, ...end, reason, stderr };
  }
}

/** Removes what a kernel left on disk: its record and connection file first of all. */
export async function removeFolders(folder: string, sockets: string | null): Promise<void> {
  for (const each of [folder, sockets])
    if (each !== null) await rm(each, { recursive: true, force: true, maxRetries: 3 });
}
