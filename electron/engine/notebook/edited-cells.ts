import type { Cell, Notebook } from '../../../shared/notebook/model';
import { withFullOutputs } from '../../../shared/notebook/outputs/full-output';
import type { JsonObject } from '../../../shared/rpc/contract';
import { isDeepStrictEqual } from 'node:util';

/** Keys that a run writes: results, not edits. So are the entries of whole texts beside the file. */
const RESULT_KEYS = ['execution', 'ExecuteTime'];

/** How many cells a person edited since the file was written, counting cells that came, went or moved. */
export function editedCells(saved: Notebook, current: Notebook): number {
  if (saved === current) return 0;
  const before = new Map(saved.cells.map((cell) => [cell.id, cell]));
  let count = isDeepStrictEqual(saved.metadata, current.metadata) ? 0 : 1;
  for (const cell of current.cells) {
    const old = before.get(cell.id);
    if (old === undefined || isEdited(old, cell)) count += 1;
    before.delete(cell.id);
  }
  count += before.size;
  return count > 0 || isSameOrder(saved, current) ? count : 1;
}

function isEdited(old: Cell, cell: Cell): boolean {
  if (old === cell) return false;
  return (
    old.source !== cell.source ||
    old.type !== cell.type ||
    (old.metadata !== cell.metadata && !isDeepStrictEqual(withoutResults(old), withoutResults(cell))) ||
    (old.attachments !== cell.attachments && !isDeepStrictEqual(old.attachments, cell.attachments))
  );
}

function withoutResults({ metadata }: Cell): JsonObject {
  return Object.fromEntries(
    Object.entries(withFullOutputs(metadata, [])).filter(([key]) => !RESULT_KEYS.includes(key)),
  );
}

function isSameOrder(saved: Notebook, current: Notebook): boolean {
  return saved.cells.every((cell, index) => current.cells[index]?.id === cell.id);
}
