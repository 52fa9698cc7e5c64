import { isCellId } from '../../shared/notebook/cell-ids';
import type { CopiedCell } from '../../shared/notebook/clipboard-cells';
import type { CellView } from '../../shared/notebook/contract';
import { copiedMetadata } from '../../shared/notebook/copied-metadata';
import type { Cell } from '../../shared/notebook/model';
import { deleteSelected, goToCell, mayEdit, newCellId, selectedIds } from './cell-actions';
import type { NotebookHost } from './document-context';
import type { OpenDocument } from './document-store';

/** The cells this window copied last. While it keeps the focus nobody else can have copied other ones. */
let own: { readonly cells: readonly CopiedCell[]; isLatest: boolean } | null = null;

/** Keeps the selected cells for pasting: here, in other windows, and as plain text in other programs. */
export function copySelected(open: OpenDocument, host: NotebookHost): void {
  const { byId } = open.store.getState();
  const cells = selectedIds(open).flatMap((id) => byId.get(id) ?? []);
  if (cells.length === 0) return;
  const kept = { cells: cells.map(copyOf), isLatest: true };
  own = kept;
  const leave = (): void => {
    kept.isLatest = false;
  };
  window.addEventListener('blur', leave, { once: true });
  // Without the system's clipboard they can still be pasted in this window.
  host.copyCells(kept.cells).catch((error: unknown) => open.say(error));
}

function copyOf({ id, type, source, metadata, attachments }: CellView): CopiedCell {
  return {
    id,
    type,
    source,
    metadata: copiedMetadata(metadata, 'copy'),
    ...(attachments === undefined ? {} : { attachments }),
  };
}

/** Copies, then deletes; deleting asks as always. Answers how many were deleted. */
export function cutSelected(open: OpenDocument, host: NotebookHost): number {
  if (!mayEdit(open)) return 0;
  copySelected(open, host);
  return deleteSelected(open);
}

/**
 * Inserts the copied cells above or below the selected ones: those of the system's clipboard, from whatever window or
 * program, else those this window copied last.
 */
export async function pasteCells(
  open: OpenDocument,
  host: NotebookHost,
  side: 'above' | 'below',
): Promise<void> {
  if (!mayEdit(open)) return;
  if (own?.isLatest === true) return insertCopies(open, own.cells, placeToPaste(open, side), true);
  const { selection } = open.store.getState();
  const after = placeToPaste(open, side);
  let cells: readonly CopiedCell[] | null = null;
  try {
    cells = await host.copiedCells();
  } catch (error) {
    open.say(error);
  }
  const now = open.store.getState();
  // Who went on meanwhile, to another cell or into a source, is not taken away from there.
  const isStill = now.selection === selection && now.mode === 'command';
  insertCopies(open, cells ?? own?.cells ?? [], after, isStill);
}

function placeToPaste(open: OpenDocument, side: 'above' | 'below'): string | null {
  const { order } = open.store.getState();
  const ids = selectedIds(open);
  if (side === 'below') return ids.at(-1) ?? order.at(-1) ?? null;
  return order[order.indexOf(ids[0] ?? '') - 1] ?? null;
}

function insertCopies(
  open: OpenDocument,
  copies: readonly CopiedCell[],
  after: string | null,
  isShown: boolean,
): void {
  const { order, byId } = open.store.getState();
  const taken = new Set(order);
  const cells = copies.map((copy): Cell => {
    const id = isCellId(copy.id) && !taken.has(copy.id) ? copy.id : newCellId();
    taken.add(id);
    return { ...copy, id, outputs: [], executionCount: null };
  });
  const last = cells.at(-1);
  if (last === undefined) return;
  const place = after === null || byId.has(after) ? after : (order.at(-1) ?? null);
  if (open.edit({ kind: 'insert', after: place, cells }) && isShown) goToCell(open, last.id);
}
