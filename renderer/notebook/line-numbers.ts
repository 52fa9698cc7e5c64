import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';

const KEY = 'watchbook.line-numbers';

const shown = createStore<{ readonly isShown: boolean }>(() => ({
  isShown: localStorage.getItem(KEY) === 'shown',
}));

/** Whether sources show the numbers of their lines. */
export function useLineNumbers(): boolean {
  return useStore(shown, ({ isShown }) => isShown);
}

/** Shows or hides the numbers of lines in every source, and remembers it. */
export function toggleLineNumbers(): void {
  const isShown = !shown.getState().isShown;
  localStorage.setItem(KEY, isShown ? 'shown' : 'hidden');
  shown.setState({ isShown });
}
