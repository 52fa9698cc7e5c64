import { WatchbookError } from '../../../shared/rpc/errors';
import type { RunAction, RunAnswer } from '../../../shared/runs/contract';
import type { Actor } from '../../../shared/runs/events';
import { recordOf } from '../../../shared/runs/position';
import type { RanCommand } from '../../../shared/terminal/command-cell';
import type { EngineClient } from '../engine-client';
import { checkpoint } from './checkpoints';
import type { RecordedTerminal } from './attached-terminal';
import { Checks } from './checks';
import { Driving } from './driving';
import { Gates } from './gates';
import type { LibraryState } from './library-state';
import { LibraryWatch } from './library-watch';
import { Retries } from './retries';
import { RunAbove } from './run-above';
import { RunActions } from './run-actions';
import { Rollback } from './rollback';
import { ReportWriter } from './report-writer';
import { addNote } from './run-edits';
import { refuseFinished, refuseUnlessAt } from './run-refusals';
import { actorOf, conflict, engineActor, type RunState } from './run-state';
import { refuseEnded, RunTerminals } from './run-terminals';
import { StartTrials } from './start-trials';
import { StepRunner } from './step-runner';
import { TerminalSteps, type StepTerminals } from './terminal-steps';

export interface RunSessionPorts {
  readonly libraryState: (library: string) => Promise<LibraryState>;
  /** A person has seen a command of the library or the runbook, named by its digest. */
  readonly isAccepted: (digest: string) => Promise<boolean>;
  /** Where commands of attached terminals are kept while they are under way. */
  readonly attachedFolder: string;
  /** What is known of a command that was typed in a terminal. Throws `not-found`. */
  readonly ran: (terminal: string, command: number) => RanCommand;
  readonly stepTerminals: StepTerminals;
  /** The terminals that were chosen for this run, by profile. */
  readonly chosenTerminals: Map<string, string>;
}

/**
 * One live run and its one driver: one action after the other has its turn, and what follows from it by itself. What does
 * not fit where the run stands is refused, and nothing happened.
 */
export class RunSession {
  readonly driving: Driving;
  readonly trials: StartTrials;
  readonly terminals: RunTerminals;
  private readonly runner: StepRunner;
  private readonly bound: TerminalSteps;
  private readonly gates: Gates;
  private readonly rollback: Rollback;
  private readonly retries: Retries;
  private readonly checks: Checks;
  private readonly report: ReportWriter;
  private turn: Promise<unknown> = Promise.resolve();
  private readonly above: RunAbove;
  private readonly actions: RunActions;
  private readonly leaveDocument: () => void;

  constructor(
    readonly state: RunState,
    ports: RunSessionPorts,
  ) {
    this.driving = new Driving(state);
    this.trials = new StartTrials(state);
    this.bound = new TerminalSteps(state, ports.stepTerminals, ports.chosenTerminals, (cell) =>
      this.runner.commandOver(cell),
    );
    state.askTerminal = (cell, command, asked) => this.bound.askIn(cell, command, asked);
    this.runner = new StepRunner(state, this.trials, this.bound, (cell) =>
      this.inTurn(() => this.ended(cell)),
    );
    this.checks = new Checks(state, this.trials, ports.isAccepted);
    const library = new LibraryWatch(state, ports.libraryState);
    this.gates = new Gates(state, (work) => this.byItself(work), ports.isAccepted);
    this.rollback = new Rollback(state, this.runner, this.gates);
    this.retries = new Retries(state, (cell) => this.again(cell));
    this.report = new ReportWriter(state.folder, state.log);
    this.terminals = new RunTerminals(
      state,
      ports.attachedFolder,
      (terminal, command) => this.bound.sentAs(terminal, command),
      () => this.reportSoon(),
    );
    this.above = new RunAbove(state, (cell, actor) => this.actions.runStep(cell, actor, undefined));
    const { bound, runner, checks, gates, rollback, retries, terminals, above, trials } = this;
    this.actions = new RunActions(
      state,
      { bound, runner, checks, library, gates, rollback, retries, terminals, above, trials, ran: ports.ran },
      { moved: (actor) => this.moved(actor), end: () => this.end() },
    );
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
    if (document.runs.isBusy || live.queue.length > 0 || live.retry !== null) return true;
    return this.driving.wasTaken && run.finished === null && this.state.isWritable;
  }

  /** Nothing runs, nobody looks: it can be closed, and opened again as it is. */
  get isIdle(): boolean {
    const { document } = this.state;
    return this.driving.followers.size === 0 && !this.isHeld && document.runs.liveKernels === 0;
  }

  /** Kernels that outlived an engine have their parameters; what ends in them is this run's. A wait goes on. */
  takeUp(): void {
    const { document, plan } = this.state;
    for (const { cell } of plan.steps) {
      const handle = document.runs.liveFor(this.state.cell(cell));
      if (handle?.takenUp === true) this.runner.tookUp(handle);
    }
    // One that was recorded as begun, and never sent, or whose end nobody saw.
    for (const cell of this.state.run.running) {
      const isGate = (plan.byCell.get(cell)?.gate ?? null) !== null;
      if (isGate || !this.state.isWritable) continue;
      if (document.runs.isInLine(cell)) this.runner.goesOn(cell);
      else this.runner.cutOff(cell);
    }
    if (!this.state.isWritable) return;
    if (this.state.run.rollback !== null) this.byItself(() => this.rollback.goOn(engineActor()));
    const { position } = this.state;
    // Of a run that came to its end an engine before this one may not have recorded it.
    if (position.kind === 'timed' || position.kind === 'complete') this.byItself(() => Promise.resolve());
    if (position.kind === 'failed') this.byItself(() => this.retries.takeUp(position.step));
  }

