import { WatchbookError } from '../rpc/errors';
import { applyOperation } from './apply-operation';
import type { Notebook } from './model';
import type { Operation } from './operation';
import { rebaseOperation } from './rebase';
import { parseChanges } from './text-changes';

/** One step of undo or redo: the operation that takes it. */
export interface HistoryStep {
  readonly operation: Operation;
  /** The cell to show; null when it concerns the notebook as a whole. */
  readonly cell: string | null;
  /** Typing that more typing may join: where it ended, and when (milliseconds). */
  readonly typing: { readonly cell: string; readonly at: number; readonly end: number } | null;
}

/** The edits of a document that can be taken back, and those taken back that can be done again. The last one is next. */
export interface History {
  readonly undo: readonly HistoryStep[];
  readonly redo: readonly HistoryStep[];
}

/** A step taken: the operation to apply now, and the history after it. */
export interface SteppedHistory {
  readonly history: History;
  readonly operation: Operation;
  readonly cell: string | null;
}

/** Typing in one cell with pauses shorter than this is one step, in milliseconds. */
export const TYPING_PAUSE = 500;
/** Older steps are forgotten. */
export const MAX_STEPS = 1_000;

export function emptyHistory(): History {
  return { undo: [], redo: [] };
}

/**
 * Remembers an edit that was applied. What was undone before can not be redone any more.
 *
 * @param at when, in milliseconds of any clock that does not go back
 */
export function record(history: History, operation: Operation, inverse: Operation, at: number): History {
  const step: HistoryStep = {
    operation: inverse,
    cell: cellOfOperation(operation),
    typing: typingOf(operation, at),
  };
  const last = history.undo.at(-1);
  const joined = last === undefined ? null : join(last, step, operation);
  const undo = joined === null ? [...history.undo, step] : [...history.undo.slice(0, -1), joined];
  return { undo: undo.length > MAX_STEPS ? undo.slice(-MAX_STEPS) : undo, redo: [] };
}

/** The next step back; null when there is none. `notebook` is the present one, to which it will be applied. */
export function undo(history: History, notebook: Notebook): SteppedHistory | null {
  const stepped = step(history.undo, notebook);
  if (stepped === null) return null;
  const redoStep = { operation: stepped.inverse, cell: stepped.taken.cell, typing: null };
  return {
    history: { undo: stepped.rest, redo: [...history.redo, redoStep] },
    operation: stepped.taken.operation,
    cell: stepped.taken.cell,
  };
}

/** The next step forward; null when there is none. */
export function redo(history: History, notebook: Notebook): SteppedHistory | null {
  const stepped = step(history.redo, notebook);
  if (stepped === null) return null;
  const undoStep = { operation: stepped.inverse, cell: stepped.taken.cell, typing: null };
  return {
    history: { undo: [...history.undo, undoStep], redo: stepped.rest },
    operation: stepped.taken.operation,
    cell: stepped.taken.cell,
  };
}

/** Bends all steps around an operation that is not in the history: somebody else's, or the engine's own. */
export function rebaseHistory(history: History, over: Operation): History {
  return { undo: rebaseSteps(history.undo, over), redo: rebaseSteps(history.redo, over) };
}

/** The next step is made on the notebook as it is; the one below on the notebook after it, and so on. */
function rebaseSteps(steps: readonly HistoryStep[], over: Operation): readonly HistoryStep[] {
  const rebased: HistoryStep[] = [];
  let rest: Operation | null = over;
  for (const each of steps.toReversed()) {
    if (rest === null) {
      rebased.push(each);
      continue;
    }
    const operation = rebaseOperation(each.operation, rest, 'after');
    rest = rebaseOperation(rest, each.operation, 'before');
    if (operation === each.operation) rebased.push(each);
    else if (operation !== null) rebased.push({ ...each, operation, typing: null });
  }
  return rebased.reverse();
}

function step(
  steps: readonly HistoryStep[],
  notebook: Notebook,
): {
  readonly taken: HistoryStep;
  readonly rest: readonly HistoryStep[];
  readonly inverse: Operation;
} | null {
  for (let index = steps.length - 1; index >= 0; index -= 1) {
    const taken = steps[index];
    if (taken === undefined) return null;
    try {
      const { inverse } = applyOperation(notebook, taken.operation);
      return { taken, rest: steps.slice(0, index), inverse };
    } catch (error) {
      // A step that lost its ground to edits from elsewhere is passed over, as if it had been rebased to nothing.
      if (!(error instanceof WatchbookError) || error.code !== 'bad-request') throw error;
    }
  }
  return null;
}

function typingOf(operation: Operation, at: number): HistoryStep['typing'] {
  if (operation.kind !== 'text') return null;
  let end = 0;
  parseChanges(operation.changes).iterChanges((_fromA, _toA, _fromB, toB) => {
    end = toB;
  });
  return { cell: operation.cell, at, end };
}

/** Typing goes on where it was a moment ago; an edit at another place, or after a pause, is a step of its own. */
function join(last: HistoryStep, next: HistoryStep, operation: Operation): HistoryStep | null {
  if (last.typing === null || next.typing === null || operation.kind !== 'text') return null;
  if (last.typing.cell !== next.typing.cell || next.typing.at - last.typing.at >= TYPING_PAUSE) return null;
  if (last.operation.kind !== 'text' || next.operation.kind !== 'text') return null;
  if (!touches(operation, last.typing.end)) return null;
  const inverse = parseChanges(next.operation.changes).compose(parseChanges(last.operation.changes));
  return { ...next, operation: { ...next.operation, changes: inverse.toJSON() } };
}

function touches(operation: Extract<Operation, { kind: 'text' }>, place: number): boolean {
  let isNear = false;
  parseChanges(operation.changes).iterChanges((fromA, toA) => {
    if (fromA <= place && toA >= place) isNear = true;
  });
  return isNear;
}

function cellOfOperation(operation: Operation): string | null {
  switch (operation.kind) {
    case 'text':
    case 'type':
    case 'metadata':
    case 'attachment':
      return operation.cell;
    case 'insert':
      return operation.cells[0]?.id ?? null;
    case 'delete':
    case 'move':
    case 'clear-outputs':
      return operation.cells[0] ?? null;
    case 'restore-outputs':
      return operation.cells[0]?.cell ?? null;
    case 'group':
      return operation.operations.map(cellOfOperation).find((cell) => cell !== null) ?? null;
  }
}
