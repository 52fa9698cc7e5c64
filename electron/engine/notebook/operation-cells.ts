import type { Operation } from '../../../shared/notebook/operation';

/** Every cell an operation names. */
export function cellsOf(operation: Operation): readonly string[] {
  switch (operation.kind) {
    case 'text':
    case 'type':
    case 'attachment':
      return [operation.cell];
    case 'metadata':
      return operation.cell === null ? [] : [operation.cell];
    case 'insert':
      return operation.cells.map(({ id }) => id);
    case 'delete':
    case 'move':
    case 'clear-outputs':
      return operation.cells;
    case 'restore-outputs':
      return operation.cells.map(({ cell }) => cell);
    case 'group':
      return operation.operations.flatMap(cellsOf);
  }
}

/** Cells from which an operation takes their outputs away. */
export function cellsLosingOutputs(operation: Operation): readonly string[] {
  if (operation.kind === 'group') return operation.operations.flatMap(cellsLosingOutputs);
  return operation.kind === 'delete' || operation.kind === 'clear-outputs' || operation.kind === 'type'
    ? cellsOf(operation)
    : [];
}

/** Cells that show other outputs after an operation. */
export function cellsWithNewOutputs(operation: Operation): readonly string[] {
  if (operation.kind === 'group') return operation.operations.flatMap(cellsWithNewOutputs);
  return ['insert', 'clear-outputs', 'restore-outputs', 'type'].includes(operation.kind)
    ? cellsOf(operation)
    : [];
}
