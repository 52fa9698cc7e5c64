import { createStore, type StoreApi } from 'zustand/vanilla';
import type { RunSummary } from '../../shared/runs/contract';
import { toWireError } from '../../shared/rpc/errors';
import type { EnginePort } from '../notebook/engine-port';
import { runsPort } from './runs-port';
import { EVERY_RUN, type RunQuery } from './run-list';

export interface RunListModel {
  /** Null until they are known; what was known stays through a lost connection. */
  readonly runs: readonly RunSummary[] | null;
  readonly problem: string | null;
  readonly query: RunQuery;
}

export interface RunList {
  readonly store: StoreApi<RunListModel>;
  ask(query: Partial<RunQuery>): void;
}

const lists = new WeakMap<EnginePort, RunList>();

/** The runs of all libraries of this window, kept up to date from its first use on. One list for a window. */
export function runListOf(engine: EnginePort): RunList {
  const known = lists.get(engine);
  if (known !== undefined) return known;
  const store = createStore<RunListModel>(() => ({ runs: null, problem: null, query: EVERY_RUN }));
  let isAsking = false;
  let isStale = false;
  const load = async (): Promise<void> => {
    if (isAsking) {
      isStale = true;
      return;
    }
    isAsking = true;
    try {
      const { runs } = await runsPort(engine).request('runs.list', { library: null });
      store.setState({ runs, problem: null });
    } catch (error) {
      const { code, message } = toWireError(error);
      // The connection has its own banner, and asks again when it is there.
      if (code !== 'engine-lost') store.setState({ problem: message });
    } finally {
      isAsking = false;
    }
    if (!isStale) return;
    isStale = false;
    await load();
  };
  runsPort(engine).on('runs.listChanged', () => void load());
  engine.onConnection((state) => {
    if (state === 'ready') void load();
  });
  if (engine.connection === 'ready') void load();
  const list: RunList = {
    store,
    ask: (query) => store.setState({ query: { ...store.getState().query, ...query } }),
  };
  lists.set(engine, list);
  return list;
}
