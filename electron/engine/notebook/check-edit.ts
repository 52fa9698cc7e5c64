import { isDeletableCell, isEditableCell, isFrozen } from '../../../shared/notebook/cell-protection';
import type { Cell, Notebook } from '../../../shared/notebook/model';
import type { Operation } from '../../../shared/notebook/operation';
import { bringsOutputs } from '../../../shared/notebook/operation-outputs';
import { WatchbookError } from '../../../shared/rpc/errors';

export interface EditRules {
  /** Why nothing may be edited; null when editing is open. */
  readonly readOnly: string | null;
  /** Runs, or waits in the line. */
  readonly isRunning: (cell: string) => boolean;
}

/**
 * Refuses an edit that the file, a cell's own metadata or a running cell forbids.
 *
 * @throws WatchbookError `read-only` or `busy`; nothing was changed
 */
export function checkEdit(notebook: Notebook, operation: Operation, rules: EditRules): void {
  if (rules.readOnly !== null) {
    throw new WatchbookError('read-only', `This notebook can not be edited here: ${rules.readOnly}`);
  }
  if (operation.kind === 'group') {
    for (const part of operation.operations) checkEdit(notebook, part, rules);
    return;
  }
  if (bringsOutputs(operation)) {
    throw new WatchbookError(
      'bad-request',
      'Outputs come from kernels, not from windows. Nothing was changed.',
    );
  }
  if (operation.kind === 'delete') {
    for (const id of operation.cells) {
      const cell = find(notebook, id);
      if (cell !== undefined && !isDeletableCell(cell)) {
        throw new WatchbookError('read-only', 'This cell is marked as not deletable. Nothing was changed.');
      }
      if (rules.isRunning(id)) {
        throw new WatchbookError('busy', 'A running cell can not be deleted. Interrupt it first.');
      }
    }
    return;
  }
  if (operation.kind === 'text' || operation.kind === 'attachment' || operation.kind === 'type') {
    const cell = find(notebook, operation.cell);
    if (cell !== undefined && !isEditableCell(cell)) {
      const mark = isFrozen(cell) ? 'frozen' : 'not editable';
      throw new WatchbookError('read-only', `This cell is marked as ${mark}. Nothing was changed.`);
    }
  }
  if ((operation.kind === 'type' || operation.kind === 'clear-outputs') && touchesRunning(operation, rules)) {
    throw new WatchbookError('busy', 'This cell is running. Interrupt it first.');
  }
}

function touchesRunning(
  operation: Extract<Operation, { kind: 'type' | 'clear-outputs' }>,
  rules: EditRules,
): boolean {
  return operation.kind === 'type'
    ? rules.isRunning(operation.cell)
    : operation.cells.some((cell) => rules.isRunning(cell));
}

function find(notebook: Notebook, id: string): Cell | undefined {
  return notebook.cells.find((cell) => cell.id === id);
}
