import { newCellId } from '../../../shared/notebook/cell-ids';
import { SHELL_LANGUAGE_ID, type Cell } from '../../../shared/notebook/model';
import { changesBetween } from '../../../shared/notebook/text-changes';
import type { Json } from '../../../shared/rpc/contract';
import { assertNever, WatchbookError } from '../../../shared/rpc/errors';
import type { RunAction, RunAnswer, RunLive } from '../../../shared/runs/contract';
import type { Actor } from '../../../shared/runs/events';
import { recordOf, stateOf } from '../../../shared/runs/position';
import type { EngineClient } from '../engine-client';
import { checkpoint } from './checkpoints';
import { writeReport } from './write-report';
import { actorOf, conflict, type RunState } from './run-state';
import { StartTrials } from './start-trials';
import { StepRunner } from './step-runner';

/** What goes on after an action was begun, once its turn is over. */
type Rest = () => Promise<void>;

/**
 * One live run and its one driver. Each action is held against where the run stands, recorded, then done; what does
 * not fit is refused, and nothing happened.
 */
export class RunSession {
  readonly followers = new Set<EngineClient>();
  readonly trials: StartTrials;
  private readonly runner: StepRunner;
  private driving: EngineClient | null = null;
  private hasActed = false;
  private turn: Promise<unknown> = Promise.resolve();
  private readonly leaveDocument: () => void;

  constructor(readonly state: RunState) {
    this.runner = new StepRunner(state, () => this.moved());
    this.trials = new StartTrials(state);
    const listener = {
      finished: this.runner.finished.bind(this.runner),
      sessionLost: this.runner.sessionLost.bind(this.runner),
      changed: () => state.change({}),
    };
    const { run } = state.document;
    run?.follow(listener);
    this.leaveDocument = () => run?.leave(listener);
  }

  get folder(): string {
    return this.state.folder;
  }

  /** Holds the engine: it was driven here and is not at its end, or something of it runs. */
  get isHeld(): boolean {
    const { run, document, live } = this.state;
    if (document.runs.isBusy || live.queue.length > 0) return true;
    return this.hasActed && run.finished === null && this.state.isWritable;
  }

  /** Nothing runs, nobody looks: it can be closed, and opened again as it is. */
  get isIdle(): boolean {
    const { document } = this.state;
    return this.followers.size === 0 && !this.isHeld && document.runs.liveKernels === 0;
  }

  liveOf(): RunLive {
    const { live, document, run } = this.state;
    return {
      kernel: document.runs.kernelStatus,
      shell: document.runs.shellStatus,
      queue: [...live.queue],
      trials: [...live.trials],
      waits: [...live.waits],
      rollback: live.rollback,
      retry: live.retry,
      hints: [...live.hints],
      mustType: null,
      libraryChanged: live.libraryChanged,
      problem: run.finished === null ? live.problem : null,
    };
  }

  /** Kernels that outlived an engine have their parameters; what ends in them is this run's. */
  takeUp(): void {
    const { document, plan } = this.state;
    for (const { cell } of plan.steps) {
      const handle = document.runs.liveFor(this.state.cell(cell));
      if (handle?.takenUp === true) this.runner.tookUp(handle);
    }
  }

  /** It was just started: what follows by itself is done. */
  arrive(): Promise<void> {
    return this.inTurn(() => this.moved());
  }

  /** Takes the wheel for a client. Throws `locked` while another one has it, with the driver's name. */
  drive(client: EngineClient): Actor {
    if (!this.state.isWritable) throw new WatchbookError('read-only', this.readOnlyFor(client) ?? '');
    const other = this.driving;
    if (other !== null && other !== client && !other.gone.aborted) {
      throw new WatchbookError('locked', this.drivenElsewhere(other));
    }
    this.driving = client;
    this.hasActed = true;
    return actorOf(this.state.driver, client);
  }

  /** Why this client may only look, as a sentence; null where it may drive. */
  readOnlyFor(client: EngineClient): string | null {
    if (!this.state.isWritable) return 'This run can only be read here.';
    const other = this.driving;
    return other === null || other === client || other.gone.aborted ? null : this.drivenElsewhere(other);
  }

  private drivenElsewhere(other: EngineClient): string {
    const where = other.kind === 'cli' ? 'the command line' : 'another window';
    return `${this.state.driver} drives this run from ${where}. It can be read here.`;
  }

