import type { CellView } from '../../shared/notebook/contract';
import { cellHiding } from '../../shared/notebook/hide-tags';
import { metadataEdit } from '../../shared/notebook/metadata-edit';
import type { Operation } from '../../shared/notebook/operation';
import type { DocumentModel } from './document-model';
import type { OpenDocument } from './document-store';

/** A part of a cell that can be folded away. */
export type CellPart = 'source' | 'outputs';

/** True while a part of a cell is folded: as its tags and metadata say, or the other way round by a click here. */
export function isFolded(
  model: Pick<DocumentModel, 'codeHidden' | 'revealed'>,
  cell: CellView,
  part: CellPart,
): boolean {
  const isHidden =
    cellHiding(cell)[part] !== null || (part === 'source' && cell.type === 'code' && model.codeHidden);
  return isHidden !== model.revealed.has(`${cell.id} ${part}`);
}

/** Opens what a cell's tags fold away, or folds it again; kept for this window only. */
export function toggleRevealed(open: OpenDocument, cell: string, ...parts: readonly CellPart[]): void {
  const revealed = new Set(open.store.getState().revealed);
  for (const part of parts) if (!revealed.delete(`${cell} ${part}`)) revealed.add(`${cell} ${part}`);
  open.set({ revealed });
}

/** Folds every source at once, or opens all; what single cells were opened or folded to is forgotten. */
export function setCodeHidden(open: OpenDocument, codeHidden: boolean): void {
  const revealed = [...open.store.getState().revealed].filter((key) => !key.endsWith(' source'));
  open.set({ codeHidden, revealed: new Set(revealed), mode: 'command' });
}

/** The edits after which Jupyter's own metadata fold this part, or no longer do; other members are left alone. */
export function foldEdits(cell: CellView, part: CellPart, isFoldedNow: boolean): readonly Operation[] {
  const key = part === 'source' ? 'source_hidden' : 'outputs_hidden';
  const value = isFoldedNow || undefined;
  const edits = [metadataEdit(cell, ['jupyter', key], value)];
  // The older member means the same, and nbformat wants the two to agree.
  if (part === 'outputs' && cell.metadata['collapsed'] !== undefined)
    edits.push(metadataEdit(cell, ['collapsed'], value));
  return edits.filter((edit) => edit !== null);
}

/**
 * Folds a part of a cell, or opens it, and keeps that in the file as Jupyter does. Where a tag folds it, or the
 * document is for reading, it is kept for this window only.
 */
export function toggleFold(open: OpenDocument, id: string, part: CellPart): void {
  const model = open.store.getState();
  const cell = model.byId.get(id);
  if (cell === undefined || (part === 'outputs' && cell.type !== 'code')) return;
  const cause = cellHiding(cell)[part];
  const isByOther = (cause !== null && cause !== 'metadata') || (part === 'source' && model.codeHidden);
  const isReadOnly = (model.state?.readOnly ?? null) !== null;
  if (isByOther || isReadOnly) return toggleRevealed(open, id, part);
  const isFoldedNow = isFolded(model, cell, part);
  // A click may have shown it already; what counts is what is seen.
  if (model.revealed.has(`${id} ${part}`)) toggleRevealed(open, id, part);
  editAll(open, foldEdits(cell, part, !isFoldedNow));
}

/** Bounds the height of a cell's outputs, or shows them whole; kept in the file as Jupyter does. */
export function toggleScrolled(open: OpenDocument, id: string): void {
  const { byId, state } = open.store.getState();
  const cell = byId.get(id);
  if (cell?.type !== 'code' || (state?.readOnly ?? null) !== null) return;
  const isScrolled = cell.metadata['scrolled'] === true;
  open.edit({ kind: 'metadata', cell: id, path: ['scrolled'], ...(isScrolled ? {} : { value: true }) });
}

function editAll(open: OpenDocument, edits: readonly Operation[]): void {
  const [first, ...rest] = edits;
  if (first === undefined) return;
  open.edit(rest.length === 0 ? first : { kind: 'group', operations: [first, ...rest] });
}
