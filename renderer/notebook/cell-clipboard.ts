import type { CellView } from '../../shared/notebook/contract';

let cells: readonly CellView[] = [];

/** Keeps copied cells for this window, so that they can be pasted in another notebook too. */
export function copyCells(copied: readonly CellView[]): void {
  cells = copied;
}

/** The cells copied last. Whoever pastes gives them new ids. */
export function copiedCells(): readonly CellView[] {
  return cells;
}
