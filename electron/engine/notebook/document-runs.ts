import type { KernelSpecInfo, KernelStatus } from '../../../shared/kernels/contract';
import type { DocumentState } from '../../../shared/notebook/contract';
import { cellTags, type Cell, type Notebook } from '../../../shared/notebook/model';
import type { Operation } from '../../../shared/notebook/operation';
import type { CellRun } from '../../../shared/notebook/view';
import { WatchbookError } from '../../../shared/rpc/errors';
import type { TryConfirmation } from '../../../shared/runs/try-contract';
import { isFrozen } from '../../../shared/notebook/cell-protection';
import { boundTerminal, boundWords } from '../../../shared/runs/bound-terminal';
import { passedOver } from '../../../shared/runs/passed-over';
import { dirname } from 'node:path';
import type { KernelHandle } from '../kernels/kernel-handle';
import type { ExecutionResult } from './cell-execution';
import { CellRuns } from './cell-runs';
import type { DocumentOutputs } from './document-outputs';
import { DocumentPrompts } from './document-prompts';
import type { RecoveryRecord, RecoveryRecordOf } from './recovery-record';
import type { GuardedRunbook } from './cell-guard';
import type { DocumentServices } from './document-services';
import { ExecutionQueue } from './execution-queue';
import type { RunDocument } from './run-document';
import { askSession, type SessionAnswer } from './ask-session';
import { RanSources } from './ran-sources';
import { Runtime, type CellPlace, type OtherPlace, type SessionName } from './runtime';
import type { Subscribers } from './subscribers';
import type { DocumentWidgets } from './widgets';

export interface DocumentRunsPorts {
  readonly document: string;
  readonly services: DocumentServices;
  readonly path: () => string;
  readonly notebook: () => Notebook;
  /** The notebook as its file holds it. */
  readonly file: () => Notebook;
  readonly outputs: DocumentOutputs;
  readonly subscribers: Subscribers;
  readonly widgets: DocumentWidgets;
  readonly chooseKernel: () => Promise<KernelSpecInfo>;
  /** Writes the times of a run into the notebook; no edit of a person. */
  readonly amend: (operation: Operation) => void;
  readonly persist: (record: RecoveryRecord) => void;
  readonly cellFinished: (cell: string) => void;
  readonly run: RunDocument | null;
}

/** What runs in one open document: its line of cells, its two sessions, and the questions programs ask there. */
export class DocumentRuns {
  readonly states: CellRuns;
  /** Which source made what each cell shows. */
  readonly sources: RanSources;
  readonly prompts: DocumentPrompts;
  private readonly line: ExecutionQueue;
  private readonly runtime: Runtime;
  /** Sessions in which cells ran before this engine. */
  private readonly restored = new Set<SessionName>();
  /** Who waits for the end of a cell that was sent on its own. */
  private readonly waiters = new Map<string, Waiter>();
  /** Where cells run that were sent on their own, if not in a session. */
  private readonly places = new Map<string, OtherPlace>();
  /** As its guard sees it; null for a run, whose actions have their own. */
  private readonly guarded: GuardedRunbook | null;
  private guarding: AbortController | null = null;

