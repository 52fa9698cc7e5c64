import { formatNotebook } from '../../../shared/notebook/new-notebook';
import type { Cell, Notebook } from '../../../shared/notebook/model';
import { isJsonObject } from '../../../shared/notebook/notebook-values';
import type { JsonObject } from '../../../shared/rpc/contract';
import type { Actor } from '../../../shared/runs/events';
import { writeShared } from './content';
import { parametersOf, type RunState } from './run-state';

/**
 * Keeps how a run stands, under a name or none. Cheap: of the notebook its cells without outputs, once for all
 * checkpoints between which no text changed; the outputs of that moment are in the attempts before it.
 */
export async function checkpoint(
  state: RunState,
  actor: Actor,
  why: 'step' | 'gate' | 'person',
  cell: string | null,
  name: string | null = null,
): Promise<string> {
  const bytes = formatNotebook(withoutResults(state.document.notebook));
  const { file, sha256 } = await writeShared(state.folder, bytes, 'ipynb');
  const id = `k${state.run.checkpoints.length + 1}`;
  await state.record(actor, (place) => ({
    type: 'checkpoint',
    data: {
      id,
      why,
      cell,
      name: name === null ? null : place('name', { text: name }),
      state: place('checkpoint', { notebook: file, sha256, parameters: parametersOf(state.details) }),
    },
  }));
  return id;
}

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
  const metadata = without(without(cell.metadata, 'execution'), 'ExecuteTime');
  const own = metadata['watchbook'];
  return {
    ...cell,
    outputs: [],
    executionCount: null,
    metadata: isJsonObject(own)
      ? { ...metadata, watchbook: without(without(own, 'fullOutput'), 'ranAs') }
      : metadata,
  };
}

function without(object: JsonObject, key: string): JsonObject {
  const { [key]: _left, ...rest } = object;
  return rest;
}
