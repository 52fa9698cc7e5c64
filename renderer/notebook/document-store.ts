import { createStore, type StoreApi } from 'zustand/vanilla';
import type { DocumentSnapshot } from '../../shared/notebook/contract';
import type { Cell, Notebook } from '../../shared/notebook/model';
import type { Operation } from '../../shared/notebook/operation';
import { toWireError, WatchbookError, type WireError } from '../../shared/rpc/errors';
import { hiddenCells } from '../../shared/notebook/sections';
import type { DocumentModel, Notice } from './document-model';
import { createEditQueue, type EditQueue } from './edit-queue';
import { createFrameBatch } from './frame-batch';
import type { EnginePort } from './engine-port';
import { CALM_MS, listenToDocument } from './document-events';
import { firstView } from './reading-memory';
import { startCell } from './start-cell';
import { keepSelection, NO_SELECTION, selectOne } from './selection';

/** One open document: its model, and the way to change it. */
export interface OpenDocument {
  readonly store: StoreApi<DocumentModel>;
  readonly engine: EnginePort;
  readonly path: string;
  /** Applies an edit at once and sends it. False when it could not be applied, which is said in a notice. */
  edit(operation: Operation): boolean;
  /**
   * Resolves when the engine has every edit made so far, also after a lost connection. Answers the document's id as
   * of then: an engine that was started anew gives it another one.
   */
  settled(): Promise<string>;
  /** Asks for the whole again, after a reset or a reconnect. */
  reload(): Promise<void>;
  /** Shows a failure until it is closed. */
  say(error: unknown): void;
  set(changes: Partial<DocumentModel>): void;
  /** Stops listening. Does not close the document in the engine. */
  dispose(): void;
}

const EMPTY: DocumentModel = {
  phase: 'opening',
  failure: null,
  connection: 'connecting',
  document: '',
  cells: [],
  order: [],
  byId: new Map(),
  metadata: {},
  outputs: new Map(),
  runs: new Map(),
  inputs: [],
  state: null,
  findings: [],
  recovered: false,
  unacknowledged: 0,
  selection: NO_SELECTION,
  mode: 'command',
  revealed: new Set(),
  collapsed: new Set(),
  codeHidden: false,
  outputsBeside: false,
  readCell: null,
  start: null,
  wrapLines: false,
  notices: [],
  question: null,
  comparing: false,
  comparedWith: null,
  exporting: null,
  choosingKernel: false,
  showCell: null,
  fullOutput: null,
  dismissed: new Set(),
};

/** So many cells at the top of a runbook are in view in any window: texts before the first step, most often. */
const SURELY_SEEN = 6;

function toNotebook(snapshot: DocumentSnapshot): Notebook {
  return {
    // Outputs live beside the cells here, as views; an edit never needs them.
    cells: snapshot.cells.map((cell) => ({ ...cell, outputs: [] })),
    metadata: snapshot.metadata,
    nbformat: snapshot.nbformat,
    nbformatMinor: snapshot.nbformatMinor,
  };
}

/** What of the model follows from the notebook; members that are equal to before keep their identity. */
function derive(notebook: Notebook, before: DocumentModel): Partial<DocumentModel> {
  const cells: readonly Cell[] = notebook.cells;
  const isSameOrder =
    cells.length === before.order.length && cells.every((cell, index) => before.order[index] === cell.id);
  const order = isSameOrder ? before.order : cells.map((cell) => cell.id);
  const byId = new Map(cells.map((cell) => [cell.id, cell]));
  return {
    cells,
    order,
    byId,
    metadata: notebook.metadata,
    selection: isSameOrder ? before.selection : keepSelection(before.order, order, before.selection),
  };
}

/**
 * Opens a document by the engine and keeps a model of it: own edits at once, everybody's in the engine's order,
 * results as they come, at most one change a frame for a cell.
 */
