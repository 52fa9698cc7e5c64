import { describe, expect, it } from 'vitest';
import type { Json } from '../../../shared/rpc/contract';
import type { Cell } from '../../../shared/notebook/model';
import type { ContentRef, EventDataOf, EventType, RunEvent } from '../../../shared/runs/events';
import type { Run } from '../../../shared/runs/model';
import { planOf } from '../../../shared/runs/plan';
import { positionOf } from '../../../shared/runs/position';
import { statusUpdate } from '../../../shared/runs/status-update';
import { taskItems } from '../../../shared/runs/task-items';
import {
  quotedContent,
  timelineKind,
  timelineLine,
  timelineText,
  type TimelineFacts,
} from '../../../shared/runs/timeline';

function cell(id: string, type: Cell['type'], source: string, metadata: Cell['metadata'] = {}): Cell {
  return { id, type, source, metadata, outputs: [], executionCount: null };
}

const CELLS: readonly Cell[] = [
  cell('p', 'code', 'version=1', { tags: ['parameters'] }),
  cell('a', 'code', '# Validate row counts\ncheck'),
  cell('b', 'code', '# Deploy to the first batch\ndeploy'),
  cell('undo', 'code', 'undeploy', { watchbook: { rollbackOf: 'b' } }),
  cell('w', 'markdown', '### Watch the error rate', { watchbook: { gate: { kind: 'wait', duration: 600 } } }),
  cell('g', 'markdown', '### Approve the second batch\n- [ ] Ledger lag is below 30 s', {
    watchbook: { gate: { kind: 'approve', minimum: 2 }, checklist: { required: [1] } },
  }),
];
const plan = planOf({ cells: CELLS, metadata: { kernelspec: { name: 'bash' } } });
const actor = { name: 'mara', account: 'mara', host: 'laptop', zone: 'UTC', via: 'window' } as const;
const environment = { name: 'prod', colour: 'carmine', guard: 'strict', gates: 'real' } as const;
const at = '2026-11-24T01:18:05.000Z';
const sha256 = '0'.repeat(64);
const terminalCommand = {
  terminal: 't',
  command: 3,
  started: at,
  ended: '2026-11-24T01:18:06.500Z',
  exitStatus: 0,
  output: [] as EventDataOf<'terminal-command'>['output'],
};

function content(...values: readonly Json[]): {
  readonly refs: readonly ContentRef[];
  readonly facts: TimelineFacts;
} {
  const refs = values.map((_, index) => ({ file: `content/00000${index}-x.json`, sha256 }));
  return {
    refs,
    facts: {
      plan,
      deviations: new Set([7]),
      content: (ref) => {
        const index = refs.findIndex(({ file }) => file === ref.file);
        return index < 0 ? undefined : values[index];
      },
      item: (id, item) =>
        taskItems(CELLS.find((one) => one.id === id)?.source ?? '').items.find((one) => one.item === item)
          ?.text ?? null,
      attached: () => refs[0] ?? null,
    },
  };
}

function event<T extends EventType>(
  type: T,
  data: EventDataOf<T>,
  by: Partial<RunEvent['actor']> = {},
): RunEvent {
  return { v: 1, seq: 7, at, actor: { ...actor, ...by }, type, data } as unknown as RunEvent;
}

function said(one: RunEvent, facts: TimelineFacts): string {
  return timelineText(timelineLine(one, facts), () => '02:18:05').slice('02:18:05  '.length);
}