  /** Does what the driver said. Rejects with what kept it from being done. */
  async act(action: RunAction, client: EngineClient): Promise<void> {
    const actor = this.drive(client);
    switch (action.kind) {
      case 'interrupt':
        return this.interrupt(actor);
      case 'note':
        return this.note(actor, action.cell, action.text);
      case 'checkpoint':
        await checkpoint(this.state, actor, 'person', this.placeNow(), action.name);
        return this.state.save();
      default: {
        const rest = await this.inTurn(() => this.begin(action, actor));
        return rest?.();
      }
    }
  }

  answer(answer: RunAnswer, client: EngineClient): Promise<void> {
    const actor = this.drive(client);
    return this.inTurn(() => this.take(answer, actor));
  }

  /** Resolves when what was begun is recorded. */
  async settled(): Promise<void> {
    await this.turn;
    await this.runner.settled();
  }

  async close(): Promise<void> {
    this.leaveDocument();
    this.runner.dispose();
    await this.settled();
    await this.state.close();
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.turn.then(work);
    // The next one goes on whatever became of this; who asked is told.
    this.turn = next.catch(() => undefined);
    return next;
  }

  private async begin(
    action: Exclude<RunAction, { kind: 'interrupt' | 'note' | 'checkpoint' }>,
    actor: Actor,
  ): Promise<Rest | null> {
    const { state } = this;
    switch (action.kind) {
      case 'next':
        this.at(['ready'], action.cell);
        return this.runStep(action.cell, actor, action.typed);
      case 'retry':
        this.at(['failed'], action.cell);
        return this.runStep(action.cell, actor, action.typed);
      case 'rerun': {
        this.at(['ready', 'failed', 'waiting', 'timed', 'complete'], null);
        const step = state.step(action.cell);
        if (recordOf(state.run, step.cell) === undefined || (step.kind !== 'code' && step.kind !== 'setup'))
          throw conflict('This step did not run yet.');
        return this.runStep(action.cell, actor, action.typed);
      }
      case 'skip':
        return this.decide(action.cell, actor, 'step-skipped', action.reason);
      case 'mark-done':
        return this.decide(action.cell, actor, 'step-marked-done', action.reason, action.evidence);
      case 'abort':
        this.refuseFinished();
        return this.abort(actor, action.reason);
      case 'adjust':
        return this.adjust(actor, action.cell, action.source);
      case 'add-step':
        return this.addStep(actor, action.after, action.language, action.source);
      case 'try-again':
        this.trials.tryAgain(action.trial);
        return null;
      case 'choose-kernel':
        this.refuseFinished();
        this.refuseRunning();
        return () => this.trials.chooseKernel(action.kernel);
      case 'retry-later':
      case 'stop-retry':
      case 'roll-back':
      case 'roll-back-next':
      case 'roll-back-stop':
      case 'tick':
      case 'cut-wait':
      case 'restore':
      case 'resume':
      case 'see-library-change':
        throw conflict('This action is not offered here.');
      default:
        return assertNever(action, 'action');
    }
  }

  private take(_answer: RunAnswer, _actor: Actor): Promise<void> {
    return Promise.reject(conflict('Nothing waits for an answer.'));
  }

  /** Refuses what does not fit where the run stands. Throws `conflict`. */
  private at(kinds: readonly string[], cell: string | null): void {
    this.refuseFinished();
    const { position } = this.state;
    const stands = 'step' in position && position.step !== null ? position.step.cell : null;
    if (!kinds.includes(position.kind) || (cell !== null && cell !== stands)) {
      throw conflict('The run does not stand there any more.');
    }
  }

  private refuseFinished(): void {
    if (this.state.run.finished !== null) throw conflict('The run has ended.');
  }

  private refuseRunning(): void {
    if (this.state.position.kind === 'running') throw conflict('A step runs.');
  }

  private placeNow(): string | null {
    const { position } = this.state;
    if (position.kind === 'running') return position.cell;
    return 'step' in position && position.step !== null ? position.step.cell : null;
  }

  private async runStep(cell: string, actor: Actor, typed: string | undefined): Promise<Rest> {
    const { state } = this;
    const step = state.step(cell);
    state.checkWords(step, step.isDestructive, typed);
    // From here on the run stands at a step that runs: nothing else is begun beside it.
    state.change({ queue: [cell] });
    return () => this.runner.run(cell, actor);
  }

  private async interrupt(actor: Actor): Promise<void> {
    const { position, run } = this.state;
    if (position.kind !== 'running') throw conflict('Nothing runs.');
    if (run.running.includes(position.cell))
      await this.state.record(actor, { type: 'interrupted', data: { cell: position.cell } });
    await this.runner.interrupt();
  }

