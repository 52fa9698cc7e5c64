import { useEffect } from 'react';
import type { Client } from '../rpc/client';

/** Calls `load` when the engine can be asked, and again after each reconnect: what is shown may be of an engine that is gone. */
export function useWhenReady(client: Client, load: () => void): void {
  useEffect(() => {
    if (client.connection === 'ready') load();
    return client.onConnection((state) => {
      if (state === 'ready') load();
    });
  }, [client, load]);
}
