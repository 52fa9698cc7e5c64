import { randomUUID } from 'node:crypto';
import type { KernelMessage } from '@jupyterlab/services';
import type { KernelSpecInfo, KernelStatus } from '../../../shared/kernels/contract';
import { isShellCell, type Cell } from '../../../shared/notebook/model';
import type { CellOutputs } from '../../../shared/notebook/outputs/cell-outputs';
import { WatchbookError } from '../../../shared/rpc/errors';
import type { InFlight, KernelEnd, KernelHandle, StartOptions } from '../kernels/kernel-handle';
import {
  CellExecution,
  type ExecutionPrompt,
  type ExecutionResult,
  type RunningCell,
} from './cell-execution';
import { KernelSlot, type KernelSlotPorts, type LiveKernel } from './kernel-slot';

/** The two places where a cell of a notebook can run. */
export type SessionName = 'kernel' | 'shell';
/** Where a cell ran: in a session of its notebook, or in a terminal, which is a person's own. */
export type CellPlace = SessionName | 'terminal';

/** Runs a cell that is sent to no session of its notebook. Its outputs go the same way as all others. */
export interface OtherPlace {
  /**
   * `changed`: the outputs are not what they were. Rejects where nothing could be sent; then it answers what a cell that
   * was not sent does.
   */
  begin(outputs: CellOutputs, changed: () => void): Promise<RunningCell>;
}

/** What the runtime tells its owner. All calls are synchronous and must be cheap. */
export interface RuntimeListener {
  /** Sent, or taken up; before any output. */
  cellSent(cell: string, session: CellPlace, execution: string, startedAt: string): void;
  cellStarted(cell: string, executionCount: number | null): void;
  /** `message` null: what changed came from no kernel. */
  output(cell: string, message: KernelMessage.IIOPubMessage | null): void;
  cellFinished(cell: string, result: ExecutionResult): void;
  prompt(cell: string, prompt: ExecutionPrompt): void;
  promptClosed(cell: string, request: string): void;
  kernelsChanged(): void;
  /** A session ended by itself; told behind the end of the cell that ran in it. */
  kernelDied(session: SessionName, end: KernelEnd): void;
}

export interface RuntimePorts {
  readonly document: string;
  readonly path: () => string;
  readonly cwd: () => string;
  /** Somebody is there to answer prompts. */
  readonly isInteractive: () => boolean;
  readonly environment: () => Promise<Readonly<Record<string, string>>>;
  readonly environmentSource: 'login-shell' | 'command';
  readonly startKernel: (spec: KernelSpecInfo, options: StartOptions) => Promise<KernelHandle>;
  /** The main kernel to start. Rejects with `no-kernel`. */
  readonly chooseKernel: () => Promise<KernelSpecInfo>;
  readonly shellSpec: KernelSpecInfo;
  /** A fresh place for the outputs of one execution. */
  readonly newOutputs: (cell: string, execution: string) => Promise<CellOutputs>;
  readonly listener: RuntimeListener;
  /** What the main kernel says of widgets, and the kernel itself; absent where nobody looks at widgets. */
  readonly widgets?: Required<Pick<KernelSlotPorts, 'first' | 'held'>>;
  readonly log: (message: string) => void;
}

/**
 * The kernels of one notebook, and the cells that run on them: the main one and the shell beside it.
 *
 * A notebook whose main kernel is the built-in shell has that one session. Whoever owns a runtime decides what runs
 * and when; one cell at a time.
 */
export class Runtime {
  private readonly kernel: KernelSlot;
  private readonly shell: KernelSlot;
  private readonly latest = new Map<string, RunningCell>();
  private current: { readonly running: RunningCell; readonly session: CellPlace } | null = null;
  /** A cell that is on its way to its session: an interrupt now is of this one, and must not be lost. */
  private sending: { isInterrupted: boolean } | null = null;
  private mainIsShell = false;

  constructor(private readonly ports: RuntimePorts) {
    this.kernel = this.slot('kernel');
    this.shell = this.slot('shell');
  }

  get kernelStatus(): KernelStatus {
    return this.kernel.status;
  }

