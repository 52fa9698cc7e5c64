import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Run } from '../../../shared/runs/model';
import { applyEvent, applyEvents, EMPTY_RUN, reduce } from '../../../shared/runs/reduce';
import { anyEvents, EventList, ref } from '../../support/run-events';
import { MARA } from '../../support/run-journals';
import { caseCount } from '../../support/environment';

const started = (): EventList => new EventList().start();
const kinds = (run: Run): readonly string[] => run.deviations.map(({ kind }) => kind);
const stateOf = (run: Run, cell: string): string | undefined => run.steps[cell]?.state;

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) deepFreeze(member);
    Object.freeze(value);
  }
  return value;
}

describe('any journal', () => {
  it('gives the same run at once, one by one and in parts, and is never changed by it', () => {
    fc.assert(
      fc.property(anyEvents, fc.integer({ min: 1, max: 9 }), (events, size) => {
        deepFreeze(events);
        const whole = deepFreeze(reduce(events));
        let inParts = deepFreeze(EMPTY_RUN);
        for (let from = 0; from < events.length; from += size) {
          inParts = deepFreeze(applyEvents(inParts, events.slice(from, from + size)));
        }
        expect(inParts).toEqual(whole);
        expect(applyEvents(whole, events)).toBe(whole);
        expect(JSON.parse(JSON.stringify(whole))).toEqual(whole);
        expect(whole.seq).toBe(events.at(-1)?.seq ?? -1);
        for (const { cell, state } of Object.values(whole.steps)) {
          if (whole.running.includes(cell)) expect(state).toBe('running');
        }
        expect(new Set(whole.running).size).toBe(whole.running.length);
      }),
      { numRuns: caseCount(400) },
    );
  });

  it('of 100,000 events is reduced without copying what it does not touch', () => {
    const list = started();
    for (let n = 0; n < 33_333; n += 1) {
      const cell = `cell-${n % 2_000}`;
      const attempt = 1 + Math.floor(n / 2_000);
      list.add('checkpoint', { id: `${n}`, why: 'step', cell, name: null, state: ref('state') });
      list.run(cell, n % 3 === 0 ? 'failed' : 'done', attempt);
    }
    const run = reduce(list.events);
    expect(run).toMatchObject({ seq: 99_999, running: [] });
    expect(Object.keys(run.steps)).toHaveLength(2_000);
    const next = applyEvent(run, new EventList().add('note', { cell: null, text: ref('note') }).events[0]!);
    expect(next).toBe(run);
    const note = { ...list.add('note', { cell: null, text: ref('note') }).events.at(-1)! };
    const noted = applyEvent(run, note);
    expect(noted.steps).toBe(run.steps);
    expect(noted.checkpoints).toBe(run.checkpoints);
    const ticked = applyEvent(noted, list.add('ticked', { cell: 'cell-7', item: 1 }).events.at(-1)!);
    expect(ticked.steps['cell-8']).toBe(run.steps['cell-8']);
    expect(run.steps['cell-7']?.ticks).toEqual({});
  });

  it('takes names of members for names of cells', () => {
    const run = reduce(started().run('__proto__').run('constructor', 'failed').begin('toString').events);
    expect(Object.keys(run.steps)).toEqual(['__proto__', 'constructor', 'toString']);
    expect(JSON.parse(JSON.stringify(run)).steps['__proto__']).toMatchObject({ state: 'done' });
    expect(run.running).toEqual(['toString']);
  });

  it('keeps and names events of a later version, and those whose data is another', () => {
    const list = started();
    const [first] = list.events;
    const of = (seq: number, type: string): Parameters<typeof applyEvent>[1] => ({
      ...first!,
      seq,
      type,
      data: { cell: 3 },
    });
    const run = reduce([first!, of(1, 'teleported'), of(2, 'teleported'), of(3, 'note'), of(4, 'toString')]);
    expect(run.unknown).toEqual(['teleported', 'note', 'toString']);
    expect(kinds(run)).toEqual(['foreign', 'foreign', 'foreign']);
    expect(run.seq).toBe(4);
    expect(run.notes).toEqual([]);
  });
});

