import { WatchbookError } from '../rpc/errors';
import { applyOperation } from './apply-operation';
import { diffOperations } from './diff-operations';
import type { Notebook } from './model';
import type { Operation } from './operation';
import { rebasePair } from './rebase';
import { changesBetween, parseChanges } from './text-changes';

/** An edit of this window that the engine has not confirmed. */
export interface PendingEdit {
  /** The window's own id for it. */
  readonly edit: string;
  readonly operation: Operation;
}

/** An edit to send now, and the version it was made at. */
export interface EditToSend extends PendingEdit {
  readonly base: number;
}

/**
 * What a window shows: the engine's notebook with the edits on top that the engine has not confirmed yet. Immutable.
 *
 * One edit is under way at a time; those made meanwhile wait and are rebased over what comes from others, so that each
 * is sent on a version the engine knows. Outputs are not here: their views come beside.
 */
export interface OptimisticNotebook {
  readonly version: number;
  readonly confirmed: Notebook;
  /** The first was sent, in the order they were made. */
  readonly pending: readonly PendingEdit[];
  /** The first pending edit as it was sent, which is how it is sent again. */
  readonly inFlight: EditToSend | null;
  /** `confirmed` with `pending` on top. */
  readonly shown: Notebook;
}

/** The next state, what to send now, and what to tell the editors. */
export interface OptimisticStep {
  readonly state: OptimisticNotebook;
  readonly send: EditToSend | null;
  /** For each cell whose shown source changed from outside: the change set, as JSON, for its editor. */
  readonly texts: readonly { readonly cell: string; readonly changes: unknown }[];
  /** Own edits of which nothing is left, because of what others did. Worth a word to the person if it was text. */
  readonly lost: readonly PendingEdit[];
}

/** The state of a window that has just got a snapshot; cells come without outputs. */
export function startOptimistic(notebook: Notebook, version: number): OptimisticNotebook {
  return { version, confirmed: notebook, pending: [], inFlight: null, shown: notebook };
}

/**
 * Applies an edit made in this window at once. Throws `bad-request` when it does not fit what is shown.
 */
export function editLocally(state: OptimisticNotebook, edit: string, operation: Operation): OptimisticStep {
  const applied = applyOperation(state.shown, operation);
  const made: PendingEdit = { edit, operation: applied.operation };
  const pending = joinTyping(state, made) ?? [...state.pending, made];
  return sendNext({ ...state, pending, shown: applied.notebook }, state.shown, [], false);
}

/** Typing that waits anyway goes as one edit. The first one is under way and stays as it was sent. */
function joinTyping(state: OptimisticNotebook, made: PendingEdit): readonly PendingEdit[] | null {
  const last = state.pending.at(-1);
  if (last === undefined || state.pending.length < 2) return null;
  if (last.operation.kind !== 'text' || made.operation.kind !== 'text') return null;
  if (last.operation.cell !== made.operation.cell) return null;
  const changes = parseChanges(last.operation.changes).compose(parseChanges(made.operation.changes));
  const joined = { edit: made.edit, operation: { ...made.operation, changes: changes.toJSON() } };
  return [...state.pending.slice(0, -1), joined];
}

/** Takes in an edit as the engine ordered it, somebody else's or the own one. Versions must come without a gap. */
export function takeApplied(
  state: OptimisticNotebook,
  event: { readonly version: number; readonly operation: Operation; readonly edit: string | null },
): OptimisticStep {
  if (event.version <= state.version) return unchanged(state);
  if (event.version > state.version + 1) {
    throw new WatchbookError('conflict', 'An edit from the engine was missed. The document is read anew.', {
      retryable: true,
    });
  }
  const confirmed = applyOperation(state.confirmed, event.operation).notebook;
  const isOwn = event.edit !== null && state.inFlight?.edit === event.edit;
  const rebased = isOwn
    ? { pending: state.pending.filter((each) => each.edit !== event.edit), lost: [] }
    : rebasePending(state.pending, [event.operation]);
  return settle(
    { ...state, confirmed, version: event.version, inFlight: isOwn ? null : state.inFlight },
    rebased,
  );
}

/**
 * The engine answered the edit under way. Its event has come before, unless nothing was left of the edit; then it is
 * dropped here too.
 */
