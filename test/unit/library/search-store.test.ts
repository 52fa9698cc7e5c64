import { describe, expect, it } from 'vitest';
import { createLibrarySearch } from '../../../renderer/library/search-store';
import type { Client } from '../../../renderer/rpc/client';
import { WatchbookError } from '../../../shared/rpc/errors';

const HIT = { cell: 'a', index: 0, type: 'code', line: 1, text: 'drain', from: 0, to: 5 } as const;
const FOUND = {
  runbooks: [{ path: '/lib/a.ipynb', name: 'a.ipynb', place: 'lib', hits: [HIT], more: false }],
  next: null,
  passedOver: [],
};

/** An engine that is away until `come` is called, and refuses as the desktop does meanwhile. */
function engineAway() {
  const listeners: ((state: Client['connection']) => void)[] = [];
  const asked: unknown[] = [];
  const client = {
    connection: 'connecting' as Client['connection'],
    request: (_method: string, params: unknown) => {
      if (client.connection !== 'ready')
        return Promise.reject(new WatchbookError('engine-lost', 'The engine is not connected.'));
      asked.push(params);
      return Promise.resolve(FOUND);
    },
    onConnection: (listener: (state: Client['connection']) => void) => {
      listeners.push(listener);
      return () => undefined;
    },
  };
  return {
    client: client as unknown as Client,
    asked,
    become: (state: Client['connection']) => {
      client.connection = state;
      listeners.forEach((listener) => listener(state));
    },
  };
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

describe('a search while the engine is away', () => {
  it('waits, and is asked when the engine is there', async () => {
    const { client, asked, become } = engineAway();
    const search = createLibrarySearch(client);
    search.ask({ text: 'drain' });
    await settle();
    expect(search.store.getState()).toMatchObject({ isRunning: true, problem: null });
    become('ready');
    await settle();
    expect(asked).toHaveLength(1);
    expect(search.store.getState()).toMatchObject({ isRunning: false, isDone: true, hits: 1 });
  });

  it('asks nothing again that was stopped or has ended', async () => {
    const { client, asked, become } = engineAway();
    const search = createLibrarySearch(client);
    search.ask({ text: 'drain' });
    search.stop();
    become('ready');
    await settle();
    expect(asked).toEqual([]);
    search.ask({ text: 'drain' });
    await settle();
    become('lost');
    become('ready');
    await settle();
    expect(asked).toHaveLength(1);
    expect(search.store.getState()).toMatchObject({ isDone: true, hits: 1 });
  });
});
