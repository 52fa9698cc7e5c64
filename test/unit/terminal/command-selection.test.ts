import { describe, expect, it } from 'vitest';
import {
  clicked,
  kept,
  placeBar,
  selectedAmong,
  stepped,
} from '../../../renderer/terminal/command-selection';
import { pick, picks, type Picked } from '../../../renderer/terminal/command-picks';

const ids = [3, 4, 5, 6];
const one = (id: number) => ({ anchor: id, active: id });

describe('past commands', () => {
  it('are selected by a click, several with Shift', () => {
    const first = clicked(null, 5, true);
    expect(selectedAmong(ids, first)).toEqual([5]);
    expect(selectedAmong(ids, clicked(first, 3, true))).toEqual([3, 4, 5]);
    expect(selectedAmong(ids, clicked(first, 3, false))).toEqual([3]);
    expect(selectedAmong(ids, null)).toEqual([]);
  });

  it('are gone through from the last one in view; below the last one is the prompt', () => {
    expect(stepped(ids, null, -1, false, 5)).toEqual(one(5));
    expect(stepped(ids, null, 1, false, 5)).toBeNull();
    expect(stepped(ids, null, -1, false, null)).toBeNull();
    expect(stepped(ids, one(5), -1, false, 6)).toEqual(one(4));
    expect(stepped(ids, one(3), -1, false, 6)).toEqual(one(3));
    expect(stepped(ids, { anchor: 5, active: 3 }, -1, false, 6)).toEqual(one(3));
    expect(stepped(ids, one(6), 1, false, 6)).toBeNull();
    expect(stepped(ids, one(6), 1, true, 6)).toEqual(one(6));
    expect(stepped(ids, one(5), -1, true, 6)).toEqual({ anchor: 5, active: 4 });
  });

  it('stay selected as long as they can be scrolled to', () => {
    expect(kept(ids, { anchor: 2, active: 5 })).toEqual(one(5));
    expect(kept(ids, { anchor: 5, active: 2 })).toBeNull();
    const same = { anchor: 3, active: 6 };
    expect(kept(ids, same)).toBe(same);
    expect(selectedAmong(ids, { anchor: 1, active: 4 })).toEqual([4]);
  });
});

describe('the bar beside them', () => {
  const place = (facts: Partial<Parameters<typeof placeBar>[0]>) =>
    placeBar({ first: 4, last: 6, rows: 20, height: 2, columns: 40, free: () => 80, ...facts });
  it('lies where rows are empty: below, at the foot, above, else below all the same', () => {
    expect(place({})).toBe(7);
    expect(place({ free: (row) => (row === 8 ? 10 : 80) })).toBe(5);
    expect(place({ free: (row) => (row > 4 ? 10 : 80) })).toBe(2);
    expect(place({ free: () => 10 })).toBe(7);
    expect(place({ first: 16, last: 18, free: () => 10 })).toBe(14);
    expect(place({ first: 1, last: 18, free: () => 10 })).toBe(17);
  });
  it('stays on the screen', () => {
    expect(place({ first: 10, last: 19 })).toBe(18);
    expect(place({ first: 30, last: 40 })).toBe(18);
    expect(place({ first: -20, last: -10 })).toBe(0);
    expect(place({ rows: 1, free: () => 0 })).toBe(0);
  });
});

describe('what is selected in the window', () => {
  const picked = (terminal: string, ...all: readonly number[]): Picked => {
    const commands = all.map((id) => ({
      id,
      text: `command ${id}`,
      directory: null,
      started: '2026-11-25T01:59:40.000Z',
      ended: null,
      status: null,
    }));
    const [command] = commands;
    if (command === undefined) throw new Error('none');
    return { terminal, commands, active: { command, at: 1, of: 9 }, isCrowded: false };
  };
  it('is of one terminal, and a question is of what it was asked for', () => {
    pick('a', picked('a', 1));
    pick('b', picked('b', 2));
    pick('a', null);
    expect(picks.getState().picked?.terminal).toBe('b');
    picks.setState({ isAsked: true });
    pick('b', picked('b', 2));
    expect(picks.getState().isAsked).toBe(true);
    pick('b', picked('b', 2, 3));
    expect(picks.getState().isAsked).toBe(false);
    pick('b', null);
    expect(picks.getState().picked).toBeNull();
  });
});
