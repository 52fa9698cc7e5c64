import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  KernelCatalogue,
  KernelSpecInfo,
  KernelState,
  RunningKernel,
} from '../../../shared/kernels/contract';
import { WatchbookError } from '../../../shared/rpc/errors';
import { catalogue, type CatalogueOptions } from './discovery';
import type { KernelHandle, StartOptions } from './kernel-handle';
import { signalGroup } from './kernel-process';
import { isSameProcess, processStart } from '../process-identity';
import { readRecord, writeRecord } from './kernel-record';
import { removeFolders } from './local-kernel';
import { READY_LIMIT, startKernel, type StartContext } from './start-kernel';
import { takeUpKernel, type LeftOver } from './take-up-kernel';

export interface KernelManagerOptions {
  /** Kernels are recorded in `kernels/` in it. */
  readonly stateFolder: string;
  /** Sockets lie in `k/` in it; best a short path. */
  readonly runtimeFolder: string;
  readonly log: (line: string) => void;
  /** Starts the built-in shell; its handle is held here like any other. */
  readonly startShell: (options: StartOptions) => Promise<KernelHandle>;
  /** Milliseconds until a kernel must have answered; 60 s. */
  readonly readyLimit?: number;
}

interface Held {
  readonly handle: KernelHandle;
  readonly document: string;
  readonly path: string;
}

/** Holds every kernel of this engine, of whatever kind, from its start to its end. */
export class KernelManager {
  readonly #options: KernelManagerOptions;
  readonly #held = new Map<string, Held>();
  readonly #leftOver = new Map<string, LeftOver>();
  readonly #starting = new Set<Promise<unknown>>();
  #context: Promise<StartContext> | null = null;
  #isDisposed = false;

  constructor(options: KernelManagerOptions) {
    this.#options = options;
  }

  /** Looks anew at every place; see `catalogue` in discovery. */
  catalogue(options: CatalogueOptions): Promise<KernelCatalogue> {
    return catalogue(options);
  }

  /** Starts a kernel for one document and resolves when it is ready. Errors: `no-kernel`, `kernel-failed`. */
  async start(spec: KernelSpecInfo, options: StartOptions): Promise<KernelHandle> {
    if (this.#isDisposed) throw new WatchbookError('cancelled', 'The engine is ending. Nothing was started.');
    const started =
      spec.source === 'built-in'
        ? this.#options.startShell(options)
        : this.#startContext().then((context) => startKernel(spec, options, context));
    const tracked = started.then((handle) => this.#hold(handle, options.document, options.path));
    this.#starting.add(tracked);
    try {
      const handle = await tracked;
      if (this.#isDisposed) {
        await handle.shutdown();
        throw new WatchbookError('cancelled', 'The engine is ending. The kernel was ended too.');
      }
      return handle;
    } finally {
      this.#starting.delete(tracked);
    }
  }

  /**
   * Takes up the kernels of an engine that was killed. Called once, before anything is started.
   *
   * A kernel that was busy may still be: its state is not asked for, and `connection.info` may be long in coming.
   * Its messages are kept until somebody connects to `anyMessage` or `iopubMessage` of its connection.
   */
  async takeUp(): Promise<readonly KernelHandle[]> {
    const context = await this.#startContext();
    const folder = join(context.stateFolder, 'kernels');
    const ids = await readdir(folder).catch(() => []);
    const taken = await Promise.all(ids.map((id) => this.#takeUpOne(join(folder, id), context)));
    return taken.filter((handle) => handle !== null);
  }

  /** All kernels that are there now, and processes left by a killed engine that could not be taken up. */
  running(): readonly RunningKernel[] {
    const held = [...this.#held.values()].map(({ handle, document, path }): RunningKernel => ({
      id: handle.id,
      name: handle.spec.name,
      displayName: handle.spec.displayName,
      pid: handle.pid,
      document,
      path,
      state: stateOf(handle),
      started: handle.startedAt,
      leftOver: false,
    }));
    const leftOver = [...this.#leftOver.values()].map(({ record, pid }): RunningKernel => ({
      id: record.id,
      name: record.spec.name,
      displayName: record.spec.displayName,
      pid,
      document: record.document,
      path: record.path,
      state: 'idle',
      started: record.startedAt,
      leftOver: true,
    }));
    return [...held, ...leftOver];
  }

