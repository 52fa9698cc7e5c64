import { createStore, type StoreApi } from 'zustand/vanilla';
import type { RunEvent } from '../../../shared/runs/events';
import { toWireError } from '../../../shared/rpc/errors';
import { runsPort } from '../runs-port';
import type { RunPort } from './run-port';

export interface RunEventsModel {
  /** All events in their order, as far as they are read. */
  readonly events: readonly RunEvent[];
  readonly isWhole: boolean;
  readonly problem: string | null;
}

const stores = new WeakMap<RunPort, StoreApi<RunEventsModel>>();

/**
 * The events of a run, read once in pages and followed from then on; for as long as the run is open, so that a page
 * that is come back to has them.
 */
export function runEvents(run: RunPort): StoreApi<RunEventsModel> {
  const known = stores.get(run);
  if (known !== undefined) return known;
  const store = createStore<RunEventsModel>(() => ({ events: [], isWhole: false, problem: null }));
  stores.set(run, store);
  const port = runsPort(run.engine);
  let isReading = false;

  /** Reads what is missing at the end; one reader at a time, as each begins where the last one ended. */
  async function read(): Promise<void> {
    if (isReading) return;
    isReading = true;
    try {
      for (let isLast = false; !isLast;) {
        const { events } = store.getState();
        const page = await port.request('runs.events', { run: run.folder, from: events.length });
        ({ isLast } = page);
        take(page.events);
        if (page.events.length === 0) break;
      }
      store.setState({ isWhole: true, problem: null });
    } catch (error) {
      const { code, message } = toWireError(error);
      // The next event, or the engine's return, reads on.
      if (code !== 'engine-lost') store.setState({ problem: message });
    } finally {
      isReading = false;
    }
  }

  /** Takes those that follow; false where some in between are missing. */
  function take(news: readonly RunEvent[]): boolean {
    const { events } = store.getState();
    const fresh = news.filter(({ seq }) => seq >= events.length);
    if (fresh.length === 0) return true;
    if (fresh[0]?.seq !== events.length) return false;
    store.setState({ events: [...events, ...fresh] });
    return true;
  }

  port.on('runs.appended', (told) => {
    if (told.run === run.folder && (!store.getState().isWhole || !take(told.events))) void read();
  });
  run.engine.onConnection((state) => {
    if (state === 'ready') void read();
  });
  void read();
  return store;
}
