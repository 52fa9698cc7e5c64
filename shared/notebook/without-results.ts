import type { JsonObject } from '../rpc/contract';
import type { Cell, Notebook } from './model';
import { isJsonObject } from './notebook-values';
import { withFullOutputs } from './outputs/full-output';

/** A notebook without what running it left in it: outputs, counts, times, the journal's head. */
export function withoutResults(
  notebook: Pick<Notebook, 'cells' | 'metadata'>,
): Pick<Notebook, 'cells' | 'metadata'> {
  const own = notebook.metadata['watchbook'];
  const { widgets: _widgets, ...metadata } = notebook.metadata;
  return {
    cells: notebook.cells.map(cellWithoutResults),
    metadata: { ...metadata, ...(isJsonObject(own) ? { watchbook: without(own, 'journal') } : {}) },
  };
}

function cellWithoutResults(cell: Cell): Cell {
  if (cell.type !== 'code') return cell;
  const metadata = withFullOutputs(without(without(cell.metadata, 'execution'), 'ExecuteTime'), []);
  const own = metadata['watchbook'];
  return {
    ...cell,
    outputs: [],
    executionCount: null,
    metadata: isJsonObject(own) ? { ...metadata, watchbook: without(own, 'ranAs') } : metadata,
  };
}

function without(object: JsonObject, key: string): JsonObject {
  const { [key]: _left, ...rest } = object;
  return rest;
}
