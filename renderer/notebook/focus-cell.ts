import { frontPane } from './front-pane';

/** Gives the keys back to the active cell, where it is drawn. */
export function focusActiveCell(): void {
  frontPane().querySelector<HTMLElement>('article.entry.is-active')?.focus({ preventScroll: true });
}
