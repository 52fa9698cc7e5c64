import { isFrozen } from '../notebook/cell-protection';
import { cellTags, type Cell } from '../notebook/model';
import { isRollback } from './is-rollback';

/** What keeps a cell from being sent where many run: what it is, or a mark that somebody put on it. */
export type PassedOver = 'rollback' | 'frozen' | 'skip-execution';

/**
 * Why a cell is passed over where many run; null for one that is sent. One rule for every line of cells: those of a
 * window, of a run with a record, and of the command line.
 */
export function passedOver(cell: Pick<Cell, 'metadata'>): PassedOver | null {
  if (isRollback(cell)) return 'rollback';
  if (isFrozen(cell)) return 'frozen';
  return cellTags(cell).includes('skip-execution') ? 'skip-execution' : null;
}

/** Whether running the notebook from top to bottom sends this cell to a kernel. */
export function isSentInOrder(cell: Pick<Cell, 'type' | 'source' | 'metadata'>): boolean {
  return cell.type === 'code' && cell.source.trim() !== '' && passedOver(cell) === null;
}

/** Says of a notebook that is about to be run which of its cells are frozen; null where none with code is. */
export function frozenWords(cells: readonly Pick<Cell, 'type' | 'source' | 'metadata'>[]): string | null {
  const places = cells.flatMap((cell, index) =>
    cell.type === 'code' && cell.source.trim() !== '' && passedOver(cell) === 'frozen' ? [index + 1] : [],
  );
  if (places.length === 0) return null;
  if (places.length === 1) {
    return `Cell ${places.join('')} is frozen: it is not run, and keeps its output. Unfreeze it to run it.`;
  }
  const shown = places.slice(0, MOST_NAMED).join(', ');
  const more = places.length - MOST_NAMED;
  return `${places.length} cells are frozen: they are not run, and keep their outputs. Unfreeze them to run them. Cells ${shown}${more > 0 ? ` and ${more} more` : ''}.`;
}

/** Cells that a sentence names one by one. */
const MOST_NAMED = 12;
