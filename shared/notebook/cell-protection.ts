import { valueAt } from './metadata-path';
import type { Cell } from './model';

/** Where a cell is marked as frozen: by NII's run-through, and by the freeze extension that it grew from. */
export const FROZEN_MARKS = [
  ['run_through_control', 'frozen'],
  ['run_control', 'frozen'],
] as const;

/**
 * Whether the cell is frozen: it was run, and is not to be run again, nor its source or kind changed, until somebody
 * thaws it.
 */
export function isFrozen(cell: Pick<Cell, 'metadata'>): boolean {
  return FROZEN_MARKS.some((path) => valueAt(cell.metadata, path) === true);
}

/** Whether the cell's own metadata let its source, attachments and kind be edited. */
export function isEditableCell(cell: Pick<Cell, 'metadata'>): boolean {
  return cell.metadata['editable'] !== false && !isFrozen(cell);
}

/** Whether the cell's own metadata let it be deleted. */
export function isDeletableCell(cell: Pick<Cell, 'metadata'>): boolean {
  return cell.metadata['deletable'] !== false;
}
