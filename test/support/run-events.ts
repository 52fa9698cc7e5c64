import fc from 'fast-check';
import type { Actor, EventDataOf, EventType, NewEvent, RunEvent } from '../../shared/runs/events';
import type { AnyEvent } from '../../shared/runs/understand';
import { MARA } from './run-journals';

/** 2026-11-24T02:00:00Z. */
const START = Date.UTC(2026, 10, 24, 2);

/** A content file's name for tests that read none. */
export function ref(word: string): { readonly file: string; readonly sha256: string } {
  return { file: `content/000000-${word}.json`, sha256: '0'.repeat(64) };
}

export function startedData(more: Partial<EventDataOf<'run-started'>> = {}): EventDataOf<'run-started'> {
  return {
    runbook: 'releases/payments-api.ipynb',
    commit: 'b'.repeat(40),
    digest: '1'.repeat(64),
    uncommitted: null,
    environment: { name: 'prod', colour: 'carmine', guard: 'strict', gates: 'real' },
    environmentDigest: '2'.repeat(64),
    parameters: ref('parameters'),
    kernel: 'bash',
    tools: { bash: '5.2' },
    previous: null,
    variables: [],
    accepted: null,
    ...more,
  };
}

/** Events with their numbers, a second apart. */
export class EventList {
  readonly events: RunEvent[] = [];
  actor: Actor = MARA;
  /** Milliseconds to the next event. */
  step = 1_000;
  private time = START;

  add<T extends EventType>(type: T, data: EventDataOf<T>): this {
    const at = new Date(this.time).toISOString();
    this.events.push({
      v: 1,
      seq: this.events.length,
      at,
      actor: this.actor,
      type,
      data,
    } as unknown as RunEvent);
    this.time += this.step;
    return this;
  }

  start(more: Partial<EventDataOf<'run-started'>> = {}): this {
    return this.add('run-started', startedData(more));
  }

  run(cell: string, status: 'done' | 'failed' | 'interrupted' = 'done', attempt = 1): this {
    return this.begin(cell, attempt).end(cell, status, attempt);
  }

  begin(cell: string, attempt = 1, session: 'kernel' | 'shell' = 'shell'): this {
    return this.add('cell-started', { cell, attempt, session, source: ref('source') });
  }

  end(cell: string, status: 'done' | 'failed' | 'interrupted' = 'done', attempt = 1): this {
    const exitStatus = status === 'failed' ? { exitStatus: 1 } : {};
    return this.add('cell-finished', {
      cell,
      attempt,
      status,
      duration_ms: 900,
      ...exitStatus,
      outputs: '3'.repeat(64),
      content: ref('attempt'),
    });
  }
}

const cell = fc.constantFrom('a', 'b', 'c', 'undo', 'gate', '__proto__', 'constructor');
const attempt = fc.integer({ min: 1, max: 4 });
const word = fc.constantFrom('x', 'before', 'reason').map(ref);
const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });
const session = fc.constantFrom('kernel' as const, 'shell' as const, 'terminal' as const);
const digest = fc.constant('4'.repeat(64));
const instant = fc
  .integer({ min: -10_000, max: 10_000 })
  .map((offset) => new Date(START + offset).toISOString());
const item = fc.integer({ min: 1, max: 3 });
const terminal = fc.constantFrom('t', 'u');