  get shellStatus(): KernelStatus {
    return this.shell.status;
  }

  get main(): LiveKernel | null {
    return this.kernel.kernel;
  }

  get liveKernels(): number {
    return [this.kernel, this.shell].filter((slot) => slot.kernel !== null).length;
  }

  /** Says what would be started, for the status bar; starts nothing. */
  describe(spec: KernelSpecInfo | null, wanted: string | null): void {
    this.kernel.describe(spec, wanted);
    this.mainIsShell = spec !== null && isBuiltInShell(spec);
  }

  /** Cells of before ran in a shell of an engine that has ended, and the shell with it. */
  shellLost(restored: ReadonlySet<SessionName>): void {
    if (restored.has('shell')) this.shell.lost(SHELL_LOST);
    if (restored.has('kernel') && this.mainIsShell) this.kernel.lost(SHELL_LOST);
  }

  sessionOf(cell: Cell): SessionName {
    return isShellCell(cell) && !this.mainIsShell ? 'shell' : 'kernel';
  }

  /** The live kernel a cell would run on; null when it has not been started. */
  liveFor(cell: Cell): LiveKernel | null {
    return (this.sessionOf(cell) === 'shell' ? this.shell : this.kernel).kernel;
  }

  /** Starts what this cell would need, before anything is sent. Rejects with `no-kernel` or `kernel-failed`. */
  async prepare(cell: Cell): Promise<void> {
    await this.ensure(cell);
  }

  /**
   * Runs one cell to its end; starts what it needs first. Rejects with `no-kernel` or `kernel-failed` when nothing
   * could be sent, with `cancelled` when it was interrupted before; every other end, also a death, is a result.
   *
   * @param place where it runs in place of its session
   */
  async execute(
    cell: Cell,
    timeout: number | null,
    place: OtherPlace | null = null,
  ): Promise<ExecutionResult> {
    const sending = { isInterrupted: false };
    this.sending = sending;
    try {
      const running =
        place === null ? await this.send(cell, timeout, sending) : await this.sendTo(place, cell);
      const result = this.follow(cell.id, running, place === null ? this.sessionOf(cell) : 'terminal');
      if (sending.isInterrupted) await running.interrupt();
      return await result;
    } finally {
      if (this.sending === sending) this.sending = null;
    }
  }

  private async sendTo(place: OtherPlace, cell: Cell): Promise<RunningCell> {
    const execution = randomUUID();
    const outputs = await this.ports.newOutputs(cell.id, execution);
    this.latest.get(cell.id)?.forget();
    const { listener } = this.ports;
    listener.cellSent(cell.id, 'terminal', execution, new Date().toISOString());
    return place.begin(outputs, () => listener.output(cell.id, null));
  }

  private async send(
    cell: Cell,
    timeout: number | null,
    sending: { readonly isInterrupted: boolean },
  ): Promise<CellExecution> {
    const live = await this.ensure(cell);
    if (sending.isInterrupted) {
      throw new WatchbookError('cancelled', 'The cell was not sent: it was interrupted. Nothing was run.');
    }
    const session = this.sessionOf(cell);
    const execution = randomUUID();
    const outputs = await this.ports.newOutputs(cell.id, execution);
    this.latest.get(cell.id)?.forget();
    this.ports.listener.cellSent(cell.id, session, execution, new Date().toISOString());
    return CellExecution.send({
      handle: live.handle,
      router: live.router,
      outputs,
      listener: this.executionListener(cell.id),
      entry: { document: this.ports.document, path: this.ports.path(), cell: cell.id, execution },
      code: cell.source,
      allowStdin: this.ports.isInteractive(),
      timeout,
    });
  }

