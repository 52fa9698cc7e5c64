import { describe, expect, test } from 'vitest';
import { foldEdits } from '../../../renderer/notebook/reveal';
import { applyOperation } from '../../../shared/notebook/apply-operation';
import { cellHiding } from '../../../shared/notebook/hide-tags';
import type { Cell, Notebook } from '../../../shared/notebook/model';
import type { JsonObject } from '../../../shared/rpc/contract';

function cell(metadata: JsonObject): Cell {
  return { id: 'a', type: 'code', source: '1', metadata, outputs: [], executionCount: null };
}

const hiding = (...tags: readonly string[]) => cellHiding(cell({ tags: [...tags] }));

describe('what folds a part of a cell', () => {
  test.each(['-', '_'])('hide and remove tags spelled with %s', (dash) => {
    expect(hiding(`hide${dash}input`)).toEqual({ whole: null, source: 'hide-tag', outputs: null });
    expect(hiding(`hide${dash}output`)).toEqual({ whole: null, source: null, outputs: 'hide-tag' });
    expect(hiding(`remove${dash}input`)).toEqual({ whole: null, source: 'remove-tag', outputs: null });
    expect(hiding(`remove${dash}output`)).toEqual({ whole: null, source: null, outputs: 'remove-tag' });
    expect(hiding(`hide${dash}cell`)).toEqual({ whole: 'hide-tag', source: 'hide-tag', outputs: 'hide-tag' });
    expect(hiding(`remove${dash}cell`).whole).toBe('remove-tag');
  });

  test("Jupyter's own metadata, and nothing that only looks like it", () => {
    const own = cellHiding(cell({ jupyter: { source_hidden: true, outputs_hidden: true } }));
    expect(own).toEqual({ whole: null, source: 'metadata', outputs: 'metadata' });
    expect(cellHiding(cell({ collapsed: true })).outputs).toBe('metadata');
    const none = { whole: null, source: null, outputs: null };
    expect(cellHiding(cell({ jupyter: { source_hidden: 'yes' }, collapsed: 1 }))).toEqual(none);
    expect(cellHiding(cell({ jupyter: [true], tags: 'hide-input' }))).toEqual(none);
    expect(hiding('hide', 'hide-inputs', 'input')).toEqual(none);
  });
});

describe('folding that is kept in the file', () => {
  const after = (metadata: JsonObject, part: 'source' | 'outputs', isFolded: boolean): JsonObject => {
    let notebook: Notebook = { cells: [cell(metadata)], metadata: {}, nbformat: 4, nbformatMinor: 5 };
    for (const edit of foldEdits(cell(metadata), part, isFolded)) {
      ({ notebook } = applyOperation(notebook, edit));
    }
    return notebook.cells[0]!.metadata;
  };

  test('sets the member of Jupyter and takes it out again, with nothing left over', () => {
    const folded = after({ tags: ['x'] }, 'outputs', true);
    expect(folded).toEqual({ tags: ['x'], jupyter: { outputs_hidden: true } });
    expect(after(folded, 'outputs', false)).toEqual({ tags: ['x'] });
    expect(after({ jupyter: { source_hidden: true, other: 1 } }, 'source', false)).toEqual({
      jupyter: { other: 1 },
    });
    expect(after({ jupyter: { source_hidden: true } }, 'source', true)).toEqual({
      jupyter: { source_hidden: true },
    });
  });

  test('keeps the older member in step where there is one', () => {
    expect(after({ collapsed: false }, 'outputs', true)).toEqual({
      collapsed: true,
      jupyter: { outputs_hidden: true },
    });
    expect(after({ collapsed: true }, 'outputs', false)).toEqual({});
  });
});
