import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createFrameBatch } from '../../../renderer/notebook/frame-batch';

const FRAME_MS = 16;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('requestAnimationFrame', (done: () => void) => setTimeout(done, FRAME_MS));
  vi.stubGlobal('cancelAnimationFrame', (frame: number) => clearTimeout(frame));
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** What is handed over while a value comes each 5 ms. */
function stream(calmMs: number, ms: number) {
  const given: number[] = [];
  const batch = createFrameBatch<number>(
    (_earlier, later) => later,
    (values) => given.push(...values.values()),
    { calmMs },
  );
  let last = 0;
  for (let at = 0; at < ms; at += 5) {
    batch.add('a', (last += 1));
    vi.advanceTimersByTime(5);
  }
  vi.advanceTimersByTime(1_000);
  return { given, last };
}

test('values are handed over once a frame, the later of two, and the last of all', () => {
  const { given, last } = stream(0, 2_000);
  expect(given.length).toBeGreaterThan(90);
  expect(given.length).toBeLessThanOrEqual(2_000 / FRAME_MS + 1);
  expect(given.at(-1)).toBe(last);
});

test('a long stream is handed over more calmly, its beginning at once', () => {
  const { given, last } = stream(100, 2_000);
  const early = given.filter((value) => value <= 500 / 5).length;
  expect(early).toBeGreaterThan(20);
  expect(given.length - early).toBeLessThanOrEqual(16);
  expect(given.at(-1)).toBe(last);
});

test('a change that may not wait comes at once, and in a long stream as calmly as the others', () => {
  const given: number[] = [];
  const batch = createFrameBatch<number>(
    (_earlier, later) => later,
    (values) => given.push(...values.values()),
    { calmMs: 100, isAtOnce: true },
  );
  batch.add('a', 1);
  expect(given).toEqual([1]);
  for (let at = 0; at < 2_000; at += 5) {
    batch.add('a', at + 2);
    vi.advanceTimersByTime(5);
  }
  const early = given.filter((value) => value <= 500).length;
  expect(given.length - early).toBeLessThanOrEqual(16);
  vi.advanceTimersByTime(1_000);
  expect(given.at(-1)).toBe(1_997);
  batch.add('a', 0);
  expect(given.at(-1)).toBe(0);
});

test('two batches come in one frame, and what was dropped does not', () => {
  const given: string[] = [];
  const make = (name: string) =>
    createFrameBatch<string>(
      (_earlier, later) => later,
      (values) => given.push(...[...values.values()].map((value) => `${name} ${value}`)),
    );
  const [one, two, none] = [make('one'), make('two'), make('none')];
  one.add('a', '1');
  two.add('a', '2');
  none.add('a', '3');
  none.drop();
  vi.advanceTimersByTime(FRAME_MS);
  expect(given).toEqual(['one 1', 'two 2']);
});
