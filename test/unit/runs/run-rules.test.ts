import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { findPattern } from '../../../electron/engine/runs/find-pattern';
import type { Cell } from '../../../shared/notebook/model';
import { approverProblem, boundCells, boundOf } from '../../../shared/runs/approval';
import { judgeExpectations } from '../../../shared/runs/expectations';
import { findHints } from '../../../shared/runs/hints';
import { planOf } from '../../../shared/runs/plan';
import { EMPTY_RUN } from '../../../shared/runs/reduce';
import { waitEnd } from '../../../shared/runs/wait-end';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function cell(id: string, source: string, watchbook: object = {}, type: Cell['type'] = 'code'): Cell {
  return { id, type, source, metadata: { watchbook: { ...watchbook } }, outputs: [], executionCount: null };
}

describe('an expectation', () => {
  const judge = async (expected: object, text: string, exitStatus: number | null = 0) => {
    const [result] = await judgeExpectations(expected, { text, exitStatus }, findPattern);
    return result;
  };

  it.each([
    [{ exitStatus: 1 }, 'x', 1, true, null],
    [{ exitStatus: 1 }, 'x', 0, false, 'was 0'],
    [{ exitStatus: 0 }, 'x', null, false, 'there is none'],
    [{ contains: 'rolled out' }, 'a\nrolled out\n', 0, true, null],
    [{ contains: 'rolled out' }, 'a\nb\n', 0, false, 'not found in 2 lines'],
    [{ notContains: 'error' }, 'a\nan error\n', 0, false, 'found in line 2'],
    [{ matches: '^\\d+ rows$' }, 'a\n12 rows\n', 0, true, null],
    [{ matches: '(' }, 'a', 0, false, 'it is no regular expression'],
    [{ number: { pattern: 'rows: (\\S+)', min: 10, max: 2_000 } }, 'rows: 1,200', 0, true, 'was 1200'],
    [{ number: { pattern: 'rows: (\\S+)', max: 10 } }, 'rows: 12', 0, false, 'was 12'],
    [{ number: { pattern: 'rows: (\\S+)' } }, 'rows: many', 0, false, '“many” is no number'],
  ])('%j of %j holds or says what was found', async (expected, text, status, holds, found) => {
    expect(await judge(expected, text, status)).toMatchObject({ holds, found });
  });

  it('of a pattern that never ends does not hold, and ends', async () => {
    const result = await judge({ matches: '^(a+)+$' }, `${'a'.repeat(60)}!`);
    expect(result?.holds).toBe(false);
    expect(result?.found).toContain('longer than');
  });
});

describe('an approval', () => {
  const cells = [
    cell('one', 'echo 1'),
    cell('gate', 'Go?', { gate: { kind: 'approve' } }, 'markdown'),
    cell('two', 'echo 2'),
    cell('undo', 'echo undo', { rollbackOf: 'two' }),
    cell('next', 'Sure?', { gate: { kind: 'confirm' } }, 'markdown'),
    cell('three', 'echo 3'),
  ];
  const boundBy = (changed: readonly Cell[], parameters = { batch: 1 }) => {
    const notebook = { cells: changed, metadata: {} };
    const plan = planOf(notebook);
    const gate = plan.byCell.get('gate')!;
    return boundOf({ plan, notebook, run: EMPTY_RUN }, gate, parameters, sha256);
  };
  const changed = (id: string, source: string): readonly Cell[] =>
    cells.map((one) => (one.id === id ? { ...one, source } : one));

  it('speaks of its gate and all up to the next one, with what undoes it', () => {
    const plan = planOf({ cells, metadata: {} });
    expect(boundCells(plan, plan.byCell.get('gate')!)).toEqual(['gate', 'two', 'undo']);
  });

  it('is bound to these texts and the parameters, and to nothing else', () => {
    const before = boundBy(cells);
    for (const id of ['gate', 'two', 'undo']) expect(boundBy(changed(id, 'other'))).not.toEqual(before);
    for (const id of ['one', 'next', 'three']) expect(boundBy(changed(id, 'other'))).toEqual(before);
    expect(boundBy(cells, { batch: 2 }).parameters).not.toBe(before.parameters);
  });

  it('is given by those who may, each once, and by the driver only where that is allowed', () => {
    const of = { driver: 'Mara', roles: [{ name: 'leads', people: ['Ada', 'Bo'] }], before: ['Bo'] };
    const by = { by: ['leads', 'Cy'] };
    expect(approverProblem(by, 'ada ', of)).toBeNull();
    expect(approverProblem(by, 'Cy', of)).toBeNull();
    expect(approverProblem(by, 'Bo', of)).toContain('already');
    expect(approverProblem(by, 'Dee', of)).toContain('not among');
    expect(approverProblem({}, 'MARA', of)).toContain('drives');
    expect(approverProblem({ selfApprove: true }, 'Mara', of)).toBeNull();
    expect(approverProblem({}, ' ', of)).toContain('name');
  });
});

describe('a wait', () => {
  const now = new Date(2026, 10, 24, 3, 0);

  it('ends at the later one of its length and its time', () => {
    expect(waitEnd({ duration: 60 }, now)?.getTime()).toBe(now.getTime() + 60_000);
    expect(waitEnd({ until: '03:10' }, now)).toEqual(new Date(2026, 10, 24, 3, 10));
    expect(waitEnd({ until: '02:50' }, now)).toEqual(new Date(2026, 10, 25, 2, 50));
    expect(waitEnd({ until: '03:10', duration: 3_600 }, now)).toEqual(new Date(2026, 10, 24, 4, 0));
    expect(waitEnd({ until: '2026-11-24T02:00:00Z' }, now)?.toISOString()).toBe('2026-11-24T02:00:00.000Z');
  });

  it('that names no time ends by no clock', () => {
    for (const until of ['soon', '25:00', '2026-11-24T02:00:00']) expect(waitEnd({ until }, now)).toBeNull();
    expect(waitEnd({}, now)).toBeNull();
  });
});

describe('a hint', () => {
  it('is found in order, and offers to retry only where that may be', async () => {
    const hints = [
      { matches: 'nothing' },
      { matches: 'lock', say: 'Wait.', retry: { count: 3, wait: 5 } },
      { matches: '(', say: 'bad' },
    ];
    const found = await findHints(hints, 'the lock is held', findPattern, true);
    expect(found).toEqual([{ say: 'Wait.', open: null, retry: { count: 3, wait: 5 } }]);
    expect((await findHints(hints, 'the lock is held', findPattern, false))[0]?.retry).toBeNull();
  });
});
