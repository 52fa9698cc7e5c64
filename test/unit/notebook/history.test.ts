import { ChangeSet } from '@codemirror/state';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyOperation } from '../../../shared/notebook/apply-operation';
import {
  emptyHistory,
  MAX_STEPS,
  rebaseHistory,
  record,
  redo,
  TYPING_PAUSE,
  undo,
  type History,
} from '../../../shared/notebook/history';
import type { Notebook } from '../../../shared/notebook/model';
import { isChanged } from '../../../shared/notebook/notebook-writer';
import type { Operation } from '../../../shared/notebook/operation';
import { caseCount } from '../../support/environment';
import { cook, freshIds, notebookArbitrary, recipe } from '../../support/notebook-arbitraries';

/** A document with its history, as the engine keeps both. */
class Document {
  history: History = emptyHistory();
  constructor(public notebook: Notebook) {}

  edit(operation: Operation, at: number): void {
    const applied = applyOperation(this.notebook, operation);
    this.history = record(this.history, applied.operation, applied.inverse, at);
    this.notebook = applied.notebook;
  }

  /** An edit that is not in the history. */
  amend(operation: Operation): void {
    const applied = applyOperation(this.notebook, operation);
    this.history = rebaseHistory(this.history, applied.operation);
    this.notebook = applied.notebook;
  }

  step(take: typeof undo): boolean {
    const stepped = take(this.history, this.notebook);
    if (stepped === null) return false;
    this.notebook = applyOperation(this.notebook, stepped.operation).notebook;
    this.history = stepped.history;
    return true;
  }

  all(take: typeof undo): void {
    while (this.step(take));
  }
}

function notebook(source = ''): Notebook {
  const cells = ['a', 'b'].map((id) => ({
    id,
    type: 'code' as const,
    source,
    metadata: {},
    outputs: [],
    executionCount: null,
  }));
  return { cells, metadata: {}, nbformat: 4, nbformatMinor: 5 };
}

function typing(of: Notebook, cell: string, at: number, insert: string): Operation {
  const { length } = of.cells.find(({ id }) => id === cell)!.source;
  return { kind: 'text', cell, changes: ChangeSet.of([{ from: at, insert }], length).toJSON() };
}

function type(document: Document, text: string, at: number, cell = 'a'): void {
  const { length } = document.notebook.cells.find(({ id }) => id === cell)!.source;
  document.edit(typing(document.notebook, cell, length, text), at);
}

describe('the history', () => {
  it('undone gives the first notebook, redone the last, whatever was edited and however fast', () => {
    fc.assert(
      fc.property(
        notebookArbitrary,
        fc.array(fc.tuple(recipe, fc.nat(2 * TYPING_PAUSE)), { maxLength: 12 }),
        (start, edits) => {
          const document = new Document(start);
          const fresh = freshIds('n');
          let at = 0;
          for (const [each, pause] of edits)
            document.edit(cook(document.notebook, each, fresh), (at += pause));
          const last = document.notebook;
          document.all(undo);
          expect(isChanged(start, document.notebook)).toBe(false);
          document.all(redo);
          expect(isChanged(last, document.notebook)).toBe(false);
          document.all(undo);
          expect(isChanged(start, document.notebook)).toBe(false);
        },
      ),
      { numRuns: caseCount(500) },
    );
  });

  it('undoes around what was not an edit, and leaves that standing', () => {
    fc.assert(
      fc.property(
        notebookArbitrary,
        fc.array(fc.tuple(recipe, fc.boolean(), fc.nat(9)), { maxLength: 12 }),
        (start, edits) => {
          const document = new Document(start);
          const fresh = freshIds('n');
          for (const [each, isAmended, value] of edits) {
            const cell = document.notebook.cells[each.a % Math.max(1, document.notebook.cells.length)];
            if (isAmended && cell !== undefined) {
              document.amend({
                kind: 'metadata',
                cell: cell.id,
                path: ['execution'],
                value: { count: value },
              });
            } else document.edit(cook(document.notebook, each, fresh), 0);
          }
          document.all(undo);
          const without = (of: Notebook): Notebook => ({
            ...of,
            cells: of.cells.map((cell) => {
              const { execution: _execution, ...metadata } = cell.metadata;
              return { ...cell, metadata };
            }),
          });
          expect(isChanged(without(start), without(document.notebook))).toBe(false);
        },
      ),
      { numRuns: caseCount(500) },
    );
  });

  it('takes typing in one cell as one step, until a pause', () => {
    const document = new Document(notebook());
    type(document, 'h', 0);
    type(document, 'e', 200);
    type(document, 'y', 600);
    type(document, '!', 600 + TYPING_PAUSE);
    document.step(undo);
    expect(document.notebook.cells[0]!.source).toBe('hey');
    document.step(undo);
    expect(document.notebook.cells[0]!.source).toBe('');
    document.step(redo);
    expect(document.notebook.cells[0]!.source).toBe('hey');
  });

  it('takes typing in another cell, or at another place, as another step', () => {
    const document = new Document(notebook('xxxx'));
    type(document, '1', 0);
    type(document, '2', 10, 'b');
    document.edit(typing(document.notebook, 'b', 0, '3'), 20);
    expect(document.history.undo.length).toBe(3);
  });

  it('goes on with deleting where typing ended', () => {
    const document = new Document(notebook());
    type(document, 'ab', 0);
    document.edit({ kind: 'text', cell: 'a', changes: ChangeSet.of([{ from: 1, to: 2 }], 2).toJSON() }, 10);
    expect(document.history.undo.length).toBe(1);
    document.step(undo);
    expect(document.notebook.cells[0]!.source).toBe('');
  });

  it('forgets what was undone when something new is edited', () => {
    const document = new Document(notebook());
    type(document, 'a', 0);
    document.step(undo);
    type(document, 'b', 10);
    expect(document.history.redo).toEqual([]);
    expect(document.step(redo)).toBe(false);
  });

  it('names the cell to show', () => {
    const document = new Document(notebook());
    type(document, 'a', 0, 'b');
    expect(undo(document.history, document.notebook)!.cell).toBe('b');
  });

  it('passes over a step whose cell is gone', () => {
    const document = new Document(notebook());
    type(document, 'first', 0, 'b');
    type(document, 'second', 10, 'a');
    document.amend({ kind: 'delete', cells: ['a'] });
    expect(document.step(undo)).toBe(true);
    expect(document.notebook.cells.map(({ source }) => source)).toEqual(['']);
    expect(document.step(undo)).toBe(false);
  });

  it('is bounded', () => {
    const document = new Document(notebook());
    for (let count = 0; count < MAX_STEPS + 10; count += 1) type(document, 'x', count * 1_000);
    expect(document.history.undo.length).toBe(MAX_STEPS);
    document.all(undo);
    expect(document.notebook.cells[0]!.source).toBe('x'.repeat(10));
  });

  it('does not change when it is used', () => {
    const document = new Document(notebook());
    type(document, 'x', 0);
    const before = document.history;
    undo(before, document.notebook);
    rebaseHistory(before, { kind: 'delete', cells: ['a'] });
    record(before, { kind: 'delete', cells: ['b'] }, { kind: 'delete', cells: ['b'] }, 1);
    expect(before.undo.length).toBe(1);
    expect(before.redo.length).toBe(0);
  });
});
