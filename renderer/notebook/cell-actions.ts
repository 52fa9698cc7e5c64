import type { Cell, CellType } from '../../shared/notebook/model';
import type { Operation } from '../../shared/notebook/operation';
import { endOfShown, revealHiddenAmong, shownOrder } from './collapsing';
import type { OpenDocument } from './document-store';
import { moveRuns } from './move-runs';
import { editHold, holdOf, sayHeld, type Hold } from './protection';
import { extendTo, selectAll, selectedCells, selectOne } from './selection';

/** A new id as nbformat wants it: eight characters are what Jupyter writes. */
export function newCellId(): string {
  return crypto.randomUUID().slice(0, 8);
}

/** A cell with nothing in it. */
export function emptyCell(type: CellType): Cell {
  return { id: newCellId(), type, source: '', metadata: {}, outputs: [], executionCount: null };
}

/** Whether the document takes edits. */
export function mayEdit(open: OpenDocument): boolean {
  const { phase, state } = open.store.getState();
  return phase === 'open' && (state?.readOnly ?? null) === null;
}

/** The selected cells, in the notebook's order. */
export function selectedIds(open: OpenDocument): readonly string[] {
  const { order, selection } = open.store.getState();
  return selectedCells(order, selection);
}

/** Edits as one: one undo, all or nothing. False for none, and where they do not fit. */
export function editAll(open: OpenDocument, operations: readonly Operation[]): boolean {
  const [first] = operations;
  if (first === undefined) return false;
  return open.edit(operations.length === 1 ? first : { kind: 'group', operations: [...operations] });
}

/** Selects a cell and brings it into view. */
export function goToCell(
  open: OpenDocument,
  cell: string,
  align: 'auto' | 'start' | 'center' = 'auto',
): void {
  open.set({ selection: selectOne(cell), showCell: { cell, align } });
}

/** Moves the selection by `step` cells; `extend` keeps the anchor. Steps over the ends stop there. */
export function moveSelection(open: OpenDocument, step: number, extend = false): void {
  const { selection } = open.store.getState();
  const order = shownOrder(open.store.getState());
  if (order.length === 0) return;
  const at = selection.active === null ? -1 : order.indexOf(selection.active);
  const next = order[Math.max(0, Math.min(order.length - 1, at + step))];
  if (next === undefined) return;
  open.set({
    selection: extend ? extendTo(selection, next) : selectOne(next),
    showCell: { cell: next, align: 'auto' },
  });
}

/** Selects every cell; the active one stays it. */
export function selectEvery(open: OpenDocument): void {
  const { order, selection } = open.store.getState();
  open.set({ selection: selectAll(order, selection) });
}

/** Inserts an empty cell after `after` (null: at the top) and selects it. Answers its id, null when refused. */
export function insertCell(
  open: OpenDocument,
  type: CellType,
  after: string | null,
  begun: Partial<Pick<Cell, 'source' | 'metadata'>> = {},
): string | null {
  if (!mayEdit(open)) return null;
  const cell = { ...emptyCell(type), ...begun };
  if (!open.edit({ kind: 'insert', after, cells: [cell] })) return null;
  goToCell(open, cell.id);
  return cell.id;
}

/** The place above or below the selected cell, as the cell before it; null for the top. */
export function placeBeside(open: OpenDocument, side: 'above' | 'below'): string | null {
  const { order, selection } = open.store.getState();
  const at = selection.active === null ? order.length - 1 : order.indexOf(selection.active);
  const here = order[at];
  if (side === 'above') return order[at - 1] ?? null;
  return here === undefined ? null : endOfShown(open, here);
}

/** Inserts above or below the selected cell, of the kind code. */
export function insertBeside(open: OpenDocument, side: 'above' | 'below'): string | null {
  return insertCell(open, 'code', placeBeside(open, side));
}

/**
 * Deletes the selected cells, or puts the question first: cells with outputs are asked for, and any while something
 * runs. Nothing that runs or waits in line is ever deleted, nor what its own metadata protects; that is said. Answers
 * how many were deleted.
 */