  /** The file of a document lies elsewhere now: another engine takes its kernels up under the new path. */
  async moved(document: string, path: string): Promise<void> {
    const { stateFolder } = this.#options;
    for (const held of this.#held.values()) {
      if (held.document !== document) continue;
      this.#held.set(held.handle.id, { ...held, path });
      const folder = join(stateFolder, 'kernels', held.handle.id);
      const record = await readRecord(folder);
      // The built-in shell has none: it ends with its engine.
      if (record !== null) await writeRecord(folder, { ...record, path });
    }
  }

  /** Ends a kernel, or a left-over process. `not-found` when there is none of that id. */
  async end(id: string): Promise<void> {
    const held = this.#held.get(id);
    if (held !== undefined) {
      await held.handle.shutdown();
      return;
    }
    const leftOver = this.#leftOver.get(id);
    if (leftOver === undefined)
      throw new WatchbookError('not-found', 'This kernel is not running any more. Nothing was changed.');
    await endLeftOver(leftOver);
    this.#leftOver.delete(id);
  }

  /** Ends every kernel, and those that are just being started. Left-over processes of an earlier engine stay. */
  async dispose(): Promise<void> {
    this.#isDisposed = true;
    // A start under way fails or finds that the engine ends; either way it has cleaned up after itself.
    await Promise.allSettled(this.#starting);
    await Promise.allSettled([...this.#held.values()].map(({ handle }) => handle.shutdown()));
  }

  async #takeUpOne(folder: string, context: StartContext): Promise<KernelHandle | null> {
    try {
      const taken = await takeUpKernel(folder, context);
      if (taken.kind === 'kernel') {
        const record = taken.kernel.record;
        return this.#hold(taken.kernel, record.document, record.path);
      }
      if (taken.kind === 'left-over') this.#leftOver.set(taken.leftOver.record.id, taken.leftOver);
    } catch (error) {
      // One folder that can not be read must not keep the others from being taken up.
      context.log(`kernel folder ${folder}: ${String(error)}`);
    }
    return null;
  }

  #hold(handle: KernelHandle, document: string, path: string): KernelHandle {
    this.#held.set(handle.id, { handle, document, path });
    void handle.ended.then(() => this.#held.delete(handle.id));
    return handle;
  }

  #startContext(): Promise<StartContext> {
    this.#context ??= this.#prepare();
    return this.#context;
  }

  async #prepare(): Promise<StartContext> {
    const { stateFolder, runtimeFolder, log, readyLimit = READY_LIMIT } = this.#options;
    for (const folder of [join(stateFolder, 'kernels'), join(runtimeFolder, 'k')])
      await mkdir(folder, { recursive: true, mode: 0o700 });
    const engine = { pid: process.pid, start: (await processStart(process.pid)) ?? '' };
    return { stateFolder, runtimeFolder, engine, readyLimit, log };
  }
}

function stateOf(handle: KernelHandle): KernelState {
  switch (handle.connection.status) {
    case 'idle':
      return 'idle';
    case 'starting':
      return 'starting';
    case 'restarting':
    case 'autorestarting':
      return 'restarting';
    case 'dead':
    case 'terminating':
      return 'dead';
    case 'busy':
    case 'unknown':
      // Nothing was heard of a kernel that was taken up while it works.
      return 'busy';
  }
}

async function endLeftOver({ record, pid, start, folder }: LeftOver): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (await isSameProcess(pid, start)) signalGroup(pid, signal);
    for (let waited = 0; waited < 20 && (await isSameProcess(pid, start)); waited += 1)
      await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await removeFolders(folder, record.sockets);
}
