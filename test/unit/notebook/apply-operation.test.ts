import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyOperation } from '../../../shared/notebook/apply-operation';
import { diffOperations } from '../../../shared/notebook/diff-operations';
import type { Cell, Notebook } from '../../../shared/notebook/model';
import { operationSchema, type Operation } from '../../../shared/notebook/operation';
import { isChanged } from '../../../shared/notebook/notebook-writer';
import { WatchbookError } from '../../../shared/rpc/errors';
import { caseCount } from '../../support/environment';
import { cook, freshIds, notebookArbitrary, recipe } from '../../support/notebook-arbitraries';

function cell(id: string, more: Partial<Cell> = {}): Cell {
  return { id, type: 'code', source: id, metadata: {}, outputs: [], executionCount: null, ...more };
}

function notebook(...cells: readonly (string | Cell)[]): Notebook {
  return {
    cells: cells.map((each) => (typeof each === 'string' ? cell(each) : each)),
    metadata: {},
    nbformat: 4,
    nbformatMinor: 5,
  };
}

function order(of: Notebook): string {
  return of.cells.map(({ id }) => id).join('');
}

const output = { output_type: 'stream', name: 'stdout', text: 'hi\n' } as const;

describe('applying an operation', () => {
  it('is undone by its inverse, and done again by the inverse of that', () => {
    fc.assert(
      fc.property(notebookArbitrary, fc.array(recipe, { minLength: 1, maxLength: 4 }), (start, recipes) => {
        const fresh = freshIds('n');
        let current = start;
        const operations: Operation[] = [];
        for (const each of recipes) {
          const operation = cook(current, each, fresh);
          operations.push(operation);
          current = applyOperation(current, operation).notebook;
        }
        const group: Operation = { kind: 'group', operations };
        const done = applyOperation(start, group);
        expect(isChanged(done.notebook, current)).toBe(false);
        const undone = applyOperation(done.notebook, done.inverse);
        expect(isChanged(start, undone.notebook)).toBe(false);
        const redone = applyOperation(undone.notebook, undone.inverse);
        expect(isChanged(done.notebook, redone.notebook)).toBe(false);
      }),
      { numRuns: caseCount(1_500) },
    );
  });

  it('never touches the notebook it was given, and crosses a border as JSON', () => {
    fc.assert(
      fc.property(notebookArbitrary, recipe, (start, each) => {
        const before = JSON.stringify(start);
        const operation = cook(start, each, freshIds('n'));
        const applied = applyOperation(start, operation);
        expect(JSON.stringify(start)).toBe(before);
        for (const sent of [operation, applied.operation, applied.inverse]) {
          const received = operationSchema.parse(JSON.parse(JSON.stringify(sent)));
          expect(() => operationSchema.parse(received)).not.toThrow();
        }
      }),
    );
  });

  it('shares the cells it does not reach', () => {
    const start = notebook('a', 'b', 'c');
    const { notebook: after } = applyOperation(start, { kind: 'type', cell: 'b', type: 'markdown' });
    expect(after.cells[0]).toBe(start.cells[0]);
    expect(after.cells[2]).toBe(start.cells[2]);
  });

  it('brings deleted cells back at their places, with their outputs', () => {
    const start = notebook(cell('a', { outputs: [output], executionCount: 3 }), 'b', 'c', 'd');
    const applied = applyOperation(start, { kind: 'delete', cells: ['d', 'a', 'c'] });
    expect(order(applied.notebook)).toBe('b');
    expect(applied.operation).toMatchObject({ anchors: { a: null, c: 'b', d: 'b' } });
    expect(applyOperation(applied.notebook, applied.inverse).notebook).toEqual(start);
  });

  it('moves cells in the order given', () => {
    const { notebook: after } = applyOperation(notebook('a', 'b', 'c', 'd'), {
      kind: 'move',
      cells: ['d', 'a'],
      after: 'b',
    });
    expect(order(after)).toBe('bdac');
  });

  it('drops outputs with the type, and brings them back with it', () => {
    const start = notebook(cell('a', { outputs: [output], executionCount: 3 }));
    const applied = applyOperation(start, { kind: 'type', cell: 'a', type: 'markdown' });
    expect(applied.notebook.cells[0]).toMatchObject({ type: 'markdown', outputs: [], executionCount: null });
    expect(applyOperation(applied.notebook, applied.inverse).notebook).toEqual(start);
  });

  it('does not let the undo of a clearing take newer results away', () => {
    const start = notebook(cell('a', { outputs: [output], executionCount: 3 }));
    const { notebook: cleared, inverse } = applyOperation(start, { kind: 'clear-outputs', cells: ['a'] });
    const rerun = {
      ...cleared,
      cells: [cell('a', { outputs: [{ ...output, text: 'new\n' }], executionCount: 4 })],
    };
    expect(applyOperation(rerun, inverse).notebook).toBe(rerun);
  });

  it('sets members named __proto__ as members', () => {
    const path = ['__proto__', 'polluted'];
    const { notebook: after } = applyOperation(notebook('a'), {
      kind: 'metadata',
      cell: 'a',
      path,
      value: 1,
    });
    expect(Object.getPrototypeOf(after.cells[0]!.metadata)).toBe(Object.prototype);
    expect(JSON.stringify(after.cells[0]!.metadata)).toBe('{"__proto__":{"polluted":1}}');
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(applyOperation(after, { kind: 'metadata', cell: 'a', path: ['constructor'] }).notebook).toEqual(
      after,
    );
  });

  it.each<[string, Operation]>([
    ['a text of a cell that is not there', { kind: 'text', cell: 'x', changes: [1] }],
    ['a text of another length', { kind: 'text', cell: 'a', changes: [7] }],
    ['changes that are none', { kind: 'text', cell: 'a', changes: { length: 1 } }],
    ['changes with a negative length', { kind: 'text', cell: 'a', changes: [-1, 2] }],
    ['a place after a cell that is not there', { kind: 'insert', after: 'x', cells: [cell('n')] }],
    ['a cell whose id is taken', { kind: 'insert', after: null, cells: [cell('a')] }],
    ['two new cells of one id', { kind: 'insert', after: null, cells: [cell('n'), cell('n')] }],
    ['an id that nbformat forbids', { kind: 'insert', after: null, cells: [cell('n n')] }],
    ['deleting what is not there', { kind: 'delete', cells: ['a', 'x'] }],
    ['deleting a cell twice', { kind: 'delete', cells: ['a', 'a'] }],
    ['moving a cell after itself', { kind: 'move', cells: ['a'], after: 'a' }],
    ['a member of what has no members', { kind: 'metadata', cell: 'b', path: ['t', 'x'], value: 1 }],
    ['an attachment of a code cell', { kind: 'attachment', cell: 'a', name: 'p', value: {} }],
    [
      'a group of which the last one does not fit',
      {
        kind: 'group',
        operations: [
          { kind: 'delete', cells: ['b'] },
          { kind: 'delete', cells: ['b'] },
        ],
      },
    ],
  ])('refuses %s', (_name, operation) => {
    const start = notebook('a', cell('b', { metadata: { t: 1 } }));
    let caught: unknown;
    try {
      applyOperation(start, operation);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(WatchbookError);
    expect(caught).toMatchObject({ code: 'bad-request' });
  });
});

describe('the edits between two notebooks', () => {
  it('turn one into the other, results aside', () => {
    fc.assert(
      fc.property(notebookArbitrary, fc.array(recipe, { maxLength: 6 }), (start, recipes) => {
        const fresh = freshIds('n');
        let wanted = start;
        for (const each of recipes) wanted = applyOperation(wanted, cook(wanted, each, fresh)).notebook;
        let current = start;
        for (const operation of diffOperations(start, wanted))
          current = applyOperation(current, operation).notebook;
        const bare = (of: Notebook): Notebook => ({
          ...of,
          cells: of.cells.map((each) => ({ ...each, outputs: [], executionCount: null })),
        });
        expect(isChanged(bare(wanted), bare(current))).toBe(false);
      }),
      { numRuns: caseCount(500) },
    );
  });
});
