import type { Operation } from './operation';

/**
 * The operation as a window gets it: without outputs, which come to it as bounded views.
 */
export function withoutOutputs(operation: Operation): Operation {
  switch (operation.kind) {
    case 'insert':
      return operation.cells.every((cell) => cell.outputs.length === 0)
        ? operation
        : { ...operation, cells: operation.cells.map((cell) => ({ ...cell, outputs: [] })) };
    case 'restore-outputs':
      return { ...operation, cells: operation.cells.map((entry) => ({ ...entry, outputs: [] })) };
    case 'group':
      return { ...operation, operations: operation.operations.map(withoutOutputs) };
    default:
      return operation;
  }
}

/** True when an operation brings outputs with it, which only the engine's own undo may do. */
export function bringsOutputs(operation: Operation): boolean {
  switch (operation.kind) {
    case 'insert':
      return operation.cells.some((cell) => cell.outputs.length > 0);
    case 'restore-outputs':
      return true;
    case 'group':
      return operation.operations.some(bringsOutputs);
    default:
      return false;
  }
}