export function deleteSelected(open: OpenDocument, isConfirmed = false): number {
  if (!mayEdit(open) || revealHiddenAmong(open, selectedIds(open))) return 0;
  const { outputs, state } = open.store.getState();
  const held: Hold[] = [];
  const cells = selectedIds(open).filter((id) => {
    const hold = holdOf(open, id, 'delete');
    if (hold !== null) held.push(hold);
    return hold === null;
  });
  const withOutputs = cells.filter((id) => (outputs.get(id)?.length ?? 0) > 0).length;
  // While something runs no single key takes anything away.
  const isLive = (state?.queue.length ?? 0) > 0;
  if (cells.length > 0 && (withOutputs > 0 || isLive) && !isConfirmed) {
    open.set({ question: { kind: 'delete', cells, withOutputs } });
    return 0;
  }
  open.set({ question: null });
  sayHeld(open, held, 'deleted');
  if (cells.length === 0 || !open.edit({ kind: 'delete', cells: [...cells] })) return 0;
  const { selection } = open.store.getState();
  if (selection.active !== null) goToCell(open, selection.active);
  return cells.length;
}

/**
 * Takes the outputs of these cells away, with one undo for all. When they ran stays. What runs or waits in line keeps
 * its own, and that is said. Answers how many had outputs.
 */
export function clearOutputs(open: OpenDocument, among: readonly string[]): number {
  if (!mayEdit(open)) return 0;
  const { byId, outputs } = open.store.getState();
  const held: Hold[] = [];
  const cells = among.filter((id) => {
    if (byId.get(id)?.type !== 'code' || (outputs.get(id)?.length ?? 0) === 0) return false;
    const isHeld = holdOf(open, id, 'delete') === 'running';
    if (isHeld) held.push('running');
    return !isHeld;
  });
  sayHeld(open, held, 'cleared');
  return cells.length > 0 && open.edit({ kind: 'clear-outputs', cells }) ? cells.length : 0;
}

/** Changes the kind of the selected cells. */
export function changeType(open: OpenDocument, type: CellType): void {
  if (!mayEdit(open)) return;
  const { byId } = open.store.getState();
  const operations: Operation[] = [];
  const held: Hold[] = [];
  for (const id of selectedIds(open)) {
    if (byId.get(id)?.type === type) continue;
    const hold = holdOf(open, id, 'edit');
    if (hold === null) operations.push({ kind: 'type', cell: id, type });
    else held.push(hold);
  }
  editAll(open, operations);
  sayHeld(open, held, 'changed');
}

/** Moves the selected cells one place up or down, also those that do not stand together. */
export function moveSelected(open: OpenDocument, direction: 'up' | 'down'): void {
  if (!mayEdit(open)) return;
  const { order } = open.store.getState();
  const cells = selectedIds(open);
  if (!editAll(open, moveRuns(order, new Set(cells), direction))) return;
  const cell = direction === 'up' ? cells[0] : cells.at(-1);
  if (cell !== undefined) open.set({ showCell: { cell, align: 'auto' } });
}

/** Undoes or redoes by the engine's history, and shows the cell it touched. */
export async function undo(open: OpenDocument, direction: 'undo' | 'redo'): Promise<void> {
  if (!mayEdit(open)) return;
  try {
    const document = await open.settled();
    const { cell } = await open.engine.request(direction === 'undo' ? 'notebook.undo' : 'notebook.redo', {
      document,
    });
    if (cell !== null && open.store.getState().byId.has(cell)) {
      if (open.store.getState().mode === 'edit' && open.store.getState().selection.active !== cell) {
        open.set({ mode: 'command' });
      }
      goToCell(open, cell);
    }
  } catch (error) {
    open.say(error);
  }
}

/** Begins editing the active cell, where it may be edited. */
export function beginEditing(open: OpenDocument): void {
  const { selection, byId } = open.store.getState();
  const cell = selection.active === null ? undefined : byId.get(selection.active);
  if (!cell || !mayEdit(open) || editHold(cell) !== null) return;
  open.set({ mode: 'edit', selection: selectOne(cell.id), showCell: { cell: cell.id, align: 'auto' } });
}

/** As {@link beginEditing}, for a key: says why a cell may not be edited, as nothing else would be seen to happen. */
export function editOrSay(open: OpenDocument): void {
  const { selection, byId } = open.store.getState();
  const cell = selection.active === null ? undefined : byId.get(selection.active);
  const hold = cell === undefined ? null : editHold(cell);
  if (hold === null) beginEditing(open);
  else sayHeld(open, [hold], 'opened for editing');
}

/** Back to the cells' keys. */
export function endEditing(open: OpenDocument): void {
  open.set({ mode: 'command' });
}
