import { assertNever } from '../../../shared/rpc/errors';
import type { RunAction } from '../../../shared/runs/contract';
import type { Actor } from '../../../shared/runs/events';
import { hasBegun, recordOf } from '../../../shared/runs/position';
import type { RanCommand } from '../../../shared/terminal/command-cell';
import type { EngineClient } from '../engine-client';
import type { Checks } from './checks';
import type { Gates } from './gates';
import type { LibraryWatch } from './library-watch';
import { restoreCheckpoint } from './restore';
import type { Retries } from './retries';
import type { Rollback } from './rollback';
import type { RunAbove } from './run-above';
import { abortRun, addStep, adjustStep, decideStep, followHint, refuseNoReason } from './run-edits';
import { refuseFinished, refuseRunning, refuseUnlessAt } from './run-refusals';
import { conflict, type RunState } from './run-state';
import type { RunTerminals } from './run-terminals';
import type { StartTrials } from './start-trials';
import type { StepRunner } from './step-runner';
import type { TerminalSteps, TerminalWish } from './terminal-steps';

/** What goes on after an action was begun, once its turn is over. */
type Rest = () => Promise<void>;

/** Actions that are done in their turn, each after the one before it; the others are done at once. */
export type TurnAction = Exclude<RunAction, { kind: 'interrupt' | 'note' | 'checkpoint' }>;

/** The parts of a run that actions are done by. */
export interface ActionParts {
  readonly bound: TerminalSteps;
  readonly runner: StepRunner;
  readonly checks: Checks;
  readonly library: LibraryWatch;
  readonly gates: Gates;
  readonly rollback: Rollback;
  readonly retries: Retries;
  readonly terminals: RunTerminals;
  readonly above: RunAbove;
  readonly trials: StartTrials;
  /** What is known of a command that was typed in a terminal. Throws `not-found`. */
  readonly ran: (terminal: string, command: number) => RanCommand;
}

/** What follows an action in the run. */
export interface ActionFlow {
  /** The run may stand elsewhere. */
  moved(actor: Actor): Promise<void>;
  /** It is over. */
  end(): Promise<void>;
}

/** What a driver can do with a run: each action is held against where the run stands, recorded, then done. */
export class RunActions {
  constructor(
    private readonly state: RunState,
    private readonly parts: ActionParts,
    private readonly flow: ActionFlow,
  ) {}

