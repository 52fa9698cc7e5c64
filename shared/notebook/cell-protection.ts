import type { JsonObject } from '../rpc/contract';
import type { Cell } from './model';

/**
 * Whether NII's run-through has frozen the cell: it was run, and neither its source nor its kind is to change until
 * somebody thaws it.
 */
export function isFrozen(cell: Pick<Cell, 'metadata'>): boolean {
  const control = cell.metadata['run_through_control'];
  return typeof control === 'object' && control !== null && (control as JsonObject)['frozen'] === true;
}

/** Whether the cell's own metadata let its source, attachments and kind be edited. */
export function isEditableCell(cell: Pick<Cell, 'metadata'>): boolean {
  return cell.metadata['editable'] !== false && !isFrozen(cell);
}

/** Whether the cell's own metadata let it be deleted. */
export function isDeletableCell(cell: Pick<Cell, 'metadata'>): boolean {
  return cell.metadata['deletable'] !== false;
}
