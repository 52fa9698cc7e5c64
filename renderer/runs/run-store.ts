import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Json } from '../../shared/rpc/contract';
import type { RunPage } from '../../shared/rpc/desktop-contract';
import { toWireError, type WireError } from '../../shared/rpc/errors';
import { actionsOf, type ActionKind, type ActionOffer } from '../../shared/runs/actions';
import type { RunAction, RunAnswer, RunLive, RunView } from '../../shared/runs/contract';
import type { ContentRef, RunEvent } from '../../shared/runs/events';
import type { Run } from '../../shared/runs/model';
import { planOf, type Plan } from '../../shared/runs/plan';
import { positionOf, type Position } from '../../shared/runs/position';
import { applyEvents } from '../../shared/runs/reduce';
import type { EnginePort } from '../notebook/engine-port';
import { openDocument, type OpenDocument } from '../notebook/document-store';
import { selectOne } from '../notebook/selection';
import { cellOf } from './run-rows';

/** The four views of a run, and one for people who do not run it. */
export type { RunPage } from '../../shared/rpc/desktop-contract';

/** What the action bar asks for before something is done: words, a time, or what has to be typed. */
export interface BarForm {
  readonly kind:
    | Exclude<ActionKind, 'interrupt' | 'run-on' | 'roll-back-stop'>
    | 'note'
    | 'override'
    | 'rerun'
    | 'take-over';
  readonly cell: string | null;
  /** What has to be typed first; null for nothing. */
  readonly words: string | null;
  /** The trial that an override is of. */
  readonly trial?: string;
}

/** All that the window shows of one run. Immutable: what did not change keeps its identity. */
export interface RunModel {
  readonly phase: 'opening' | 'open' | 'failed';
  readonly failure: WireError | null;
  /** As the engine answered at the last opening. */
  readonly view: RunView | null;
  readonly run: Run | null;
  readonly live: RunLive | null;
  readonly plan: Plan;
  readonly position: Position | null;
  readonly offers: readonly ActionOffer[];
  readonly page: RunPage;
  /** The record stands beside the log. */
  readonly isRecordOpen: boolean;
  readonly form: BarForm | null;
  /** A name is asked for, for a checkpoint that is to be kept now. */
  readonly isKeeping: boolean;
  /** Content files that were asked for, by name; null for one that was withheld or is missing. */
  readonly contents: ReadonlyMap<string, Json>;
  /** Adjusted copies being written, by cell. */
  readonly drafts: ReadonlyMap<string, string>;
  /** Steps and sections that a person opened (true) or folded (false). */
  readonly opened: ReadonlyMap<string, boolean>;
  /** When the bar last changed by itself, on the clock of `performance`. */
  readonly changedAt: number;
  /** The terminal that a step is sent to that is bound to one; null where the engine finds it. */
  readonly sendTo: string | null;
  /** A step that is sent although its terminal will not tell how it ends; null for none. */
  readonly isUnmarkedMeant: string | null;
  /** Something was sent and not answered yet. */
  readonly isSending: boolean;
}

/** One run open in this window: its model, its document, and the way to drive it. */
export interface OpenRun {
  readonly store: StoreApi<RunModel>;
  readonly folder: string;
  readonly document: OpenDocument;
  readonly engine: EnginePort;
  /** Does what the driver said. False where it was refused, which is said in a notice of the document. */
  act(action: RunAction): Promise<boolean>;
  answer(answer: RunAnswer): Promise<boolean>;
  /** Goes on with a run that was started elsewhere, as this driver. */
  takeOver(driver: string): Promise<boolean>;
  /** Sees to it that content files are in the model soon. */
  want(refs: readonly ContentRef[]): void;
  set(changes: Partial<RunModel>): void;
  /** Opens or folds a step or section by hand. */
  fold(key: string, isOpen: boolean): void;
  draft(cell: string, source: string | null): void;
  dispose(): void;
}

/** How long the keys of the bar are dead after it changed by itself. Milliseconds. */
export const DEAD_MS = 500;

const NO_PLAN: Plan = { steps: [], byCell: new Map(), rollbackOf: new Map(), count: 0 };

const EMPTY: RunModel = {
  phase: 'opening',
  failure: null,
  view: null,
  run: null,
  live: null,
  plan: NO_PLAN,
  position: null,
  offers: [],
  page: 'notebook',
  isRecordOpen: false,
  form: null,
  isKeeping: false,
  contents: new Map(),
  drafts: new Map(),
  opened: new Map(),
  changedAt: Number.NEGATIVE_INFINITY,
  sendTo: null,
  isUnmarkedMeant: null,
  isSending: false,
};

