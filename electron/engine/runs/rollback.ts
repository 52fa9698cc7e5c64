import type { Actor } from '../../../shared/runs/events';
import { recordOf, undoPlan } from '../../../shared/runs/position';
import type { Gates } from './gates';
import { refuseNoReason } from './run-edits';
import { conflict, type RunState } from './run-state';
import type { StepRunner } from './step-runner';

/**
 * Rolls back: the rollback cells of what was done since a step, in reverse order, one by one with a person's word.
 * What is still to be undone is in the journal, so that an engine after this one goes on with it.
 */
export class Rollback {
  constructor(
    private readonly state: RunState,
    private readonly runner: StepRunner,
    private readonly gates: Gates,
  ) {}

  /** Begins it: nothing is sent yet. */
  async begin(to: string, actor: Actor): Promise<void> {
    const { state } = this;
    state.step(to);
    const steps = undoPlan(state.plan, state.run, to);
    if (steps.length === 0) throw conflict('Nothing was done since this step that could be undone.');
    await state.record(actor, { type: 'roll-back-begun', data: { to, steps: [...steps] } });
    state.change({ hints: [] });
  }

  /** Ends it where it stands; what was undone stays so. */
  async stop(actor: Actor): Promise<void> {
    await this.state.record(actor, { type: 'roll-back-ended', data: { how: 'stopped' } });
  }

  /**
   * Undoes the next step: sends its cell, or takes a person's word for a step that names none. Answers what sends it,
   * to be begun when the turn is over; null where there is nothing to send.
   */
  async next(cell: string, actor: Actor, typed: string | undefined): Promise<(() => Promise<void>) | null> {
    const { state } = this;
    const first = state.run.rollback?.rest[0];
    if (first?.cell !== cell) throw conflict('Another step is to be undone first.');
    const step = state.step(cell);
    const { by } = first;
    if (by === null) {
      await state.record(actor, { type: 'rolled-back', data: { cell, by } });
      await this.goOn(actor);
      return null;
    }
    state.checkWords(step, step.isDestructive, typed);
    state.change({ queue: [by] });
    return () => this.runner.run(by, actor);
  }

  /** A person undid the next step in place of the cell that would: it failed, or can not be run. */
  async byHand(cell: string, actor: Actor, reason: string): Promise<void> {
    if (this.state.run.rollback?.rest[0]?.cell !== cell)
      throw conflict('Another step is to be undone first.');
    refuseNoReason(reason);
    await this.state.record(actor, (place) => ({
      type: 'rolled-back',
      data: { cell, by: null, reason: place('reason', { text: reason }) },
    }));
    await this.goOn(actor);
  }

  /**
   * Records what follows by itself: a step whose last rollback cell is good is undone, and after the last step the
   * gates from there on are asked anew. Also what an engine before this one did not come to.
   */
  async goOn(actor: Actor): Promise<void> {
    const { state } = this;
    const { rollback } = state.run;
    if (rollback === null) return;
    const [first] = rollback.rest;
    if (first !== undefined && first.by !== null) {
      const by = recordOf(state.run, first.by);
      if (by?.state !== 'done' || by.seq < rollback.seq) return;
      await state.record(actor, { type: 'rolled-back', data: { cell: first.cell, by: first.by } });
    }
    if (state.run.rollback?.rest.length !== 0) return;
    await this.gates.rolledBack(rollback.to, actor);
    await state.record(actor, { type: 'roll-back-ended', data: { how: 'done' } });
  }
}
