import { expect, it } from 'vitest';
import { positionOf } from '../../../shared/runs/position';
import { reduce } from '../../../shared/runs/reduce';
import { runNotices, stepNotice } from '../../../renderer/runs/watch-run';
import type { EventList } from '../../support/run-events';
import { begun, RELEASE_PLAN, STILL } from '../../support/release-run';

const look = (list: EventList): Parameters<typeof runNotices>[0] => {
  const run = reduce(list.events);
  return { run, plan: RELEASE_PLAN, position: positionOf(RELEASE_PLAN, run, STILL) };
};
const between = (before: EventList, after: EventList, longSeconds = 30): readonly string[] =>
  runNotices(look(before), look(after), longSeconds).map(({ kind, what }) => `${kind}: ${what}`);

it('tells a failure, however short, and not what a person interrupted', () => {
  expect(between(begun().begin('c'), begun().run('c', 'failed'))).toEqual([
    'failed: Step 3 failed after 0.9s',
  ]);
  expect(between(begun().begin('c'), begun().run('c', 'interrupted'))).toEqual([]);
});

it('tells that a person is needed, and a long step that is done', () => {
  expect(between(begun().begin('c'), begun().run('c'))).toEqual(['waiting: Step 4 waits for its items']);
  expect(between(begun().begin('c'), begun().run('c'), 0)).toEqual([
    'waiting: Step 4 waits for its items',
    'done: Step 3 is done after 0.9s',
  ]);
});

it('tells nothing of a run that was only opened, and once what happened once', () => {
  const empty = { run: null, plan: RELEASE_PLAN, position: null };
  expect(runNotices(empty, look(begun().run('c', 'failed')), 30)).toEqual([]);
  const failed = begun().run('c', 'failed');
  expect(between(failed, failed)).toEqual([]);
});

it('tells once that a step went over the limit that only warns', () => {
  const over = begun().begin('c').add('limit-passed', { cell: 'c', attempt: 1, seconds: 30 });
  expect(between(begun().begin('c'), over)).toEqual([
    expect.stringMatching(/^silent: Step 3 is over its time limit, after /),
  ]);
  const later = begun().begin('c').add('limit-passed', { cell: 'c', attempt: 1, seconds: 30 });
  expect(between(over, later.add('unticked', { cell: 'g', item: 1 }))).toEqual([]);
});

it('tells by its number what a running step is silent or asks for, and leaves its end to the journal', () => {
  const of = (kind: 'silent' | 'waiting' | 'failed' | 'done', cell = 'c'): string | undefined =>
    stepNotice({ kind, cell, lasted: 300_000 }, RELEASE_PLAN)?.what;
  expect(of('silent')).toBe('Step 3 has said nothing for 5m 00s');
  expect(of('waiting')).toBe('Step 3 waits for input');
  expect(of('silent', 'cr')).toBe('3r has said nothing for 5m 00s');
  expect([of('failed'), of('done')]).toEqual([undefined, undefined]);
});