describe('the start', () => {
  it('tells driver and environment, and counts once', () => {
    const run = reduce(started().start({ runbook: 'other.ipynb' }).events);
    expect(run.started).toMatchObject({ by: MARA, data: { runbook: 'releases/payments-api.ipynb' } });
    expect(run.driver).toBe('Mara Lindt');
    expect(run.deviations).toEqual([]);
  });

  it('from uncommitted files, or with something weaker accepted, deviates', () => {
    const uncommitted = { files: 2, digest: '5'.repeat(64) };
    const run = reduce(new EventList().start({ uncommitted, accepted: ref('accepted') }).events);
    expect(run.deviations).toMatchObject([
      { kind: 'uncommitted', seq: 0, by: 'Mara Lindt', cell: null },
      { kind: 'weaker', reason: ref('accepted') },
    ]);
  });
});

describe('a gate', () => {
  const opened = (kind: 'confirm' | 'approve' | 'wait' | 'condition', minimum = 1): EventList =>
    started().add('gate-opened', { cell: 'g', kind, until: null, request: ref('request'), minimum });
  const answer = (
    list: EventList,
    verdict: 'confirmed' | 'approved' | 'rejected' | 'passed' | 'cut',
    approver: string | null = null,
    how: 'laptop' | 'rehearsal' | 'import' | 'time' | 'condition' = 'laptop',
  ): EventList => list.add('gate-answered', { cell: 'g', verdict, approver, how, reason: null });

  it('waits for a person; a timed one only runs', () => {
    expect(reduce(opened('confirm').events).steps['g']).toMatchObject({
      state: 'waiting',
      gate: { kind: 'confirm', isOpen: true, request: ref('request'), openedAt: '2026-11-24T02:00:01.000Z' },
    });
    for (const kind of ['wait', 'condition'] as const) {
      expect(stateOf(reduce(opened(kind).events), 'g')).toBe('running');
      expect(stateOf(reduce(answer(opened(kind), 'passed', null, 'time').events), 'g')).toBe('done');
    }
    expect(stateOf(reduce(answer(opened('wait'), 'cut', null, 'rehearsal').events), 'g')).toBe('done');
  });

  it('is passed by a confirmation, and closed by a rejection', () => {
    expect(reduce(answer(opened('confirm'), 'confirmed').events).steps['g']).toMatchObject({
      state: 'done',
      gate: { isOpen: false, answers: [{ verdict: 'confirmed', seq: 2 }] },
    });
    expect(reduce(answer(opened('approve'), 'rejected', 'Jo').events).steps['g']).toMatchObject({
      state: 'failed',
      gate: { isOpen: false },
    });
  });

  it('is approved when enough different people did', () => {
    const list = answer(answer(opened('approve', 2), 'approved', 'Jo'), 'approved', 'Jo');
    expect(stateOf(reduce(list.events), 'g')).toBe('waiting');
    expect(stateOf(reduce(answer(list, 'approved', 'Ada').events), 'g')).toBe('done');
  });

  it('approved by a name typed here deviates where the environment is strict', () => {
    expect(kinds(reduce(answer(opened('approve'), 'approved', 'Jo').events))).toEqual(['unsigned']);
    expect(kinds(reduce(answer(opened('approve'), 'approved', 'Jo', 'import').events))).toEqual([]);
    const lax = new EventList()
      .start({ environment: { name: 'dev', colour: 'teal', guard: 'none', gates: 'real' } })
      .add('gate-opened', { cell: 'g', kind: 'approve', until: null, request: null, minimum: 1 });
    expect(kinds(reduce(answer(lax, 'approved', 'Jo').events))).toEqual([]);
  });

  it('that is voided waits anew, or is to come again where it was passed', () => {
    const half = answer(opened('approve', 2), 'approved', 'Jo');
    const voided = reduce(half.add('gate-voided', { cell: 'g', why: 'tick' }).events);
    expect(voided.steps['g']).toMatchObject({
      state: 'waiting',
      gate: { answers: [], voided: [{ why: 'tick' }], isOpen: true },
    });
    const list = answer(opened('approve'), 'approved', 'Jo').add('gate-voided', {
      cell: 'g',
      why: 'rolled-back',
    });
    expect(reduce(list.events).steps['g']).toMatchObject({
      state: 'todo',
      gate: { answers: [], isOpen: false },
    });
    const again = list.add('gate-opened', {
      cell: 'g',
      kind: 'approve',
      until: null,
      request: ref('second'),
      minimum: 1,
    });
    expect(reduce(again.events).steps['g']).toMatchObject({
      state: 'waiting',
      gate: { request: ref('second'), voided: [{ why: 'rolled-back' }], isOpen: true },
    });
  });
});

