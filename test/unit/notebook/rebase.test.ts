import { ChangeSet } from '@codemirror/state';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyOperation } from '../../../shared/notebook/apply-operation';
import type { Notebook } from '../../../shared/notebook/model';
import type { Operation } from '../../../shared/notebook/operation';
import { rebaseOperation, rebasePair } from '../../../shared/notebook/rebase';
import { isChanged } from '../../../shared/notebook/notebook-writer';
import { caseCount } from '../../support/environment';
import { cook, freshIds, notebookArbitrary, recipe } from '../../support/notebook-arbitraries';

function notebook(...ids: readonly string[]): Notebook {
  return {
    cells: ids.map((id) => ({
      id,
      type: 'code',
      source: 'abc',
      metadata: {},
      outputs: [],
      executionCount: null,
    })),
    metadata: {},
    nbformat: 4,
    nbformatMinor: 5,
  };
}

function text(cell: string, from: number, to: number, insert: string): Operation {
  return { kind: 'text', cell, changes: ChangeSet.of([{ from, to, insert }], 3).toJSON() };
}

function insert(after: string | null, id: string): Operation {
  return { kind: 'insert', after, cells: notebook(id).cells.slice() };
}

/** The notebook after `first` and then `second`, which was made without knowing it. */
function both(start: Notebook, first: Operation, second: Operation): Notebook {
  const applied = applyOperation(start, first);
  const rebased = rebaseOperation(second, applied.operation);
  return rebased === null ? applied.notebook : applyOperation(applied.notebook, rebased).notebook;
}

function order(of: Notebook): string {
  return of.cells.map(({ id }) => id).join('');
}

