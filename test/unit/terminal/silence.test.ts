import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Silence } from '../../../electron/engine/terminals/silence';

beforeEach(() => void vi.useFakeTimers({ now: Date.parse('2026-11-28T02:00:00.000Z') }));
afterEach(() => void vi.useRealTimers());

it('is told once keys had no answer for some seconds, from the first of them on, until one comes', () => {
  const changed = vi.fn();
  const silence = new Silence(changed);
  silence.typed();
  vi.advanceTimersByTime(3_000);
  silence.typed();
  expect(silence.since).toBeNull();
  vi.advanceTimersByTime(2_500);
  expect(silence.since).toBe('2026-11-28T02:00:00.000Z');
  silence.typed();
  expect(changed).toHaveBeenCalledTimes(1);
  silence.answered();
  expect(silence.since).toBeNull();
  expect(changed).toHaveBeenCalledTimes(2);
});

it('is not told of a program that answers, and of nothing that was not asked', () => {
  const changed = vi.fn();
  const silence = new Silence(changed);
  silence.answered();
  vi.advanceTimersByTime(60_000);
  silence.typed();
  vi.advanceTimersByTime(4_000);
  silence.answered();
  vi.advanceTimersByTime(60_000);
  expect(changed).not.toHaveBeenCalled();
  expect(silence.since).toBeNull();
});
