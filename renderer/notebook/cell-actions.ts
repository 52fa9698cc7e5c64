import type { Cell, CellType } from '../../shared/notebook/model';
import type { Operation } from '../../shared/notebook/operation';
import { isShellCell } from '../../shared/notebook/model';
import { changesBetween } from '../../shared/notebook/text-changes';
import { copiedCells, copyCells } from './cell-clipboard';
import { isDeletable, isEditable } from './cell-facts';
import type { OpenDocument } from './document-store';
import { selectedCells, selectOne } from './selection';

/** A new id as nbformat wants it: eight characters are what Jupyter writes. */
function newCellId(): string {
  return crypto.randomUUID().slice(0, 8);
}

function emptyCell(type: CellType): Cell {
  return { id: newCellId(), type, source: '', metadata: {}, outputs: [], executionCount: null };
}

/** Why the document takes no edits; null when it does. */
function refusal(open: OpenDocument): string | null {
  return open.store.getState().state?.readOnly ?? null;
}

function mayEdit(open: OpenDocument): boolean {
  return open.store.getState().phase === 'open' && refusal(open) === null;
}

function selected(open: OpenDocument): readonly string[] {
  const { order, selection } = open.store.getState();
  return selectedCells(order, selection);
}

/** Selects a cell and brings it into view. */
export function goToCell(
  open: OpenDocument,
  cell: string,
  align: 'auto' | 'start' | 'center' = 'auto',
): void {
  open.set({ selection: selectOne(cell), showCell: { cell, align } });
}

/** Moves the selection by `step` cells; `extend` keeps the anchor. */
export function moveSelection(open: OpenDocument, step: number, extend = false): void {
  const { order, selection } = open.store.getState();
  if (order.length === 0) return;
  const at = selection.active === null ? -1 : order.indexOf(selection.active);
  const next = order[Math.max(0, Math.min(order.length - 1, at + step))];
  if (next === undefined) return;
  open.set({
    selection: extend ? { active: next, anchor: selection.anchor ?? next } : selectOne(next),
    showCell: { cell: next, align: 'auto' },
  });
}

/** Inserts an empty cell after `after` (null: at the top) and selects it. Answers its id, null when refused. */
export function insertCell(open: OpenDocument, type: CellType, after: string | null): string | null {
  if (!mayEdit(open)) return null;
  const cell = emptyCell(type);
  if (!open.edit({ kind: 'insert', after, cells: [cell] })) return null;
  goToCell(open, cell.id);
  return cell.id;
}

/** Inserts above or below the selected cell, of the kind code. */
export function insertBeside(open: OpenDocument, side: 'above' | 'below'): string | null {
  const { order, selection } = open.store.getState();
  const at = selection.active === null ? order.length - 1 : order.indexOf(selection.active);
  const after = side === 'below' ? (order[at] ?? null) : (order[at - 1] ?? null);
  return insertCell(open, 'code', after);
}

/**
 * Deletes the selected cells, or puts the question first: cells with outputs are asked for. Nothing that runs or
 * waits in line is ever deleted, nor what its own metadata protects.
 */
export function deleteSelected(open: OpenDocument, isConfirmed = false): void {
  if (!mayEdit(open)) return;
  const { runs, outputs, byId } = open.store.getState();
  const cells = selected(open).filter((id) => {
    const status = runs.get(id)?.status;
    const cell = byId.get(id);
    return cell !== undefined && isDeletable(cell) && status !== 'running' && status !== 'queued';
  });
  if (cells.length === 0) return;
  const withOutputs = cells.filter((id) => (outputs.get(id)?.length ?? 0) > 0).length;
  if (withOutputs > 0 && !isConfirmed) {
    open.set({ question: { kind: 'delete', cells, withOutputs } });
    return;
  }
  open.set({ question: null });
  open.edit({ kind: 'delete', cells: [...cells] });
  const { selection } = open.store.getState();
  if (selection.active !== null) goToCell(open, selection.active);
}

/** Changes the kind of the selected cells. */
export function changeType(open: OpenDocument, type: CellType): void {
  if (!mayEdit(open)) return;
  const { byId, runs } = open.store.getState();
  const operations: Operation[] = [];
  for (const id of selected(open)) {
    const cell = byId.get(id);
    const status = runs.get(id)?.status;
    if (!cell || cell.type === type || !isEditable(cell) || status === 'running' || status === 'queued')
      continue;
    operations.push({ kind: 'type', cell: id, type });
  }
  editAll(open, operations);
}

