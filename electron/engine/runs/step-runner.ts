import type { Cell } from '../../../shared/notebook/model';
import { toWireError, WatchbookError } from '../../../shared/rpc/errors';
import { cellMembers } from '../../../shared/runs/cell-metadata';
import type { Actor } from '../../../shared/runs/events';
import { shellExports } from '../../../shared/runs/parameters/inject';
import type { PlanStep } from '../../../shared/runs/plan';
import { recordOf } from '../../../shared/runs/position';
import type { KernelEnd, KernelHandle } from '../kernels/kernel-handle';
import type { ExecutionResult } from '../notebook/cell-execution';
import type { SessionName } from '../notebook/runtime';
import { judgeAttempt } from './attempt';
import { checkpoint } from './checkpoints';
import type { EventDraft } from './journal';
import { conflict, engineActor, type RunState } from './run-state';
import type { StartTrials } from './start-trials';
import type { TerminalSteps } from './terminal-steps';
import { StepClock } from './step-clock';

const EXPORT_MS = 10_000;
/** An end that could not be recorded is tried again after so long, in milliseconds. */
const AGAIN_MS = 2_000;

/** Sends the cells of a run, one at a time, and records how each ended. */
export class StepRunner {
  /** Kernels that have got the parameters. */
  private readonly prepared = new Set<string>();
  private readonly clocks = new Map<string, StepClock>();
  /** Cells whose time limit stopped them, in seconds. */
  private readonly limited = new Map<string, number>();
  private readonly waiting = new Map<string, (isDone: boolean) => void>();
  private readonly sentHere = new Set<string>();
  private isCancelled = false;
  private isDisposed = false;
  private ending: Promise<void> = Promise.resolve();

  constructor(
    private readonly state: RunState,
    private readonly trials: Pick<StartTrials, 'prepare'>,
    private readonly terminals: TerminalSteps,
    /** The run stands elsewhere now: by its journal, its document, or what runs. */
    private readonly moved: (cell: string) => Promise<void>,
  ) {}

  /** Kernels of before that live on have their parameters. */
  tookUp(handle: KernelHandle): void {
    this.prepared.add(handle.id);
  }

  /** A step of before goes on in its kernel: its limit holds on, counted from its start. */
  goesOn(id: string): void {
    const startedAt = recordOf(this.state.run, id)?.attempts.at(-1)?.startedAt;
    if (startedAt === undefined || this.clocks.has(id)) return;
    this.watchLimit(this.state.cell(id), Math.max(0, Date.now() - Date.parse(startedAt)));
  }

  /**
   * Runs a cell: its session, the cells with parameters, a checkpoint, then the cell itself. Resolves when its start
   * is recorded and it was sent. `before` is asked when its session is there. Rejects when nothing was sent.
   */
  async run(
    id: string,
    actor: Actor,
    before: (cell: Cell) => Promise<void> = () => Promise.resolve(),
  ): Promise<void> {
    const { state } = this;
    const cell = state.cell(id);
    const step = state.plan.byCell.get(id) ?? null;
    this.isCancelled = false;
    state.change({ queue: [id], hints: [], retry: null });
    try {
      const isBound = this.terminals.boundTo(cell) !== null;
      if (!isBound) await this.trials.prepare(cell);
      this.refuseCancelled();
      await before(cell);
      this.refuseCancelled();
      if (!isBound) await this.prepare(cell, step, actor);
      await checkpoint(state, actor, 'step', id);
      this.refuseCancelled();
      await this.send(state.cell(id), step, actor);
    } finally {
      state.change({ queue: [] });
    }
  }

  /** Interrupts what runs, and what is about to be sent. */
  async interrupt(): Promise<void> {
    this.isCancelled = true;
    await this.state.document.runs.interrupt();
  }

