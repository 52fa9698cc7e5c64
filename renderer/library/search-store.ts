import { createStore, type StoreApi } from 'zustand/vanilla';
import type { SearchedRunbook } from '../../shared/library/search-contract';
import type { FindQuery } from '../../shared/notebook/find';
import { toWireError } from '../../shared/rpc/errors';
import type { Client } from '../rpc/client';

/** More places are not listed: a narrower question finds what is meant. */
const MOST_HITS = 2_000;

/** A search in the library, as it stands. */
export interface SearchModel {
  readonly query: FindQuery;
  readonly runbooks: readonly SearchedRunbook[];
  readonly passedOver: readonly string[];
  readonly hits: number;
  readonly isRunning: boolean;
  /** The end was reached, or the most that is listed. */
  readonly isDone: boolean;
  readonly isCut: boolean;
  readonly problem: string | null;
  /** Which place the keys are at: runbook and place in it. */
  readonly at: { readonly runbook: number; readonly hit: number } | null;
}

export interface LibrarySearch {
  readonly store: StoreApi<SearchModel>;
  /** Looks for something else; the search before ends. */
  ask(changes: Partial<FindQuery>): void;
  /** Ends the search; what was found stays. */
  stop(): void;
}

const NOTHING = {
  runbooks: [],
  passedOver: [],
  hits: 0,
  isRunning: false,
  isDone: false,
  isCut: false,
  problem: null,
  at: null,
} as const;

const searches = new WeakMap<Client, LibrarySearch>();

/** The search of a window; what was found stays while other pages are shown. */
export function librarySearchOf(client: Client): LibrarySearch {
  const known = searches.get(client);
  if (known !== undefined) return known;
  const made = createLibrarySearch(client);
  searches.set(client, made);
  return made;
}

/** Made once for a window by {@link librarySearchOf}; made here for itself by what has no window. */
export function createLibrarySearch(
  client: Pick<Client, 'request' | 'connection' | 'onConnection'>,
): LibrarySearch {
  const store = createStore<SearchModel>(() => ({
    ...NOTHING,
    query: { text: '', isPattern: false, isCaseSensitive: false, isWholeWord: false },
  }));
  let asked = 0;

  async function run(mine: number): Promise<void> {
    for (let from: number | null = 0; from !== null;) {
      const { query } = store.getState();
      const part: Awaited<ReturnType<typeof askPart>> = await askPart(query, from);
      if (mine !== asked) return;
      const { runbooks, passedOver, hits } = store.getState();
      const all = hits + part.runbooks.reduce((sum, each) => sum + each.hits.length, 0);
      const isCut = all >= MOST_HITS && part.next !== null;
      from = isCut ? null : part.next;
      store.setState({
        runbooks: [...runbooks, ...part.runbooks],
        passedOver: [...passedOver, ...part.passedOver],
        hits: all,
        isCut,
        isRunning: from !== null,
        isDone: from === null,
      });
    }
  }

  const askPart = (query: FindQuery, from: number) => client.request('library.search', { query, from });

  function start(mine: number): void {
    run(mine).catch((error: unknown) => {
      if (mine !== asked) return;
      const { code, message } = toWireError(error);
      // Asked before the engine was there, or lost with it: asked again, whole, when it is.
      if (code === 'engine-lost' && client.connection !== 'ready') return;
      store.setState({ isRunning: false, problem: message });
    });
  }

  // One for each client, which lives as long as its window.
  client.onConnection((state) => {
    const { query, isRunning } = store.getState();
    if (state !== 'ready' || !isRunning) return;
    asked += 1;
    store.setState({ ...NOTHING, query, isRunning: true });
    start(asked);
  });

  return {
    store,
    ask(changes) {
      const query = { ...store.getState().query, ...changes };
      asked += 1;
      const mine = asked;
      store.setState({ ...NOTHING, query, isRunning: query.text !== '' });
      if (query.text === '') return;
      start(mine);
    },
    stop() {
      asked += 1;
      store.setState({ isRunning: false });
    },
  };
}
