import { createStore, type StoreApi } from 'zustand/vanilla';
import type { WindowLayout } from '../../shared/rpc/desktop-contract';

/** How a window begins that was never arranged. */
export const USUAL_LAYOUT: WindowLayout = {
  sideWidth: 268,
  isSideOpen: true,
  expanded: [],
  tabs: [],
  active: null,
  beside: null,
  splitShare: 0.5,
  terminal: { isOpen: false, size: 280, place: 'bottom', active: null, splits: [], sentTo: [] },
};

/** How this window is arranged. The desktop keeps it, so that the next start shows it again, also after a crash. */
export type LayoutStore = StoreApi<WindowLayout>;

export function createLayout(): LayoutStore {
  return createStore<WindowLayout>(() => USUAL_LAYOUT);
}
