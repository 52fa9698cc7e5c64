import { expect, test } from 'vitest';
import type { Cell } from '../../../shared/notebook/model';
import { placeBefore } from '../../../shared/runs/added-place';
import { actionsOf } from '../../../shared/runs/actions';
import type { EnvironmentRef } from '../../../shared/runs/events';
import type { Run, StepRecord, StepState } from '../../../shared/runs/model';
import { planOf, type PlanStep } from '../../../shared/runs/plan';
import { goOnAt, jumpedOver, nextAbove } from '../../../shared/runs/run-above';
import { EMPTY_RUN } from '../../../shared/runs/reduce';
import { positionOf, standingState, undoPlan, type LiveFacts } from '../../../shared/runs/position';

const AT = '2026-11-24T01:18:05.000Z';
const REF = { file: 'content/000000-x.json', sha256: '0'.repeat(64) };
const IDLE: LiveFacts = { queue: [] };

function cell(id: string, type: Cell['type'], metadata: Cell['metadata'] = {}): Cell {
  return { id, type, source: id, metadata, outputs: [], executionCount: null };
}

const PLAN = planOf({
  metadata: {},
  cells: [
    cell('p', 'code', { tags: ['parameters'] }),
    cell('a', 'code'),
    cell('b', 'code', { tags: ['destructive'] }),
    cell('b1', 'code', { watchbook: { rollbackOf: 'b' } }),
    cell('b2', 'code', { watchbook: { rollbackOf: 'b' } }),
    cell('g', 'markdown', { watchbook: { gate: { kind: 'approve' }, checklist: { required: [2] } } }),
    cell('c', 'code'),
  ],
});

function record(id: string, state: StepState, seq: number, more: Partial<StepRecord> = {}): StepRecord {
  const attempt = { number: 1, startedAt: AT, session: 'kernel' as const, source: REF, finished: null };
  return {
    cell: id,
    state,
    at: AT,
    seq,
    attempts: [attempt],
    adjustments: [],
    added: null,
    decision: null,
    byHand: false,
    rolledBackBy: null,
    beforeRerun: false,
    gate: null,
    ticks: {},
    ...more,
  };
}

function run(
  records: readonly StepRecord[],
  more: Partial<Run> = {},
  environment: Partial<EnvironmentRef> = {},
): Run {
  const actor = {
    name: 'mara',
    account: 'mara',
    host: 'laptop',
    zone: 'Europe/Berlin',
    via: 'window' as const,
  };
  return {
    ...EMPTY_RUN,
    seq: 99,
    lastAt: AT,
    started: {
      at: AT,
      by: actor,
      data: {
        runbook: 'r.ipynb',
        commit: null,
        digest: REF.sha256,
        uncommitted: null,
        environment: { name: 'prod', colour: 'carmine', guard: 'none', gates: 'real', ...environment },
        environmentDigest: REF.sha256,
        parameters: REF,
        kernel: null,
        tools: {},
        previous: null,
        variables: [],
        accepted: null,
      },
    },
    driver: 'mara',
    steps: Object.fromEntries(records.map((one) => [one.cell, one])),
    ...more,
  };
}

const kinds = (it: Run, live: LiveFacts = IDLE): readonly string[] =>
  actionsOf(PLAN, it, positionOf(PLAN, it, live)).map(({ kind }) => kind);

test('a run stands at its first step that is not passed; parameters hold nothing up', () => {
  expect(positionOf(PLAN, run([]), IDLE)).toMatchObject({
    kind: 'ready',
    step: { cell: 'a' },
    isFirst: true,
  });
  const one = run([record('p', 'done', 1), record('a', 'done', 2)]);
  expect(positionOf(PLAN, one, IDLE)).toMatchObject({ kind: 'ready', step: { cell: 'b' }, isFirst: false });
  expect(positionOf(PLAN, run([record('p', 'failed', 1)]), IDLE)).toMatchObject({
    kind: 'failed',
    step: { cell: 'p' },
  });
  const all = ['p', 'a', 'b', 'c'].map((id, seq) => record(id, 'done', seq));
  expect(positionOf(PLAN, run([...all, record('g', 'skipped', 9)]), IDLE)).toEqual({ kind: 'complete' });
  const aborted = run([], { finished: { at: AT, by: 'mara', status: 'aborted', reason: REF } });
  expect(kinds(aborted)).toEqual([]);
});

test('a running step leaves only its interrupt, a failed one its ways on', () => {
  const going = run([record('a', 'running', 2)], { running: ['a'] });
  expect(kinds(going)).toEqual(['checkpoint', 'interrupt']);
  const failed = run([record('a', 'failed', 2)]);
  expect(kinds(failed)).toEqual([
    'retry',
    'retry-later',
    'skip',
    'roll-back',
    'mark-done',
    'abort',
    'add-step',
  ]);
});

