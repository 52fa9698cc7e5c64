import { expect, it } from 'vitest';
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
