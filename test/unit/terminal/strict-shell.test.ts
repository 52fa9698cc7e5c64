import { expect, it } from 'vitest';
import { keepsApart, otherRun } from '../../../renderer/terminal/other-run';
import { strictShell } from '../../../renderer/terminal/strict-shell';
import type { EnvironmentRef } from '../../../shared/runs/events';
import type { TerminalInfo } from '../../../shared/terminal/contract';

const environment = (name: string, guard: EnvironmentRef['guard']): EnvironmentRef => ({
  name,
  colour: 'carmine',
  guard,
  gates: 'real',
});
const info = (id: string, of: EnvironmentRef | null): TerminalInfo =>
  ({
    id,
    recording: of === null ? null : { run: '/books/runs/a/x', short: 'x', isPaused: false, environment: of },
  }) as TerminalInfo;

const terminals = [
  info('plain', null),
  info('prod', environment('prod', 'strict')),
  info('dev', environment('dev', 'none')),
  info('live', environment('live', 'strict')),
];
const halves = (...ids: string[]) => ids.map((terminal) => ({ terminal, share: 1 / ids.length }));

it('is that of a shell in view, and of several that of the one with the keys', () => {
  const of = (active: string | null, ...splits: ReturnType<typeof halves>[]): string | null =>
    strictShell({ terminals, active, splits })?.name ?? null;
  expect(of('prod')).toBe('prod');
  expect(of('plain')).toBeNull();
  expect(of('dev')).toBeNull();
  expect(of(null)).toBeNull();
  expect(of('plain', halves('plain', 'prod'))).toBe('prod');
  expect(of('live', halves('prod', 'live'))).toBe('live');
  expect(of('dev', halves('prod', 'live'))).toBeNull();
});

it('is kept out of view under a run of another environment, where either is strict', () => {
  const [strict, loose, other] = [
    environment('prod', 'strict'),
    environment('dev', 'none'),
    environment('staging', 'confirm'),
  ];
  expect(keepsApart(strict, loose)).toBe(true);
  expect(keepsApart(loose, strict)).toBe(true);
  expect(keepsApart(strict, environment('live', 'strict'))).toBe(true);
  expect(keepsApart(loose, other)).toBe(false);
  expect(keepsApart(strict, strict)).toBe(false);
  expect(keepsApart(strict, null)).toBe(false);
  expect(strictShell({ terminals, active: 'prod', splits: [] }, loose)).toBeNull();
  expect(strictShell({ terminals, active: 'prod', splits: [] }, strict)?.name).toBe('prod');
});

it('is of another run only where a run is in front that it is not attached to', () => {
  const shell = info('prod', environment('prod', 'strict'));
  expect(otherRun(shell, '/books/runs/b/y')?.run).toBe('/books/runs/a/x');
  expect(otherRun(shell, '/books/runs/a/x')).toBeNull();
  expect(otherRun(shell, null)).toBeNull();
  expect(otherRun(info('plain', null), '/books/runs/b/y')).toBeNull();
});