describe('two edits made at the same time', () => {
  it('join their typing in one cell; the first one stands first at the same place', () => {
    const after = both(notebook('a'), text('a', 1, 1, 'X'), text('a', 1, 1, 'Y'));
    expect(after.cells[0]!.source).toBe('aXYbc');
  });

  it('leave nothing of typing in a cell that was deleted', () => {
    expect(rebaseOperation(text('a', 0, 0, 'x'), { kind: 'delete', cells: ['a'] })).toBeNull();
  });

  it('insert after a deleted cell where it stood', () => {
    const start = notebook('a', 'b', 'c', 'd');
    expect(order(both(start, { kind: 'delete', cells: ['c', 'b'] }, insert('c', 'n')))).toBe('and');
    expect(order(both(start, { kind: 'delete', cells: ['a'] }, insert('a', 'n')))).toBe('nbcd');
  });

  it('insert at the same place in the order of arrival', () => {
    expect(order(both(notebook('a', 'b'), insert('a', 'm'), insert('a', 'n')))).toBe('amnb');
  });

  it('follow a cell that was moved', () => {
    const start = notebook('a', 'b', 'c');
    expect(order(both(start, { kind: 'move', cells: ['a'], after: 'c' }, insert('a', 'n')))).toBe('bcan');
  });

  it('delete what is still there', () => {
    const start = notebook('a', 'b', 'c');
    expect(
      order(both(start, { kind: 'delete', cells: ['a', 'b'] }, { kind: 'delete', cells: ['b', 'c'] })),
    ).toBe('');
    expect(
      rebaseOperation({ kind: 'delete', cells: ['a'] }, { kind: 'delete', cells: ['a', 'b'] }),
    ).toBeNull();
  });

  it('of the same metadata leave the later value', () => {
    const set = (value: number): Operation => ({ kind: 'metadata', cell: 'a', path: ['x'], value });
    expect(both(notebook('a'), set(1), set(2)).cells[0]!.metadata).toEqual({ x: 2 });
    expect(rebaseOperation(set(1), set(2), 'before')).toBeNull();
  });

  it('set a member again whose parent was removed, but not of what is a plain value now', () => {
    const inner: Operation = { kind: 'metadata', cell: 'a', path: ['x', 'y'], value: 1 };
    const start = { ...notebook('a'), cells: [{ ...notebook('a').cells[0]!, metadata: { x: { z: 0 } } }] };
    expect(both(start, { kind: 'metadata', cell: 'a', path: ['x'] }, inner).cells[0]!.metadata).toEqual({
      x: { y: 1 },
    });
    expect(rebaseOperation(inner, { kind: 'metadata', cell: 'a', path: ['x'], value: 3 })).toBeNull();
  });

  it('give the same text whichever side applies its own first', () => {
    const changes = (length: number): fc.Arbitrary<ChangeSet> =>
      fc
        .array(fc.tuple(fc.nat(length), fc.nat(length), fc.constantFrom('', 'x', '\n', 'yy\nz')), {
          maxLength: 3,
        })
        .map((edits) =>
          edits.reduce((all, [a, b, put]) => {
            const doc = all.newLength;
            const [from, to] = [Math.min(a, b, doc), Math.min(Math.max(a, b), doc)];
            return all.compose(ChangeSet.of([{ from, to, insert: put }], doc));
          }, ChangeSet.empty(length)),
        );
    fc.assert(
      fc.property(fc.array(changes(9), { minLength: 1, maxLength: 1 }), changes(9), ([one], two) => {
        const start: Notebook = {
          ...notebook('a'),
          cells: [{ ...notebook('a').cells[0]!, source: 'ab\ncd\nefg' }],
        };
        const first: Operation = { kind: 'text', cell: 'a', changes: one!.toJSON() };
        const second: Operation = { kind: 'text', cell: 'a', changes: two.toJSON() };
        const pair = rebasePair(first, second);
        const here = applyOperation(applyOperation(start, first).notebook, pair.second!).notebook;
        const there = applyOperation(applyOperation(start, second).notebook, pair.first!).notebook;
        expect(here.cells[0]!.source).toBe(there.cells[0]!.source);
      }),
      { numRuns: caseCount(1_000) },
    );
  });

  it('finds a place for what stood beside a cell of which both neighbours are deleted', () => {
    const start = notebook('c0', 'c1');
    const first: Operation = {
      kind: 'group',
      operations: [
        insert('c0', 'm1'),
        { kind: 'delete', cells: ['m1'], anchors: { m1: 'c0' } },
        insert(null, 'm2'),
      ],
    };
    const second: Operation = {
      kind: 'group',
      operations: [{ kind: 'delete', cells: ['c0'], anchors: { c0: null } }, insert(null, 't1')],
    };
    expect(new Set(both(start, first, second).cells.map(({ id }) => id))).toEqual(
      new Set(['m2', 't1', 'c1']),
    );
  });

  it('always fit one after the other, whatever they are', () => {
    fc.assert(
      fc.property(
        notebookArbitrary,
        fc.array(recipe, { minLength: 1, maxLength: 3 }),
        fc.array(recipe, { minLength: 1, maxLength: 3 }),
        (start, mine, theirs) => {
          const make = (recipes: typeof mine, fresh: () => string): Operation => {
            let current = start;
            const operations = recipes.map((each) => {
              const applied = applyOperation(current, cook(current, each, fresh));
              current = applied.notebook;
              return applied.operation;
            });
            return { kind: 'group', operations };
          };
          const first = make(mine, freshIds('m'));
          const second = make(theirs, freshIds('t'));
          const after = both(start, first, second);
          expect(new Set(after.cells.map(({ id }) => id)).size).toBe(after.cells.length);
          // What only one side inserted and nobody deleted is there.
          const untouched = start.cells.filter(
            ({ id }) => !JSON.stringify([first, second]).includes(`"${id}"`),
          );
          for (const cell of untouched) expect(after.cells).toContain(cell);
        },
      ),
      { numRuns: caseCount(1_500) },
    );
  });

  it('rebased over something of no concern is the very same operation', () => {
    const operation = text('a', 0, 1, 'z');
    expect(rebaseOperation(operation, { kind: 'type', cell: 'b', type: 'raw' })).toBe(operation);
    expect(isChanged(notebook('a'), notebook('a'))).toBe(false);
  });
});
