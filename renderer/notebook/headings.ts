import { changesBetween } from '../../shared/notebook/text-changes';
import type { Operation } from '../../shared/notebook/operation';
import { editAll, insertCell, mayEdit, placeBeside, selectedIds } from './cell-actions';
import { contentsOf } from './contents';
import type { OpenDocument } from './document-store';
import { editHold, sayHeld, type Hold } from './protection';

/** A text whose first line is a heading of this level; a heading there before is replaced. */
export function withHeading(source: string, level: number): string {
  return `${'#'.repeat(level)} ${source.replace(/^\s*(?:#{1,6}(?:[ \t]+|$))?/, '')}`;
}

/** Makes the selected texts begin with a heading of this level. Cells of other kinds stay as they are. */
export function makeHeadings(open: OpenDocument, level: number): void {
  if (!mayEdit(open)) return;
  const { byId } = open.store.getState();
  const operations: Operation[] = [];
  const held: Hold[] = [];
  for (const id of selectedIds(open)) {
    const cell = byId.get(id);
    if (cell?.type !== 'markdown') continue;
    const hold = editHold(cell);
    if (hold !== null) held.push(hold);
    const changes = changesBetween(cell.source, withHeading(cell.source, level));
    if (hold === null && changes !== null)
      operations.push({ kind: 'text', cell: id, changes: changes.toJSON() });
  }
  editAll(open, operations);
  sayHeld(open, held, 'changed');
}

/**
 * Begins a new heading of the level of the section the active cell is in: above the cell, or below the whole section.
 */
export function insertHeading(open: OpenDocument, side: 'above' | 'below'): void {
  const { cells, order, selection } = open.store.getState();
  const at = selection.active === null ? -1 : order.indexOf(selection.active);
  const headings = contentsOf(cells);
  const placeOf = (cell: string): number => order.indexOf(cell);
  const level = headings.findLast(({ cell }) => placeOf(cell) <= at)?.level ?? 1;
  const next = headings.find((heading) => placeOf(heading.cell) > at && heading.level <= level);
  const below = next === undefined ? order.at(-1) : order[placeOf(next.cell) - 1];
  const after = side === 'above' ? placeBeside(open, 'above') : (below ?? null);
  if (insertCell(open, 'markdown', after, { source: `${'#'.repeat(level)} ` }) !== null)
    open.set({ mode: 'edit' });
}
