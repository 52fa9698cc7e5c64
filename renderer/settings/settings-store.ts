import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { DEFAULT_SETTINGS, type Settings } from '../../shared/settings/contract';
import type { Client } from '../rpc/client';

/** The settings of this profile as this window knows them; the defaults until the engine has told them. */
export const settingsStore = createStore<Settings>(() => DEFAULT_SETTINGS);

/** One setting; the component is drawn again when its value changes. */
export function useSetting<K extends keyof Settings>(key: K): Settings[K] {
  return useStore(settingsStore, (settings) => settings[key]);
}

/** Keeps {@link settingsStore} as the engine tells it, and asks anew after each reconnect. Answers how to stop. */
export function followSettings(client: Client): () => void {
  const take = ({ settings }: { readonly settings: Settings }): void => {
    // A value that is equal keeps its identity, so that nothing is drawn anew for it.
    const before = settingsStore.getState();
    const changed = Object.entries(settings).filter(
      ([key, value]) => JSON.stringify(before[key as keyof Settings]) !== JSON.stringify(value),
    );
    if (changed.length > 0) settingsStore.setState(Object.fromEntries(changed));
  };
  const load = (): void => {
    client.request('settings.get', {}).then(
      take,
      // The connection has its own banner; the next "ready" asks again.
      () => undefined,
    );
  };
  if (client.connection === 'ready') load();
  const offs = [
    client.onConnection((state) => state === 'ready' && load()),
    client.on('settings.changed', take),
  ];
  return () => offs.forEach((off) => off());
}