  /** It was just started: what follows by itself is done. */
  arrive(actor: Actor): Promise<void> {
    return this.inTurn(() => this.moved(actor));
  }

  /** What kernels that are started from now on get: a command's own variables, or the login shell's. */
  useVariables(variables: Readonly<Record<string, string>> | null): void {
    const { run } = this.state.document;
    if (run !== null) run.variables = variables;
  }

  /** Somebody else is in control from now on, and it is recorded from whom. */
  async takeOver(from: string, to: string, client: EngineClient): Promise<void> {
    const { readOnly } = this.state;
    if (readOnly !== null) throw new WatchbookError('read-only', `${readOnly} It was not taken over.`);
    await this.inTurn(async () => {
      await this.state.record(actorOf(to, client), { type: 'taken-over', data: { from } });
      await this.moved(actorOf(to, client));
    });
    this.driving.take(client);
  }

  /** Does what the driver said. Rejects with what kept it from being done. */
  async act(action: RunAction, client: EngineClient): Promise<void> {
    const actor = this.driving.take(client);
    switch (action.kind) {
      case 'interrupt':
        return this.interrupt(actor);
      case 'note':
        await addNote(this.state, actor, action.cell, action.text);
        return this.reportSoon();
      case 'checkpoint':
        await checkpoint(this.state, actor, 'person', this.state.place, action.name);
        await this.state.save();
        return this.reportSoon();
      default: {
        const rest = await this.inTurn(() => this.actions.begin(action, actor, client));
        return rest?.();
      }
    }
  }

  /** Records the commands of a terminal from now on. Rejects as the journal does, and with `conflict`, `not-found`. */
  async attach(terminal: RecordedTerminal, client: EngineClient): Promise<void> {
    refuseEnded(terminal);
    const actor = this.driving.take(client);
    refuseFinished(this.state);
    await this.terminals.attach(terminal, actor);
  }

  async answer(answer: RunAnswer, client: EngineClient): Promise<void> {
    const actor = this.driving.take(client);
    await this.inTurn(async () => {
      refuseFinished(this.state);
      if (answer.kind === 'override') await this.checks.override(answer.trial, answer.reason, actor);
      else if (answer.kind === 'ended') {
        this.bound.confirm(answer.cell, answer.status, actor);
        return;
      } else await this.gates.answer(answer, actor);
      await this.moved(actor);
    });
  }

  /** Resolves when what was begun is recorded. */
  async settled(): Promise<void> {
    await this.runner.settled();
    await this.turn;
  }

  async close(): Promise<void> {
    this.leaveDocument();
    this.retries.disarm();
    this.gates.dispose();
    this.runner.dispose();
    await this.terminals
      .detachAll('engine')
      .catch((error: unknown) => this.state.log(`${this.folder}: a terminal: ${String(error)}`));
    await this.settled();
    await this.report.close();
    await this.state.close();
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.turn.then(work);
    // The next one goes on whatever became of this; who asked is told.
    this.turn = next.catch(() => undefined);
    return next;
  }

  /** Something that nobody asked for now: a time came, a condition holds. */
  private byItself(work: () => Promise<void>): void {
    this.inTurn(async () => {
      if (this.state.run.finished !== null) return;
      await work();
      await this.moved(engineActor());
    }).catch((error: unknown) => this.state.log(`${this.folder}: ${String(error)}`));
  }

  private async again(cell: string): Promise<void> {
    const actor = engineActor();
    const rest = await this.inTurn(() => {
      refuseFinished(this.state);
      refuseUnlessAt(this.state, ['failed'], cell);
      return this.actions.runStep(cell, actor, undefined);
    });
    await rest();
  }

  private async interrupt(actor: Actor): Promise<void> {
    const { position, run } = this.state;
    if (position.kind !== 'running') throw conflict('Nothing runs.');
    this.above.stop();
    this.retries.disarm();
    if (run.running.includes(position.cell))
      await this.state.record(actor, { type: 'interrupted', data: { cell: position.cell } });
    await this.runner.interrupt();
  }

  /** A cell has ended and is recorded. */
  private async ended(cell: string): Promise<void> {
    const { state } = this;
    const actor = this.driving.actor;
    if (state.run.finished !== null) return;
    await this.rollback.goOn(actor);
    await this.retries.ended(cell, recordOf(state.run, cell)?.state === 'failed');
    await this.moved(actor);
    const rest = await this.above.next(actor);
    // Not waited for: its own end comes here again.
    rest?.().catch((error: unknown) => state.log(`${this.folder}: ${String(error)}`));
  }

  /** The run may stand elsewhere: what follows by itself is done, and all of it is saved. */
  private async moved(actor: Actor): Promise<void> {
    const { state } = this;
    if (state.position.kind === 'complete' && state.isAnyDone) {
      await this.terminals.detachAll('run');
      await this.runner.recordSurely(actor, {
        type: 'run-finished',
        data: { status: 'done', reason: null },
      });
      await this.end();
      return;
    }
    if (state.position.kind !== 'failed') this.retries.disarm();
    await this.gates.arrive(actor);
    await state.save();
    this.reportSoon();
  }

  /** Before the first step there is nothing to report. */
  private reportSoon(): void {
    if (this.state.isAnyDone && this.state.run.finished === null) this.report.soon();
  }

  /** It is over: what it held is let go. */
  private async end(): Promise<void> {
    this.retries.disarm();
    this.gates.dispose();
    this.above.stop();
    await this.state.save();
    await this.report.now();
    this.state.change({ hints: [], waits: [] });
    await this.state.document.runs.shutdown();
  }
}