describe('the words of the timeline', () => {
  const ref = { file: 'content/000000-x.json', sha256 };
  it.each<[RunEvent, Json | null | undefined, string]>([
    [
      event('cell-started', { cell: 'a', attempt: 1, session: 'shell', source: ref }),
      {},
      'Step 1 Validate row counts started (mara)',
    ],
    [
      event('cell-started', { cell: 'p', attempt: 1, session: 'shell', source: ref }),
      {},
      'Parameters started (mara)',
    ],
    [
      event('cell-started', { cell: 'b', attempt: 3, session: 'shell', source: ref }),
      {},
      'Step 2, attempt 3 started (mara)',
    ],
    [
      event('cell-started', { cell: 'undo', attempt: 1, session: 'shell', source: ref }),
      {},
      'Rollback 2r started (mara)',
    ],
    [
      event(
        'cell-finished',
        { cell: 'a', attempt: 1, status: 'done', duration_ms: 22_000, outputs: sha256, content: ref },
        { via: 'engine' },
      ),
      { line: '0 mismatches\nin 3 tables', failure: null },
      'Step 1 done, 0 mismatches in 3 tables, 22s',
    ],
    [
      event(
        'cell-finished',
        {
          cell: 'b',
          attempt: 1,
          status: 'failed',
          duration_ms: 151_000,
          exitStatus: 1,
          outputs: sha256,
          content: ref,
        },
        { via: 'engine' },
      ),
      { line: 'x', failure: null },
      'Step 2 failed, attempt 1, 2m 31s: exit status 1',
    ],
    [
      event(
        'cell-finished',
        {
          cell: 'b',
          attempt: 1,
          status: 'failed',
          duration_ms: 151_000,
          exitStatus: 0,
          outputs: sha256,
          content: ref,
        },
        { via: 'engine' },
      ),
      undefined,
      'Step 2 failed, attempt 1, 2m 31s',
    ],
    [
      event('step-skipped', { cell: 'a', reason: ref }),
      { text: 'ledger lags' },
      'Step 1 skipped: “ledger lags” (mara)',
    ],
    [
      event('step-skipped', { cell: 'a', reason: ref }),
      null,
      'Step 1 skipped: (content withheld or missing) (mara)',
    ],
    [event('step-skipped', { cell: 'a', reason: ref }), undefined, 'Step 1 skipped (mara)'],
    [
      event(
        'gate-opened',
        { cell: 'g', kind: 'approve', until: null, request: null, minimum: 2 },
        { via: 'engine' },
      ),
      {},
      'Gate 4 opened, 2 approvals needed',
    ],
    [
      event(
        'gate-opened',
        { cell: 'w', kind: 'wait', until: '2026-11-24T01:28:05.000Z', request: null, minimum: 1 },
        { via: 'engine' },
      ),
      {},
      'Step 3 Watch the error rate started, waits 10m 00s',
    ],
    [
      event('gate-answered', {
        cell: 'g',
        verdict: 'approved',
        approver: 'jonas',
        how: 'laptop',
        reason: null,
      }),
      {},
      'jonas approved gate 4, typed on this laptop, not signed (mara)',
    ],
    [event('ticked', { cell: 'g', item: 1 }), {}, 'Ticked “Ledger lag is below 30 s” (mara)'],
    [event('unticked', { cell: 'g', item: 9 }), {}, 'Unticked “item 9” (mara)'],
    [
      event('checkpoint', { id: 'c', why: 'person', cell: null, name: ref, state: ref }),
      { text: 'after first batch' },
      'Checkpoint “after first batch” (mara)',
    ],
    [
      event('checkpoint', { id: 'c', why: 'step', cell: 'b', name: null, state: ref }, { via: 'engine' }),
      {},
      'Checkpoint before step 2',
    ],
    [event('rolled-back', { cell: 'b', by: 'undo' }), {}, 'Step 2 rolled back by 2r (mara)'],
    [event('rolled-back', { cell: 'b', by: null }), {}, 'Step 2 undone by hand (mara)'],
    [
      event('rolled-back', { cell: 'b', by: null, reason: ref }),
      { text: 'in the console' },
      'Step 2 undone by hand: “in the console” (mara)',
    ],
    [
      event('roll-back-begun', { to: 'b', steps: [{ cell: 'b', by: 'undo' }] }),
      {},
      'Rolling back begun, to before step 2: 1 step (mara)',
    ],
    [
      event('roll-back-ended', { how: 'stopped' }),
      {},
      'Rolling back stopped; what was undone stays so (mara)',
    ],
    [
      event('retry-planned', { cell: 'b', count: 3, wait: 30 }),
      {},
      'Step 2 is tried again by itself: 3 times at most, every 30s (mara)',
    ],
    [event('retry-stopped', { cell: 'b' }), {}, 'Step 2 is not tried again by itself any more (mara)'],
    [
      event('terminal-attached', { terminal: 't', content: ref, columns: 80, rows: 24 }),
      { title: 'incident', profile: 'bastion', kind: 'ssh', directory: '/' },
      'Terminal attached: incident (ssh bastion) (mara)',
    ],
    [
      event('terminal-command', { ...terminalCommand, content: ref, notRecorded: null }),
      { command: 'kubectl get\npods', directory: null, shown: '', raw: [], lost: 0, paused: false },
      'kubectl get pods, exit 0, 1.5s (mara)',
    ],
    [
      event('terminal-command', { ...terminalCommand, ended: null, content: ref, notRecorded: null }),
      {},
      'A command in the terminal, did not end while attached (mara)',
    ],
    [
      event('terminal-command', { ...terminalCommand, content: null, notRecorded: 'space' }),
      {},
      '1 command not recorded, as it begins with a space (mara)',
    ],
    [
      event('terminal-detached', { terminal: 't', why: 'engine' }, { via: 'engine' }),
      {},
      'A terminal was detached as the engine ended',
    ],
    [
      event('terminal-detached', { terminal: 't', why: 'run' }, { via: 'engine' }),
      { title: 'incident', profile: 'bastion', kind: 'ssh', directory: '/' },
      'Terminal detached as the run ended: incident (ssh bastion)',
    ],
    [event('note', { cell: null, text: ref }), { text: 'pool raised\nto 80' }, '“pool raised to 80” (mara)'],
    [
      event(
        'check',
        { title: 'Account', cell: null, in: 'shell', found: ref, result: 'mismatch' },
        { via: 'engine' },
      ),
      { found: 'a', expected: 'b' },
      'Check “Account”: was a, expected b',
    ],
    [
      event(
        'gap',
        { from: at, to: '2026-11-24T01:30:08.000Z', why: 'suspended', cell: null },
        { via: 'engine' },
      ),
      {},
      'Gap of 12m 03s: the machine was asleep',
    ],
    [
      event('run-finished', { status: 'aborted', reason: ref }),
      { text: 'wrong cluster' },
      'Run aborted: “wrong cluster” (mara)',
    ],
  ])('%#', (one, value, words) => {
    const { facts } = value === undefined ? content() : content(value);
    expect(said(one, facts)).toBe(words);
  });

  it('names the lines of an adjusted step that are new', () => {
    const { refs, facts } = content({ source: 'a\nb\nc' }, { source: 'a\nB\nc' }, { source: 'a\nx\ny\nc' });
    const [before, one, two] = refs;
    const adjusted = (after: ContentRef | undefined): string =>
      said(event('step-adjusted', { cell: 'b', before: before!, after: after! }), facts);
    expect(adjusted(one)).toBe('Step 2 adjusted, line 2 (mara)');
    expect(adjusted(two)).toBe('Step 2 adjusted, lines 2 to 3 (mara)');
    expect(adjusted({ file: 'content/000009-x.json', sha256 })).toBe('Step 2 adjusted (mara)');
  });

  it('says that an event is not known, and marks a deviation', () => {
    const { facts } = content();
    const line = timelineLine({ ...event('note', { cell: null, text: ref }), type: 'newer' } as never, facts);
    expect(line.parts[0]?.text).toBe('An event that this version does not know');
    expect(line).toMatchObject({ isDeviation: true, kind: 'other', cell: null });
    expect(timelineKind({ type: 'unticked' })).toBe('gates');
    expect(quotedContent(event('note', { cell: null, text: ref }), facts)).toEqual([ref]);
  });
});

