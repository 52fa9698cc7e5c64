import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withHeading } from '../../../renderer/notebook/headings';
import { moveRuns, moveTogether } from '../../../renderer/notebook/move-runs';
import {
  extendTo,
  keepSelection,
  pickCell,
  selectAll,
  selectedCells,
  selectOne,
  type Selection,
} from '../../../renderer/notebook/selection';
import { piecesOf } from '../../../renderer/notebook/split-merge';
import { applyOperation } from '../../../shared/notebook/apply-operation';
import type { Notebook } from '../../../shared/notebook/model';
import type { Operation } from '../../../shared/notebook/operation';

const ORDER = ['a', 'b', 'c', 'd', 'e', 'f'];

function orderAfter(order: readonly string[], operations: readonly Operation[]): readonly string[] {
  const cells = order.map((id) => ({
    id,
    type: 'code' as const,
    source: '',
    metadata: {},
    outputs: [],
    executionCount: null,
  }));
  let notebook: Notebook = { cells, metadata: {}, nbformat: 4, nbformatMinor: 5 };
  for (const operation of operations) ({ notebook } = applyOperation(notebook, operation));
  return notebook.cells.map(({ id }) => id);
}

describe('the selection', () => {
  it('picks cells one by one beside a range, and gives them in the notebook’s order', () => {
    let selection: Selection = extendTo(selectOne('b'), 'c');
    selection = pickCell(ORDER, selection, 'f');
    selection = pickCell(ORDER, selection, 'a');
    expect(selectedCells(ORDER, selection)).toEqual(['a', 'b', 'c', 'f']);
    expect(selection.active).toBe('a');
    selection = pickCell(ORDER, selection, 'b');
    expect(selectedCells(ORDER, selection)).toEqual(['a', 'c', 'f']);
    selection = pickCell(ORDER, selection, 'a');
    expect(selectedCells(ORDER, selection)).toEqual(['c', 'f']);
    expect(selection.active).toBe('c');
  });

  it('never loses its last cell, and goes on extending from the active one', () => {
    const one = selectOne('b');
    expect(pickCell(ORDER, one, 'b')).toBe(one);
    const picked = pickCell(ORDER, one, 'd');
    expect(selectedCells(ORDER, extendTo(picked, 'e'))).toEqual(['b', 'd', 'e']);
  });

  it('takes all, around the active one', () => {
    const all = selectAll(ORDER, selectOne('c'));
    expect(all.active).toBe('c');
    expect(selectedCells(ORDER, all)).toEqual(ORDER);
    expect(selectedCells([], selectAll([], selectOne(null)))).toEqual([]);
  });

  it('stays on cells that are there', () => {
    const picked = pickCell(ORDER, pickCell(ORDER, selectOne('b'), 'd'), 'e');
    const after = ['a', 'c', 'd', 'f'];
    const kept = keepSelection(ORDER, after, picked);
    expect(kept.active).toBe('f');
    expect(selectedCells(after, kept)).toEqual(['d', 'f']);
    expect(keepSelection(ORDER, [...ORDER, 'g'], picked)).toBe(picked);
  });

  it('always holds its active cell, whatever is picked and extended', () => {
    const step = fc.tuple(fc.constantFrom('pick', 'extend', 'one'), fc.constantFrom(...ORDER));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        let selection = selectOne('a');
        for (const [kind, cell] of steps) {
          if (kind === 'pick') selection = pickCell(ORDER, selection, cell);
          else selection = kind === 'extend' ? extendTo(selection, cell) : selectOne(cell);
          const cells = selectedCells(ORDER, selection);
          expect(cells).toContain(selection.active);
          expect(cells).toEqual(ORDER.filter((one) => cells.includes(one)));
        }
      }),
    );
  });
});

describe('moving several cells', () => {
  it('moves each run by one place', () => {
    expect(orderAfter(ORDER, moveRuns(ORDER, new Set(['b', 'c', 'e']), 'up')).join('')).toBe('bcaedf');
    expect(orderAfter(ORDER, moveRuns(ORDER, new Set(['b', 'c', 'e']), 'down')).join('')).toBe('adbcfe');
  });

  it('stops at the ends, where the others close up', () => {
    expect(moveRuns(ORDER, new Set(['a']), 'up')).toEqual([]);
    expect(orderAfter(ORDER, moveRuns(ORDER, new Set(['a', 'c']), 'up')).join('')).toBe('acbdef');
    expect(moveRuns(ORDER, new Set(ORDER), 'down')).toEqual([]);
  });

  it('moves every selected cell by one place at most, keeps the order among them and among the others', () => {
    const cells = fc.subarray(ORDER);
    fc.assert(
      fc.property(cells, fc.constantFrom('up' as const, 'down' as const), (selected, direction) => {
        const set = new Set(selected);
        const after = orderAfter(ORDER, moveRuns(ORDER, set, direction));
        const rest = ORDER.filter((cell) => !set.has(cell));
        expect(after.filter((cell) => set.has(cell))).toEqual(selected);
        expect(after.filter((cell) => !set.has(cell))).toEqual(rest);
        const sign = direction === 'up' ? -1 : 1;
        for (const cell of selected) {
          const moved = (after.indexOf(cell) - ORDER.indexOf(cell)) * sign;
          expect(moved === 0 || moved === 1).toBe(true);
        }
      }),
    );
  });

  it('brings cells together where they are dropped', () => {
    const drop = (cells: readonly string[], after: string | null): string => {
      const operation = moveTogether(ORDER, cells, after);
      return operation === null ? 'same' : orderAfter(ORDER, [operation]).join('');
    };
    expect(drop(['b', 'e'], 'c')).toBe('acbedf');
    expect(drop(['b', 'e'], null)).toBe('beacdf');
    // Beside one of themselves: the nearest before it that stays.
    expect(drop(['b', 'c'], 'c')).toBe('same');
    expect(drop(['a', 'c'], 'a')).toBe('acbdef');
    expect(drop([], 'a')).toBe('same');
  });
});

describe('splitting a source', () => {
  it('cuts at every place, and takes the line ends there away', () => {
    expect(piecesOf('one\ntwo\nthree', [4, 7])).toEqual(['one', 'two', 'three']);
    expect(piecesOf('abc', [1, 1, 2])).toEqual(['a', 'b', 'c']);
    expect(piecesOf('abc', [0])).toEqual(['', 'abc']);
    expect(piecesOf('abc', [3])).toEqual(['abc', '']);
    expect(piecesOf('abc', [9])).toEqual(['abc']);
  });

  it('loses nothing but line ends', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.nat(20)), (text, places) => {
        const joined = piecesOf(text, places).join('');
        expect(joined.replaceAll('\n', '')).toBe(text.replaceAll('\n', ''));
      }),
    );
  });
});

describe('the keys for headings', () => {
  it('make a heading of the first line, or change its level', () => {
    expect(withHeading('Text', 2)).toBe('## Text');
    expect(withHeading('# Text\nmore', 3)).toBe('### Text\nmore');
    expect(withHeading('', 1)).toBe('# ');
    expect(withHeading('###### ', 1)).toBe('# ');
    // No heading: a tag, which has no space after it.
    expect(withHeading('#tag', 1)).toBe('# #tag');
  });
});