test('a rejected gate is asked again or skipped: nobody marks it as done, nothing asks it by itself', () => {
  const before = [record('a', 'done', 1), record('b', 'done', 2)];
  const rejected = run([...before, record('g', 'failed', 3, { attempts: [] })]);
  expect(positionOf(PLAN, rejected, IDLE)).toMatchObject({ kind: 'failed', step: { cell: 'g' } });
  expect(kinds(rejected)).toEqual(['retry', 'skip', 'roll-back', 'abort', 'add-step']);
  const strict = run([...before, record('g', 'failed', 3, { attempts: [] })], {}, { guard: 'strict' });
  expect(kinds(strict)).toEqual(['retry', 'roll-back', 'abort', 'add-step']);
});

test('a strict environment wants name and number before a destructive step, and never retries by itself', () => {
  const strict = { guard: 'strict' } as const;
  const ready = run([record('a', 'done', 2)], {}, strict);
  expect(actionsOf(PLAN, ready, positionOf(PLAN, ready, IDLE))[0]).toMatchObject({
    kind: 'next',
    asks: 'words',
    words: 'prod 2',
    role: 'plain',
  });
  const failed = run([record('a', 'failed', 2)], {}, strict);
  expect(kinds(failed)).not.toContain('retry-later');
});

test('a gate waits for its items, then for its approval; a rehearsal confirms', () => {
  const before = [record('a', 'done', 1), record('b', 'done', 2)];
  expect(positionOf(PLAN, run(before), IDLE)).toMatchObject({ kind: 'waiting', for: 'items' });
  const ticked = [
    ...before,
    record('g', 'waiting', 3, { attempts: [], ticks: { '2': { at: AT, by: 'mara' } } }),
  ];
  expect(positionOf(PLAN, run(ticked), IDLE)).toMatchObject({ kind: 'waiting', for: 'approval' });
  expect(kinds(run(ticked))).toEqual(['approve', 'reject', 'skip', 'abort', 'add-step']);
  expect(kinds(run(ticked, {}, { gates: 'confirm' }))).toEqual(['confirm', 'skip', 'abort', 'add-step']);
});

test('rolling back undoes in reverse order, and names what has no way back', () => {
  const done = run([record('a', 'done', 1), record('b', 'failed', 2)]);
  expect(undoPlan(PLAN, done, 'a')).toEqual([
    { cell: 'b', by: 'b2' },
    { cell: 'b', by: 'b1' },
    { cell: 'a', by: null },
  ]);
  const begun = { ...done, rollback: { seq: 3, to: 'a', rest: [{ cell: 'b', by: 'b1' }] } };
  const place = { kind: 'rolling-back', by: 'b1', left: 1 };
  expect(positionOf(PLAN, begun, IDLE)).toMatchObject({ ...place, hasFailed: false });
  expect(kinds(begun)).toEqual(['roll-back-next', 'roll-back-by-hand', 'roll-back-stop', 'abort']);
  // What undoes it failed in this rollback, not in one before.
  const undo = (seq: number): Run => ({
    ...begun,
    steps: { ...begun.steps, b1: record('b1', 'failed', seq) },
  });
  expect(positionOf(PLAN, undo(2), IDLE)).toMatchObject({ ...place, hasFailed: false });
  expect(positionOf(PLAN, undo(4), IDLE)).toMatchObject({ ...place, hasFailed: true });
});

test('a lost session asks where to go on; what was done from there on counts no more', () => {
  const records = [record('a', 'done', 1), record('b', 'done', 2)];
  const lost = run(records, { lost: [{ seq: 5, at: AT, session: 'kernel' }] });
  expect(positionOf(PLAN, lost, IDLE)).toMatchObject({ kind: 'lost', done: [{ cell: 'a' }, { cell: 'b' }] });
  expect(kinds(lost)).toEqual(['resume', 'abort']);
  expect(actionsOf(PLAN, lost, positionOf(PLAN, lost, IDLE)).map(({ key }) => key)).toEqual([
    'Alt+C',
    'Alt+X',
  ]);
  // At the end of a run nothing is to be done that could miss it.
  const all = run([...records, record('g', 'skipped', 3), record('c', 'done', 4)], { lost: lost.lost });
  expect(positionOf(PLAN, all, IDLE)).toEqual({ kind: 'complete' });
  const resumed = run(records, { resumed: { seq: 6, at: AT, from: 'b' } });
  expect(positionOf(PLAN, resumed, IDLE)).toMatchObject({ kind: 'ready', step: { cell: 'b' } });
  // What happens above that place from then on counts again.
  const since = run([record('a', 'failed', 7), record('b', 'done', 2)], {
    resumed: { seq: 6, at: AT, from: 'b' },
  });
  expect(positionOf(PLAN, since, IDLE)).toMatchObject({ kind: 'failed', step: { cell: 'a' } });
  // Nothing stood on what failed in it: it is tried again, and nothing is to be chosen.
  const alone = run([record('a', 'failed', 1)], { lost: [{ seq: 5, at: AT, session: 'kernel' }] });
  expect(positionOf(PLAN, alone, IDLE)).toMatchObject({ kind: 'failed', step: { cell: 'a' } });
});