export function takeAnswer(state: OptimisticNotebook, edit: string): OptimisticStep {
  if (state.inFlight?.edit !== edit) return unchanged(state);
  const lost = state.pending.filter((each) => each.edit === edit);
  const pending = state.pending.filter((each) => each.edit !== edit);
  return settle({ ...state, inFlight: null }, { pending, lost });
}

/**
 * Takes in a new snapshot after the connection was lost, or after a version was missed.
 *
 * Before, the window has sent `inFlight` again: `isApplied` tells whether the engine took it (then or earlier), in
 * which case the snapshot has it. The other pending edits are rebased over all that changed, and go on top.
 */
export function takeSnapshot(
  state: OptimisticNotebook,
  notebook: Notebook,
  version: number,
  isApplied: boolean,
): OptimisticStep {
  const [first, ...others] = state.pending;
  const sent = state.inFlight !== null && first?.edit === state.inFlight.edit ? first : null;
  const isIn = sent !== null && isApplied;
  const base = isIn ? applyOrKeep(state.confirmed, sent.operation) : state.confirmed;
  const rebased = rebasePending(isIn ? others : state.pending, diffOperations(base, notebook));
  return settle({ ...state, confirmed: notebook, version, inFlight: null }, rebased);
}

function applyOrKeep(notebook: Notebook, operation: Operation): Notebook {
  try {
    return applyOperation(notebook, operation).notebook;
  } catch (error) {
    if (!doesNotFit(error)) throw error;
    return notebook;
  }
}

function doesNotFit(error: unknown): boolean {
  return error instanceof WatchbookError && error.code === 'bad-request';
}

function unchanged(state: OptimisticNotebook): OptimisticStep {
  return { state, send: null, texts: [], lost: [] };
}

interface Rebased {
  readonly pending: readonly PendingEdit[];
  readonly lost: readonly PendingEdit[];
}

function rebasePending(pending: readonly PendingEdit[], foreign: readonly Operation[]): Rebased {
  const lost: PendingEdit[] = [];
  let edits = pending;
  for (const operation of foreign) {
    let over: Operation | null = operation;
    edits = edits.flatMap((each): PendingEdit[] => {
      if (over === null) return [each];
      const pair: { first: Operation | null; second: Operation | null } = rebasePair(over, each.operation);
      over = pair.first;
      if (pair.second !== null) return [{ ...each, operation: pair.second }];
      lost.push(each);
      return [];
    });
  }
  return { pending: edits, lost };
}

/** Shows the pending edits on top of what is confirmed now; one that does not fit any more is lost, and said so. */
function settle(state: OptimisticNotebook, rebased: Rebased): OptimisticStep {
  const lost = [...rebased.lost];
  const pending: PendingEdit[] = [];
  let shown = state.confirmed;
  for (const each of rebased.pending) {
    try {
      const applied = applyOperation(shown, each.operation);
      shown = applied.notebook;
      pending.push({ ...each, operation: applied.operation });
    } catch (error) {
      if (!doesNotFit(error)) throw error;
      lost.push(each);
    }
  }
  return sendNext({ ...state, pending, shown }, state.shown, lost, true);
}

function sendNext(
  state: OptimisticNotebook,
  before: Notebook,
  lost: readonly PendingEdit[],
  isFromOutside: boolean,
): OptimisticStep {
  const texts = isFromOutside ? changedTexts(before, state.shown) : [];
  const first = state.pending[0];
  if (state.inFlight !== null || first === undefined) return { state, send: null, texts, lost };
  const send: EditToSend = { ...first, base: state.version };
  return { state: { ...state, inFlight: send }, send, texts, lost };
}

function changedTexts(before: Notebook, after: Notebook): OptimisticStep['texts'] {
  if (haveSameTexts(before.cells, after.cells)) return [];
  const old = new Map(before.cells.map((cell) => [cell.id, cell]));
  return after.cells.flatMap((cell) => {
    const was = old.get(cell.id);
    if (was === undefined || was.source === cell.source) return [];
    const changes = changesBetween(was.source, cell.source);
    return changes === null ? [] : [{ cell: cell.id, changes: changes.toJSON() as unknown }];
  });
}

/** The most frequent of changes from outside are those of one cell's times. */
function haveSameTexts(before: Notebook['cells'], after: Notebook['cells']): boolean {
  if (before === after) return true;
  return (
    before.length === after.length &&
    before.every((cell, index) => {
      const now = after[index];
      return cell === now || (cell.id === now?.id && cell.source === now.source);
    })
  );
}
