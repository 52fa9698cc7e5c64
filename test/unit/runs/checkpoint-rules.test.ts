import { expect, it } from 'vitest';
import { sinceCheckpoint } from '../../../renderer/runs/pages/checkpoint-rules';
import type { Cell } from '../../../shared/notebook/model';
import type { Run, StepRecord } from '../../../shared/runs/model';
import { planOf } from '../../../shared/runs/plan';

const cells = ['a', 'b', 'c'].map((id): Cell => ({
  id,
  type: 'code',
  source: `# Step ${id}`,
  metadata: {},
  outputs: [],
  executionCount: null,
}));
const plan = planOf({ cells, metadata: { kernelspec: { name: 'bash' } } });

function record(cell: string, starts: readonly string[], changes: Partial<StepRecord> = {}): StepRecord {
  return {
    cell,
    state: 'done',
    at: starts.at(-1) ?? '',
    seq: 9,
    attempts: starts.map((startedAt, index) => ({
      number: index + 1,
      startedAt,
      session: 'shell',
      source: { file: '', sha256: '' },
      finished: null,
    })),
    adjustments: [],
    added: null,
    decision: null,
    byHand: false,
    rolledBackBy: null,
    beforeRerun: false,
    gate: null,
    ticks: {},
    ...changes,
  };
}

it('says what happened to each step since a checkpoint, and nothing of those that are as they were', () => {
  const run = {
    steps: {
      a: record('a', ['01:00'], { seq: 2 }),
      b: record('b', ['01:01', '01:05', '01:07'], {
        adjustments: [
          {
            at: '01:06',
            by: 'mara',
            before: { file: '', sha256: '' },
            after: { file: '', sha256: '' },
            beforeAttempt: 3,
          },
        ],
      }),
      c: record('c', ['01:08'], { state: 'failed', ticks: { 1: { at: '01:09', by: 'mara' } } }),
    },
  } as unknown as Run;
  const since = sinceCheckpoint(plan, run, { at: '01:04', seq: 4 });
  expect(since.map(({ step, words }) => [step.cell, words])).toEqual([
    ['b', 'third attempt, adjusted since'],
    ['c', 'failed, 1 tick since'],
  ]);
  expect([since[0]?.earlier?.number, since[0]?.latest?.number, since[1]?.earlier]).toEqual([1, 3, null]);
  expect(sinceCheckpoint(plan, run, { at: '02:00', seq: 20 })).toEqual([]);
});
