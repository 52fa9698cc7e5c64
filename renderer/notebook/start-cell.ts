import { isFrozen } from '../../shared/notebook/cell-protection';
import type { CellView } from '../../shared/notebook/contract';
import { cellTags } from '../../shared/notebook/model';
import { isRollback } from '../../shared/runs/is-rollback';

/** The step that starts a runbook: the first that running many would not pass over. Null where there is none. */
export function startCell(cells: readonly CellView[]): string | null {
  const found = cells.find(
    (cell) =>
      cell.type === 'code' &&
      cell.source.trim() !== '' &&
      !isRollback(cell) &&
      !isFrozen(cell) &&
      !cellTags(cell).includes('skip-execution'),
  );
  return found?.id ?? null;
}
