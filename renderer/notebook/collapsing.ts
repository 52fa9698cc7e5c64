import {
  headingBeside,
  hiddenCells,
  sectionCells,
  sectionLevel,
  withoutHiding,
} from '../../shared/notebook/sections';
import type { DocumentModel } from './document-model';
import type { OpenDocument } from './document-store';
import { selectOne } from './selection';

function goTo(open: OpenDocument, cell: string): void {
  open.set({ selection: selectOne(cell), showCell: { cell, align: 'auto' } });
}

/** The cells that are not hidden by collapsed headings, in order; the notebook's own order where none are. */
export function shownOrder(model: Pick<DocumentModel, 'cells' | 'order' | 'collapsed'>): readonly string[] {
  const hidden = hiddenCells(model.cells, model.collapsed);
  return hidden.size === 0 ? model.order : model.order.filter((cell) => !hidden.has(cell));
}

/** {@link shownOrder} as a selector of one view: the same array until a cell comes, goes or is folded. */
export function createShownOrder(): (model: DocumentModel) => readonly string[] {
  let from: Pick<DocumentModel, 'cells' | 'collapsed'> | null = null;
  let held: readonly string[] = [];
  return ({ cells, order, collapsed }) => {
    if (from?.cells === cells && from.collapsed === collapsed) return held;
    from = { cells, collapsed };
    const shown = shownOrder({ cells, order, collapsed });
    if (shown.length !== held.length || shown.some((cell, index) => held[index] !== cell)) held = shown;
    return held;
  };
}

/**
 * Collapses a heading, or opens it again. Kept for this window and the next opening here, never in the file: reading
 * must not leave a document unsaved.
 */
export function setCollapsed(open: OpenDocument, heading: string, isCollapsed: boolean): void {
  const { byId, cells, collapsed, selection } = open.store.getState();
  const cell = byId.get(heading);
  if (cell === undefined || sectionLevel(cell) === null || collapsed.has(heading) === isCollapsed) return;
  const next = new Set(collapsed);
  if (isCollapsed) next.add(heading);
  else next.delete(heading);
  // What is selected is never hidden: the heading takes the selection over.
  const isInside =
    isCollapsed && selection.active !== null && hiddenCells(cells, next).get(selection.active) !== undefined;
  open.set({ collapsed: next, ...(isInside ? { selection: selectOne(heading), mode: 'command' } : {}) });
}

/** Collapses every heading, or opens all. */
export function setAllCollapsed(open: OpenDocument, isCollapsed: boolean): void {
  const { cells, selection } = open.store.getState();
  const headings = cells.filter((cell) => sectionLevel(cell) !== null).map(({ id }) => id);
  const collapsed = new Set(isCollapsed ? headings : []);
  const hider = selection.active === null ? undefined : hiddenCells(cells, collapsed).get(selection.active);
  open.set({ collapsed });
  if (hider !== undefined) goTo(open, hider);
}

/** Opens every heading that hides this cell, so that it can be seen. */
export function revealCell(open: OpenDocument, cell: string): void {
  const { cells, collapsed } = open.store.getState();
  const left = withoutHiding(cells, collapsed, cell);
  if (left !== collapsed) open.set({ collapsed: left });
}

/** `ArrowLeft` as in JupyterLab: collapses the heading that is selected, else goes to the one above. */
export function collapseOrGoUp(open: OpenDocument): void {
  const { selection, cells, byId, collapsed } = open.store.getState();
  const cell = selection.active === null ? undefined : byId.get(selection.active);
  if (cell === undefined) return;
  if (sectionLevel(cell) !== null && !collapsed.has(cell.id)) return setCollapsed(open, cell.id, true);
  const above = headingBeside(cells, cell.id, 'above');
  if (above !== null) goTo(open, above);
}

/** `ArrowRight` as in JupyterLab: opens the heading that is selected, else goes to the one below. */
export function expandOrGoDown(open: OpenDocument): void {
  const { selection, cells, collapsed } = open.store.getState();
  const { active } = selection;
  if (active === null) return;
  if (collapsed.has(active)) return setCollapsed(open, active, false);
  const below = headingBeside(cells, active, 'below');
  if (below !== null) goTo(open, below);
}

/** Where something goes that comes "below" a cell: after the hidden cells of a collapsed heading. */
export function endOfShown(open: OpenDocument, cell: string): string {
  const { cells, collapsed } = open.store.getState();
  return (collapsed.has(cell) ? sectionCells(cells, cell).at(-1)?.id : undefined) ?? cell;
}

/**
 * Before selected cells are deleted or cut: opens what is hidden among them. True when there was something, and
 * nothing should be deleted before it was seen.
 */
export function revealHiddenAmong(open: OpenDocument, selected: readonly string[]): boolean {
  const { cells, collapsed } = open.store.getState();
  let left = collapsed;
  for (const cell of selected) left = withoutHiding(cells, left, cell);
  if (left === collapsed) return false;
  open.set({ collapsed: left });
  return true;
}
