import type { ShownTerminal } from './screen-view';

/** The terminal that is shown, for keys that bring the focus there; it may come a moment after it was asked for. */
function createFocus(): {
  set(shown: ShownTerminal | null): void;
  /** Now, or when one is shown. */
  ask(): void;
  /** When the next one is shown. */
  wish(): void;
  /** Whether it was asked for since; asked once. */
  takeWish(): boolean;
  /** The terminal that is shown and has the keys of the pane; null where there is none. */
  readonly shown: ShownTerminal | null;
} {
  let current: ShownTerminal | null = null;
  let isWanted = false;
  return {
    get shown() {
      return current;
    },
    set: (shown) => (current = shown),
    ask: () => {
      isWanted = current === null;
      current?.focus();
    },
    wish: () => {
      isWanted = true;
    },
    takeWish: () => {
      const was = isWanted;
      isWanted = false;
      return was;
    },
  };
}

export const terminalFocus = createFocus();