it('finds the items of a checklist, and none in code', () => {
  const { items, rest } = taskItems('- [ ] one\n```\n- [ ] not\n```\n  2. [x] two *b*\n* [X] three\n- no');
  expect(items).toEqual([
    { item: 1, text: 'one' },
    { item: 2, text: 'two *b*' },
    { item: 3, text: 'three' },
  ]);
  expect(rest).toBe('```\n- [ ] not\n```\n- no');
});

it('writes a status update without outputs or values', () => {
  const run: Run = {
    ...({} as Run),
    seq: 3,
    started: { at, by: actor, data: { environment } as EventDataOf<'run-started'> },
    driver: 'mara',
    finished: null,
    steps: {
      a: { cell: 'a', state: 'done', at, seq: 1, attempts: [], ticks: {}, gate: null } as never,
      b: { cell: 'b', state: 'failed', at, seq: 2, attempts: [], ticks: {}, gate: null } as never,
    },
    running: [],
    resumed: null,
    lost: [],
  };
  const live = { queue: [] };
  expect(
    statusUpdate({
      title: 'payments-api 4.18',
      plan,
      run,
      live,
      position: positionOf(plan, run, live),
      now: Date.parse(at) + 92_000,
      clock: (instant) => `${instant.slice(11, 19)} UTC`,
    }),
  ).toBe(
    [
      'payments-api 4.18 (prod)',
      'Step 2, Deploy to the first batch: failed since 01:18:05 UTC, 1m 32s.',
      '1 of 4 steps done. Next: step 3, Watch the error rate.',
      'Started 01:18:05 UTC, driver mara, as of 01:19:37 UTC.',
    ].join('\n'),
  );
});
