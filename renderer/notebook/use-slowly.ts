import { useCallback, useRef, useSyncExternalStore } from 'react';
import type { StoreApi } from 'zustand/vanilla';

/**
 * A part of a store for what need not follow each frame: drawn again at once after a quiet while, and at most every
 * `ms` milliseconds while it changes. The last change is always drawn.
 */
export function useSlowly<S, T>(store: StoreApi<S>, select: (state: S) => T, ms: number): T {
  const last = useRef(Number.NEGATIVE_INFINITY);
  const subscribe = useCallback(
    (changed: () => void) => {
      let timer: ReturnType<typeof setTimeout> | null = null;
      const tell = (): void => {
        timer = null;
        last.current = performance.now();
        changed();
      };
      const off = store.subscribe((after, before) => {
        if (timer !== null || select(after) === select(before)) return;
        const wait = last.current + ms - performance.now();
        if (wait <= 0) tell();
        else timer = setTimeout(tell, wait);
      });
      return () => {
        off();
        if (timer !== null) clearTimeout(timer);
      };
    },
    [store, select, ms],
  );
  return useSyncExternalStore(subscribe, () => select(store.getState()));
}
