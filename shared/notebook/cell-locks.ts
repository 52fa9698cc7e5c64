import { FROZEN_MARKS, isDeletableCell, isEditableCell, isFrozen } from './cell-protection';
import { valueAt } from './metadata-path';
import type { Cell } from './model';
import type { Operation } from './operation';

/** What the header says of a cell that is locked, and why as a sentence; null for one that is not. */
export function lockWords(
  cell: Pick<Cell, 'metadata'>,
): { readonly words: string; readonly reason: string } | null {
  if (isFrozen(cell)) {
    return { words: 'frozen', reason: 'Frozen: it is neither run nor edited until it is unfrozen' };
  }
  if (!isEditableCell(cell)) {
    return isDeletableCell(cell)
      ? { words: 'not editable', reason: 'Its metadata says that it may not be edited' }
      : { words: 'locked', reason: 'Its metadata says that it may be neither edited nor deleted' };
  }
  return isDeletableCell(cell)
    ? null
    : { words: 'not deletable', reason: 'Its metadata says that it may not be deleted' };
}

/** The edits that freeze a cell as NII's run-through does, or unfreeze it wherever it is marked. */
export function freezeEdits(cell: Pick<Cell, 'id' | 'metadata'>, isFrozenNow: boolean): readonly Operation[] {
  const edit = (path: readonly string[], value: boolean): Operation => ({
    kind: 'metadata',
    cell: cell.id,
    path: [...path],
    value,
  });
  if (isFrozenNow) return isFrozen(cell) ? [] : [edit(FROZEN_MARKS[0], true)];
  return FROZEN_MARKS.filter((path) => valueAt(cell.metadata, path) === true).map((path) =>
    edit(path, false),
  );
}
