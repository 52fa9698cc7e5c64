import { expect, test } from 'vitest';
import { IdleMemory } from '../../../electron/engine/idle-memory';

const MB = 1024 * 1024;

function memory(): {
  readonly state: { used: number; busy: number; collected: number };
  look(used: number, busy?: number): number;
} {
  const state = { used: 0, busy: 0, collected: 0 };
  const idle = new IdleMemory({
    used: () => state.used,
    busy: () => state.busy,
    collect: () => {
      state.collected += 1;
      state.used = 20 * MB;
    },
  });
  return {
    state,
    look: (used, busy = 0) => {
      state.used = used;
      state.busy = busy;
      idle.look();
      return state.collected;
    },
  };
}

test('gives back in two goes when much was left behind, a quiet while apart, and is done then', () => {
  const { look } = memory();
  expect(look(150 * MB)).toBe(1);
  for (let quiet = 0; quiet < 3; quiet += 1) expect(look(21 * MB)).toBe(1);
  // The while begins anew.
  expect(look(21 * MB, 0.9)).toBe(1);
  for (let quiet = 0; quiet < 3; quiet += 1) expect(look(21 * MB)).toBe(1);
  expect(look(21 * MB)).toBe(2);
  expect(look(43 * MB)).toBe(2);
  expect(look(44 * MB)).toBe(3);
});

test('keeps pages for what may come the first time, and none the second', () => {
  const goes: string[] = [];
  const idle = new IdleMemory({ used: () => 400 * MB, busy: () => 0, collect: (how) => goes.push(how) });
  for (let look = 0; look < 10; look += 1) idle.look();
  expect(goes).toEqual(['usual', 'last']);
});

test('waits until the engine is quiet', () => {
  const { look } = memory();
  expect(look(300 * MB, 0.9)).toBe(0);
  expect(look(300 * MB, 0.1)).toBe(1);
});

test('does nothing again and again for what is held', () => {
  const state = { collected: 0 };
  const idle = new IdleMemory({ used: () => 400 * MB, busy: () => 0, collect: () => (state.collected += 1) });
  for (let look = 0; look < 10; look += 1) idle.look();
  expect(state.collected).toBe(2);
});

test('counts from what V8 itself left', () => {
  const { look } = memory();
  expect(look(100 * MB)).toBe(1);
  for (let quiet = 0; quiet < 3; quiet += 1) expect(look(21 * MB)).toBe(1);
  expect(look(21 * MB)).toBe(2);
  expect(look(10 * MB)).toBe(2);
  expect(look(35 * MB)).toBe(3);
});
