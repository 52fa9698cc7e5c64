import type { EnvironmentRef } from './events';
import type { Run } from './model';
import type { Plan, PlanStep } from './plan';
import { isPassed, recordOf, stateOf, type Position } from './position';

/** True for a step that may run again by itself: never one that destroys, in a strict environment none. */
export function mayRepeat(
  environment: Pick<EnvironmentRef, 'guard'> | undefined,
  { isDestructive }: Pick<PlanStep, 'isDestructive'>,
): boolean {
  return environment?.guard !== 'strict' && !isDestructive;
}

/** The chosen steps that did not begin since they were chosen, in their order. */
export function leftOf(run: Run): readonly string[] {
  const { above } = run;
  if (above === null) return [];
  return above.again.filter((cell) => (recordOf(run, cell)?.seq ?? -1) <= above.seq);
}

/**
 * The step that is run again next of what a person had chosen to be run again by itself; null where nothing is left of
 * it, and where a person has to act first.
 */
export function nextAbove(plan: Plan, run: Run, position: Position): PlanStep | null {
  const { above } = run;
  if (above === null || run.finished !== null) return null;
  switch (position.kind) {
    case 'finished':
    case 'running':
    case 'rolling-back':
    case 'lost':
    case 'failed':
      return null;
    case 'waiting':
    case 'timed':
    case 'complete':
    case 'ready': {
      const [chosen] = leftOf(run);
      if (chosen !== undefined) return plan.byCell.get(chosen) ?? null;
      const target = above.upTo === null ? undefined : plan.byCell.get(above.upTo);
      if (target === undefined || position.kind !== 'ready') return null;
      const { step } = position;
      return step.index < target.index && mayRepeat(run.started?.data.environment, step) ? step : null;
    }
  }
}

/**
 * The first step that would be jumped over where a person goes on at a later one: it is not done, and not run again
 * first. What never came to anything counts as jumped over whatever is run again. Null for none.
 */
export function jumpedOver(plan: Plan, run: Run, isRunAgain: (step: PlanStep) => boolean): PlanStep | null {
  const isJumped = (step: PlanStep): boolean =>
    step.kind !== 'setup' &&
    !isPassed(stateOf(plan, run, step, [])) &&
    !(isRunAgain(step) && recordOf(run, step.cell) !== undefined);
  return plan.steps.find(isJumped) ?? null;
}

/**
 * Where a run goes on by itself after a lost session: the first step that has not come to its end. Never one that is
 * done, by the run or by hand, nor one that was skipped: it would be sent once more. Null where all is passed.
 */
export function goOnAt(plan: Plan, run: Run): PlanStep | null {
  return jumpedOver(plan, run, () => false);
}
