import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyOperation } from '../../../shared/notebook/apply-operation';
import { diffOperations } from '../../../shared/notebook/diff-operations';
import { alignIds, chooseNotebook, mergeNotebooks, withResultsOf } from '../../../shared/notebook/merge';
import type { Cell, Notebook } from '../../../shared/notebook/model';
import { awkwardText, jsonObject, notebookArbitrary } from '../../support/notebook-arbitraries';

function code(id: string, source: string, more: Partial<Cell> = {}): Cell {
  return { id, type: 'code', source, metadata: {}, outputs: [], executionCount: null, ...more };
}

function notebook(...cells: Cell[]): Notebook {
  return { cells, metadata: {}, nbformat: 4, nbformatMinor: 5 };
}

const sources = ({ cells }: Notebook): string[] => cells.map(({ id, source }) => `${id}:${source}`);
const BASE = notebook(code('a', '1'), code('b', '2'), code('c', '3'));

/** What one side does to the cells that are its own. */
interface Doing {
  readonly isHere: boolean;
  readonly what: 'nothing' | 'edit' | 'delete' | 'metadata' | 'insert';
  readonly text: string;
  readonly value: Cell['metadata'];
}

const doing: fc.Arbitrary<Doing> = fc.record({
  isHere: fc.boolean(),
  what: fc.constantFrom('nothing', 'edit', 'delete', 'metadata', 'insert'),
  text: awkwardText,
  value: jsonObject,
});

function sideOf(base: Notebook, doings: readonly Doing[], isHere: boolean): Notebook {
  const side = isHere ? 'here' : 'disk';
  const cells = base.cells.flatMap((cell, index): Cell[] => {
    const each = doings[index];
    if (each === undefined || each.isHere !== isHere) return [cell];
    switch (each.what) {
      case 'edit':
        return [{ ...cell, source: `${cell.source}${side}${each.text}` }];
      case 'metadata':
        return [{ ...cell, metadata: { ...cell.metadata, [side]: each.value } }];
      case 'delete':
        return [];
      case 'insert':
        return [cell, code(`${side}-${index}`, each.text)];
      case 'nothing':
        return [cell];
    }
  });
  return { ...base, cells };
}

const isSubsequence = (part: readonly string[], whole: readonly string[]): boolean => {
  let at = 0;
  for (const id of whole) if (id === part[at]) at += 1;
  return at === part.length;
};

describe('merging what was changed here and on disk', () => {
  it('loses nothing where no cell was changed on both sides', () => {
    fc.assert(
      fc.property(notebookArbitrary, fc.array(doing, { minLength: 6, maxLength: 6 }), (base, doings) => {
        const here = sideOf(base, doings, true);
        const disk = sideOf(base, doings, false);
        const merged = mergeNotebooks(base, here, disk);
        expect(merged).not.toBeNull();
        const ids = merged!.notebook.cells.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        const byId = new Map(merged!.notebook.cells.map((cell) => [cell.id, cell]));
        base.cells.forEach((cell, index) => {
          const side = doings[index]!.isHere ? here : disk;
          const changed = side.cells.find(({ id }) => id === cell.id);
          expect(byId.get(cell.id)?.source).toEqual(changed?.source);
          expect(byId.get(cell.id)?.metadata).toEqual(changed?.metadata);
        });
        const isKept = (id: string): boolean => byId.has(id);
        for (const side of [here, disk]) {
          const order = side.cells.map(({ id }) => id);
          for (const id of order)
            if (!base.cells.some((cell) => cell.id === id)) expect(isKept(id)).toBe(true);
          expect(isSubsequence(order.filter(isKept), ids)).toBe(true);
        }
        // As the engine takes it in: by operations, which can be taken back.
        const operations = diffOperations(here, merged!.notebook);
        if (operations.length === 0) return;
        const applied = applyOperation(here, { kind: 'group', operations: [...operations] });
        expect(sources(applied.notebook)).toEqual(sources(merged!.notebook));
        expect(sources(applyOperation(applied.notebook, applied.inverse).notebook)).toEqual(sources(here));
      }),
    );
  });

  it('says which cells came from the disk', () => {
    const here = notebook(code('a', 'mine'), code('b', '2'), code('c', '3'));
    const disk = notebook(code('a', '1'), code('b', 'theirs'), code('n', 'new'));
    const merged = mergeNotebooks(BASE, here, disk)!;
    expect(sources(merged.notebook)).toEqual(['a:mine', 'b:theirs', 'n:new']);
    expect(merged.taken.toSorted()).toEqual(['b', 'c', 'n']);
  });

  it('leaves it to a person where a cell was changed on both sides, or deleted on one and changed on the other', () => {
    const here = notebook(code('a', 'mine'), code('b', '2'), code('c', '3'));
    expect(
      mergeNotebooks(BASE, here, notebook(code('a', 'theirs'), code('b', '2'), code('c', '3'))),
    ).toBeNull();
    expect(mergeNotebooks(BASE, here, notebook(code('b', '2'), code('c', '3')))).toBeNull();
    // The same change is none.
    expect(mergeNotebooks(BASE, here, here)).toMatchObject({ taken: [] });
  });

  it('takes a new order from the side that has one; two new orders are for a person', () => {
    const moved = notebook(code('c', '3'), code('a', '1'), code('b', '2'));
    const edited = notebook(code('a', '1'), code('b', 'mine'), code('c', '3'));
    expect(sources(mergeNotebooks(BASE, edited, moved)!.notebook)).toEqual(['c:3', 'a:1', 'b:mine']);
    expect(sources(mergeNotebooks(BASE, moved, edited)!.notebook)).toEqual(['c:3', 'a:1', 'b:mine']);
    const other = notebook(code('b', '2'), code('a', '1'), code('c', '3'));
    expect(mergeNotebooks(BASE, other, moved)).toBeNull();
  });

  it('merges metadata of the notebook by member', () => {
    const of = (metadata: Notebook['metadata']): Notebook => ({ ...BASE, metadata });
    expect(
      mergeNotebooks(of({ a: 1, b: 1 }), of({ a: 2, b: 1 }), of({ a: 1, c: 3 }))!.notebook.metadata,
    ).toEqual({
      a: 2,
      c: 3,
    });
    expect(mergeNotebooks(of({ a: 1 }), of({ a: 2 }), of({ a: 3 }))).toBeNull();
  });
});

