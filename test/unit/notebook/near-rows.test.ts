import { describe, expect, it } from 'vitest';
import { nearRows } from '../../../renderer/notebook/near-rows';

/** Rows one below the other. */
function rowsOf(heights: readonly number[]): { readonly start: number; readonly end: number }[] {
  let end = 0;
  return heights.map((height) => ({ start: end, end: (end += height) }));
}

const drawn = (heights: readonly number[], startIndex: number, endIndex: number): readonly number[] => {
  const rows = nearRows({ startIndex, endIndex, count: heights.length }, rowsOf(heights), 800);
  return [rows[0] ?? -1, rows.at(-1) ?? -1];
};

describe('the rows that are drawn', () => {
  it('are six more on each side where they are small', () => {
    expect(drawn(Array(100).fill(40), 50, 69)).toEqual([44, 75]);
  });

  it('are only the nearest where each is higher than the view', () => {
    expect(drawn(Array(100).fill(2_000), 50, 51)).toEqual([49, 52]);
  });

  it('are those of which some part is within reach', () => {
    const heights = Array(100).fill(300);
    expect(drawn(heights, 50, 52)).toEqual([47, 55]);
    // The reach is counted from the row, not from the view: a high one in view keeps what is behind it.
    heights[50] = 5_000;
    expect(drawn(heights, 50, 50)).toEqual([47, 53]);
  });

  it('end where the list does', () => {
    expect(drawn(Array(3).fill(40), 0, 2)).toEqual([0, 2]);
    expect(drawn([40], 0, 0)).toEqual([0, 0]);
  });
});
