import { describe, expect, it } from 'vitest';
import type { Run } from '../../../shared/runs/model';
import { hasBegun } from '../../../shared/runs/position';
import { reduce } from '../../../shared/runs/reduce';
import { EventList, ref } from '../../support/run-events';

const started = (): EventList => new EventList().start();
const kinds = (run: Run): readonly string[] => run.deviations.map(({ kind }) => kind);
const stateOf = (run: Run, cell: string): string | undefined => run.steps[cell]?.state;

describe('a step', () => {
  it('runs, is done, and keeps its attempt', () => {
    const list = started().begin('a');
    expect(reduce(list.events)).toMatchObject({
      running: ['a'],
      steps: { a: { state: 'running', seq: 1, attempts: [{ number: 1, session: 'shell', finished: null }] } },
    });
    expect(reduce(list.end('a').events)).toMatchObject({
      running: [],
      steps: {
        a: {
          state: 'done',
          seq: 2,
          at: '2026-11-24T02:00:02.000Z',
          attempts: [
            {
              startedAt: '2026-11-24T02:00:01.000Z',
              finished: { status: 'done', durationMs: 900, exitStatus: null, content: ref('attempt') },
            },
          ],
        },
      },
    });
  });

  it('fails, also when it is interrupted, and keeps every attempt of a retry', () => {
    const list = started().run('a', 'failed').run('a', 'interrupted', 2);
    expect(stateOf(reduce(list.events), 'a')).toBe('failed');
    const run = reduce(list.run('a', 'done', 3).events);
    expect(stateOf(run, 'a')).toBe('done');
    expect(run.steps['a']?.attempts.map(({ finished }) => finished?.status)).toEqual([
      'failed',
      'interrupted',
      'done',
    ]);
    expect(run.steps['a']?.attempts[0]?.finished?.exitStatus).toBe(1);
    expect(run.deviations).toEqual([]);
  });

  it('is skipped or done by hand with a reason, and both deviate', () => {
    const list = started()
      .run('a', 'failed')
      .add('step-skipped', { cell: 'a', reason: ref('reason') })
      .run('b', 'failed')
      .add('step-marked-done', { cell: 'b', reason: ref('reason') });
    const run = reduce(list.events);
    expect(run.steps['a']).toMatchObject({
      state: 'skipped',
      byHand: false,
      decision: { by: 'Mara Lindt', reason: ref('reason') },
    });
    expect(run.steps['b']).toMatchObject({ state: 'done', byHand: true });
    expect(run.deviations).toMatchObject([
      { kind: 'skipped', cell: 'a' },
      { kind: 'by-hand', cell: 'b' },
    ]);
    const again = reduce(list.run('b', 'done', 2).events);
    expect(again.steps['b']).toMatchObject({ state: 'done', byHand: false, decision: null });
  });

  it('is adjusted before the attempt that sends it, and added where it was not', () => {
    const run = reduce(
      started()
        .run('a', 'failed')
        .add('step-adjusted', { cell: 'a', before: ref('before'), after: ref('after') })
        .run('a', 'done', 2)
        .add('step-added', { cell: 'new', after: 'a', source: ref('source') }).events,
    );
    expect(run.steps['a']?.adjustments).toMatchObject([
      { beforeAttempt: 2, before: ref('before'), after: ref('after') },
    ]);
    expect(run.steps['new']).toMatchObject({ state: 'todo', added: { by: 'Mara Lindt', after: 'a' } });
    expect(kinds(run)).toEqual(['adjusted', 'added']);
  });

  it('that was a command in a terminal is done or failed by its status, in its own times, and begins no run', () => {
    const ran = {
      startedAt: '2026-11-24T02:00:00.000Z',
      endedAt: '2026-11-24T02:00:02.000Z',
      outputs: 'a'.repeat(64),
      content: ref('attempt'),
    };
    const add = (cell: string, exitStatus: number | null) =>
      ({ cell, after: null, source: ref('source'), ran: { ...ran, exitStatus } }) as const;
    const run = reduce(
      started()
        .add('step-added', add('good', 0))
        .add('step-added', add('bad', 2))
        .add('step-added', add('unknown', null)).events,
    );
    expect(Object.values(run.steps).map(({ state }) => state)).toEqual(['done', 'failed', 'failed']);
    expect(run.steps['bad']?.attempts).toMatchObject([
      {
        number: 1,
        session: 'terminal',
        isCaptured: true,
        startedAt: ran.startedAt,
        finished: { at: ran.endedAt, durationMs: 2_000, exitStatus: 2, status: 'failed' },
      },
    ]);
    expect(run.running).toEqual([]);
    expect(hasBegun(run)).toBe(false);
    expect(hasBegun(reduce(started().run('a').events))).toBe(true);
  });

  it('that was done and runs again leaves those done after it as before the re-run', () => {
    const list = started().run('a').run('b').run('c', 'failed').run('d').begin('b', 2);
    const run = reduce(list.events);
    const marks = Object.fromEntries(Object.values(run.steps).map((step) => [step.cell, step.beforeRerun]));
    expect(marks).toEqual({ a: false, b: false, c: false, d: true });
    const again = reduce(list.end('b', 'done', 2).run('d', 'done', 2).events);
    expect(again.steps['d']?.beforeRerun).toBe(false);
    const retried = reduce(started().run('a', 'failed').run('b').run('a', 'done', 2).events);
    expect(retried.steps['b']?.beforeRerun).toBe(false);
  });

  it('is undone one by one in a rollback, until that is over', () => {
    const steps = [
      { cell: 'b', by: 'b2' },
      { cell: 'b', by: 'b1' },
      { cell: 'a', by: null },
    ];
    const list = started().run('a').run('b').add('roll-back-begun', { to: 'a', steps });
    const left = (): unknown => reduce(list.events).rollback?.rest;
    expect(left()).toEqual(steps);
    list.run('b2', 'failed');
    expect(left()).toEqual(steps);
    list.run('b2', 'done', 2);
    expect(left()).toEqual(steps.slice(1));
    // The last cell of a step undoes it only once that is recorded.
    list.run('b1');
    expect(left()).toEqual(steps.slice(1));
    list.add('rolled-back', { cell: 'b', by: 'b1' });
    expect(left()).toEqual(steps.slice(2));
    list.add('rolled-back', { cell: 'a', by: null });
    expect(reduce(list.events)).toMatchObject({
      rollback: { to: 'a', rest: [] },
      steps: { a: { state: 'rolledback', rolledBackBy: null } },
    });
    expect(reduce(list.add('roll-back-ended', { how: 'done' }).events).rollback).toBeNull();
  });

  it('is tried again by itself as often and as late as was asked for', () => {
    const list = started().run('a', 'failed');
    list.add('retry-planned', { cell: 'a', count: 2, wait: 30 });
    const plan = () => reduce(list.events).retry;
    const since = () => Date.parse(plan()?.at ?? '') - Date.parse(list.events.at(-1)?.at ?? '');
    expect(plan()).toMatchObject({ cell: 'a', left: 2 });
    expect(since()).toBe(30_000);
    list.run('a', 'failed', 2);
    expect(plan()).toMatchObject({ left: 1 });
    expect(since()).toBe(30_000);
    list.run('a', 'failed', 3);
    expect(plan()).toBeNull();
    list.add('retry-planned', { cell: 'a', count: 2, wait: 0 });
    const over = {
      interrupted: () => list.add('interrupted', { cell: 'a' }),
      stopped: () => list.add('retry-stopped', { cell: 'a' }),
      done: () => list.run('a', 'done', 4),
    };
    for (const end of Object.values(over)) {
      list.add('retry-planned', { cell: 'a', count: 2, wait: 0 });
      end();
      expect(plan()).toBeNull();
    }
  });

  it('is rolled back by another cell, and comes again after that', () => {
    const list = started().run('a').run('b').run('undo').add('rolled-back', { cell: 'b', by: 'undo' });
    expect(reduce(list.events).steps['b']).toMatchObject({ state: 'rolledback', rolledBackBy: 'undo' });
    // A second rollback with the same cell is no step that others stand on.
    const again = reduce(list.run('b', 'done', 2).run('undo', 'done', 2).events);
    expect(again.steps['b']).toMatchObject({ state: 'done', beforeRerun: false });
  });

  it('that nobody saw the end of fails with its session', () => {
    const run = reduce(
      started()
        .begin('a')
        .begin('k', 1, 'kernel')
        .add('kernel-lost', { session: 'kernel', why: ref('why') })
        .add('kernel-lost', { session: 'kernel', why: null })
        .add('kernel-replaced', { session: 'kernel', kernel: 'python3' }).events,
    );
    expect(run.running).toEqual(['a']);
    expect(run.steps['k']).toMatchObject({ state: 'failed', attempts: [{ finished: null }] });
    expect(run.lost).toMatchObject([{ session: 'kernel', seq: 3 }]);
    expect(kinds(run)).toEqual(['kernel-lost', 'kernel-lost']);
  });

  it('is chosen to go on from, and what was lost is settled by that', () => {
    const list = started().run('a').add('kernel-lost', { session: 'shell', why: null });
    expect(reduce(list.add('resumed', { from: null }).events)).toMatchObject({
      resumed: null,
      lost: [{ session: 'shell' }],
    });
    expect(reduce(list.add('resumed', { from: 'a' }).events)).toMatchObject({
      resumed: { from: 'a', seq: 5 },
      lost: [],
      above: null,
    });
  });

  it('is gone on from, and a wait that was lost with a session begins anew', () => {
    const list = started()
      .run('a')
      .add('gate-opened', {
        cell: 'w',
        kind: 'wait',
        until: '2026-11-24T02:30:00.000Z',
        request: null,
        minimum: 1,
      })
      .add('kernel-lost', { session: 'shell', why: null });
    expect(reduce([...list.events]).steps['w']).toMatchObject({ state: 'running', gate: { isOpen: true } });
    const below = reduce(list.add('resumed', { from: 'a' }).events);
    expect(below.steps['w']).toMatchObject({ state: 'todo', gate: { isOpen: false } });
  });

  it('is chosen to be run again by itself, until a person does something else', () => {
    const list = started().run('a').run('b').add('resumed', { from: 'a', upTo: 'b' });
    const above = { upTo: 'b', again: [] };
    expect(reduce(list.events).above).toMatchObject(above);
    const resumed = reduce(list.events).above?.seq ?? 0;
    expect(reduce(list.begin('a').events).above).toMatchObject({ ...above, seq: resumed });
    const lost = list.add('kernel-lost', { session: 'shell', why: null });
    expect(reduce(lost.events).above).toMatchObject(above);
    expect(reduce(lost.add('resumed', { from: null, again: ['a'] }).events)).toMatchObject({
      resumed: { from: 'a', seq: resumed },
      above: { upTo: null, again: ['a'], seq: resumed + 3 },
    });
    expect(reduce(list.add('interrupted', { cell: 'a' }).events).above).toBeNull();
    const undone = started().run('a').add('resumed', { from: 'a', upTo: 'b' });
    expect(
      reduce(undone.add('roll-back-begun', { to: 'a', steps: [{ cell: 'a', by: null }] }).events),
    ).toMatchObject({ above: null, rollback: { to: 'a' } });
  });
});
