import type { Actor } from '../../../shared/runs/events';
import { recordOf, undoPlan } from '../../../shared/runs/position';
import type { Gates } from './gates';
import { conflict, type RunState } from './run-state';
import type { StepRunner } from './step-runner';

/** Rolls back: the rollback cells of what was done since a step, in reverse order, one by one with a person's word. */
export class Rollback {
  constructor(
    private readonly state: RunState,
    private readonly runner: StepRunner,
    private readonly gates: Gates,
  ) {}

  /** Begins it: nothing is sent yet. */
  begin(to: string): void {
    const { state } = this;
    state.step(to);
    const rest = undoPlan(state.plan, state.run, to);
    if (rest.length === 0) throw conflict('Nothing was done since this step that could be undone.');
    state.change({ rollback: { to, rest: [...rest] }, hints: [], retry: null });
  }

  /** Ends it where it stands; what was undone stays so. */
  stop(): void {
    this.state.change({ rollback: null });
  }

  /**
   * Undoes the next step: sends its cell, or passes over a step that names none, which was said before. Answers what
   * sends it, to be begun when the turn is over; null where there is nothing to send.
   */
  async next(cell: string, actor: Actor, typed: string | undefined): Promise<(() => Promise<void>) | null> {
    const { state } = this;
    const { rollback } = state.live;
    const [first, ...rest] = rollback?.rest ?? [];
    if (rollback === null || first?.cell !== cell) throw conflict('Another step is to be undone first.');
    const step = state.step(cell);
    const { by } = first;
    if (by === null) {
      state.change({ rollback: { to: rollback.to, rest } });
      await this.endWhenDone(actor);
      return null;
    }
    state.checkWords(step, step.isDestructive, typed);
    state.change({ queue: [by] });
    return () => this.runner.run(by, actor);
  }

  /** A rollback cell has ended: when it was the last one of its step and is good, the step is undone. */
  async ended(by: string, actor: Actor): Promise<void> {
    const { state } = this;
    const { rollback } = state.live;
    const [first, ...rest] = rollback?.rest ?? [];
    if (rollback === null || first?.by !== by || recordOf(state.run, by)?.state !== 'done') return;
    if (!rest.some(({ cell }) => cell === first.cell)) {
      await state.record(actor, { type: 'rolled-back', data: { cell: first.cell, by } });
    }
    state.change({ rollback: { to: rollback.to, rest } });
    await this.endWhenDone(actor);
  }

  private async endWhenDone(actor: Actor): Promise<void> {
    const { rollback } = this.state.live;
    if (rollback === null || rollback.rest.length > 0) return;
    this.state.change({ rollback: null });
    await this.gates.rolledBack(rollback.to, actor);
  }
}
