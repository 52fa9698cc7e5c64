import { expect, it } from 'vitest';
import { positionOf } from '../../../shared/runs/position';
import { reduce } from '../../../shared/runs/reduce';
import { runNotices } from '../../../renderer/runs/watch-run';
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
