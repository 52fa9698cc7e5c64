import { useSyncExternalStore } from 'react';
import type { EnvironmentRef } from '../../shared/runs/events';
import type { OpenRun } from './run-store';

/** The environment of a run; null for no run, and before it is known. */
export function useEnvironment(run: OpenRun | null): EnvironmentRef | null {
  return useSyncExternalStore(
    (onChange) => run?.store.subscribe(onChange) ?? ((): void => undefined),
    () => run?.store.getState().run?.started?.data.environment ?? null,
  );
}
