import { assertNever } from '../rpc/errors';
import type { Operation, OperationOf } from './operation';
import { parseChanges } from './text-changes';

/**
 * Which of two operations made on the same notebook comes first in the engine's order. `after`: the one that is rebased
 * comes later, so it wins where only one can; `before`: it came first, and bends around the later one.
 */
export type Order = 'after' | 'before';

/**
 * The operation as it reads on a notebook to which `over` was applied already. Null when nothing of it is left: its
 * cell is gone, or (`before`) the other one replaced what it set.
 *
 * `over` must be in its final form (see `applyOperation`), so that places beside deleted cells are found. Engine and
 * window use this same function; that is why both end up with the same notebook.
 */
export function rebaseOperation(
  operation: Operation,
  over: Operation,
  order: Order = 'after',
): Operation | null {
  if (over.kind === 'group') return overGroup(operation, over, order);
  switch (operation.kind) {
    case 'group':
      return groupOver(operation, over, order);
    case 'insert':
      return insertOver(operation, over, order);
    case 'move':
      return moveOver(operation, over, order);
    case 'delete':
      return deleteOver(operation, over);
    case 'clear-outputs': {
      const cells = remaining(operation.cells, over);
      if (cells.length === operation.cells.length) return operation;
      return cells.length === 0 ? null : { kind: operation.kind, cells };
    }
    case 'restore-outputs': {
      const cells = operation.cells.filter(({ cell }) => !isDeleted(cell, over));
      if (cells.length === operation.cells.length) return operation;
      return cells.length === 0 ? null : { ...operation, cells };
    }
    case 'text':
      return textOver(operation, over, order);
    case 'type':
      if (isDeleted(operation.cell, over)) return null;
      return isReplaced(over.kind === 'type' && over.cell === operation.cell, order) ? null : operation;
    case 'metadata':
      return metadataOver(operation, over, order);
    case 'attachment':
      return attachmentOver(operation, over, order);
    default:
      return assertNever(operation, 'operation');
  }
}

/** Both of two operations made on the same notebook, each as it reads after the other. `first` is earlier in the order. */
export function rebasePair(
  first: Operation,
  second: Operation,
): { readonly first: Operation | null; readonly second: Operation | null } {
  return {
    first: rebaseOperation(first, second, 'before'),
    second: rebaseOperation(second, first, 'after'),
  };
}

function isReplaced(isSame: boolean, order: Order): boolean {
  return isSame && order === 'before';
}

function isDeleted(cell: string, over: Operation): boolean {
  return over.kind === 'delete' && over.cells.includes(cell);
}

function remaining(cells: readonly string[], over: Operation): string[] {
  return cells.filter((cell) => !isDeleted(cell, over));
}

function overGroup(operation: Operation, over: OperationOf<'group'>, order: Order): Operation | null {
  let rebased: Operation | null = operation;
  for (const each of over.operations) {
    if (rebased === null) return null;
    rebased = rebaseOperation(rebased, each, order);
  }
  return rebased;
}

/** Each member is rebased over what is left of `over` after the members before it. */
function groupOver(group: OperationOf<'group'>, over: Operation, order: Order): Operation | null {
  const operations: Operation[] = [];
  let rest: Operation | null = over;
  for (const each of group.operations) {
    const rebased: Operation | null = rest === null ? each : rebaseOperation(each, rest, order);
    if (rest !== null) rest = rebaseOperation(rest, each, order === 'after' ? 'before' : 'after');
    if (rebased !== null) operations.push(rebased);
  }
  return operations.length === 0 ? null : { kind: 'group', operations };
}

function textOver(operation: OperationOf<'text'>, over: Operation, order: Order): Operation | null {
  if (isDeleted(operation.cell, over)) return null;
  if (over.kind !== 'text' || over.cell !== operation.cell) return operation;
  const changes = parseChanges(operation.changes).map(parseChanges(over.changes), order === 'before');
  return { ...operation, changes: changes.toJSON() };
}

