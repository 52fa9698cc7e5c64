import type { Json, JsonObject } from '../rpc/contract';
import { applyOperation } from './apply-operation';
import { jsonEquals } from './json-style';
import type { Cell, Notebook } from './model';
import type { Operation } from './operation';
import { changesBetween } from './text-changes';

/**
 * The edits that turn one notebook into another, or none when they are equal but for results.
 *
 * Cells are the same by id. Outputs and counts are passed over: results are no edits.
 */
export function diffOperations(from: Notebook, to: Notebook): readonly Operation[] {
  const operations: Operation[] = [];
  let current = from;
  const push = (operation: Operation): void => {
    const applied = applyOperation(current, operation);
    current = applied.notebook;
    operations.push(applied.operation);
  };
  const wanted = new Set(to.cells.map((cell) => cell.id));
  const gone = from.cells.filter((cell) => !wanted.has(cell.id)).map((cell) => cell.id);
  if (gone.length > 0) push({ kind: 'delete', cells: gone });
  placeCells(() => current, to, push);
  const before = new Map(from.cells.map((cell) => [cell.id, cell]));
  for (const cell of to.cells) {
    const old = before.get(cell.id);
    if (old !== undefined && old !== cell) for (const operation of diffCell(old, cell)) push(operation);
  }
  for (const operation of diffMembers(null, from.metadata, to.metadata)) push(operation);
  return operations;
}

/** Moves and inserts from top to bottom, so that every place above is right already. */
function placeCells(current: () => Notebook, to: Notebook, push: (operation: Operation) => void): void {
  to.cells.forEach((cell, index) => {
    const after = to.cells[index - 1]?.id ?? null;
    const { cells } = current();
    if (cells[index]?.id === cell.id) return;
    const isThere = cells.some((other) => other.id === cell.id);
    push(
      isThere
        ? { kind: 'move', cells: [cell.id], after }
        : { kind: 'insert', after, cells: [{ ...cell, outputs: [], executionCount: null }] },
    );
  });
}

function diffCell(from: Cell, to: Cell): Operation[] {
  const operations: Operation[] = [];
  if (from.type !== to.type) operations.push({ kind: 'type', cell: from.id, type: to.type });
  const changes = changesBetween(from.source, to.source);
  if (changes !== null) operations.push({ kind: 'text', cell: from.id, changes: changes.toJSON() as Json });
  operations.push(...diffMembers(from.id, from.metadata, to.metadata));
  if (to.type !== 'code') operations.push(...diffAttachments(from, to));
  return operations;
}

function diffMembers(cell: string | null, from: JsonObject, to: JsonObject): Operation[] {
  return changedKeys(from, to).map((key): Operation => {
    const base = { kind: 'metadata', cell, path: [key] } as const;
    return Object.hasOwn(to, key) ? { ...base, path: [key], value: to[key] } : { ...base, path: [key] };
  });
}

function diffAttachments(from: Cell, to: Cell): Operation[] {
  const old = from.type === 'code' ? {} : (from.attachments ?? {});
  const now = to.attachments ?? {};
  return changedKeys(old, now).map((name): Operation => {
    const base = { kind: 'attachment', cell: from.id, name } as const;
    return Object.hasOwn(now, name) ? { ...base, value: now[name] } : base;
  });
}

function changedKeys(from: JsonObject, to: JsonObject): string[] {
  const keys = new Set([...Object.keys(from), ...Object.keys(to)]);
  const own = (object: JsonObject, key: string): Json | undefined =>
    Object.hasOwn(object, key) ? object[key] : undefined;
  return [...keys].filter((key) => !jsonEquals(own(from, key), own(to, key)));
}