  constructor(private readonly ports: DocumentRunsPorts) {
    const { document, services, subscribers } = ports;
    this.sources = new RanSources(ports.file);
    this.prompts = new DocumentPrompts(document, subscribers);
    this.states = new CellRuns(this.sources, (cell) => subscribers.runChanged(cell));
    this.runtime = new Runtime({
      document,
      path: ports.path,
      cwd: () => dirname(ports.path()),
      isInteractive: () => true,
      environment: async () => ports.run?.variables ?? services.loginEnvironment(),
      environmentSource: 'login-shell',
      startKernel: services.startKernel,
      chooseKernel: ports.chooseKernel,
      shellSpec: services.shellSpec,
      newOutputs: (cell, execution) => ports.outputs.begin(cell, execution),
      log: services.log,
      widgets: {
        first: (message) => ports.widgets.take(message),
        held: (live) => ports.widgets.attach(live),
      },
      listener: {
        cellSent: (cell, session, execution, at) => this.cellSent(cell, session, execution, at),
        cellStarted: (cell, count) => this.states.started(cell, count),
        output: (cell, message) => ports.outputs.received(cell, message),
        cellFinished: (cell, result) => this.cellFinished(cell, result),
        prompt: (cell, prompt) => this.prompts.opened(cell, prompt),
        promptClosed: (_cell, request) => this.prompts.closed(request),
        kernelsChanged: () => {
          subscribers.stateChanged();
          ports.run?.changed();
        },
        kernelDied: (session, end) => {
          services.log(`the ${session} session ended: ${end.reason}`);
          this.line.clear();
          ports.run?.sessionLost(session, end);
        },
      },
    });
    this.guarded =
      ports.run !== null
        ? null
        : {
            path: ports.path,
            notebook: ports.notebook,
            prepare: (cell) => this.prepare(cell),
            liveFor: (cell) => this.liveFor(cell),
            ask: (cell, code, limitMs) => this.ask(cell, code, limitMs),
          };
    this.line = new ExecutionQueue({
      run: (cell) => this.runCell(cell),
      changed: (cells) => {
        const { line } = this;
        this.states.queued(
          cells,
          (cell) => line.numberOf(cell),
          (cell) => this.sessionOf(cell),
        );
        subscribers.stateChanged();
        for (const cell of cells) if (!line.has(cell)) this.dropped(cell);
      },
      failed: (cell, error) => {
        this.waiterOf(cell)?.reject(error);
        this.states.refused(cell, error.message);
        services.log(`a cell could not be sent: ${error.code} ${error.message}`);
      },
    });
  }

  get queue(): DocumentState['queue'] {
    const { first, length, passed } = this.line;
    return { first, length, passed };
  }

  get isBusy(): boolean {
    return this.line.length > 0;
  }

  get liveKernels(): number {
    return this.runtime.liveKernels;
  }

  get kernelStatus(): KernelStatus {
    return this.runtime.kernelStatus;
  }

  get shellStatus(): KernelStatus {
    return this.runtime.shellStatus;
  }

  isInLine(cell: string): boolean {
    return this.line.has(cell);
  }

  describe(spec: KernelSpecInfo | null, wanted: string | null): void {
    this.runtime.describe(spec, wanted);
    this.runtime.shellLost(this.restored);
    this.restored.clear();
  }

  /** Adds cells to the line. Only code cells run; those tagged `skip-execution`, frozen and rollback cells are passed over. */
  run(
    cells: readonly string[],
    restartFirst: boolean,
    confirmed: TryConfirmation | null = null,
  ): Promise<void> {
    return this.line.addAdmitted(() => this.admit(cells, restartFirst, confirmed));
  }

  private async admit(
    cells: readonly string[],
    restartFirst: boolean,
    confirmed: TryConfirmation | null,
  ): Promise<readonly string[]> {
    const byId = new Map(this.ports.notebook().cells.map((cell) => [cell.id, cell]));
    const runnable = cells.flatMap((id) => {
      const cell = byId.get(id);
      return cell !== undefined && isRunnable(cell, cells.length > 1) ? [cell] : [];
    });
    if (this.guarded !== null) refuseBound(runnable, this.ports.notebook());
    if (this.guarded !== null) await this.ports.services.guard.admit(this.guarded, runnable, confirmed);
    if (restartFirst) await this.restart();
    return runnable.map(({ id }) => id);
  }

  /**
   * Sends one cell of a run, whatever its tags, and answers its end. Rejects where nothing could be sent: `no-kernel`,
   * `kernel-failed`, `cancelled` where the line was emptied before its turn.
   *
   * @param place where it runs in place of its session
   */
  send(cell: string, place: OtherPlace | null = null): Promise<ExecutionResult> {
    return new Promise((resolve, reject) => {
      this.waiters.set(cell, { resolve, reject });
      if (place !== null) this.places.set(cell, place);
      this.line.add([cell]);
    });
  }