/** Where something anchored on a cell stands after `over`. */
function anchorOver(after: string | null, over: Operation, order: Order): string | null {
  if (over.kind === 'delete' && after !== null && over.cells.includes(after)) {
    return over.anchors?.[after] ?? null;
  }
  // Of two at the same place the earlier one stands first.
  if (order === 'after' && over.kind === 'insert' && over.after === after)
    return over.cells.at(-1)?.id ?? after;
  if (order === 'after' && over.kind === 'move' && over.after === after) return over.cells.at(-1) ?? after;
  return after;
}

function insertOver(operation: OperationOf<'insert'>, over: Operation, order: Order): Operation | null {
  // The same cells may be brought back twice, by undo here and there.
  const there = over.kind === 'insert' ? new Set(over.cells.map((cell) => cell.id)) : null;
  const cells = there === null ? operation.cells : operation.cells.filter((cell) => !there.has(cell.id));
  if (cells.length === 0) return null;
  const after = anchorOver(operation.after, over, order);
  return after === operation.after && cells === operation.cells ? operation : { ...operation, after, cells };
}

function moveOver(operation: OperationOf<'move'>, over: Operation, order: Order): Operation | null {
  const taken = over.kind === 'move' && order === 'before' ? new Set(over.cells) : null;
  const cells = remaining(operation.cells, over).filter((cell) => taken?.has(cell) !== true);
  if (cells.length === 0) return null;
  const after = anchorOver(operation.after, over, order);
  if (after === null || !cells.includes(after)) return { ...operation, cells, after };
  // Its place is beside one of the moved cells now. Where its anchor is gone, that one stays and the others follow it.
  if (over.kind !== 'delete') return { ...operation, cells };
  const others = cells.filter((cell) => cell !== after);
  return others.length === 0 ? null : { ...operation, cells: others, after };
}

/** A deletion's own anchors must name cells that stay after both, for what is rebased over it later. */
function deleteOver(operation: OperationOf<'delete'>, over: Operation): Operation | null {
  if (over.kind !== 'delete') return operation;
  const cells = remaining(operation.cells, over);
  if (cells.length === 0) return null;
  const { anchors } = operation;
  if (anchors === undefined)
    return cells.length === operation.cells.length ? operation : { ...operation, cells };
  const entries = cells.map((cell) => [cell, stayingAnchor(cell, operation, over)] as const);
  if (cells.length === operation.cells.length && entries.every(([cell, anchor]) => anchors[cell] === anchor))
    return operation;
  return { ...operation, cells, anchors: Object.fromEntries(entries) };
}

/** The nearest cell before one that neither deletion takes; null for the beginning. */
function stayingAnchor(
  cell: string,
  one: OperationOf<'delete'>,
  other: OperationOf<'delete'>,
): string | null {
  // Anchors go backwards in a notebook; those a client made up may go round, which ends at the beginning.
  const seen = new Set<string>();
  let anchor: string | null = cell;
  while (anchor !== null && !seen.has(anchor)) {
    seen.add(anchor);
    const taker = [one, other].find(({ cells }) => cells.includes(anchor ?? ''));
    if (taker === undefined) return anchor;
    anchor = taker.anchors?.[anchor] ?? null;
  }
  return null;
}

function metadataOver(operation: OperationOf<'metadata'>, over: Operation, order: Order): Operation | null {
  if (operation.cell !== null && isDeleted(operation.cell, over)) return null;
  if (over.kind !== 'metadata' || over.cell !== operation.cell) return operation;
  if (order === 'before') return startsWith(operation.path, over.path) ? null : operation;
  const isInside = operation.path.length > over.path.length && startsWith(operation.path, over.path);
  // Its parent is a plain value now, which has no members.
  if (isInside && over.value !== undefined && !isObject(over.value)) return null;
  // Its own parents may be gone with the other's value; then they are made again where it is applied.
  return operation;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function startsWith(path: readonly string[], start: readonly string[]): boolean {
  return start.every((key, index) => path[index] === key);
}

function attachmentOver(
  operation: OperationOf<'attachment'>,
  over: Operation,
  order: Order,
): Operation | null {
  if (isDeleted(operation.cell, over)) return null;
  if (over.kind === 'type' && over.cell === operation.cell && over.type === 'code') return null;
  const isSame = over.kind === 'attachment' && over.cell === operation.cell && over.name === operation.name;
  return isReplaced(isSame, order) ? null : operation;
}
