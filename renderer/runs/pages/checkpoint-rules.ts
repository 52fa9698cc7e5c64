import type { Attempt, CheckpointRecord, Run, StepRecord } from '../../../shared/runs/model';
import { recordOf } from '../../../shared/runs/position';
import type { Plan, PlanStep } from '../../../shared/runs/plan';

/** A step that is not as it was at a checkpoint. */
export interface SinceThen {
  readonly step: PlanStep;
  readonly record: StepRecord;
  /** `third attempt since`, `done since`, `2 ticks since`. */
  readonly words: string;
  /** The attempt that was the last one then, and the last one now. */
  readonly earlier: Attempt | null;
  readonly latest: Attempt | null;
}

const ORDINALS = [
  '',
  'first',
  'second',
  'third',
  'fourth',
  'fifth',
  'sixth',
  'seventh',
  'eighth',
  'ninth',
  'tenth',
];

/** What happened to the steps after a checkpoint, in the order of the run. */
export function sinceCheckpoint(
  plan: Plan,
  run: Run,
  checkpoint: Pick<CheckpointRecord, 'at' | 'seq'>,
): readonly SinceThen[] {
  return plan.steps.flatMap((step): readonly SinceThen[] => {
    const record = recordOf(run, step.cell);
    if (record === undefined) return [];
    const words = wordsSince(record, checkpoint);
    if (words === null) return [];
    const earlier = record.attempts.findLast(({ startedAt }) => startedAt < checkpoint.at) ?? null;
    return [{ step, record, words, earlier, latest: record.attempts.at(-1) ?? null }];
  });
}

function wordsSince(record: StepRecord, { at, seq }: Pick<CheckpointRecord, 'at' | 'seq'>): string | null {
  const attempts = record.attempts.filter(({ startedAt }) => startedAt >= at);
  const ticks = Object.values(record.ticks).filter((tick) => tick.at > at).length;
  const answers = record.gate?.answers.filter((answer) => answer.seq > seq).length ?? 0;
  const parts: string[] = [];
  const last = record.attempts.length;
  if (record.state === 'rolledback' && record.seq > seq) parts.push('rolled back');
  else if (attempts.length > 0)
    parts.push(last === 1 ? stateWords(record) : `${ORDINALS[last] ?? `${last}th`} attempt`);
  else if (record.seq > seq && record.gate === null) parts.push(stateWords(record));
  if (record.adjustments.some((one) => one.at > at)) parts.push('adjusted');
  if (ticks > 0) parts.push(`${ticks} ${ticks === 1 ? 'tick' : 'ticks'}`);
  if (answers > 0) parts.push(`${answers} ${answers === 1 ? 'answer' : 'answers'}`);
  return parts.length === 0 ? null : `${parts.join(', ')} since`;
}

function stateWords(record: StepRecord): string {
  if (record.byHand) return 'done by hand';
  return record.state === 'todo' ? 'begun' : record.state;
}
