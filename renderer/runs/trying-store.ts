import { createStore, type StoreApi } from 'zustand/vanilla';
import { useEffect } from 'react';
import { useStore } from 'zustand';
import { toWireError } from '../../shared/rpc/errors';
import type { Trying } from '../../shared/runs/try-contract';
import type { EnginePort } from '../notebook/engine-port';
import type { OpenDocument } from '../notebook/document-store';

interface TryingStore {
  /** By the path of the runbook. */
  readonly store: StoreApi<ReadonlyMap<string, Trying>>;
  follow(path: string): void;
}

const stores = new WeakMap<EnginePort, TryingStore>();

/** Where the cells of each open runbook are tried, kept up to date from its first use on. One for a window. */
export function tryingOf(engine: EnginePort): TryingStore {
  const known = stores.get(engine);
  if (known !== undefined) return known;
  const store = createStore<ReadonlyMap<string, Trying>>(() => new Map());
  const followed = new Set<string>();
  const put = (path: string, trying: Trying): void =>
    store.setState(new Map(store.getState()).set(path, trying), true);
  const load = async (path: string): Promise<void> => {
    try {
      put(path, await engine.request('runs.trying', { runbook: path }));
      // From then on a change of the rules is told.
      await engine.request('runs.config', { place: path.replace(/[\\/][^\\/]*$/, '') || '/' });
    } catch (error) {
      // Without an engine it is asked again; a folder that is gone has no rules, and that is said elsewhere.
      const { code } = toWireError(error);
      if (code !== 'engine-lost' && code !== 'not-found') throw error;
    }
  };
  const loadAll = (): void => {
    for (const path of followed) void load(path);
  };
  engine.on('runs.tryingChanged', (trying) => put(trying.runbook, trying));
  engine.on('runs.configChanged', ({ library }) => {
    for (const path of followed)
      if (path.startsWith(library))
        engine.request('runs.trying', { runbook: path }).then(
          (trying) => put(path, trying),
          // It is asked again when the engine is back.
          () => undefined,
        );
  });
  engine.onConnection((state) => {
    if (state === 'ready') loadAll();
  });
  const made: TryingStore = {
    store,
    follow: (path) => {
      if (followed.has(path)) return;
      followed.add(path);
      if (engine.connection === 'ready') void load(path);
    },
  };
  stores.set(engine, made);
  return made;
}

/** Where the cells of a runbook are tried; null before it is known. */
export function useTrying(open: OpenDocument): Trying | null {
  const path = useStore(open.store, ({ state }) => state?.path ?? null);
  const trying = tryingOf(open.engine);
  useEffect(() => {
    if (path !== null) trying.follow(path);
  }, [trying, path]);
  return useStore(trying.store, (all) => (path === null ? null : (all.get(path) ?? null)));
}

/** The environment that cells of a runbook are tried in, where it is known and there is one. */
export function chosenIn(open: OpenDocument): string | null {
  const path = open.store.getState().state?.path;
  return path === undefined ? null : (tryingOf(open.engine).store.getState().get(path)?.chosen ?? null);
}

/** The runbook whose chooser is let down in this window; null where none is. */
export const openChooser = createStore<{ readonly open: OpenDocument | null }>(() => ({ open: null }));