describe('choosing cell by cell', () => {
  const here = notebook(code('a', 'mine'), code('b', '2'), code('h', 'here'));
  const disk = notebook(code('a', 'theirs'), code('b', 'disk'), code('c', '3'));
  const chosen = (choices: Record<string, 'mine' | 'theirs' | 'both'>): string[] =>
    sources(chooseNotebook(BASE, here, disk, new Map(Object.entries(choices)), () => 'copy').notebook);

  it('keeps what one side changed, and mine where both did, without a choice', () => {
    expect(chosen({})).toEqual(['a:mine', 'b:disk', 'h:here']);
  });

  it('takes either side, or both one below the other', () => {
    expect(chosen({ a: 'theirs', b: 'mine', c: 'theirs', h: 'theirs' })).toEqual(['a:theirs', 'b:2', 'c:3']);
    expect(chosen({ a: 'both' })).toEqual(['a:mine', 'copy:theirs', 'b:disk', 'h:here']);
  });
});

describe('results', () => {
  it('come from the disk where wanted, with their times, and leave what a person wrote', () => {
    const stream = { output_type: 'stream' as const, name: 'stdout' as const, text: 'x' };
    const mine = notebook(
      code('a', 'mine', { metadata: { tags: ['t'], execution: { old: '1' } } }),
      code('b', '2'),
    );
    const theirs = notebook(
      code('a', 'x', { outputs: [stream], executionCount: 7, metadata: { execution: { new: '2' } } }),
      code('b', '2', { outputs: [stream] }),
    );
    const { cells } = withResultsOf(mine, theirs, (id) => id === 'a');
    expect(cells[0]).toMatchObject({ source: 'mine', executionCount: 7, outputs: [stream] });
    expect(cells[0]!.metadata).toEqual({ tags: ['t'], execution: { new: '2' } });
    expect(cells[1]!.outputs).toEqual([]);
  });
});

describe('cells of a file without ids', () => {
  it('are known again by their neighbours', () => {
    const other = notebook(code('a', '1'), code('x', 'edited'), code('c', '3'), code('n', 'new'));
    expect(sources(alignIds(BASE, other))).toEqual(['a:1', 'b:edited', 'c:3', 'n:new']);
  });

  it('are not mistaken where there are more or fewer, or of another kind', () => {
    const more = notebook(code('a', '1'), code('x', 'edited'), code('y', 'new'), code('c', '3'));
    expect(alignIds(BASE, more)).toBe(more);
    const kind = notebook(code('a', '1'), code('x', 'text', { type: 'markdown' }), code('c', '3'));
    expect(alignIds(BASE, kind)).toBe(kind);
  });
});
