import type { KernelMessage } from '@jupyterlab/services';
import type { KernelSpecInfo, KernelState, KernelStatus } from '../../../shared/kernels/contract';
import { toWireError, WatchbookError } from '../../../shared/rpc/errors';
import type { KernelEnd, KernelHandle } from '../kernels/kernel-handle';
import { MessageRouter } from './message-router';

export interface KernelSlotPorts {
  /** Where what is started here gets its variables from. */
  readonly environmentSource: KernelStatus['environment'];
  readonly start: (spec: KernelSpecInfo) => Promise<KernelHandle>;
  /** The status changed; called often, so it must be cheap. */
  readonly changed: () => void;
  readonly stray: (message: KernelMessage.IMessage) => void;
  /** Sees each message of the kernel before anybody else; true for one that nobody else is to get. */
  readonly first?: (message: KernelMessage.IMessage) => boolean;
  /** A kernel is there, before anything of it is heard. */
  readonly held?: (live: LiveKernel) => void;
  /** Said once for each kernel that ended without being asked. */
  readonly died: (end: KernelEnd) => void;
}

export interface LiveKernel {
  readonly handle: KernelHandle;
  readonly router: MessageRouter;
}

/** Executions drain the last messages of a dead kernel; its router stays for as long. */
const ROUTER_LINGER_MS = 2_000;

/** The place of one kernel in a document: empty, starting, live, or ended with a reason. */
export class KernelSlot {
  private live: LiveKernel | null = null;
  private starting: Promise<LiveKernel> | null = null;
  private current: KernelStatus;

  constructor(private readonly ports: KernelSlotPorts) {
    this.current = {
      state: 'none',
      spec: null,
      wanted: null,
      since: new Date().toISOString(),
      pid: null,
      reason: null,
      stderr: null,
      takenUp: false,
      environment: ports.environmentSource,
      cwd: null,
    };
  }

  get status(): KernelStatus {
    return this.current;
  }

  get kernel(): LiveKernel | null {
    return this.live;
  }

  /** What would be started, told before anything is. */
  describe(spec: KernelSpecInfo | null, wanted: string | null): void {
    if (this.live !== null || this.starting !== null) return;
    this.update({ spec, wanted });
  }

  /** The live kernel; starts it when there is none. Rejects with `kernel-failed` or `no-kernel`. */
  ensure(spec: KernelSpecInfo): Promise<LiveKernel> {
    if (this.live !== null) return Promise.resolve(this.live);
    this.starting ??= this.startKernel(spec).finally(() => (this.starting = null));
    return this.starting;
  }

  /** Says that what was here before this engine is gone; the next cell starts a fresh one. */
  lost(reason: string): void {
    if (this.live === null && this.starting === null) this.update({ state: 'dead', reason, stderr: null });
  }

  /** Takes in a kernel that outlived an engine. */
  adopt(handle: KernelHandle): LiveKernel {
    return this.hold(handle);
  }

  async interrupt(): Promise<void> {
    await this.live?.handle.interrupt();
  }

  /** Ends the kernel, waits until it is gone, and leaves the slot empty. */
  async shutdown(): Promise<void> {
    const kernel = this.live ?? (await this.starting?.catch(() => null)) ?? null;
    if (kernel === null) {
      this.update({ state: 'none', reason: null, stderr: null });
      return;
    }
    await kernel.handle.shutdown();
    await kernel.handle.ended;
  }

  private async startKernel(spec: KernelSpecInfo): Promise<LiveKernel> {
    this.update({ state: 'starting', spec, reason: null, stderr: null, pid: null, takenUp: false });
    try {
      return this.hold(await this.ports.start(spec));
    } catch (error) {
      const { message, detail } = toWireError(error);
      this.update({ state: 'dead', reason: message, stderr: detail ?? null });
      throw error instanceof WatchbookError
        ? error
        : new WatchbookError('kernel-failed', message, { cause: error });
    }
  }

  private hold(handle: KernelHandle): LiveKernel {
    const live = { handle, router: new MessageRouter(handle, this.ports.stray, this.ports.first) };
    this.live = live;
    this.ports.held?.(live);
    const { spec, pid, takenUp, cwd } = handle;
    this.update({
      state: stateOf(handle.connection.status),
      spec,
      pid,
      takenUp,
      cwd,
      reason: null,
      stderr: null,
    });
    const follow = (): void => {
      const state = stateOf(handle.connection.status);
      // The connection may see it before its process is gone; the end tells it, and why.
      if (this.live === live && state !== 'dead') this.update({ state });
    };
    handle.connection.statusChanged.connect(follow);
    void handle.ended.then((end) => {
      handle.connection.statusChanged.disconnect(follow);
      setTimeout(() => live.router.dispose(), ROUTER_LINGER_MS).unref();
      if (this.live !== live) return;
      this.live = null;
      this.update(
        end.asked
          ? { state: 'none', pid: null, reason: null, stderr: null }
          : { state: 'dead', pid: null, reason: end.reason, stderr: end.stderr || null },
      );
      if (!end.asked) this.ports.died(end);
    });
    return live;
  }

  private update(change: Partial<KernelStatus>): void {
    const isNewState = change.state !== undefined && change.state !== this.current.state;
    this.current = {
      ...this.current,
      ...change,
      ...(isNewState ? { since: new Date().toISOString() } : {}),
    };
    this.ports.changed();
  }
}

function stateOf(status: KernelMessage.Status): KernelState {
  switch (status) {
    case 'busy':
      return 'busy';
    case 'starting':
      return 'starting';
    case 'restarting':
    case 'autorestarting':
      return 'restarting';
    case 'dead':
    case 'terminating':
      return 'dead';
    case 'idle':
    case 'unknown':
      return 'idle';
  }
}
