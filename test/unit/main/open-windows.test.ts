import { expect, it, vi } from 'vitest';
import { OpenWindows } from '../../../electron/main/open-windows';
import type { WindowMemory } from '../../../electron/main/window-memory';

interface Window {
  readonly remember: () => WindowMemory;
  active: string;
}

function window(active: string): Window {
  const one: Window = {
    active,
    remember: () => ({
      x: 0,
      y: 0,
      width: 1_440,
      height: 900,
      isMaximized: false,
      documents: [],
      active: one.active,
      layout: null,
    }),
  };
  return one;
}

/** Windows that are open, and what was written of them each time. */
function open(...all: readonly Window[]) {
  const written: (readonly (string | null)[])[] = [];
  const problems: string[] = [];
  const windows = new OpenWindows<Window>(
    async (memories) => void written.push(memories.map(({ active }) => active)),
    (problem) => problems.push(problem),
  );
  for (const one of all) windows.add(one);
  return { windows, written, problems };
}

it('remembers the windows that are open, and the last one as it was', async () => {
  const [a, b] = [window('a'), window('b')];
  const { windows, written } = open(a, b);
  a.active = 'a2';
  windows.changed();
  await windows.written();
  windows.closed(b);
  await windows.written();
  expect(windows.isLast(a)).toBe(true);
  windows.closed(a);
  await windows.written();
  expect(written).toEqual([['a2', 'b'], ['a2'], ['a2']]);
  expect(windows.all).toEqual([]);
  // On a system where the program goes on without a window.
  windows.add(window('c'));
  windows.changed();
  await windows.written();
  expect(written.at(-1)).toEqual(['c']);
});

it('remembers all of them where a person quits, whatever changes on the way', async () => {
  const [a, b, c] = [window('a'), window('b'), window('c')];
  const { windows, written } = open(a, b, c);
  windows.quits();
  expect([a, b, c].map((one) => windows.isLast(one))).toEqual([true, false, false]);
  windows.closed(b);
  a.active = 'a2';
  windows.changed();
  windows.closed(c);
  windows.closed(a);
  await windows.written();
  expect(written.at(-1)?.toSorted()).toEqual(['a2', 'b', 'c']);
  expect(windows.areClosing).toBe(true);
});

it('forgets that a person wanted to quit where a window stays, and what is closed after that too', async () => {
  const [a, b, c] = [window('a'), window('b'), window('c')];
  const { windows, written } = open(a, b);
  windows.quits();
  windows.closed(b);
  windows.stays();
  await windows.written();
  expect(written.at(-1)).toEqual(['a']);
  expect(windows.areClosing).toBe(false);
  windows.add(c);
  expect(windows.isLast(a)).toBe(false);
  windows.closed(c);
  await windows.written();
  expect(written.at(-1)).toEqual(['a']);
});

it('is not done while something is being written, and says what can not be', async () => {
  let release = (): void => undefined;
  const problems: string[] = [];
  const write = vi
    .fn<() => Promise<void>>()
    .mockImplementationOnce(() => new Promise((resolve) => (release = () => resolve())))
    .mockRejectedValueOnce(new Error('disk full'));
  const windows = new OpenWindows<Window>(write, (problem) => problems.push(problem));
  windows.add(window('a'));
  expect(windows.isUnwritten).toBe(false);
  windows.changed();
  const first = windows.written();
  await vi.waitFor(() => expect(write).toHaveBeenCalledTimes(1));
  expect(windows.isUnwritten).toBe(true);
  release();
  await first;
  expect(windows.isUnwritten).toBe(false);
  windows.changed();
  await windows.written();
  expect(problems).toEqual(['windows are not remembered: Error: disk full']);
  expect(windows.isUnwritten).toBe(false);
});