/** At most so many content files are asked for at once. */
const MOST_CONTENTS = 200;

/** Where `run.ipynb` of a run lies. */
export function documentOfRun(folder: string): string {
  return `${folder}${folder.includes('/') ? '/' : '\\'}run.ipynb`;
}

/** The folder of the run whose executed copy this file is, by its place; null for any other file. */
export function runOfDocument(path: string): string | null {
  return /^(.+[\\/]\d{8}T\d{6}Z-[^\\/]+-[a-z2-7]{6})[\\/]run\.ipynb$/.exec(path)?.[1] ?? null;
}

/** Opens a run and follows it: every event of its journal as it is synced, and what is true only now. */
export function openRun(engine: EnginePort, folder: string): OpenRun {
  const store = createStore<RunModel>(() => EMPTY);
  const disposers: (() => void)[] = [];
  const asked = new Set<string>();
  let isDisposed = false;
  let opening: Promise<void> | null = null;

  const set = (changes: Partial<RunModel>): void => {
    if (!isDisposed) store.setState(changes);
  };

  // The engine takes the run up first, so that its document is that of the run.
  const document = openDocument(
    {
      request: async (method, params) => {
        if (method === 'notebook.open' || method === 'notebook.snapshot') await (opening ?? reopen());
        return engine.request(method, params);
      },
      on: (event, listener) => engine.on(event, listener),
      get connection() {
        return engine.connection;
      },
      onConnection: (listener) => engine.onConnection(listener),
    },
    documentOfRun(folder),
  );

  /** Takes changes in together with what follows from journal, notebook and engine: nobody sees one without the other. */
  function derive(changes: Partial<RunModel> = {}): void {
    const { run, live, position: was, offers: before, form } = { ...store.getState(), ...changes };
    const { cells, metadata, phase } = document.store.getState();
    if (run === null || live === null || phase !== 'open') {
      set(changes);
      return;
    }
    const plan = keptPlan(cells, metadata);
    const position = positionOf(plan, run, live);
    const offers = actionsOf(plan, run, position);
    const hasChanged = was !== null && signature(position, offers) !== signature(was, before);
    set({
      ...changes,
      plan,
      position,
      offers,
      ...(hasChanged ? { changedAt: performance.now() } : {}),
      // A form that was of another place is of no use any more.
      ...(hasChanged && form !== null && form.kind !== 'note' && form.kind !== 'override'
        ? { form: null }
        : {}),
    });
    if (was === null) showPlace(position);
    else if (hasChanged && position.kind === 'waiting') followTo(position, was);
  }

  let planned: { readonly cells: unknown; readonly metadata: unknown; readonly plan: Plan } | null = null;
  function keptPlan(
    cells: ReturnType<typeof document.store.getState>['cells'],
    metadata: ReturnType<typeof document.store.getState>['metadata'],
  ): Plan {
    if (planned === null || planned.cells !== cells || planned.metadata !== metadata) {
      const full = cells.map((cell) => ({ ...cell, outputs: [] }));
      planned = { cells, metadata, plan: planOf({ cells: full, metadata }) };
    }
    return planned.plan;
  }

  /** A run that is opened shows where it stands. */
  function showPlace(position: Position): void {
    const cell = cellOf(position);
    if (cell === null || document.store.getState().showCell !== null) return;
    document.set({ selection: selectOne(cell), showCell: { cell, align: 'center' } });
  }

  /** What waits for a person comes into view under the step that led to it, unless that person is elsewhere. */
  function followTo(position: Position, was: Position): void {
    const cell = cellOf(position);
    const { selection, mode } = document.store.getState();
    if (cell === null || mode !== 'command' || selection.active !== cellOf(was) || isReading()) return;
    document.set({ selection: selectOne(cell), showCell: { cell, align: 'auto' } });
  }

  async function open(): Promise<void> {
    try {
      const view = await engine.request('runs.open', { run: folder });
      derive({ phase: 'open', failure: null, view, run: view.reduced, live: view.live });
    } catch (error) {
      const failure = toWireError(error);
      // While the way to the engine is being made anew, the next "ready" tries again.
      if (failure.code === 'engine-lost' && engine.connection !== 'ready') return;
      set({ phase: 'failed', failure });
    }
  }

  function reopen(): Promise<void> {
    opening = open();
    return opening;
  }

  function take(events: readonly RunEvent[]): void {
    const { run } = store.getState();
    if (run === null) return;
    const news = events.filter(({ seq }) => seq > run.seq);
    if (news.length === 0) return;
    // Something in between did not arrive: the whole is asked for again.
    if (news[0]?.seq !== run.seq + 1) {
      void reopen();
      return;
    }
    derive({ run: applyEvents(run, news) });
  }

  /** What was refused last; of no use any more once something was done. */
  let refused: string | null = null;
  async function send(work: () => Promise<unknown>): Promise<boolean> {
    set({ isSending: true });
    try {
      await work();
      const { notices } = document.store.getState();
      if (refused !== null)
        document.set({ notices: notices.filter(({ error }) => error.message !== refused) });
      refused = null;
      return true;
    } catch (error) {
      document.say(error);
      refused = toWireError(error).message;
      return false;
    } finally {
      set({ isSending: false });
    }
  }

  let wanted: ContentRef[] = [];
  async function fetchContents(): Promise<void> {
    const files = wanted.splice(0, MOST_CONTENTS);
    if (wanted.length > 0) queueMicrotask(() => void fetchContents());
    if (files.length === 0) return;
    try {
      const { values } = await engine.request('runs.content', { run: folder, files: [...files] });
      const contents = new Map(store.getState().contents);
      files.forEach((ref, index) => contents.set(ref.file, values[index] ?? null));
      set({ contents });
    } catch (error) {
      for (const { file } of files) asked.delete(file);
      if (toWireError(error).code !== 'engine-lost') document.say(error);
    }
  }

  disposers.push(
    engine.on('runs.appended', (event) => {
      if (event.run === folder) take(event.events);
    }),
    engine.on('runs.live', (event) => {
      if (event.run !== folder) return;
      derive({ live: event.live });
    }),
    engine.on('runs.driving', ({ run, readOnly }) => {
      const { view } = store.getState();
      if (run !== folder || view === null) return;
      derive({ view: { ...view, readOnly } });
    }),
    engine.onConnection((connection) => {
      // Its document opens again when the engine is back, and asks for the run before.
      if (connection !== 'ready') opening = null;
    }),
    document.store.subscribe((after, before) => {
      if (after.cells !== before.cells || after.phase !== before.phase) derive();
    }),
  );

  return {
    store,
    folder,
    document,
    engine,
    act: (action) => send(() => engine.request('runs.act', { run: folder, action })),
    answer: (answer) => send(() => engine.request('runs.answer', { run: folder, answer })),
    async takeOver(driver) {
      const isTaken = await send(() => engine.request('runs.takeOver', { run: folder, driver }));
      if (isTaken) await reopen();
      return isTaken;
    },
    want(refs) {
      const news = refs.filter(({ file }) => !asked.has(file));
      if (news.length === 0) return;
      for (const { file } of news) asked.add(file);
      if (wanted.length === 0) queueMicrotask(() => void fetchContents());
      wanted = [...wanted, ...news];
    },
    set,
    fold: (key, isOpen) => set({ opened: new Map(store.getState().opened).set(key, isOpen) }),
    draft(cell, source) {
      const drafts = new Map(store.getState().drafts);
      if (source === null) drafts.delete(cell);
      else drafts.set(cell, source);
      set({ drafts });
    },
    dispose() {
      isDisposed = true;
      document.dispose();
      for (const dispose of disposers) dispose();
      engine.request('runs.leave', { run: folder }).catch(() => {
        // The engine is away: it forgets its followers with them.
      });
    },
  };
}

/** True while text is selected: whoever reads is not moved. */
function isReading(): boolean {
  const selected = globalThis.getSelection?.() ?? null;
  return selected !== null && !selected.isCollapsed;
}

/** What of a place decides whether the bar is another one. */
function signature(position: Position, offers: readonly ActionOffer[]): string {
  const waits = position.kind === 'waiting' ? position.for : '';
  const by = position.kind === 'rolling-back' ? `${position.by ?? ''} ${position.hasFailed}` : '';
  const kinds = offers.map(({ kind, cell, asks }) => `${kind} ${cell ?? ''} ${asks}`);
  return [position.kind, cellOf(position) ?? '', waits, by, ...kinds].join('\n');
}