export function openDocument(
  engine: EnginePort,
  path: string,
  options: { readonly forReading?: boolean } = {},
): OpenDocument {
  const store = createStore<DocumentModel>(() => ({ ...EMPTY, connection: engine.connection }));
  const disposers: (() => void)[] = [];
  let queue: EditQueue | null = null;
  let noticeId = 0;
  let isDisposed = false;

  function set(changes: Partial<DocumentModel>): void {
    if (!isDisposed) store.setState(changes);
  }

  function say(error: unknown): void {
    const wire: WireError = toWireError(error);
    if (wire.code === 'cancelled') return;
    noticeId += 1;
    const notice: Notice = { id: noticeId, error: wire };
    set({
      notices: [...store.getState().notices.filter((one) => one.error.message !== wire.message), notice],
    });
  }

  /** In a long run results come faster than frames: they are shown with the next one. */
  const later = createFrameBatch<Notebook>(
    (_earlier, latest) => latest,
    (shown) => {
      for (const notebook of shown.values()) show(notebook, false);
    },
    { calmMs: CALM_MS },
  );

  function show(notebook: Notebook, canWait: boolean): void {
    if (canWait) return later.add('', notebook);
    later.drop();
    const before = store.getState();
    set({ ...derive(notebook, before), unacknowledged: queue?.unacknowledged ?? 0 });
    const after = store.getState();
    if (after.mode === 'edit' && !after.byId.has(after.selection.active ?? '')) set({ mode: 'command' });
  }

  function take(snapshot: DocumentSnapshot): void {
    events.drop();
    later.drop();
    const notebook = toNotebook(snapshot);
    if (queue === null) {
      queue = createEditQueue({
        notebook,
        version: snapshot.version,
        send: (edit) => engine.request('notebook.edit', { document: store.getState().document, ...edit }),
        onShow: show,
        onGap: () => void reload(),
        onLost: () =>
          say(
            new WatchbookError(
              'conflict',
              'An edit here was made in a cell that is gone: it was deleted in another window. Everything else is kept.',
            ),
          ),
        onRefused: (error) => {
          say(error);
          void reload();
        },
      });
    } else queue.restart(notebook, snapshot.version, snapshot.recentEdits);
    const shown = queue.notebook;
    const before = store.getState();
    set({
      phase: 'open',
      failure: null,
      document: snapshot.document,
      ...derive(shown, before),
      outputs: new Map(Object.entries(snapshot.outputs)),
      runs: new Map(Object.entries(snapshot.runs)),
      inputs: snapshot.inputs,
      state: snapshot.state,
      findings: snapshot.findings,
      // After a reconnect the edits are this session's own: nothing was brought back from an earlier one.
      recovered: before.phase === 'open' ? before.recovered : snapshot.recovered,
      unacknowledged: queue.unacknowledged,
    });
    if (before.phase !== 'open') {
      set(firstView(snapshot.state.path, shown.cells));
      if (options.forReading === true) openForReading(shown.cells);
    }
    if (store.getState().selection.active === null) {
      set({ selection: selectOne(shown.cells[0]?.id ?? null) });
    }
  }

  /** What starts it has the keys, unless the reader was elsewhere in it before, or it would not be in view. */
  function openForReading(cells: Notebook['cells']): void {
    const start = startCell(cells);
    const isNear = cells.slice(0, SURELY_SEEN).some(({ id }) => id === start);
    const { selection, collapsed } = store.getState();
    const isHidden = start !== null && hiddenCells(cells, collapsed).has(start);
    set({
      start,
      ...(selection.active === null && isNear && !isHidden ? { selection: selectOne(start) } : {}),
    });
  }

  async function open(): Promise<void> {
    try {
      // After a save as, a rename or a lost engine it lies where it was last.
      take(await engine.request('notebook.open', { path: store.getState().state?.path ?? path }));
      queue?.resume();
    } catch (error) {
      const failure = toWireError(error);
      // While the way to the engine is being made anew, the next "ready" tries again.
      if (failure.code === 'engine-lost' && engine.connection !== 'ready') return;
      set({ phase: 'failed', failure });
    }
  }

  async function reload(): Promise<void> {
    if (store.getState().phase !== 'open') return open();
    try {
      take(await engine.request('notebook.snapshot', { document: store.getState().document }));
      queue?.resume();
    } catch (error) {
      // The engine was started anew and has not opened it yet.
      if (toWireError(error).code === 'not-found') return open();
      if (toWireError(error).code !== 'engine-lost') say(error);
    }
    return undefined;
  }

  const events = listenToDocument(engine, store, {
    applied: (event) => queue?.receive(event.version, event.operation, event.edit),
    reset: () => void reload(),
  });
  disposers.push(
    events.stop,
    engine.onConnection((connection) => {
      set({ connection });
      if (connection === 'ready') void reload();
      else queue?.pause();
    }),
  );
  if (engine.connection === 'ready') void open();

  return {
    store,
    engine,
    path,
    edit(operation) {
      if (queue === null) return false;
      try {
        queue.edit(operation);
        return true;
      } catch (error) {
        say(error);
        return false;
      }
    },
    async settled() {
      await queue?.settled();
      return store.getState().document;
    },
    reload,
    say,
    set,
    dispose() {
      isDisposed = true;
      later.drop();
      for (const dispose of disposers) dispose();
    },
  };
}
