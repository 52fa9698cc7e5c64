import { expect, it } from 'vitest';
import {
  changedWords,
  EVERY_RUN,
  findRuns,
  lanesOf,
  needsPerson,
  resultIn,
  standWords,
  stateWords,
  stripOf,
  tookMs,
} from '../../../renderer/runs/run-list';
import type { RunSummary } from '../../../shared/runs/contract';

const NOW = Date.parse('2026-11-24T02:00:00Z');
const prod = { name: 'prod', colour: 'carmine', guard: 'strict', gates: 'real' } as const;
const staging = { name: 'staging', colour: 'ochre', guard: 'confirm', gates: 'confirm' } as const;

function run(short: string, changes: Partial<RunSummary> = {}): RunSummary {
  return {
    run: `/l/runs/${short}`,
    short,
    title: 'payments-api 4.18',
    runbook: 'releases/payments-api.ipynb',
    library: '/l',
    environment: prod,
    driver: 'mara',
    startedAt: '2026-11-24T01:00:00Z',
    lastAt: '2026-11-24T01:30:00Z',
    state: 'done',
    step: { number: 9, title: 'Approve the second batch' },
    steps: { done: 8, of: 14 },
    deviations: 0,
    fault: null,
    ...changes,
  };
}

it('finds runs by every word, by state, environment, driver, age and deviations, the latest first', () => {
  const all = [
    run('old', { startedAt: '2026-06-01T00:00:00Z', driver: 'jonas' }),
    run('new', { state: 'waiting', deviations: 2 }),
    run('mid', { startedAt: '2026-11-20T00:00:00Z', environment: staging, state: 'running' }),
  ];
  const found = (query: Partial<typeof EVERY_RUN>): readonly string[] =>
    findRuns(all, { ...EVERY_RUN, ...query }, NOW).map(({ short }) => short);
  expect(found({})).toEqual(['new', 'mid', 'old']);
  expect(found({ text: ' APPROVE  jonas' })).toEqual(['old']);
  expect(found({ text: 'staging' })).toEqual(['mid']);
  expect(found({ state: 'person' })).toEqual(['new']);
  expect(found({ state: 'unfinished' })).toEqual(['new', 'mid']);
  expect(found({ environment: 'prod', days: 30 })).toEqual(['new']);
  expect(found({ driver: 'jonas', hasDeviations: true })).toEqual([]);
  expect(all.filter(needsPerson)).toHaveLength(1);
});

it('says how a run stands', () => {
  expect(stateWords(run('a', { deviations: 1 }))).toBe('done, 1 deviation');
  expect(stateWords(run('a', { state: 'waiting' }))).toBe('waiting at step 9');
  expect(stateWords(run('a', { state: 'aborted', step: null }))).toBe('aborted');
  expect(stripOf(run('a', { state: 'failed', steps: { done: 1, of: 3 } }))).toEqual([
    'done',
    'failed',
    'todo',
  ]);
  expect(stripOf(run('a', { steps: { done: 2, of: 2 } }))).toEqual(['done', 'done']);
  expect(tookMs(run('a'), NOW)).toBe(1_800_000);
  expect(tookMs(run('a', { state: 'running' }), NOW)).toBe(3_600_000);
});

it('says of a run that is not over where it stands, and whether a person is missed', () => {
  const at = { step: { number: 9, title: 'Approve the second batch' }, steps: { done: 8, of: 14 } };
  expect(standWords(run('a', { ...at, state: 'waiting' }))).toBe(
    'Step 9 of 14 waits for a person: approve the second batch.',
  );
  expect(standWords(run('a', { ...at, state: 'failed' }))).toBe(
    'Step 9 of 14 failed: approve the second batch.',
  );
  expect(standWords(run('a', { ...at, state: 'ready' }))).toBe(
    'Step 9 of 14 is next: approve the second batch.',
  );
  expect(standWords(run('a', { ...at, state: 'running', step: null }))).toBe('It is running.');
});

it('shows one runbook over time, and nothing where there are several', () => {
  const runs = [
    run('a'),
    run('b', { startedAt: '2026-11-23T02:00:00Z', lastAt: '2026-11-23T02:15:00Z', environment: staging }),
  ];
  const lanes = lanesOf(runs, NOW);
  expect(lanes?.map(({ environment }) => environment.name)).toEqual(['prod', 'staging']);
  expect(lanes?.[1]?.marks[0]).toMatchObject({ at: 0, height: 0.5 });
  expect(lanesOf([...runs, run('c', { runbook: 'other.ipynb' })], NOW)).toBeNull();
  expect(lanesOf([run('a')], NOW)).toBeNull();
});

it('says how far a runbook is from what was run, and what became of that', () => {
  const at = (rehearsedAt: string | null, changed = 4): string => changedWords({ changed, rehearsedAt }, NOW);
  expect(at('2026-07-29T02:00:00Z')).toBe('4 cells changed, rehearsed 118 days ago');
  expect(at('2026-11-23T01:00:00Z', 1)).toBe('1 cell changed, rehearsed 1 day ago');
  // A clock that went back.
  expect(at('2026-11-24T03:00:00Z')).toBe('4 cells changed, rehearsed today');
  expect(at(null)).toBe('4 cells changed, never rehearsed');
  expect(resultIn(run('a', { environment: staging }))).toBe('done in staging');
  expect(resultIn(run('a', { state: 'failed' }))).toBe('failed in prod');
  expect(resultIn(run('a', { state: 'waiting' }))).toBe('not finished in prod');
});