  /** Records the end of a cell: one that was sent here, or was taken up with its kernel. */
  finished(cell: string, result: ExecutionResult): void {
    this.inTurn(async () => {
      const { state } = this;
      const attempt = recordOf(state.run, cell)?.attempts.at(-1);
      if (attempt === undefined || attempt.finished !== null) return;
      this.commandOver(cell);
      const limit = this.limited.get(cell) ?? null;
      this.limited.delete(cell);
      const { status, content, digest } = await judgeAttempt(state.document, state.cell(cell), result, limit);
      const ranIn = this.terminals.contentOf(cell);
      const duration = this.sentHere.has(cell)
        ? result.durationMs
        : Math.max(0, Date.parse(result.endedAt) - Date.parse(attempt.startedAt));
      await this.recordSurely(engineActor(), (place) => ({
        type: 'cell-finished',
        data: {
          cell,
          attempt: attempt.number,
          status,
          duration_ms: duration,
          ...(result.exitStatus === null ? {} : { exitStatus: result.exitStatus }),
          outputs: digest,
          content: place('attempt', { ...content, ...ranIn }),
        },
      }));
      if (result.sessionEnded === true) await this.shellEnded(cell);
      if (result.outcome.kind === 'lost') await this.recordLost('terminal', result.outcome.reason);
      this.waiting.get(cell)?.(status === 'done');
      this.waiting.delete(cell);
      await this.moved(cell);
    });
  }

  /** A cell that was begun by an engine before this one, and of whose end nothing is known. */
  cutOff(cell: string): void {
    const now = new Date().toISOString();
    this.finished(cell, {
      outcome: { kind: 'unknown' },
      exitStatus: null,
      executionCount: null,
      startedAt: now,
      endedAt: now,
      durationMs: 0,
      timing: {},
    });
  }

  /** A session ended by itself: recorded after the end of the cell that ran in it. */
  sessionLost(session: SessionName, end: Pick<KernelEnd, 'reason'>): void {
    this.inTurn(async () => {
      await this.recordLost(this.sessionOf(session), end.reason);
    });
  }

  /** The shell ended with a cell, and a fresh one follows: it has nothing of before, the parameters neither. */
  private async shellEnded(cell: string): Promise<void> {
    const handle = this.state.document.runs.liveFor(this.state.cell(cell));
    if (handle !== null) this.prepared.delete(handle.id);
    await this.recordLost('shell', 'It ended with the step that ran in it.');
  }

  /** Nothing of a cell runs any more: its clock stands still. */
  commandOver(cell: string): void {
    this.clocks.get(cell)?.stop();
    this.clocks.delete(cell);
  }

  private async recordLost(session: PlanStep['session'], why: string | null): Promise<void> {
    await this.recordSurely(engineActor(), (place) => ({
      type: 'kernel-lost',
      data: { session, why: why === null ? null : place('reason', { text: why }) },
    }));
  }

