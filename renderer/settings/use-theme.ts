import { useEffect } from 'react';
import type { Client } from '../rpc/client';

/** Follows the setting: the system's side, or always one of them. */
export function useTheme(client: Client): void {
  useEffect(() => {
    const show = (theme: 'system' | 'light' | 'dark'): void => {
      if (theme === 'system') delete document.documentElement.dataset['theme'];
      else document.documentElement.dataset['theme'] = theme;
    };
    const load = (): void => {
      client.request('settings.get', {}).then(
        ({ settings }) => show(settings.theme),
        // The connection has its own banner; the next "ready" asks again.
        () => undefined,
      );
    };
    if (client.connection === 'ready') load();
    const offs = [
      client.onConnection((state) => state === 'ready' && load()),
      client.on('settings.changed', ({ settings }) => show(settings.theme)),
    ];
    return () => offs.forEach((off) => off());
  }, [client]);
}