  /** Takes up a kernel that outlived an engine; answers the results of the cells that were running on it. */
  adopt(
    handle: KernelHandle,
    running: readonly { readonly entry: InFlight; readonly outputs: CellOutputs }[],
  ): readonly { readonly cell: string; readonly result: Promise<ExecutionResult> }[] {
    this.mainIsShell = isBuiltInShell(handle.spec);
    const { router } = this.kernel.adopt(handle);
    return running.map(({ entry, outputs }) => {
      this.ports.listener.cellSent(entry.cell, 'kernel', entry.execution, entry.sentAt);
      const listener = this.executionListener(entry.cell);
      const options = { handle, router, outputs, listener, entry, code: '', allowStdin: true, timeout: null };
      const execution = CellExecution.takeUp(options, entry);
      return { cell: entry.cell, result: this.follow(entry.cell, execution, 'kernel') };
    });
  }

  /** Interrupts the running cell; with none, what runs in the background of either session. */
  async interrupt(): Promise<void> {
    if (this.current !== null) await this.current.running.interrupt();
    else if (this.sending !== null) this.sending.isInterrupted = true;
    else await Promise.all([this.kernel.interrupt(), this.shell.interrupt()]);
  }

  /** Ends both sessions and starts again those that were live. */
  async restart(): Promise<void> {
    const hadKernel = this.kernel.kernel !== null || this.kernel.status.state === 'dead';
    await this.shutdown();
    if (hadKernel) await this.kernel.ensure(await this.mainSpec());
  }

  /** Ends both sessions; a cell that runs ends with them. */
  async shutdown(): Promise<void> {
    await Promise.all([this.kernel.shutdown(), this.shell.shutdown()]);
  }

  private async follow(cell: string, running: RunningCell, session: CellPlace): Promise<ExecutionResult> {
    this.latest.set(cell, running);
    const current = { running, session };
    this.current = current;
    const result = await running.result;
    if (this.current === current) this.current = null;
    this.ports.listener.cellFinished(cell, result);
    return result;
  }

  private async ensure(cell: Cell): Promise<LiveKernel> {
    if (isShellCell(cell)) {
      // Which session a shell cell has depends on the main kernel, which need not exist for it.
      const main = await this.mainSpec().catch((error: unknown) => {
        if (error instanceof WatchbookError && error.code === 'no-kernel') return null;
        throw error;
      });
      if (main === null || !isBuiltInShell(main)) return this.shell.ensure(this.ports.shellSpec);
      return this.kernel.ensure(main);
    }
    return this.kernel.ensure(await this.mainSpec());
  }

  private async mainSpec(): Promise<KernelSpecInfo> {
    const spec = this.kernel.kernel?.handle.spec ?? (await this.ports.chooseKernel());
    this.mainIsShell = isBuiltInShell(spec);
    return spec;
  }

  private slot(session: SessionName): KernelSlot {
    const { ports } = this;
    return new KernelSlot({
      environmentSource: ports.environmentSource,
      start: async (spec) =>
        ports.startKernel(spec, {
          document: ports.document,
          path: ports.path(),
          cwd: ports.cwd(),
          environment: await ports.environment(),
          interactive: ports.isInteractive(),
        }),
      changed: () => ports.listener.kernelsChanged(),
      stray: (message) => {
        if (message.header.msg_type === 'input_request') {
          ports.log(`refused a prompt of the ${session} session: no cell of this document asked`);
        }
      },
      died: (end) => {
        const { current } = this;
        const tell = (): void => ports.listener.kernelDied(session, end);
        // Behind the end of what ran in it, whose last output may still lie in the sockets.
        if (current?.session === session) void current.running.result.then(tell);
        else tell();
      },
      ...(session === 'kernel' ? ports.widgets : {}),
    });
  }

  private executionListener(cell: string) {
    const { listener } = this.ports;
    return {
      started: (_at: string, count: number | null) => listener.cellStarted(cell, count),
      output: (message: KernelMessage.IIOPubMessage) => listener.output(cell, message),
      prompt: (prompt: ExecutionPrompt) => listener.prompt(cell, prompt),
      promptClosed: (request: string) => listener.promptClosed(cell, request),
    };
  }
}

const SHELL_LOST =
  'The shell ended with the engine: its variables and folder are gone, the outputs are kept. A fresh shell follows.';

/** The built-in shell is the only kernel that lives in the engine itself. */
export function isBuiltInShell(spec: KernelSpecInfo): boolean {
  return spec.source === 'built-in';
}
