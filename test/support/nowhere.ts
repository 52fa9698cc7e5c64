import type { TextStore } from '../../shared/notebook/outputs/text-store';

/** A store that keeps nothing, for texts without a limit: those are whole in memory besides. */
export const nowhere: TextStore = {
  name: 'nowhere',
  append: () => undefined,
  setTail: () => undefined,
  snapshot: () => {
    throw new Error('nothing was kept');
  },
  discard: () => undefined,
  read: () => Promise.resolve({ lines: [], total: 0 }),
  search: () => Promise.resolve({ lines: [], more: false }),
};
