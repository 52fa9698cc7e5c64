import type { RunAction } from '../../../shared/runs/contract';
import type { Actor } from '../../../shared/runs/events';
import { recordOf } from '../../../shared/runs/position';
import type { PlanStep } from '../../../shared/runs/plan';
import { jumpedOver, leftOf, mayRepeat, nextAbove } from '../../../shared/runs/run-above';
import { conflict, type RunState } from './run-state';

/** Begins a step; answers what sends it, once the turn is over. */
type Begin = (cell: string, actor: Actor) => Promise<() => Promise<void>>;

/**
 * Where a person chose to go on after a session was lost, and what is run again before it, one after the other by
 * itself. It stops at what fails, at a gate, and at what a person has to start. What is left of it is in the journal;
 * whether it goes on by itself is not: an engine after this one waits for a person.
 */
export class RunAbove {
  private isGoing = false;

  constructor(
    private readonly state: RunState,
    private readonly run: Begin,
  ) {}

  /** Records the choice; nothing is sent yet. Throws `conflict` for one that can not be. */
  async begin(
    { from, rerunAbove, again = [] }: Extract<RunAction, { readonly kind: 'resume' }>,
    actor: Actor,
  ): Promise<void> {
    const { state } = this;
    const target = state.step(from);
    const chosen = again.map((cell) => state.step(cell)).toSorted((a, b) => a.index - b.index);
    this.refuse(chosen, target);
    this.refuseJump(target, (step) => rerunAbove || chosen.includes(step));
    const [first] = state.plan.steps.filter(({ kind }) => kind !== 'setup');
    await state.record(actor, {
      type: 'resumed',
      data: rerunAbove
        ? { from: first?.cell ?? from, upTo: from }
        : { from, ...(chosen.length === 0 ? {} : { again: chosen.map(({ cell }) => cell) }) },
    });
    state.change({ hints: [] });
    this.isGoing = rerunAbove || chosen.length > 0;
  }

  /** A person lets it go on, after it stopped or its engine was lost. Throws `conflict` where nothing is left of it. */
  async goOn(actor: Actor): Promise<void> {
    const { state } = this;
    const { above } = state.run;
    if (above === null || nextAbove(state.plan, state.run, state.position) === null)
      throw conflict('Nothing is left here that was to be run again by itself.');
    const { upTo } = above;
    const again = leftOf(state.run);
    await state.record(actor, {
      type: 'resumed',
      data: {
        from: null,
        ...(upTo === null ? {} : { upTo }),
        ...(again.length === 0 ? {} : { again: [...again] }),
      },
    });
    this.isGoing = true;
  }

  stop(): void {
    this.isGoing = false;
  }

  /** What sends the next one; null where it stops, or where one of them runs. */
  async next(actor: Actor): Promise<(() => Promise<void>) | null> {
    const { plan, run, position } = this.state;
    // The cells with parameters may have ended, and the step that they are for comes after them.
    if (!this.isGoing || position.kind === 'running') return null;
    const step = nextAbove(plan, run, position);
    if (step === null) {
      this.stop();
      return null;
    }
    const rest = await this.run(step.cell, actor);
    return async () => {
      try {
        await rest();
      } catch (error) {
        this.stop();
        throw error;
      }
    };
  }

  /** What is not done is skipped with a reason, never jumped over. */
  private refuseJump(target: PlanStep, isRunAgain: (step: PlanStep) => boolean): void {
    const { plan, run } = this.state;
    const open = jumpedOver(plan, run, isRunAgain);
    if (open !== null && open.index < target.index)
      throw conflict(`Step ${open.number ?? ''} is not done: go on there, and skip it with a reason.`);
  }

  private refuse(chosen: readonly PlanStep[], target: PlanStep): void {
    const { run, environment } = this.state;
    for (const step of chosen) {
      if (step.kind !== 'code' || step.index >= target.index || recordOf(run, step.cell) === undefined)
        throw conflict('Only steps that ran before that place are run again first.');
      if (!mayRepeat(environment, step))
        throw conflict(
          'A destructive step, and every step in a strict environment, is run again by a person: Run again at the step.',
        );
    }
  }
}