/** Any data that an event of each type may have. */
const DATA: { readonly [T in EventType]: fc.Arbitrary<EventDataOf<T>> } = {
  'run-started': fc
    .record({ accepted: maybe(word), guard: fc.constantFrom('none' as const, 'strict' as const) })
    .map(({ accepted, guard }) =>
      startedData({
        accepted,
        environment: { name: 'prod', colour: 'carmine', guard, gates: 'real' },
      }),
    ),
  resumed: fc.record(
    { from: maybe(cell), upTo: cell, again: fc.array(cell, { maxLength: 3 }) },
    { requiredKeys: ['from'] },
  ),
  'library-changed': fc.record({ commit: maybe(digest), uncommitted: maybe(digest) }),
  'cell-started': fc.record({ cell, attempt, session, source: word }),
  'cell-finished': fc.record({
    cell,
    attempt,
    status: fc.constantFrom('done' as const, 'failed' as const, 'interrupted' as const),
    duration_ms: fc.nat(),
    outputs: digest,
    content: word,
  }),
  'limit-passed': fc.record({
    cell,
    attempt: fc.integer({ min: 1, max: 3 }),
    seconds: fc.integer({ min: 1, max: 9 }),
  }),
  'step-adjusted': fc.record({ cell, before: word, after: word }),
  'step-added': fc.record({ cell, after: maybe(cell), source: word }),
  'step-skipped': fc.record({ cell, reason: word }),
  'step-marked-done': fc.record({ cell, reason: word }),
  interrupted: fc.record({ cell: maybe(cell) }),
  check: fc.record({
    title: maybe(fc.string()),
    cell: maybe(cell),
    in: fc.constantFrom('shell' as const, 'laptop' as const),
    found: word,
    result: fc.constantFrom('match' as const, 'mismatch' as const, 'not-checked' as const),
  }),
  override: fc.record({
    what: fc.constantFrom('check' as const, 'gate' as const, 'expectation' as const, 'weakening' as const),
    cell: maybe(cell),
    reason: word,
  }),
  'gate-opened': fc.record({
    cell,
    kind: fc.constantFrom('confirm' as const, 'approve' as const, 'wait' as const, 'condition' as const),
    until: maybe(instant),
    request: maybe(word),
    minimum: fc.integer({ min: 1, max: 2 }),
  }),
  'gate-answered': fc.record({
    cell,
    verdict: fc.constantFrom(
      'confirmed' as const,
      'approved' as const,
      'rejected' as const,
      'passed' as const,
      'cut' as const,
    ),
    approver: maybe(fc.constantFrom('Jo', 'Ada')),
    how: fc.constantFrom('laptop' as const, 'rehearsal' as const, 'time' as const),
    reason: maybe(word),
  }),
  'gate-voided': fc.record({
    cell,
    why: fc.constantFrom('text' as const, 'tick' as const, 'timeout' as const),
  }),
  ticked: fc.record({ cell, item }),
  unticked: fc.record({ cell, item }),
  checkpoint: fc.record({
    id: fc.constantFrom('one', 'two'),
    why: fc.constantFrom('step' as const, 'person' as const),
    cell: maybe(cell),
    name: maybe(word),
    state: word,
  }),
  restored: fc.record({ checkpoint: fc.constantFrom('one', 'two', 'none') }),
  'roll-back-begun': fc.record({
    to: cell,
    steps: fc.array(fc.record({ cell, by: fc.option(cell) }), { maxLength: 4 }),
  }),
  'rolled-back': fc.record({ cell, by: fc.option(cell) }),
  'roll-back-ended': fc.record({ how: fc.constantFrom('done' as const, 'stopped' as const) }),
  'retry-planned': fc.record({
    cell,
    count: fc.integer({ min: 1, max: 9 }),
    wait: fc.integer({ min: 0, max: 60 }),
  }),
  'retry-stopped': fc.record({ cell }),
  'terminal-attached': fc.record({
    terminal,
    content: word,
    columns: fc.constant(80),
    rows: fc.constant(24),
  }),
  'terminal-command': fc.record({
    terminal,
    command: item,
    started: instant,
    ended: maybe(instant),
    exitStatus: maybe(item),
    content: maybe(word),
    notRecorded: maybe(fc.constantFrom('space' as const, 'paused' as const)),
    output: fc.constant([]),
  }),
  'terminal-detached': fc.record({
    terminal,
    why: fc.constantFrom('person' as const, 'engine' as const),
  }),
  widget: fc.record({ cell, content: word }),
  'secret-used': fc.record({ name: fc.string(), step: cell }),
  note: fc.record({ cell: maybe(cell), text: word }),
  'hint-followed': fc.record({ cell, target: word }),
  gap: fc.record({
    from: instant,
    to: instant,
    why: fc.constantFrom('engine' as const, 'clock' as const, 'torn' as const),
    cell: maybe(cell),
  }),
  'kernel-lost': fc.record({ session, why: maybe(word) }),
  'kernel-replaced': fc.record({ session, kernel: maybe(fc.string()) }),
  'handed-over': fc.record({ to: fc.string() }),
  'taken-over': fc.record({ from: fc.string() }),
  'handed-out': fc.record({ section: cell, to: fc.string() }),
  gathered: fc.record({ section: cell, sha256: digest }),
  'linked-run': fc.record({
    run: fc.string(),
    relation: fc.constantFrom('parent' as const, 'child' as const),
    cell: maybe(cell),
  }),
  'content-withheld': fc.record({ file: cell, sha256: digest, reason: word }),
  archived: fc.record({ tag: maybe(fc.string()), seq: fc.nat() }),
  'run-finished': fc.record({
    status: fc.constantFrom('done' as const, 'aborted' as const),
    reason: maybe(word),
  }),
};

const ours: fc.Arbitrary<NewEvent> = fc.oneof(
  ...(Object.keys(DATA) as EventType[]).map((type) =>
    (DATA[type] as fc.Arbitrary<unknown>).map((data) => ({ type, data }) as NewEvent),
  ),
);

/** Of a later version, or with data that is not what its type says. */
const foreign = fc.record({
  type: fc.constantFrom('of-the-future', 'constructor', 'note', 'cell-started', 'run-started'),
  data: fc.dictionary(fc.string(), fc.jsonValue()),
});

/** Any list of events with numbers that grow, in any order of types, with clocks that jump. */
export const anyEvents: fc.Arbitrary<readonly AnyEvent[]> = fc
  .array(
    fc.record({
      event: fc.oneof({ weight: 8, arbitrary: ours }, { weight: 1, arbitrary: foreign }),
      at: instant,
      gap: fc.constantFrom(1, 1, 1, 3),
    }),
    { maxLength: 60 },
  )
  .map((list) => {
    let seq = -1;
    return list.map(
      ({ event, at, gap }) =>
        ({
          v: 1,
          seq: (seq += gap),
          at,
          actor: MARA,
          type: event.type,
          data: event.data,
        }) as unknown as AnyEvent,
    );
  });
