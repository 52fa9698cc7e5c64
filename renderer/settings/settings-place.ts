import { createStore } from 'zustand/vanilla';
import type { SectionId } from './setting-list';

/** What of the settings is looked at. Kept while the window lives, so that the page comes back as it was left. */
export const settingsPlace = createStore<{ readonly section: SectionId; readonly typed: string }>(() => ({
  section: 'appearance',
  typed: '',
}));
