import type { RunAction } from '../../../shared/runs/contract';
import type { Actor } from '../../../shared/runs/events';
import { isPassed, recordOf, stateOf } from '../../../shared/runs/position';
import type { PlanStep } from '../../../shared/runs/plan';
import type { Retries } from './retries';
import { conflict, type RunState } from './run-state';

/** Begins a step; answers what sends it, once the turn is over. */
type Begin = (cell: string, actor: Actor) => Promise<() => Promise<void>>;

/**
 * Where a person chose to go on after a session was lost, and what is run again before it, one after the other by
 * itself. It stops at what fails, at a gate, and at what a person has to start.
 */
export class RunAbove {
  /** Everything before this one is run again. */
  private upTo: string | null = null;
  /** Only these are run again, in this order. */
  private chosen: readonly string[] = [];

  constructor(
    private readonly state: RunState,
    private readonly retries: Pick<Retries, 'mayRepeat'>,
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
    this.refuseJump(target);
    const [first] = state.plan.steps.filter(({ kind }) => kind !== 'setup');
    await state.record(actor, {
      type: 'resumed',
      data: { from: rerunAbove ? (first?.cell ?? from) : from },
    });
    state.change({ hints: [] });
    this.upTo = rerunAbove ? from : null;
    this.chosen = rerunAbove ? [] : chosen.map(({ cell }) => cell);
  }

  stop(): void {
    this.upTo = null;
    this.chosen = [];
  }

  /** What sends the next one; null where it stops, or where one of them runs. */
  async next(actor: Actor): Promise<(() => Promise<void>) | null> {
    // The cells with parameters may have ended, and the step that they are for comes after them.
    if (this.state.position.kind === 'running') return null;
    const cell = this.nextCell();
    if (cell === null) {
      this.stop();
      return null;
    }
    const rest = await this.run(cell, actor);
    return async () => {
      try {
        await rest();
      } catch (error) {
        this.stop();
        throw error;
      }
    };
  }

  private nextCell(): string | null {
    const { position, plan } = this.state;
    if (position.kind === 'failed') return null;
    const [first, ...rest] = this.chosen;
    if (first !== undefined) {
      this.chosen = rest;
      return first;
    }
    const target = this.upTo === null ? undefined : plan.byCell.get(this.upTo);
    const mayGo =
      target !== undefined &&
      position.kind === 'ready' &&
      position.step.index < target.index &&
      this.retries.mayRepeat(position.step);
    return mayGo ? position.step.cell : null;
  }

  /** What is not done is skipped with a reason, never jumped over. */
  private refuseJump(target: PlanStep): void {
    const { plan, run } = this.state;
    const open = plan.steps.find((step) => step.kind !== 'setup' && !isPassed(stateOf(plan, run, step, [])));
    if (open !== undefined && open.index < target.index)
      throw conflict(`Step ${open.number ?? ''} is not done: go on there, and skip it with a reason.`);
  }

  private refuse(chosen: readonly PlanStep[], target: PlanStep): void {
    for (const step of chosen) {
      if (
        step.kind !== 'code' ||
        step.index >= target.index ||
        recordOf(this.state.run, step.cell) === undefined
      )
        throw conflict('Only steps that ran before that place are run again first.');
      if (!this.retries.mayRepeat(step))
        throw conflict(
          'A destructive step, and every step in a strict environment, is run again by a person: Run again at the step.',
        );
    }
  }
}