  /** Starts what this cell would need; answers which kernel that is. Rejects with `no-kernel` or `kernel-failed`. */
  async prepare(cell: Cell): Promise<KernelHandle> {
    await this.runtime.prepare(cell);
    const live = this.runtime.liveFor(cell);
    if (live === null) throw new WatchbookError('kernel-died', 'The kernel ended as soon as it was there.');
    return live.handle;
  }

  /** The live kernel a cell would run on; null while there is none. */
  liveFor(cell: Cell): KernelHandle | null {
    return this.runtime.liveFor(cell)?.handle ?? null;
  }

  /** Asks something of the session a cell would run on, without a trace in the notebook. Rejects with `timeout`. */
  async ask(cell: Cell, code: string, limitMs: number): Promise<SessionAnswer> {
    return askSession(await this.prepare(cell), code, limitMs);
  }

  async interrupt(): Promise<void> {
    this.guarding?.abort();
    this.line.clear();
    await this.runtime.interrupt();
  }

  async restart(): Promise<void> {
    this.line.clear();
    await this.runtime.restart();
  }

  async shutdown(): Promise<void> {
    this.line.clear();
    await this.runtime.shutdown();
  }

  dropFromLine(cell: string): void {
    this.line.drop(cell);
  }

  /** The live session a cell would run on, for completion and inspection; null while there is none or it is busy. */
  idleConnection(cell: Cell) {
    if (this.isBusy) return null;
    return this.runtime.liveFor(cell)?.handle.connection ?? null;
  }

  /** Takes up a kernel that outlived an engine, with the cells that were running on it. */
  async adopt(handle: KernelHandle): Promise<void> {
    const running = [];
    for (const entry of handle.inFlight) {
      if (!this.ports.notebook().cells.some(({ id }) => id === entry.cell)) continue;
      const since = this.states.lastSign(entry.cell) ?? entry.sentAt;
      running.push({ entry, outputs: await this.ports.outputs.takeUp(entry.cell, entry.execution, since) });
    }
    for (const { cell, result } of this.runtime.adopt(handle, running)) {
      this.line.takeUp(
        cell,
        result.then((ended) => this.isGood(cell, ended)),
      );
    }
    this.ports.subscribers.stateChanged();
  }

  /** Brings back what a cell showed; one that was running was cut off, unless its kernel is taken up. */
  restore({ cell, run, source }: RecoveryRecordOf<'run'>): void {
    if (run.session !== 'terminal') this.restored.add(run.session);
    this.runtime.shellLost(this.restored);
    const isOver = run.status !== 'running' && run.status !== 'queued';
    this.states.restore(
      cell,
      isOver ? run : { ...run, status: 'failed', position: null, summary: 'cut off: the engine ended' },
      source,
    );
  }

  /** Resolves when nothing runs and nothing waits. */
  settled(): Promise<void> {
    return this.line.settled();
  }

  /** Writes what a cell shows into the recovery log again. */
  persist(cell: string): void {
    this.persistRun(cell, this.ports.outputs.executionOf(cell));
  }

  /** What the recovery log holds of a cell; null for one that never ran. */
  recordOf(cell: string): RecoveryRecordOf<'run'> | null {
    return this.recordWith(cell, this.ports.outputs.executionOf(cell));
  }

  private async runCell(id: string): Promise<boolean> {
    const cell = this.ports.notebook().cells.find((one) => one.id === id);
    if (cell === undefined || cell.type !== 'code') return true;
    // It may have been frozen while it waited; a run's own steps are its plan's matter.
    if (isFrozen(cell) && !this.waiters.has(id)) return true;
    if (cell.source.trim() === '') {
      this.ports.outputs.clear(id);
      return true;
    }
    await this.passGuard(cell);
    const place = this.places.get(id) ?? null;
    this.places.delete(id);
    const result = await this.runtime.execute(cell, null, place);
    if (this.guarded !== null) this.ports.services.guard.after(this.guarded, cell);
    this.waiterOf(id)?.resolve(result);
    return this.isGood(id, result);
  }