  private async note(actor: Actor, cell: string | null, text: string): Promise<void> {
    if (text.trim() === '') throw new WatchbookError('bad-request', 'A note has some words.');
    if (cell !== null) this.state.cell(cell);
    await this.state.record(actor, (place) => ({
      type: 'note',
      data: { cell, text: place('note', { text }) },
    }));
  }

  private async decide(
    cell: string,
    actor: Actor,
    type: 'step-skipped' | 'step-marked-done',
    reason: string,
    evidence?: string,
  ): Promise<null> {
    const { state } = this;
    this.at(['ready', 'failed', 'waiting'], cell);
    const step = state.step(cell);
    if (step.kind === 'setup') throw conflict('The cell with the parameters is needed by all that follows.');
    if (type === 'step-marked-done' && step.kind !== 'code')
      throw conflict('Only a step that runs can be marked as done by hand.');
    if (step.kind !== 'code' && state.environment.guard === 'strict')
      throw conflict('A gate is not skipped in a strict environment.');
    refuseNoReason(reason);
    await state.record(actor, (place) => ({
      type,
      data: {
        cell,
        reason: place('reason', evidence === undefined ? { text: reason } : { text: reason, evidence }),
      },
    }));
    state.change({ hints: [], retry: null });
    await this.moved();
    return null;
  }

  private async abort(actor: Actor, reason: string): Promise<Rest> {
    refuseNoReason(reason);
    const { state } = this;
    if (state.position.kind === 'running') throw conflict('A step runs: interrupt it first.');
    await state.record(actor, (place) => ({
      type: 'run-finished',
      data: { status: 'aborted', reason: place('reason', { text: reason }) },
    }));
    return () => this.end();
  }

  private async adjust(actor: Actor, id: string, source: string): Promise<null> {
    const { state } = this;
    this.refuseFinished();
    const cell = state.cell(id);
    if (cell.type !== 'code') throw conflict('Only the source of a step that runs can be adjusted.');
    if (state.run.running.includes(id) || state.live.queue.includes(id)) throw conflict('This step runs.');
    const changes = changesBetween(cell.source, source);
    if (changes === null) return null;
    await state.record(actor, (place) => ({
      type: 'step-adjusted',
      data: {
        cell: id,
        before: place('before', { source: cell.source }),
        after: place('after', { source }),
      },
    }));
    state.document.amendForRun({ kind: 'text', cell: id, changes: changes.toJSON() as Json });
    await state.save();
    return null;
  }

  private async addStep(
    actor: Actor,
    after: string,
    language: 'kernel' | 'shell',
    source: string,
  ): Promise<null> {
    const { state } = this;
    this.refuseFinished();
    state.cell(after);
    if (source.trim() === '') throw new WatchbookError('bad-request', 'A step has some source.');
    const taken = new Set(state.document.notebook.cells.map(({ id }) => id));
    let id = newCellId();
    while (taken.has(id)) id = newCellId();
    const isBeside = language === 'shell' && state.run.started?.data.kernel !== 'bash';
    const cell: Cell = {
      id,
      type: 'code',
      source,
      metadata: isBeside ? { vscode: { languageId: SHELL_LANGUAGE_ID } } : {},
      outputs: [],
      executionCount: null,
    };
    await state.record(actor, (place) => ({
      type: 'step-added',
      data: { cell: id, after, source: place('source', { source }) },
    }));
    state.document.amendForRun({ kind: 'insert', after, cells: [cell] });
    await state.save();
    return null;
  }

  /** The run stands elsewhere: what follows by itself is done. */
  private async moved(): Promise<void> {
    const { state } = this;
    if (state.position.kind === 'complete' && this.isAllPassed()) {
      await state.record(actorOf(state.driver, this.driving ?? { kind: 'window' }), {
        type: 'run-finished',
        data: { status: 'done', reason: null },
      });
      await this.end();
      return;
    }
    await state.save();
  }

  /** A run without steps, or whose steps all are still to come, is not at its end. */
  private isAllPassed(): boolean {
    const { plan, run } = this.state;
    return plan.steps.some((step) => step.kind !== 'setup' && stateOf(plan, run, step, []) !== 'todo');
  }

  /** It is over: what it held is let go. */
  private async end(): Promise<void> {
    await this.state.save();
    await writeReport(this.state.folder);
    this.state.change({ hints: [], retry: null, waits: [], rollback: null });
    await this.state.document.runs.shutdown();
  }
}

function refuseNoReason(reason: string): void {
  if (reason.trim() === '')
    throw new WatchbookError('bad-request', 'This is done with a reason. Nothing was done.');
}
