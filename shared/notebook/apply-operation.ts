import { assertNever, WatchbookError } from '../rpc/errors';
import { isCellId } from './cell-ids';
import { missingPart, valueAt, withValueAt } from './metadata-path';
import type { Cell, Notebook } from './model';
import type { Operation, OperationOf } from './operation';
import { parseChanges, sourceText } from './text-changes';

/** A notebook after an operation. */
export interface Applied {
  readonly notebook: Notebook;
  /** Takes the operation back when applied to `notebook`; a deleted cell returns with its outputs. */
  readonly inverse: Operation;
  /** The operation in its final form, with what rebasing over it needs to know. This one is logged and told. */
  readonly operation: Operation;
}

/**
 * Applies one operation. The notebook given is not touched, and what the operation does not reach is shared.
 *
 * Throws `bad-request` for an operation that does not fit: a cell that is not there, a text of another length. Whether a
 * cell may be edited at all is not looked at here.
 */
export function applyOperation(notebook: Notebook, operation: Operation): Applied {
  switch (operation.kind) {
    case 'text':
      return applyText(notebook, operation);
    case 'insert':
      return applyInsert(notebook, operation);
    case 'delete':
      return applyDelete(notebook, operation);
    case 'move':
      return applyMove(notebook, operation);
    case 'type':
      return applyType(notebook, operation);
    case 'metadata':
      return applyMetadata(notebook, operation);
    case 'attachment':
      return applyAttachment(notebook, operation);
    case 'clear-outputs':
      return applyClear(notebook, operation);
    case 'restore-outputs':
      return applyRestore(notebook, operation);
    case 'group':
      return applyGroup(notebook, operation);
    default:
      return assertNever(operation, 'operation');
  }
}

function refuse(reason: string): never {
  throw new WatchbookError('bad-request', `This edit does not fit: ${reason}. Nothing was changed.`);
}

function indexOf(notebook: Notebook, id: string): number {
  const index = notebook.cells.findIndex((cell) => cell.id === id);
  return index === -1 ? refuse('its cell is not in the notebook') : index;
}

function cellOf(notebook: Notebook, id: string): Cell {
  return notebook.cells[indexOf(notebook, id)] ?? refuse('its cell is not in the notebook');
}

function withCell(notebook: Notebook, cell: Cell): Notebook {
  return { ...notebook, cells: notebook.cells.with(indexOf(notebook, cell.id), cell) };
}

/** The place after a cell; the beginning for null. */
function placeAfter(cells: readonly Cell[], anchor: string | null): number {
  if (anchor === null) return 0;
  const index = cells.findIndex((cell) => cell.id === anchor);
  return index === -1 ? refuse('the cell before its place is not in the notebook') : index + 1;
}

function applyText(notebook: Notebook, operation: OperationOf<'text'>): Applied {
  const cell = cellOf(notebook, operation.cell);
  const changes = parseChanges(operation.changes);
  const text = sourceText(cell.source);
  if (changes.length !== text.length) refuse('the text of the cell has another length');
  return {
    notebook: withCell(notebook, { ...cell, source: changes.apply(text).toString() }),
    inverse: { kind: 'text', cell: cell.id, changes: changes.invert(text).toJSON() },
    operation,
  };
}

function applyInsert(notebook: Notebook, operation: OperationOf<'insert'>): Applied {
  const taken = new Set(notebook.cells.map((cell) => cell.id));
  for (const { id } of operation.cells) {
    if (!isCellId(id)) refuse('the id of a new cell is not one that nbformat allows');
    if (taken.has(id)) refuse('a cell of this id is in the notebook already');
    taken.add(id);
  }
  return {
    notebook: {
      ...notebook,
      cells: notebook.cells.toSpliced(placeAfter(notebook.cells, operation.after), 0, ...operation.cells),
    },
    // With its anchors, as what is rebased over it may be anchored on these cells: see the history.
    inverse: {
      kind: 'delete',
      cells: operation.cells.map((cell) => cell.id),
      anchors: Object.fromEntries(operation.cells.map((cell) => [cell.id, operation.after])),
    },
    operation,
  };
}

function unique(ids: readonly string[]): ReadonlySet<string> {
  const set = new Set(ids);
  return set.size === ids.length ? set : refuse('it names a cell twice');
}

function applyDelete(notebook: Notebook, operation: OperationOf<'delete'>): Applied {
  const gone = unique(operation.cells);
  for (const id of gone) indexOf(notebook, id);
  const anchors: [string, string | null][] = [];
  let stays: string | null = null;
  for (const cell of notebook.cells) {
    if (gone.has(cell.id)) anchors.push([cell.id, stays]);
    else stays = cell.id;
  }
  const inserts = runsOf(notebook.cells, gone).map(({ cells, after }): Operation => ({
    kind: 'insert',
    after,
    cells: [...cells],
  }));
  return {
    notebook: { ...notebook, cells: notebook.cells.filter((cell) => !gone.has(cell.id)) },
    inverse: asOne(inserts),
    operation: { ...operation, anchors: Object.fromEntries(anchors) },
  };
}

/** The cells of a set as runs of neighbours, each with the cell before it, in the order of the notebook. */
function runsOf(
  cells: readonly Cell[],
  set: ReadonlySet<string>,
): { readonly cells: readonly Cell[]; readonly after: string | null }[] {
  const runs: { cells: Cell[]; after: string | null }[] = [];
  cells.forEach((cell, index) => {
    if (!set.has(cell.id)) return;
    const previous = cells[index - 1];
    const run = runs.at(-1);
    if (run !== undefined && previous !== undefined && set.has(previous.id)) run.cells.push(cell);
    else runs.push({ cells: [cell], after: previous?.id ?? null });
  });
  return runs;
}

