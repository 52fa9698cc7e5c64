import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EditLog } from '../../../electron/engine/notebook/edit-log';
import { cellsOf } from '../../../electron/engine/notebook/operation-cells';
import type { Notebook } from '../../../shared/notebook/model';
import type { Operation } from '../../../shared/notebook/operation';
import { cook, freshIds, notebookArbitrary, recipe } from '../../support/notebook-arbitraries';

const contents = ({ cells }: Notebook): ReadonlyMap<string, string> =>
  new Map(cells.map(({ id, type, source }) => [id, `${type} ${source}`]));

const edits = fc.array(recipe, { maxLength: 8 });

describe('a change from the disk among edits', () => {
  it('is taken back to what was there before, whatever it was', () => {
    fc.assert(
      fc.property(notebookArbitrary, edits, recipe, (start, before, change) => {
        const fresh = freshIds('n');
        const log = new EditLog(start);
        before.forEach((each, index) => {
          log.edit(log.version, cook(log.notebook, each, fresh), 'w', `e${index}`, index * 10_000);
        });
        const { cells, metadata } = log.notebook;
        const takeBack = log.amendFor(cook(log.notebook, change, fresh));
        takeBack();
        expect(log.notebook.cells).toEqual(cells);
        expect(log.notebook.metadata).toEqual(metadata);
      }),
    );
  });

  it('leaves undo and redo of the cells that it does not touch as they were, taken back or not', () => {
    fc.assert(
      fc.property(
        notebookArbitrary,
        edits,
        recipe,
        edits,
        fc.boolean(),
        (start, before, change, after, isTakenBack) => {
          const fresh = freshIds('n');
          const log = new EditLog(start);
          let count = 0;
          const edit = (each: (typeof before)[number]): void => {
            count += 1;
            log.edit(log.version, cook(log.notebook, each, fresh), 'w', `e${count}`, count * 10_000);
          };
          before.forEach(edit);
          const operation = cook(log.notebook, change, fresh);
          const takeBack = log.amendFor(operation);
          after.forEach(edit);
          if (isTakenBack) takeBack();
          const last = contents(log.notebook);
          const touched = new Set(cellsOf(operation));
          while (log.undo() !== null);
          const first = contents(log.notebook);
          for (const [id, content] of contents(start))
            if (!touched.has(id)) expect(first.get(id)).toBe(content);
          while (log.redo() !== null);
          const redone = contents(log.notebook);
          for (const [id, content] of last) if (!touched.has(id)) expect(redone.get(id)).toBe(content);
        },
      ),
    );
  });
});

describe('the cell that is shown after a step back or forward', () => {
  const cell = (id: string, source: string): Notebook['cells'][number] => ({
    id,
    type: 'code',
    source,
    metadata: {},
    outputs: [],
    executionCount: null,
  });
  const logOf = (...cells: Notebook['cells']): EditLog =>
    new EditLog({ cells, metadata: {}, nbformat: 4, nbformatMinor: 5 });

  it('is the one that was merged into, not the one that comes back below it', () => {
    const log = logOf(cell('a', '1'), cell('b', '2'), cell('c', '3'));
    const merge: Operation = {
      kind: 'group',
      operations: [
        { kind: 'text', cell: 'a', changes: [1, [0, '', '', '2']] },
        { kind: 'delete', cells: ['b'] },
      ],
    };
    log.edit(0, merge, 'w', 'e', 0);
    expect(log.undo()?.cell).toBe('a');
    expect(log.redo()?.cell).toBe('a');
  });

  it('is the one that was split, not a piece that is gone', () => {
    const log = logOf(cell('a', '12'), cell('c', '3'));
    const split: Operation = {
      kind: 'group',
      operations: [
        { kind: 'text', cell: 'a', changes: [1, [1]] },
        { kind: 'insert', after: 'a', cells: [cell('b', '2')] },
      ],
    };
    log.edit(0, split, 'w', 'e', 0);
    expect(log.undo()?.cell).toBe('a');
    expect(log.notebook.cells.map(({ source }) => source)).toEqual(['12', '3']);
  });
});
