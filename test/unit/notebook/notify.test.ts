import { describe, expect, test } from 'vitest';
import { isTold, noticesBetween, silentCells, type WatchedRuns } from '../../../shared/notebook/notify';
import type { CellRun, InputRequest } from '../../../shared/notebook/view';

const AT = Date.parse('2026-11-24T02:18:05.000Z');
const iso = (seconds: number): string => new Date(AT + seconds * 1000).toISOString();

function run(status: CellRun['status'], seconds: number | null, more: Partial<CellRun> = {}): CellRun {
  return {
    status,
    executionCount: 1,
    queuedAt: iso(0),
    startedAt: iso(0),
    endedAt: seconds === null ? null : iso(seconds),
    position: null,
    exitStatus: null,
    summary: null,
    session: 'kernel',
    edited: false,
    ...more,
  };
}

const look = (
  runs: Readonly<Record<string, CellRun>>,
  inputs: readonly InputRequest[] = [],
): WatchedRuns => ({
  runs: new Map(Object.entries(runs)),
  inputs,
});
const ask = (cell: string, request: string): InputRequest => ({
  cell,
  request,
  prompt: 'Password: ',
  password: true,
  continuous: false,
});

describe('a notice', () => {
  const running = look({ a: run('running', null) });
  test('is nothing that came with what it shows', () => {
    const came = look({ a: run('failed', 90, { fromFile: true }) });
    expect(noticesBetween(look({}), came, 10)).toEqual([]);
  });

  test('tells the end of a cell that ran for long, and of no other', () => {
    expect(noticesBetween(running, look({ a: run('done', 30) }), 30)).toEqual([
      { kind: 'done', cell: 'a', lasted: 30_000 },
    ]);
    expect(noticesBetween(running, look({ a: run('done', 29) }), 30)).toEqual([]);
  });

  test('tells a failure however short, also where its start was never seen', () => {
    const failed = look({ a: run('failed', 1, { summary: 'exit status 7' }) });
    const told = [{ kind: 'failed', cell: 'a', lasted: 1_000 }];
    expect(noticesBetween(running, failed, 30)).toEqual(told);
    expect(noticesBetween(look({}), failed, 30)).toEqual(told);
  });

  test('tells the first of several failures, and nothing that a person interrupted', () => {
    const before = look({ a: run('running', null), b: run('queued', null) });
    const aborted = run('failed', 1, { summary: 'not run: a cell before it failed' });
    expect(
      noticesBetween(before, look({ a: run('failed', 1), b: aborted }), 30).map(({ cell }) => cell),
    ).toEqual(['a']);
    const interrupted = look({ a: run('failed', 90, { summary: 'interrupted' }), b: run('queued', null) });
    expect(noticesBetween(before, interrupted, 30)).toEqual([]);
  });

  test('tells nothing of what ended before, was edited since, or begins', () => {
    const done = run('done', 90);
    expect(noticesBetween(look({ a: done }), look({ a: { ...done, edited: true } }), 30)).toEqual([]);
    expect(noticesBetween(look({ a: done }), running, 30)).toEqual([]);
    expect(noticesBetween(running, running, 30)).toEqual([]);
  });

  test('tells a question once, and neither its words nor its answer', () => {
    const asked = look({ a: run('running', null) }, [ask('a', 'one')]);
    expect(noticesBetween(running, asked, 30)).toEqual([{ kind: 'waiting', cell: 'a', lasted: null }]);
    expect(noticesBetween(asked, look({ a: run('running', null) }, [...asked.inputs]), 30)).toEqual([]);
  });
});

describe('silence', () => {
  const signs = new Map([['a', AT]]);
  const minutes = (count: number): number => AT + count * 60_000;

  test('is told after its time, once, and again after the next sign', () => {
    expect(silentCells(signs, new Map(), minutes(4.9), 5)).toEqual([]);
    expect(silentCells(signs, new Map(), minutes(5), 5)).toEqual([
      { kind: 'silent', cell: 'a', lasted: 300_000 },
    ]);
    expect(silentCells(signs, signs, minutes(60), 5)).toEqual([]);
    expect(silentCells(new Map([['a', minutes(60)]]), signs, minutes(65), 5)).toHaveLength(1);
  });
});

test('the system tells what the setting wishes', () => {
  const kinds = ['done', 'failed', 'waiting', 'silent'] as const;
  const told = (wish: 'all' | 'needed' | 'off'): readonly string[] =>
    kinds.filter((kind) => isTold(kind, wish));
  expect([told('all'), told('needed'), told('off')]).toEqual([
    ['done', 'failed', 'waiting', 'silent'],
    ['failed', 'waiting', 'silent'],
    [],
  ]);
});