function asOne(operations: readonly Operation[]): Operation {
  const [first, ...rest] = operations;
  if (first === undefined) return refuse('it does nothing');
  return rest.length === 0 ? first : { kind: 'group', operations: [first, ...rest] };
}

function applyMove(notebook: Notebook, operation: OperationOf<'move'>): Applied {
  const moved = unique(operation.cells);
  const cells = operation.cells.map((id) => cellOf(notebook, id));
  if (operation.after !== null && moved.has(operation.after)) refuse('a cell can not be moved after itself');
  const others = notebook.cells.filter((cell) => !moved.has(cell.id));
  const back = runsOf(notebook.cells, moved).map((run): Operation => ({
    kind: 'move',
    cells: run.cells.map((cell) => cell.id),
    after: run.after,
  }));
  return {
    notebook: { ...notebook, cells: others.toSpliced(placeAfter(others, operation.after), 0, ...cells) },
    inverse: asOne(back),
    operation,
  };
}

/** Outputs belong to code cells and attachments to the others, so changing the type drops them; undoing brings them back. */
function applyType(notebook: Notebook, operation: OperationOf<'type'>): Applied {
  const cell = cellOf(notebook, operation.cell);
  if (cell.type === operation.type) return { notebook, inverse: operation, operation };
  const { attachments, ...rest } = cell;
  const changed: Cell =
    operation.type === 'code'
      ? { ...rest, type: 'code' }
      : { ...cell, type: operation.type, outputs: [], executionCount: null };
  const back: Operation[] = [{ kind: 'type', cell: cell.id, type: cell.type }];
  if (operation.type === 'code') {
    for (const [name, value] of Object.entries(attachments ?? {})) {
      back.push({ kind: 'attachment', cell: cell.id, name, value });
    }
  }
  if (hasResults(cell)) back.push(restoreOf([cell]));
  return { notebook: withCell(notebook, changed), inverse: asOne(back), operation };
}

function hasResults(cell: Cell): boolean {
  return cell.outputs.length > 0 || cell.executionCount !== null;
}

function restoreOf(cells: readonly Cell[]): Operation {
  return {
    kind: 'restore-outputs',
    cells: cells.map(({ id, outputs, executionCount }) => ({ cell: id, outputs, executionCount })),
  };
}

function applyMetadata(notebook: Notebook, operation: OperationOf<'metadata'>): Applied {
  const { cell: id, path, value } = operation;
  const cell = id === null ? null : cellOf(notebook, id);
  const metadata = cell === null ? notebook.metadata : cell.metadata;
  const old = valueAt(metadata, path);
  const changed = withValueAt(metadata, path, value);
  const inverse: Operation =
    old === undefined
      ? { kind: 'metadata', cell: id, path: [...missingPart(metadata, path)] }
      : { kind: 'metadata', cell: id, path, value: old };
  return {
    notebook:
      cell === null ? { ...notebook, metadata: changed } : withCell(notebook, { ...cell, metadata: changed }),
    inverse,
    operation,
  };
}

function applyAttachment(notebook: Notebook, operation: OperationOf<'attachment'>): Applied {
  const cell = cellOf(notebook, operation.cell);
  if (cell.type === 'code') refuse('code cells have no attachments');
  const { attachments, ...rest } = cell;
  const old = valueAt(attachments ?? {}, [operation.name]);
  const changed = withValueAt(attachments ?? {}, [operation.name], operation.value);
  const base = { kind: 'attachment', cell: cell.id, name: operation.name } as const;
  const isEmpty = Object.keys(changed).length === 0;
  return {
    // The last one removed takes the member with it, as if there never had been one.
    notebook: withCell(notebook, isEmpty ? rest : { ...rest, attachments: changed }),
    inverse: old === undefined ? base : { ...base, value: old },
    operation,
  };
}

function applyClear(notebook: Notebook, operation: OperationOf<'clear-outputs'>): Applied {
  const cleared = new Set(operation.cells);
  for (const id of cleared) indexOf(notebook, id);
  const full = notebook.cells.filter((cell) => cleared.has(cell.id) && hasResults(cell));
  const cells = notebook.cells.map((cell) =>
    cleared.has(cell.id) && hasResults(cell) ? { ...cell, outputs: [], executionCount: null } : cell,
  );
  return {
    notebook: full.length === 0 ? notebook : { ...notebook, cells },
    inverse: full.length === 0 ? operation : restoreOf(full),
    operation,
  };
}

function applyRestore(notebook: Notebook, operation: OperationOf<'restore-outputs'>): Applied {
  const results = new Map(operation.cells.map((entry) => [entry.cell, entry]));
  for (const id of results.keys()) indexOf(notebook, id);
  const restored: string[] = [];
  const cells = notebook.cells.map((cell) => {
    const entry = results.get(cell.id);
    // Newer results are not an edit, and no undo may take them away.
    if (entry === undefined || cell.type !== 'code' || hasResults(cell)) return cell;
    restored.push(cell.id);
    return { ...cell, outputs: entry.outputs, executionCount: entry.executionCount };
  });
  return {
    notebook: restored.length === 0 ? notebook : { ...notebook, cells },
    inverse: restored.length === 0 ? operation : { kind: 'clear-outputs', cells: restored },
    operation,
  };
}

function applyGroup(notebook: Notebook, group: OperationOf<'group'>): Applied {
  let current = notebook;
  const inverses: Operation[] = [];
  const operations: Operation[] = [];
  for (const each of group.operations) {
    const applied = applyOperation(current, each);
    current = applied.notebook;
    inverses.unshift(applied.inverse);
    operations.push(applied.operation);
  }
  return {
    notebook: current,
    inverse: { kind: 'group', operations: inverses },
    operation: { kind: 'group', operations },
  };
}
