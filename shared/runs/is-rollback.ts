import { cellTags, type Cell } from '../notebook/model';

/** True for a cell that belongs to rolling back: only that sends it, never running forward. */
export function isRollback(cell: Pick<Cell, 'metadata'>): boolean {
  const own = cell.metadata['watchbook'];
  return (
    cellTags(cell).includes('rollback') || (typeof own === 'object' && own !== null && 'rollbackOf' in own)
  );
}
