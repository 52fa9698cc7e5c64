import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keptEnds } from '../../../renderer/notebook/markdown/patch-blocks';

describe('blocks of a text that stay', () => {
  it.each<[string, string, number, number]>([
    ['abc', 'abc', 3, 0],
    ['abc', 'axc', 1, 1],
    ['abc', 'abxc', 2, 1],
    ['abbc', 'abc', 2, 1],
    ['', 'a', 0, 0],
    ['aa', 'aaa', 2, 0],
    ['abc', 'xyz', 0, 0],
  ])('of %j in %j', (before, after, start, end) => {
    expect(keptEnds([...before], [...after])).toEqual({ start, end });
  });

  it('are equal on both sides and never overlap, and what lies between makes the new from the old', () => {
    const texts = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 });
    fc.assert(
      fc.property(texts, texts, (before, after) => {
        const { start, end } = keptEnds(before, after);
        expect(start + end).toBeLessThanOrEqual(Math.min(before.length, after.length));
        const made = [
          ...before.slice(0, start),
          ...after.slice(start, after.length - end),
          ...before.slice(before.length - end),
        ];
        expect(made).toEqual(after);
      }),
    );
  });
});