  /** Rejects where the cell is not to be sent, also where it was interrupted while that was asked. */
  private async passGuard(cell: Cell): Promise<void> {
    if (this.guarded === null) return;
    const guarding = new AbortController();
    this.guarding = guarding;
    try {
      await this.ports.services.guard.before(this.guarded, cell, guarding.signal);
    } finally {
      this.guarding = null;
    }
    if (guarding.signal.aborted)
      throw new WatchbookError('cancelled', 'The cell was not sent: it was interrupted. Nothing was run.');
  }

  private isGood(id: string, { outcome }: ExecutionResult): boolean {
    if (outcome.kind === 'ok') return true;
    const cell = this.ports.notebook().cells.find((one) => one.id === id);
    return outcome.kind === 'error' && cell !== undefined && cellTags(cell).includes('raises-exception');
  }

  /** Takes out who waits for the end of a cell. */
  private waiterOf(cell: string): Waiter | undefined {
    const waiter = this.waiters.get(cell);
    this.waiters.delete(cell);
    return waiter;
  }

  private dropped(cell: string): void {
    this.places.delete(cell);
    this.waiterOf(cell)?.reject(
      new WatchbookError('cancelled', 'The cell was not sent: it was interrupted.'),
    );
  }

  private sessionOf(id: string): SessionName {
    const cell = this.ports.notebook().cells.find((one) => one.id === id);
    return cell === undefined ? 'kernel' : this.runtime.sessionOf(cell);
  }

  private cellSent(id: string, session: CellPlace, execution: string, at: string): void {
    const cell = this.ports.notebook().cells.find((one) => one.id === id);
    if (cell === undefined) return;
    this.states.sentCell(cell, session, at);
    this.persistRun(id, execution);
  }

  private cellFinished(id: string, result: ExecutionResult): void {
    this.ports.outputs.finished(id, result);
    this.states.finished(id, result, this.isGood(id, result));
    const cell = this.ports.notebook().cells.find((one) => one.id === id);
    if (cell === undefined) return;
    this.ports.amend({ kind: 'metadata', cell: id, path: ['execution'], value: result.timing });
    this.persistRun(id, this.ports.outputs.executionOf(id));
    this.ports.run?.finished(id, result);
    this.ports.cellFinished(id);
  }

  private persistRun(id: string, execution: string | null): void {
    const record = this.recordWith(id, execution);
    if (record !== null) this.ports.persist(record);
  }

  private recordWith(id: string, execution: string | null): RecoveryRecordOf<'run'> | null {
    const cell = this.ports.notebook().cells.find((one) => one.id === id);
    const run: CellRun | null = cell === undefined ? null : this.states.of(cell);
    return run === null
      ? null
      : { kind: 'run', cell: id, run, source: this.sources.sourceSent(id), execution };
  }
}

interface Waiter {
  readonly resolve: (result: ExecutionResult) => void;
  readonly reject: (error: Error) => void;
}

/** The shell here is another place than the terminal that a cell names: in a runbook it is sent nowhere by itself. */
function refuseBound(cells: readonly Cell[], notebook: Notebook): void {
  const bound = cells.map((cell) => boundTerminal(cell, notebook)).find((one) => one !== null);
  if (bound === undefined || bound === null) return;
  const which = cells.length === 1 ? 'This cell' : 'One of these cells';
  throw new WatchbookError(
    'conflict',
    `${which} is bound to ${boundWords(bound)}, where it runs in a run. Nothing was run: send it to a terminal, or start a run.`,
  );
}

/** Frozen cells are never sent, rollback cells only by rolling back, `skip-execution` only when a person picks that one cell. */
function isRunnable(cell: Cell, isOneOfSeveral: boolean): boolean {
  if (cell.type !== 'code') return false;
  const why = passedOver(cell);
  return why === null || (why === 'skip-execution' && !isOneOfSeveral);
}
