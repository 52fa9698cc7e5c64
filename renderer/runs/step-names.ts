import type { Attempt, StepRecord } from '../../shared/runs/model';
import type { Plan, PlanStep } from '../../shared/runs/plan';

/** `deploy to the first batch`: a title within a sentence. Names that begin with two capitals stay. */
export function within(title: string): string {
  return /^[A-Z][a-z ]/.test(title) ? `${title.charAt(0).toLowerCase()}${title.slice(1)}` : title;
}

/** `Step 7`, or what has no number. */
export function stepName(step: Pick<PlanStep, 'number'>): string {
  return step.number === null ? 'The parameters' : `Step ${step.number}`;
}

/** `steps 8 to 14`, `steps 8 and 9`, `step 8`, `steps 2, 5 and 9`; empty for none. */
export function numbersWords(numbers: readonly number[]): string {
  const [first] = numbers;
  const last = numbers.at(-1);
  if (first === undefined || last === undefined) return '';
  if (numbers.length === 1) return `step ${first}`;
  if (numbers.length > 2 && last - first === numbers.length - 1) return `steps ${first} to ${last}`;
  return `steps ${numbers.slice(0, -1).join(', ')} and ${last}`;
}

/** `Step 7`, at the head of a sentence. */
export function capital(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/** The numbers of steps that have one. */
export function numbersOf(steps: readonly PlanStep[]): readonly number[] {
  return steps.flatMap(({ number }) => (number === null ? [] : [number]));
}

/** The last attempt of a step, where there is one. */
export function lastAttempt(record: StepRecord | undefined): Attempt | undefined {
  return record?.attempts.at(-1);
}

/** A cell by what it is called in the run: `step 7`, or `7r` for what undoes it. */
export function cellName(plan: Plan, cell: string): string {
  const step = plan.byCell.get(cell);
  if (step !== undefined) return step.number === null ? 'the parameters' : `step ${step.number}`;
  const undone = plan.rollbackOf.get(cell);
  return undone === undefined ? 'a cell' : rollbackName(plan, undone, cell);
}

/** `7r`, and `7r2` for the second of several cells that undo step 7. */
export function rollbackName(plan: Plan, undone: string, by: string): string {
  const step = plan.byCell.get(undone);
  const at = step?.rollback.indexOf(by) ?? -1;
  return `${step?.number ?? ''}r${at > 0 ? at + 1 : ''}`;
}
