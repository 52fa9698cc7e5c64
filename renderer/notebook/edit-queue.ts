import { applyOperation } from '../../shared/notebook/apply-operation';
import type { Notebook } from '../../shared/notebook/model';
import type { Operation } from '../../shared/notebook/operation';
import { rebasePair } from '../../shared/notebook/rebase';
import { parseChanges } from '../../shared/notebook/text-changes';
import { toWireError, type WireError } from '../../shared/rpc/errors';

interface PendingEdit {
  readonly edit: string;
  /** As it reads after the edits before it; null when others left nothing of it. */
  readonly operation: Operation | null;
  /** The version it was sent on; null while it waits. */
  readonly base: number | null;
}

/** A notebook with own edits applied at once, while the engine orders them. */
export interface EditQueue {
  /** As shown: the engine's notebook with all own edits on it. */
  readonly notebook: Notebook;
  readonly unacknowledged: number;
  /** Applies an edit and sends it as soon as the one before is acknowledged. Throws `bad-request` when it does not fit. */
  edit(operation: Operation): void;
  /** The next edit in the engine's order; `edit` names an own one. */
  receive(version: number, operation: Operation, edit: string | null): void;
  /** Begins anew from a snapshot and puts the own edits that are not in it on top. */
  restart(notebook: Notebook, version: number): void;
  /** No sending until {@link resume}, which sends again what was not acknowledged. */
  pause(): void;
  resume(): void;
  /** Resolves when nothing waits. */
  settled(): Promise<void>;
}

export interface EditQueueOptions {
  readonly notebook: Notebook;
  readonly version: number;
  readonly send: (edit: {
    readonly base: number;
    readonly edit: string;
    readonly operation: Operation;
  }) => Promise<{ readonly version: number }>;
  readonly onShow: (notebook: Notebook) => void;
  /** The engine refused an own edit; it is taken out. */
  readonly onRefused: (error: WireError) => void;
  /** An edit of the engine's order was missed: the whole is needed again. */
  readonly onGap: () => void;
}

/** Typing in one cell becomes one edit while the one before is under way. */
function joined(earlier: Operation | null, later: Operation): Operation | null {
  if (earlier?.kind !== 'text' || later.kind !== 'text' || earlier.cell !== later.cell) return null;
  const changes = parseChanges(earlier.changes).compose(parseChanges(later.changes));
  return { ...later, changes: changes.toJSON() };
}

/**
 * Makes the queue of own edits. One edit is under way at a time, so that each is sent exactly as it reads on the
 * version it names; what comes from others in between moves the waiting ones.
 */
export function createEditQueue(options: EditQueueOptions): EditQueue {
  let confirmed = options.notebook;
  let version = options.version;
  let shown = options.notebook;
  let pending: readonly PendingEdit[] = [];
  let isPaused = false;
  let waiters: (() => void)[] = [];

  function showAgain(): void {
    shown = confirmed;
    const kept: PendingEdit[] = [];
    for (const one of pending) {
      if (one.operation === null) {
        kept.push(one);
        continue;
      }
      const applied = applyOperation(shown, one.operation);
      shown = applied.notebook;
      kept.push({ ...one, operation: applied.operation });
    }
    pending = kept;
    options.onShow(shown);
  }

  function afterAcknowledged(): void {
    if (pending.length === 0) {
      const done = waiters;
      waiters = [];
      for (const resolve of done) resolve();
    } else sendNext();
  }

  function sendNext(): void {
    const [first] = pending;
    if (isPaused || first === undefined || first.base !== null) return;
    if (first.operation === null) {
      pending = pending.slice(1);
      options.onShow(shown);
      afterAcknowledged();
      return;
    }
    const base = version;
    pending = [{ ...first, base }, ...pending.slice(1)];
    options.send({ base, edit: first.edit, operation: first.operation }).then(
      (answer) => {
        // The event that carries it comes with, or before, the answer. Nothing came: nothing was left of it.
        if (pending[0]?.edit !== first.edit || answer.version > version) return;
        pending = pending.slice(1);
        showAgain();
        afterAcknowledged();
      },
      (error: unknown) => {
        if (pending[0]?.edit !== first.edit) return;
        const wire = toWireError(error);
        // The way to the engine broke: whether it arrived is not known; it is sent again under the same id.
        if (wire.code === 'engine-lost' || wire.code === 'cancelled' || wire.code === 'timeout') {
          pending = [{ ...first, operation: pending[0].operation, base: null }, ...pending.slice(1)];
          return;
        }
        // What was built on a refused edit can not stand either.
        pending = [];
        shown = confirmed;
        options.onShow(shown);
        options.onRefused(wire);
        afterAcknowledged();
      },
    );
  }

  return {
    get notebook() {
      return shown;
    },
    get unacknowledged() {
      return pending.length;
    },
    edit(operation) {
      const applied = applyOperation(shown, operation);
      shown = applied.notebook;
      const last = pending[pending.length - 1];
      const both = last?.base === null ? joined(last.operation, applied.operation) : null;
      pending =
        last !== undefined && both !== null
          ? [...pending.slice(0, -1), { ...last, operation: both }]
          : [...pending, { edit: crypto.randomUUID(), operation: applied.operation, base: null }];
      options.onShow(shown);
      sendNext();
    },
    receive(next, operation, edit) {
      if (next <= version) return;
      if (next > version + 1) {
        options.onGap();
        return;
      }
      version = next;
      confirmed = applyOperation(confirmed, operation).notebook;
      if (edit !== null && pending[0]?.edit === edit) {
        pending = pending.slice(1);
        showAgain();
        afterAcknowledged();
        return;
      }
      let over: Operation | null = operation;
      pending = pending.map((one) => {
        if (over === null || one.operation === null) return one;
        const pair = rebasePair(over, one.operation);
        over = pair.first;
        return { ...one, operation: pair.second };
      });
      showAgain();
    },
    restart(notebook, next) {
      confirmed = notebook;
      version = next;
      shown = notebook;
      const kept: PendingEdit[] = [];
      for (const one of pending) {
        if (one.operation === null) continue;
        try {
          const applied = applyOperation(shown, one.operation);
          shown = applied.notebook;
          kept.push({ edit: one.edit, operation: applied.operation, base: null });
        } catch (error) {
          // It is in the snapshot already, or what it was made on is gone with the old document.
          if (toWireError(error).code !== 'bad-request') throw error;
        }
      }
      pending = kept;
    },
    pause() {
      isPaused = true;
    },
    resume() {
      isPaused = false;
      const [first, ...rest] = pending;
      if (first !== undefined) pending = [{ ...first, base: null }, ...rest];
      if (pending.length === 0) afterAcknowledged();
      else sendNext();
    },
    settled() {
      return pending.length === 0 ? Promise.resolve() : new Promise((resolve) => waiters.push(resolve));
    },
  };
}
