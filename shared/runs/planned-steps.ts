import type { RunEventOf } from './events';
import type { RunDraft } from './run-draft';

/** What was to come by itself, or one by one, comes no more. */
export function forgetPlans(draft: RunDraft): void {
  draft.run.rollback = null;
  draft.run.retry = null;
  draft.run.above = null;
}

/** An instant that comes so many seconds after another. */
export function later(at: string, seconds: number): string {
  return new Date(Date.parse(at) + seconds * 1_000).toISOString();
}

/** A step that is tried again by itself has ended: its next time, where it failed and may. */
export function planAgain(draft: RunDraft, { at, data }: RunEventOf<'cell-finished'>): void {
  const { retry } = draft.run;
  if (retry?.cell !== data.cell) return;
  const mayAgain = data.status === 'failed' && retry.left > 0;
  draft.run.retry = mayAgain ? { ...retry, at: later(at, retry.wait) } : null;
}

/** One of several cells that undo a step is done: the next one is to come. The last one is told by `rolled-back`. */
export function passUndo(draft: RunDraft, { data }: RunEventOf<'cell-finished'>): void {
  const { rollback } = draft.run;
  const [first, ...rest] = rollback?.rest ?? [];
  if (rollback === null || first === undefined || data.status !== 'done' || first.by !== data.cell) return;
  if (rest.some(({ cell }) => cell === first.cell)) draft.run.rollback = { ...rollback, rest };
}
