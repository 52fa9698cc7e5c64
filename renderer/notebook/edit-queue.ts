import type { Notebook } from '../../shared/notebook/model';
import type { Operation } from '../../shared/notebook/operation';
import {
  editLocally,
  startOptimistic,
  takeAnswer,
  takeApplied,
  takeSnapshot,
  type EditToSend,
  type OptimisticStep,
} from '../../shared/notebook/optimistic';
import { toWireError, WatchbookError, type WireError } from '../../shared/rpc/errors';

/** A notebook with own edits applied at once, while the engine orders them. */
export interface EditQueue {
  /** As shown: the engine's notebook with all own edits on it. */
  readonly notebook: Notebook;
  readonly unacknowledged: number;
  /** Applies an edit and sends it as soon as the one before is acknowledged. Throws `bad-request` when it does not fit. */
  edit(operation: Operation): void;
  /** The next edit in the engine's order; `edit` names an own one. */
  receive(version: number, operation: Operation, edit: string | null): void;
  /** Goes on from a snapshot, with the own edits that are not in it on top. `known`: ids of edits that are. */
  restart(notebook: Notebook, version: number, known: readonly string[]): void;
  /** No sending until {@link resume}. */
  pause(): void;
  resume(): void;
  /** Resolves when nothing waits and nothing is paused. */
  settled(): Promise<void>;
}

export interface EditQueueOptions {
  readonly notebook: Notebook;
  readonly version: number;
  readonly send: (edit: EditToSend) => Promise<{ readonly version: number }>;
  /** `canWait`: results of runs alone have changed, of which the latest is enough. */
  readonly onShow: (notebook: Notebook, canWait: boolean) => void;
  /** The engine refused an own edit; it is taken out, with what was built on it. */
  readonly onRefused: (error: WireError) => void;
  /** Nothing is left of an own edit, because of what others did. */
  readonly onLost: () => void;
  /** An edit of the engine's order was missed, or its order is not known any more: the whole is needed again. */
  readonly onGap: () => void;
}

/** Errors after which it is not known whether an edit arrived; the next snapshot tells. */
const UNKNOWN: ReadonlySet<WireError['code']> = new Set(['engine-lost', 'cancelled', 'timeout', 'not-found']);

/** Does what the rules of `shared/notebook/optimistic` say: sends, shows, and waits for answers. */
export function createEditQueue(options: EditQueueOptions): EditQueue {
  let state = startOptimistic(options.notebook, options.version);
  let isPaused = false;
  let waiters: (() => void)[] = [];

  function take(step: OptimisticStep, canWait = false): void {
    const before = state;
    state = step.state;
    if (state.shown !== before.shown || state.pending !== before.pending) {
      options.onShow(state.shown, canWait && state.pending.length === 0 && before.pending.length === 0);
    }
    if (step.lost.some(({ operation }) => holdsText(operation))) options.onLost();
    if (step.send !== null && !isPaused) send(step.send);
    tellSettled();
  }

  function isSettled(): boolean {
    return state.pending.length === 0 && !isPaused;
  }

  function tellSettled(): void {
    if (!isSettled()) return;
    const done = waiters;
    waiters = [];
    for (const resolve of done) resolve();
  }

  function send(edit: EditToSend): void {
    options.send(edit).then(
      () => take(takeAnswer(state, edit.edit)),
      (error: unknown) => failed(edit, toWireError(error)),
    );
  }

  function failed(edit: EditToSend, error: WireError): void {
    if (state.inFlight?.edit !== edit.edit || UNKNOWN.has(error.code)) return;
    if (error.code === 'conflict') return options.onGap();
    take({ state: startOptimistic(state.confirmed, state.version), send: null, texts: [], lost: [] });
    options.onRefused(error);
  }

  return {
    get notebook() {
      return state.shown;
    },
    get unacknowledged() {
      return state.pending.length;
    },
    edit: (operation) => take(editLocally(state, crypto.randomUUID(), operation)),
    receive(version, operation, edit) {
      try {
        take(takeApplied(state, { version, operation, edit }), isOfRun(operation));
      } catch (error) {
        if (!(error instanceof WatchbookError) || error.code !== 'conflict') throw error;
        options.onGap();
      }
    },
    restart(notebook, version, known) {
      isPaused = true;
      const isApplied = state.inFlight !== null && known.includes(state.inFlight.edit);
      take(takeSnapshot(state, notebook, version, isApplied));
    },
    pause() {
      isPaused = true;
    },
    resume() {
      if (!isPaused) return;
      isPaused = false;
      if (state.inFlight !== null) send(state.inFlight);
      tellSettled();
    },
    settled: () => (isSettled() ? Promise.resolve() : new Promise((resolve) => waiters.push(resolve))),
  };
}

/** The times of a run, which no edit of a person builds on. */
function isOfRun(operation: Operation): boolean {
  return operation.kind === 'metadata' && operation.cell !== null && operation.path[0] === 'execution';
}

/** True for what a person typed or put in, of which a loss is worth a word. */
function holdsText(operation: Operation): boolean {
  switch (operation.kind) {
    case 'text':
    case 'insert':
      return true;
    case 'group':
      return operation.operations.some(holdsText);
    default:
      return false;
  }
}
