import type { CellView } from '../../shared/notebook/contract';
import { copiedMetadata } from '../../shared/notebook/copied-metadata';
import { isShellCell, type Cell } from '../../shared/notebook/model';
import type { Operation } from '../../shared/notebook/operation';
import { changesBetween } from '../../shared/notebook/text-changes';
import type { Json, JsonObject } from '../../shared/rpc/contract';
import { WatchbookError } from '../../shared/rpc/errors';
import { editAll, emptyCell, goToCell, mayEdit, newCellId, selectedIds } from './cell-actions';

import type { OpenDocument } from './document-store';
import { editHold, holdOf, sayHeld, type Hold } from './protection';

/** A source cut at these places, each piece without the line end it was cut at. Pieces may be empty. */
export function piecesOf(source: string, places: readonly number[]): readonly string[] {
  const cuts = [...new Set(places)].filter((at) => at >= 0 && at <= source.length).toSorted((a, b) => a - b);
  return [0, ...cuts].map((from, index) => {
    const piece = source.slice(from, cuts[index] ?? source.length);
    const begun = index > 0 ? piece.replace(/^\n/, '') : piece;
    return index < cuts.length ? begun.replace(/\n$/, '') : begun;
  });
}

/**
 * Splits the cell at every place given into cells of its kind; the last one is selected. The first keeps id, outputs
 * and all attachments; each later one has a copy of the metadata and the attachments that its text shows.
 */
export function splitCell(open: OpenDocument, id: string, places: readonly number[]): void {
  const cell = open.store.getState().byId.get(id);
  if (!mayEdit(open) || !cell) return;
  const hold = editHold(cell);
  if (hold !== null) return sayHeld(open, [hold], 'split');
  const [first, ...rest] = piecesOf(cell.source, places);
  if (first === undefined || rest.length === 0) return;
  const cells = rest.map((source): Cell => {
    const attachments = shownAttachments(cell, source);
    return {
      ...emptyCell(cell.type),
      id: newCellId(),
      source,
      metadata: copiedMetadata(cell.metadata, 'piece'),
      ...(attachments === null ? {} : { attachments }),
    };
  });
  const cut = changesBetween(cell.source, first);
  const operations: Operation[] = [{ kind: 'insert', after: id, cells }];
  if (cut !== null) operations.unshift({ kind: 'text', cell: id, changes: cut.toJSON() });
  const last = cells.at(-1);
  if (last !== undefined && editAll(open, operations)) goToCell(open, last.id);
}

function shownAttachments(cell: CellView, source: string): JsonObject | null {
  const shown = Object.entries(cell.attachments ?? {}).filter(([name]) =>
    source.includes(`attachment:${name}`),
  );
  return shown.length === 0 ? null : Object.fromEntries(shown);
}

/** What is merged: the selected cells, or the active one with the one above or below it. */
export type MergeWith = 'selected' | 'above' | 'below';

/**
 * Joins cells into the first of them, with an empty line between. Attachments come along; of two with one name the later
 * gets another, in its text too.
 */
export function mergeCells(open: OpenDocument, which: MergeWith): void {
  if (!mayEdit(open)) return;
  const { byId } = open.store.getState();
  const cells = idsToMerge(open, which).flatMap((id) => byId.get(id) ?? []);
  const [first, ...others] = cells;
  if (first === undefined || others.length === 0) return;
  // The first one stays: only its text must be free.
  const holds = cells.flatMap((cell): Hold[] => {
    const hold = holdOf(open, cell.id, cell === first ? 'edit' : 'both');
    return hold === null ? [] : [hold];
  });
  if (holds.length > 0) return sayHeld(open, holds, 'merged');
  const code = cells.filter(({ type }) => type === 'code');
  if (code.some(isShellCell) && !code.every(isShellCell)) {
    return open.say(
      new WatchbookError(
        'bad-request',
        'Not merged: some of these cells run in the shell and some in the kernel. Both are kept as they are.',
      ),
    );
  }
  const taken = new Map(Object.entries(first.attachments ?? {}));
  const added: Operation[] = [];
  let source = first.source;
  for (const cell of others) {
    let text = cell.source;
    for (const [name, value] of first.type === 'code' ? [] : Object.entries(cell.attachments ?? {})) {
      if (taken.has(name) && JSON.stringify(taken.get(name)) === JSON.stringify(value)) continue;
      const free = freeName(name, taken);
      if (free !== name) text = text.replaceAll(`attachment:${name}`, `attachment:${free}`);
      taken.set(free, value);
      added.push({ kind: 'attachment', cell: first.id, name: free, value });
    }
    source += `\n\n${text}`;
  }
  const changes = changesBetween(first.source, source);
  if (changes === null) return;
  const isDone = editAll(open, [
    { kind: 'text', cell: first.id, changes: changes.toJSON() },
    ...added,
    { kind: 'delete', cells: others.map((cell) => cell.id) },
  ]);
  if (isDone) goToCell(open, first.id);
}

function idsToMerge(open: OpenDocument, which: MergeWith): readonly string[] {
  const { order, selection } = open.store.getState();
  const ids = selectedIds(open);
  if (which === 'selected' && ids.length > 1) return ids;
  const at = selection.active === null ? -1 : order.indexOf(selection.active);
  if (at === -1) return [];
  return which === 'above' ? order.slice(Math.max(0, at - 1), at + 1) : order.slice(at, at + 2);
}

/** `plan.png` for a name that is free, else `plan-2.png` and so on. */
function freeName(name: string, taken: ReadonlyMap<string, Json>): string {
  if (!taken.has(name)) return name;
  const dot = name.lastIndexOf('.');
  const [stem, end] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ''];
  let count = 2;
  while (taken.has(`${stem}-${count}${end}`)) count += 1;
  return `${stem}-${count}${end}`;
}
