import { describe, expect, it } from 'vitest';
import { positionOf } from '../../../shared/runs/position';
import { reduce } from '../../../shared/runs/reduce';
import { runRows, sectionsOf, stepTimes, type RowFacts } from '../../../renderer/runs/run-rows';
import type { EventList } from '../../support/run-events';
import { begun, failedTwice, RELEASE, RELEASE_PLAN, STILL } from '../../support/release-run';

function rowsOf(list: EventList, more: Partial<RowFacts> = {}): readonly string[] {
  const run = reduce(list.events);
  return runRows({
    cells: RELEASE,
    plan: RELEASE_PLAN,
    run,
    queue: [],
    position: positionOf(RELEASE_PLAN, run, STILL),
    opened: new Map(),
    active: null,
    ...more,
  }).map((row) => {
    if (row.kind === 'pause') return row.key;
    return 'state' in row ? `${row.kind} ${row.key} ${row.state}` : `${row.kind} ${row.key}`;
  });
}

describe('the rows of the spine', () => {
  it('are the runbook without its title, each step with its state', () => {
    expect(rowsOf(begun())).toEqual([
      'step p done',
      'heading s1',
      'step a done',
      'pause b',
      'step b done',
      'heading s2',
      'text why',
      'step c todo',
      'rollback cr todo',
      'step g todo',
      'heading s3',
      'step d todo',
      'step e todo',
    ]);
  });

  it('fold a section when the next one has begun, save where somebody is', () => {
    expect(rowsOf(failedTwice()).slice(0, 3)).toEqual(['step p done', 'section s1', 'heading s2']);
    expect(rowsOf(failedTwice(), { active: 'a' })).toContain('heading s1');
    expect(rowsOf(failedTwice(), { opened: new Map([['s1', true]]) })).toContain('step a done');
    expect(rowsOf(begun(), { opened: new Map([['s1', false]]) })).not.toContain('step a done');
  });

  it('have gaps where they happened and an end', () => {
    const list = begun();
    const run = reduce(list.events);
    const { from } = stepTimes(run, 'b');
    list.add('gap', { from: from ?? '', to: run.lastAt ?? '', why: 'engine', cell: null });
    list.add('run-finished', { status: 'aborted', reason: null });
    const rows = rowsOf(list);
    expect(rows[rows.indexOf('step b done') + 1]).toMatch(/^gap gap \d+$/);
    expect(rows.at(-1)).toBe('end end of the run');
  });

  it('keep a gap in sight where its section is one line', () => {
    const list = begun();
    const { from } = stepTimes(reduce(list.events), 'a');
    list.add('gap', { from: from ?? '', to: from ?? '', why: 'output', cell: 'a' });
    const rows = rowsOf(list, { opened: new Map([['s1', false]]) });
    expect(rows).not.toContain('step a done');
    expect(rows[rows.findIndex((row) => row.startsWith('section')) + 1]).toMatch(/^gap gap \d+$/);
  });

  it('know the steps of each section', () => {
    expect(sectionsOf(RELEASE, RELEASE_PLAN).map(({ title, steps }) => `${title}: ${steps.length}`)).toEqual([
      'Prepare: 2',
      'First batch, 10 %: 2',
      'Second batch: 2',
    ]);
  });
});