test('what was to be run again by itself goes on after a person’s word, as far as it may', () => {
  const done = [record('a', 'done', 1), record('b', 'done', 2)];
  const resumed = { seq: 5, at: AT, from: 'a' };
  const next = (it: Run): string | null => nextAbove(PLAN, it, positionOf(PLAN, it, IDLE))?.cell ?? null;
  const all = run(done, { resumed, above: { seq: 5, upTo: 'c', again: [] } });
  expect(next(all)).toBe('a');
  expect(kinds(all)).toEqual(['next', 'run-on', 'skip', 'roll-back', 'mark-done', 'abort', 'add-step']);
  expect(next({ ...all, running: ['a'] })).toBeNull();
  expect(next(run([record('a', 'failed', 6)], { resumed, above: all.above }))).toBeNull();
  // A destructive one waits for a person, and so does every step in a strict environment.
  const before = run([record('a', 'done', 6), record('b', 'done', 2)], { resumed, above: all.above });
  expect(positionOf(PLAN, before, IDLE)).toMatchObject({ kind: 'ready', step: { cell: 'b' } });
  expect([next(before), kinds(before).includes('run-on')]).toEqual([null, false]);
  expect(next(run(done, { resumed, above: all.above }, { guard: 'strict' }))).toBeNull();
  // Of chosen ones each is run once.
  const chosen = { seq: 5, upTo: null, again: ['a', 'b'] };
  const at = { resumed: { seq: 5, at: AT, from: 'c' }, above: chosen };
  expect(next(run(done, at))).toBe('a');
  expect(next(run([record('a', 'done', 6), record('b', 'done', 2)], at))).toBe('b');
  expect(next(run([record('a', 'done', 6), record('b', 'done', 7)], at))).toBeNull();
});

test('only what is run again first is no jump, and never what came to nothing before', () => {
  const it = run([record('a', 'done', 1), record('b', 'failed', 2)]);
  const jumped = (isRunAgain: (step: PlanStep) => boolean): string | undefined =>
    jumpedOver(PLAN, it, isRunAgain)?.cell;
  expect(jumped(() => false)).toBe('b');
  expect(jumped(() => true)).toBe('g');
  expect(jumped(({ cell: id }) => id === 'b')).toBe('g');
});

test('after a loss the first step that has not ended is proposed, and never one that is passed', () => {
  const cutOff = run([record('a', 'done', 1), record('b', 'failed', 2)]);
  expect(goOnAt(PLAN, cutOff)?.cell).toBe('b');
  // A failed attempt that a person answered for by hand, or passed over, is nothing to send again.
  const answered = run([record('a', 'skipped', 1), record('b', 'done', 2, { byHand: true })]);
  expect(goOnAt(PLAN, answered)?.cell).toBe('g');
  expect(goOnAt(PLAN, run([...Object.values(answered.steps), record('g', 'done', 3)]))?.cell).toBe('c');
  const back = run([record('a', 'done', 1), record('b', 'rolledback', 2)]);
  expect(goOnAt(PLAN, back)?.cell).toBe('b');
});

test('a step is added right before another, above the texts that name that one', () => {
  const text = (id: string, source: string): Cell => ({ ...cell(id, 'markdown'), source });
  const cells = [
    cell('a', 'code'),
    text('s', '## Section'),
    text('why', 'Some words.'),
    text('h', '### Deploy'),
    cell('b', 'code'),
    text('s2', '## Next'),
    cell('c', 'code'),
  ];
  const plan = planOf({ metadata: {}, cells });
  expect(placeBefore(cells, plan, 'a')).toBeNull();
  expect(placeBefore(cells, plan, 'b')).toBe('why');
  expect(placeBefore(cells, plan, 'c')).toBe('s2');
});

test('a step whose items hold the run up waits for a person, though its gate is not open yet', () => {
  const done = [record('a', 'done', 1), record('b', 'done', 2)];
  const items = positionOf(PLAN, run(done), IDLE);
  expect(items).toMatchObject({ kind: 'waiting', for: 'items', step: { cell: 'g' } });
  expect(standingState(items, 'g', 'todo')).toBe('waiting');
  expect(standingState(items, 'c', 'todo')).toBe('todo');
  expect(standingState(items, 'a', 'done')).toBe('done');
  const ready = positionOf(PLAN, run([]), IDLE);
  expect(standingState(ready, 'a', 'todo')).toBe('todo');
  // A wait does not go on while a person has to choose where the run does.
  const lost = positionOf(PLAN, run(done, { lost: [{ seq: 5, at: AT, session: 'kernel' }] }), IDLE);
  expect(lost.kind).toBe('lost');
  expect(standingState(lost, 'g', 'running')).toBe('todo');
  expect(standingState(lost, 'a', 'done')).toBe('done');
});
