import type { StoreApi } from 'zustand/vanilla';
import type { DocumentState } from '../../shared/notebook/contract';
import type { CellRun, OutputView } from '../../shared/notebook/view';
import type { EventData } from '../../shared/rpc/contracts';
import type { DocumentModel } from './document-model';
import type { EnginePort } from './engine-port';
import { createFrameBatch } from './frame-batch';

/** How often the window follows a long stream of cells that begin and end. Milliseconds. */
export const CALM_MS = 100;

interface OutputChange {
  readonly from: number;
  readonly outputs: readonly OutputView[];
}

/** "All from index `from` are now these": a later change may begin inside or before an earlier one. */
function mergeChanges(earlier: OutputChange, later: OutputChange): OutputChange {
  if (later.from <= earlier.from) return later;
  return {
    from: earlier.from,
    outputs: [...earlier.outputs.slice(0, later.from - earlier.from), ...later.outputs],
  };
}

/**
 * Brings the engine's events about one document into its model. Outputs and runs are gathered and applied once a
 * frame.
 */
export function listenToDocument(
  engine: EnginePort,
  store: StoreApi<DocumentModel>,
  handlers: {
    readonly applied: (event: EventData<'notebook.applied'>) => void;
    readonly reset: () => void;
  },
): {
  readonly stop: () => void;
  /** Forgets what is gathered: a snapshot has it. */ readonly drop: () => void;
} {
  const isOurs = (event: { readonly document: string }): boolean =>
    store.getState().phase === 'open' && event.document === store.getState().document;

  const outputs = createFrameBatch<OutputChange>(mergeChanges, (changes) => {
    const next = new Map(store.getState().outputs);
    for (const [cell, change] of changes) {
      const all = [...(next.get(cell) ?? []).slice(0, change.from), ...change.outputs];
      if (all.length === 0) next.delete(cell);
      else next.set(cell, all);
    }
    store.setState({ outputs: next });
  });
  const runs = createFrameBatch<CellRun>(
    (_earlier, later) => later,
    (changes) => {
      const next = new Map(store.getState().runs);
      for (const [cell, run] of changes) next.set(cell, run);
      store.setState({ runs: next });
    },
    { calmMs: CALM_MS },
  );

  /** A line of short cells changes it with each of them. */
  const states = createFrameBatch<DocumentState>(
    (_earlier, later) => later,
    (changes) => {
      for (const state of changes.values()) if (isOurs(state)) store.setState({ state });
    },
    { calmMs: CALM_MS, isAtOnce: true },
  );

  const stops = [
    engine.on('notebook.applied', (event) => {
      if (isOurs(event)) handlers.applied(event);
    }),
    engine.on('notebook.reset', (event) => {
      if (isOurs(event)) handlers.reset();
    }),
    engine.on('notebook.outputs', (event) => {
      if (isOurs(event)) outputs.add(event.cell, { from: event.from, outputs: event.outputs });
    }),
    engine.on('notebook.runs', (event) => {
      if (!isOurs(event)) return;
      for (const [cell, run] of Object.entries(event.runs)) runs.add(cell, run);
    }),
    engine.on('notebook.state', (state) => {
      if (isOurs(state)) states.add('', state);
    }),
    engine.on('notebook.inputRequested', (event) => {
      if (!isOurs(event)) return;
      const others = store.getState().inputs.filter((one) => one.request !== event.input.request);
      store.setState({ inputs: [...others, event.input] });
    }),
    engine.on('notebook.inputClosed', (event) => {
      if (!isOurs(event)) return;
      store.setState({ inputs: store.getState().inputs.filter((one) => one.request !== event.request) });
    }),
  ];
  const drop = (): void => {
    outputs.drop();
    runs.drop();
    states.drop();
  };
  return {
    drop,
    stop() {
      for (const stop of stops) stop();
      drop();
    },
  };
}