function editAll(open: OpenDocument, operations: readonly Operation[]): boolean {
  const [first] = operations;
  if (first === undefined) return false;
  return open.edit(operations.length === 1 ? first : { kind: 'group', operations: [...operations] });
}

/** Moves the selected cells one place up or down. */
export function moveSelected(open: OpenDocument, direction: 'up' | 'down'): void {
  if (!mayEdit(open)) return;
  const { order } = open.store.getState();
  const cells = selected(open);
  const [first] = cells;
  const last = cells[cells.length - 1];
  if (first === undefined || last === undefined) return;
  const from = order.indexOf(first);
  const to = order.indexOf(last);
  if (direction === 'up' ? from === 0 : to === order.length - 1) return;
  const after = direction === 'up' ? (order[from - 2] ?? null) : (order[to + 1] ?? null);
  open.edit({ kind: 'move', cells: [...cells], after });
  open.set({ showCell: { cell: direction === 'up' ? first : last, align: 'auto' } });
}

/** Keeps the selected cells for pasting. */
export function copySelected(open: OpenDocument): void {
  const { byId } = open.store.getState();
  copyCells(selected(open).flatMap((id) => byId.get(id) ?? []));
}

/** Copies, then deletes; deleting asks as always. */
export function cutSelected(open: OpenDocument): void {
  if (!mayEdit(open)) return;
  copySelected(open);
  deleteSelected(open);
}

/** Inserts the copied cells below the selected one, under new ids. */
export function pasteCells(open: OpenDocument): void {
  if (!mayEdit(open)) return;
  const { selection, order } = open.store.getState();
  const cells = copiedCells().map((cell) => ({
    ...cell,
    id: newCellId(),
    outputs: [],
    executionCount: null,
  }));
  const last = cells[cells.length - 1];
  if (last === undefined) return;
  const after = selection.active ?? order[order.length - 1] ?? null;
  if (open.edit({ kind: 'insert', after, cells })) goToCell(open, last.id);
}

/** Splits the cell at `offset` into two of its kind; the second one is selected. */
export function splitCell(open: OpenDocument, id: string, offset: number): void {
  const cell = open.store.getState().byId.get(id);
  if (!mayEdit(open) || !cell || !isEditable(cell)) return;
  const rest = cell.source.slice(offset).replace(/^\n/, '');
  const kept = cell.source.slice(0, offset).replace(/\n$/, '');
  const second: Cell = {
    ...emptyCell(cell.type),
    source: rest,
    metadata: isShellCell(cell) ? { vscode: cell.metadata['vscode'] ?? {} } : {},
  };
  const cut = changesBetween(cell.source, kept);
  const operations: Operation[] = [{ kind: 'insert', after: id, cells: [second] }];
  if (cut !== null) operations.unshift({ kind: 'text', cell: id, changes: cut.toJSON() });
  if (editAll(open, operations)) goToCell(open, second.id);
}

/** Joins the selected cells (or the active one with the next) into the first, with an empty line between. */
export function mergeSelected(open: OpenDocument): void {
  if (!mayEdit(open)) return;
  const { byId, order, runs } = open.store.getState();
  let ids = selected(open);
  if (ids.length === 1) {
    const next = order[order.indexOf(ids[0] ?? '') + 1];
    ids = next === undefined ? ids : [...ids, next];
  }
  const cells = ids.flatMap((id) => byId.get(id) ?? []);
  const [first, ...others] = cells;
  if (first === undefined || others.length === 0) return;
  const isHeld = cells.some((cell) => {
    const status = runs.get(cell.id)?.status;
    return !isEditable(cell) || !isDeletable(cell) || status === 'running' || status === 'queued';
  });
  if (isHeld) return;
  const added = others.map((cell) => `\n\n${cell.source}`).join('');
  const changes = changesBetween(first.source, first.source + added);
  if (changes === null) return;
  const isDone = editAll(open, [
    { kind: 'text', cell: first.id, changes: changes.toJSON() },
    { kind: 'delete', cells: others.map((cell) => cell.id) },
  ]);
  if (isDone) goToCell(open, first.id);
}

/** Undoes or redoes by the engine's history, and shows the cell it touched. */
export async function undo(open: OpenDocument, direction: 'undo' | 'redo'): Promise<void> {
  if (!mayEdit(open)) return;
  try {
    await open.settled();
    const { document } = open.store.getState();
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
  if (!cell || !isEditable(cell) || !mayEdit(open)) return;
  open.set({ mode: 'edit', selection: selectOne(cell.id), showCell: { cell: cell.id, align: 'auto' } });
}

/** Back to the cells' keys. */
export function endEditing(open: OpenDocument): void {
  open.set({ mode: 'command' });
}