describe('the rest of a record', () => {
  it('ticks and unticks items by who and when', () => {
    const list = started().add('ticked', { cell: 'l', item: 1 }).add('ticked', { cell: 'l', item: 2 });
    list.actor = { ...MARA, name: 'Jo' };
    const run = reduce(
      list.add('unticked', { cell: 'l', item: 1 }).add('ticked', { cell: 'l', item: 3 }).events,
    );
    expect(run.steps['l']).toMatchObject({ state: 'todo' });
    expect(run.steps['l']?.ticks).toEqual({
      '2': { at: '2026-11-24T02:00:02.000Z', by: 'Mara Lindt' },
      '3': { at: '2026-11-24T02:00:04.000Z', by: 'Jo' },
    });
  });

  it('lists checks, and marks the one that was overridden', () => {
    const check = { title: 'context', in: 'shell', found: ref('found') } as const;
    const run = reduce(
      started()
        .add('check', { ...check, cell: null, result: 'match' })
        .add('check', { ...check, cell: 'a', result: 'not-checked' })
        .add('check', { ...check, cell: 'a', result: 'mismatch' })
        .add('check', { ...check, cell: 'b', result: 'mismatch' })
        .add('override', { what: 'check', cell: 'a', reason: ref('reason') })
        .add('override', { what: 'gate', cell: 'b', reason: ref('reason') }).events,
    );
    expect(run.checks.map(({ overridden }) => overridden)).toEqual([false, false, true, false]);
    expect(run.deviations).toMatchObject([
      { kind: 'override', cell: 'a', reason: ref('reason') },
      { kind: 'override', cell: 'b' },
    ]);
  });

  it('marks the check that a person went over where several stand before one step', () => {
    const list = new EventList();
    for (const title of ['Context', 'Account'])
      list.add('check', { title, cell: 'a', in: 'shell', found: ref('found'), result: 'mismatch' });
    list.add('override', { what: 'check', cell: 'a', check: 0, reason: ref('reason') });
    expect(reduce(list.events).checks.map(({ overridden }) => overridden)).toEqual([true, false]);
  });

  it('restores a checkpoint: what came after it is to come again, with all attempts kept', () => {
    const run = reduce(
      started()
        .run('a')
        .add('checkpoint', { id: 'c1', why: 'person', cell: 'b', name: ref('name'), state: ref('state') })
        .run('b')
        .add('gate-opened', { cell: 'g', kind: 'confirm', until: null, request: null, minimum: 1 })
        .add('gate-answered', {
          cell: 'g',
          verdict: 'confirmed',
          approver: null,
          how: 'laptop',
          reason: null,
        })
        .begin('c')
        .add('restored', { checkpoint: 'c1' }).events,
    );
    expect(run.checkpoints).toMatchObject([{ id: 'c1', seq: 3, by: 'Mara Lindt', state: ref('state') }]);
    expect(stateOf(run, 'a')).toBe('done');
    expect(run.steps['b']).toMatchObject({ state: 'todo', attempts: [{ finished: { status: 'done' } }] });
    expect(run.steps['g']).toMatchObject({ state: 'todo', gate: { isOpen: false, answers: [] } });
    expect(run.running).toEqual([]);
    expect(kinds(run)).toEqual(['restored']);
  });

  it('keeps notes, gaps, links, and what was withheld', () => {
    const gap = { from: '2026-11-24T02:00:00.000Z', to: '2026-11-24T02:05:00.000Z', cell: null };
    const run = reduce(
      started()
        .add('note', { cell: 'a', text: ref('note') })
        .add('gap', { ...gap, why: 'suspended' })
        .add('gap', { ...gap, why: 'clock' })
        .add('linked-run', { run: '../other', relation: 'parent', cell: null })
        .add('content-withheld', {
          file: 'content/000001-note.json',
          sha256: '6'.repeat(64),
          reason: ref('reason'),
        })
        .add('library-changed', { commit: null, uncommitted: null }).events,
    );
    expect(run.notes).toMatchObject([{ seq: 1, by: 'Mara Lindt', cell: 'a', text: ref('note') }]);
    expect(run.gaps).toHaveLength(2);
    expect(run.linked).toMatchObject([{ data: { run: '../other' } }]);
    expect(run.withheld).toMatchObject({ 'content/000001-note.json': { reason: ref('reason') } });
    expect(kinds(run)).toEqual(['gap', 'clock', 'withheld', 'library-changed']);
  });

  it('tells a clock that went back by more than two seconds', () => {
    const list = started();
    list.step = -1_500;
    list.add('interrupted', { cell: null });
    expect(kinds(reduce(list.add('interrupted', { cell: null }).events))).toEqual([]);
    list.step = -2_500;
    list.add('interrupted', { cell: null });
    expect(kinds(reduce(list.add('interrupted', { cell: null }).events))).toEqual(['clock']);
  });

  it('follows who drives', () => {
    const list = started().add('handed-over', { to: 'Jo' });
    expect(reduce(list.events).driver).toBe('Jo');
    list.actor = { ...MARA, name: 'Ada' };
    expect(reduce(list.add('taken-over', { from: 'Jo' }).events).driver).toBe('Ada');
  });

  it('is finished, and nothing runs any more', () => {
    const run = reduce(
      started()
        .begin('a')
        .add('run-finished', { status: 'aborted', reason: ref('reason') }).events,
    );
    expect(run).toMatchObject({
      finished: { status: 'aborted', by: 'Mara Lindt', reason: ref('reason') },
      running: [],
    });
  });

  it('holds what changes nothing of where a run stands', () => {
    const before = reduce(started().run('a').events);
    const list = started().run('a');
    list.add('widget', { cell: 'a', content: ref('widget') });
    list.add('secret-used', { name: 's', step: 'a' });
    list.add('interrupted', { cell: 'a' });
    list.add('handed-out', { section: 'a', to: 'Jo' });
    list.add('gathered', { section: 'a', sha256: '7'.repeat(64) });
    list.add('archived', { tag: null, seq: 1 });
    const { seq: _seq, lastAt: _at, ...rest } = reduce(list.events);
    expect(before).toMatchObject(rest);
  });

  it('has the terminals that were attached, with their commands', () => {
    const list = started();
    const command = {
      started: '2026-11-24T02:00:00.000Z',
      ended: null,
      exitStatus: null,
      notRecorded: null,
      output: [],
    };
    list.add('terminal-attached', { terminal: 't', content: ref('attached'), columns: 80, rows: 24 });
    list.add('terminal-command', { terminal: 't', command: 3, content: ref('command'), ...command });
    list.add('terminal-command', { terminal: 'other', command: 1, content: null, ...command });
    list.add('terminal-detached', { terminal: 't', why: 'person' });
    list.add('terminal-attached', { terminal: 't', content: ref('attached'), columns: 80, rows: 24 });
    const { terminals } = reduce(list.events);
    expect(terminals.map(({ detached, commands }) => [detached?.why ?? null, commands.length])).toEqual([
      ['person', 1],
      [null, 0],
    ]);
    expect(terminals[0]?.commands[0]).toMatchObject({
      command: 3,
      by: 'Mara Lindt',
      content: ref('command'),
    });
  });
});
