import { describe, expect, it } from 'vitest';
import {
  besideOf,
  kept,
  LEAST_SHARE,
  MOST_PARTS,
  partBeside,
  resized,
  tabOf,
  tabsOf,
  withoutTerminal,
  type Splits,
} from '../../../renderer/terminal/splits';

/** A tab as `a 0.5, b 0.5`. */
const words = (splits: ReturnType<typeof tabsOf>): string[] =>
  splits.map((tab) =>
    tab.map(({ terminal, share }) => `${terminal} ${Math.round(share * 100) / 100}`).join(', '),
  );
const two = besideOf([], 'a', 'b');

describe('terminals side by side', () => {
  it('stand behind the one that was split, which gives half of its room', () => {
    expect(words(two)).toEqual(['a 0.5, b 0.5']);
    expect(words(besideOf(two, 'a', 'c'))).toEqual(['a 0.25, c 0.25, b 0.5']);
  });

  it('come out of their old tab, and a full one takes no more', () => {
    const other = besideOf(two, 'x', 'y');
    expect(words(besideOf(other, 'x', 'b'))).toEqual(['x 0.25, b 0.25, y 0.5']);
    let full: Splits = two;
    for (const added of ['c', 'd', 'e', 'f']) full = besideOf(full, 'b', added);
    expect(tabOf(full, 'a')).toHaveLength(MOST_PARTS);
    expect(tabOf(full, 'f')).toEqual([{ terminal: 'f', share: 1 }]);
  });

  it('leave their room to a neighbour', () => {
    const three = besideOf(two, 'b', 'c');
    expect(words(withoutTerminal(three, 'a'))).toEqual(['b 0.75, c 0.25']);
    expect(words(withoutTerminal(three, 'c'))).toEqual(['a 0.5, b 0.5']);
    expect(withoutTerminal(two, 'a')).toEqual([]);
  });

  it('are tabs in the order of their first terminals, without what has gone', () => {
    const tabs = tabsOf(['z', 'b', 'a'], two);
    expect(words(tabs)).toEqual(['z 1', 'a 0.5, b 0.5']);
    expect(words(tabsOf(['z', 'b'], two))).toEqual(['z 1', 'b 1']);
    expect(kept(two, [])).toEqual([]);
  });

  it('are sized at the cost of the next one, and stay wide enough to be read', () => {
    expect(words(resized(two, 'a', 0.75))).toEqual(['a 0.75, b 0.25']);
    expect(words(resized(two, 'a', 2))).toEqual([`a ${1 - LEAST_SHARE}, b ${LEAST_SHARE}`]);
    expect(resized(two, 'b', 0.2)).toEqual(two);
  });

  it('are gone through round the end', () => {
    expect([partBeside(two, 'a', 1), partBeside(two, 'b', 1), partBeside(two, 'a', -1)]).toEqual([
      'b',
      'a',
      'b',
    ]);
    expect(partBeside(two, 'alone', 1)).toBe('alone');
  });
});