  /** What has happened is recorded as soon as it can be: a full disk is waited for, and said meanwhile. */
  async recordSurely(actor: Actor, draft: EventDraft): Promise<void> {
    for (;;) {
      try {
        await this.state.record(actor, draft);
        return;
      } catch (error) {
        const isWaitedFor =
          error instanceof WatchbookError && ['disk-full', 'not-writable'].includes(error.code);
        if (!isWaitedFor || this.isDisposed) throw error;
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
    }
  }

  /** Resolves when what has ended is recorded. */
  settled(): Promise<void> {
    return this.ending;
  }

  dispose(): void {
    this.isDisposed = true;
    for (const clock of this.clocks.values()) clock.stop();
    this.clocks.clear();
  }

  /** The session as the plan and the record call it: in a notebook on the built-in shell there is that one alone. */
  private sessionOf(session: SessionName): 'kernel' | 'shell' {
    if (session === 'shell') return 'shell';
    return this.state.document.runs.kernelStatus.spec?.source === 'built-in' ? 'shell' : 'kernel';
  }

  private async prepare(cell: Cell, step: PlanStep | null, actor: Actor): Promise<void> {
    const { state } = this;
    const handle = await state.document.runs.prepare(cell);
    if (this.prepared.has(handle.id)) return;
    const session = step?.session ?? 'kernel';
    // Steps ran in one before: this one knows nothing of them.
    const steps = Object.values(state.run.steps);
    if (steps.some(({ attempts }) => attempts.some((attempt) => attempt.session === session))) {
      await state.record(engineActor(), {
        type: 'kernel-replaced',
        data: { session, kernel: handle.spec.name },
      });
    }
    await this.exportParameters(cell, handle);
    for (const setup of state.plan.steps) {
      if (setup.kind !== 'setup' || setup.session !== session || setup.cell === cell.id) continue;
      this.refuseCancelled();
      if (!(await this.sendAndWait(state.cell(setup.cell), setup, actor))) {
        throw conflict(`The cell with the parameters failed: ${setup.title}.`);
      }
    }
    this.prepared.add(handle.id);
  }

  /** In a shell each parameter is there for the programs that it starts; secrets are not. */
  private async exportParameters(cell: Cell, handle: KernelHandle): Promise<void> {
    if (handle.spec.source !== 'built-in') return;
    const { details, setting } = this.state;
    const secrets = new Set(setting.secrets);
    const lines = shellExports(
      details.parameters.map((parameter) => ({
        ...parameter,
        isSecret: secrets.has(parameter.name),
        inRunbook: true,
      })),
    );
    if (lines.kind === 'refused') throw conflict(lines.reason);
    if (details.parameters.length === secrets.size) return;
    const { isGood, error } = await this.state.document.runs.ask(cell, lines.source, EXPORT_MS);
    if (!isGood)
      throw conflict(`The parameters could not be given to the shell: ${error ?? 'it said nothing'}.`);
  }

  private async send(cell: Cell, step: PlanStep | null, actor: Actor): Promise<void> {
    const { state } = this;
    const number = (recordOf(state.run, cell.id)?.attempts.at(-1)?.number ?? 0) + 1;
    const bound = await this.terminals.prepare(cell);
    const ranIn = bound === null ? {} : { ranIn: bound.terminal };
    await state.record(actor, (place) => ({
      type: 'cell-started',
      data: {
        cell: cell.id,
        attempt: number,
        session: bound === null ? (step?.session ?? this.sessionOf('kernel')) : 'terminal',
        source: place('source', { source: cell.source, ...ranIn }),
      },
    }));
    this.sentHere.add(cell.id);
    this.watchLimit(cell);
    state.document.runs
      .send(cell.id, bound?.place ?? null)
      .catch((error: unknown) => this.notSent(cell.id, error));
  }

  private async sendAndWait(cell: Cell, step: PlanStep, actor: Actor): Promise<boolean> {
    const ended = new Promise<boolean>((resolve) => this.waiting.set(cell.id, resolve));
    try {
      await this.send(cell, step, actor);
    } catch (error) {
      this.waiting.delete(cell.id);
      throw error;
    }
    return ended;
  }

  /** It was recorded as started, and could not be sent after all. */
  private notSent(cell: string, error: unknown): void {
    const { code, message } = toWireError(error);
    const now = new Date().toISOString();
    this.finished(cell, {
      outcome:
        code === 'cancelled' ? { kind: 'interrupted' } : { kind: 'error', ename: 'NotSent', evalue: message },
      exitStatus: null,
      executionCount: null,
      startedAt: now,
      endedAt: now,
      durationMs: 0,
      timing: {},
    });
  }

  /** The cell's own limit, by a clock that stands still while the machine sleeps. */
  private watchLimit(cell: Cell, before = 0): void {
    const limit = cellMembers(cell).limit;
    const clock = new StepClock({
      seconds: limit?.seconds ?? null,
      before,
      passed: () => {
        if (limit === undefined) return;
        if (limit.then === 'warn') this.warn(cell.id, limit.seconds);
        else {
          this.limited.set(cell.id, limit.seconds);
          this.state.document.runs
            .interrupt()
            .catch((error: unknown) => this.state.log(`a step over its limit goes on: ${String(error)}`));
        }
      },
      slept: (from, to) => {
        this.inTurn(async () => {
          await this.state.record(engineActor(), {
            type: 'gap',
            data: { from, to, why: 'suspended', cell: cell.id },
          });
        });
      },
    });
    this.clocks.set(cell.id, clock);
  }

  /** It goes on, and the record says that it is over its limit. */
  private warn(cell: string, seconds: number): void {
    this.inTurn(async () => {
      const attempt = recordOf(this.state.run, cell)?.attempts.at(-1);
      if (attempt === undefined || attempt.finished !== null || attempt.limitPassedAt !== undefined) return;
      const data = { cell, attempt: attempt.number, seconds };
      await this.state.record(engineActor(), { type: 'limit-passed', data });
    });
  }

  private refuseCancelled(): void {
    if (this.isCancelled) throw new WatchbookError('cancelled', 'It was interrupted before it was sent.');
  }

  private inTurn(work: () => Promise<void>): void {
    this.ending = this.ending.then(work).catch((error: unknown) => {
      // What can not be recorded is said in the run itself; the way out is there.
      this.state.log(`a run could not record what ended: ${String(error)}`);
    });
  }
}