  /** Does what an action says; answers what goes on once its turn is over. */
  async begin(action: TurnAction, actor: Actor, client: EngineClient): Promise<Rest | null> {
    const { state } = this;
    refuseFinished(state);
    switch (action.kind) {
      case 'next':
        refuseUnlessAt(state, ['ready'], action.cell);
        return this.runStep(action.cell, actor, action.typed, this.wishOf(action, client));
      case 'retry':
        refuseUnlessAt(state, ['failed'], action.cell);
        if (state.step(action.cell).gate === null)
          return this.runStep(action.cell, actor, action.typed, this.wishOf(action, client));
        await this.parts.gates.askAgain(action.cell, actor);
        break;
      case 'rerun': {
        refuseUnlessAt(state, ['ready', 'failed', 'waiting', 'timed', 'complete']);
        const step = state.step(action.cell);
        if (recordOf(state.run, step.cell) === undefined || (step.kind !== 'code' && step.kind !== 'setup'))
          throw conflict('This step did not run yet.');
        await this.parts.retries.stop(actor);
        return this.runStep(action.cell, actor, action.typed, this.wishOf(action, client));
      }
      case 'retry-later': {
        refuseUnlessAt(state, ['failed'], action.cell);
        // Each time it is typed into a person's terminal.
        this.parts.bound.wishOf(action.cell, {}, client);
        await this.parts.retries.begin(state.step(action.cell), action.count, action.wait, actor);
        return null;
      }
      case 'stop-retry':
        await this.parts.retries.stop(actor);
        return null;
      case 'skip':
        refuseUnlessAt(state, ['ready', 'failed', 'waiting'], action.cell);
        await decideStep(state, actor, action.cell, 'step-skipped', action.reason);
        break;
      case 'mark-done':
        refuseUnlessAt(state, ['ready', 'failed'], action.cell);
        await decideStep(state, actor, action.cell, 'step-marked-done', action.reason, action.evidence);
        break;
      case 'abort':
        refuseRunning(state);
        refuseNoReason(action.reason);
        await this.parts.terminals.detachAll('run');
        await abortRun(state, actor, action.reason);
        return () => this.flow.end();
      case 'roll-back':
        refuseUnlessAt(state, ['ready', 'failed', 'waiting', 'timed', 'complete']);
        await this.parts.rollback.begin(action.to, actor);
        this.parts.retries.disarm();
        return null;
      case 'roll-back-next': {
        if (state.position.kind !== 'rolling-back') throw conflict('Nothing is being rolled back.');
        const { by } = state.position;
        if (by !== null && action.cell === state.position.cell)
          await this.parts.bound.admit(by, this.parts.bound.wishOf(by, action, client));
        const rest = await this.parts.rollback.next(action.cell, actor, action.typed);
        if (rest !== null) return rest;
        break;
      }
      case 'roll-back-by-hand':
        refuseUnlessAt(state, ['rolling-back']);
        await this.parts.rollback.byHand(action.cell, actor, action.reason);
        break;
      case 'roll-back-stop':
        if (state.position.kind !== 'rolling-back') throw conflict('Nothing is being rolled back.');
        await this.parts.rollback.stop(actor);
        break;
      case 'adjust':
        await adjustStep(state, this.parts.gates, actor, action.cell, action.source);
        break;
      case 'add-step':
        await addStep(state, this.parts.gates, actor, action, this.parts.ran);
        break;
      case 'follow-hint':
        refuseUnlessAt(state, ['failed'], action.cell);
        await followHint(state, actor, action.cell, action.open);
        return null;
      case 'tick':
        await this.parts.gates.tick(action.cell, action.item, action.on, actor);
        break;
      case 'cut-wait':
        refuseNoReason(action.reason);
        await this.parts.gates.cut(action.cell, actor, action.reason);
        break;
      case 'restore':
        refuseRunning(state);
        await restoreCheckpoint(state, actor, action.checkpoint);
        return action.restart === true ? this.runUpToHere(actor) : this.rested(actor);
      case 'resume':
        refuseRunning(state);
        return this.resume(action, actor);
      case 'run-on':
        refuseUnlessAt(state, ['ready']);
        await this.parts.above.goOn(actor);
        return this.parts.above.next(actor);
      case 'try-again':
        if (!this.parts.checks.tryAgain(action.trial)) this.parts.trials.tryAgain(action.trial, actor);
        return null;
      case 'choose-kernel':
        refuseRunning(state);
        return () => this.parts.trials.chooseKernel(action.kernel, actor);
      case 'see-library-change':
        this.parts.library.see();
        return null;
      default:
        return assertNever(action, 'action');
    }
    return this.rested(actor);
  }

  private async rested(actor: Actor): Promise<null> {
    await this.flow.moved(actor);
    return null;
  }

  /** Fresh sessions, and in them what stands above; each step is an attempt of its own, as always. */
  private async runUpToHere(actor: Actor): Promise<Rest | null> {
    const { state } = this;
    await this.flow.moved(actor);
    const here = state.place;
    await state.document.runs.restart();
    return here === null ? null : this.resume({ kind: 'resume', from: here, rerunAbove: true }, actor);
  }

  /** Goes on at a chosen place; answers what sends the first that is run again before it. */
  private async resume(
    action: Extract<RunAction, { readonly kind: 'resume' }>,
    actor: Actor,
  ): Promise<Rest | null> {
    await this.parts.above.begin(action, actor);
    await this.flow.moved(actor);
    return this.parts.above.next(actor);
  }

  private wishOf(
    action: Extract<RunAction, { readonly kind: 'next' | 'retry' | 'rerun' }>,
    client: EngineClient,
  ): TerminalWish | null {
    return this.parts.bound.wishOf(action.cell, action, client);
  }

  /** Sends a step, where nothing keeps it from being sent; answers what goes on until its end. */
  async runStep(
    cell: string,
    actor: Actor,
    typed: string | undefined,
    wish: TerminalWish | null = null,
  ): Promise<Rest> {
    const { state } = this;
    const step = state.step(cell);
    state.checkWords(step, step.isDestructive, typed);
    await this.parts.bound.admit(cell, wish);
    await this.parts.library.before();
    this.parts.retries.disarm();
    const isFirst = !hasBegun(state.run);
    await this.parts.gates.attempted(cell, actor);
    // From here on the run stands at a step that runs: nothing else is begun beside it.
    state.change({ queue: [cell] });
    return () => this.parts.runner.run(cell, actor, () => this.parts.checks.before(step, isFirst));
  }
}
