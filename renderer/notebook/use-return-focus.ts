import { useState } from 'react';
import { frontPane, isBesideAll } from './front-pane';

/**
 * Where the focus goes when a dialog over a document is closed, for its `finalFocus`: back to where it was, and to the
 * active cell where that is gone or was nowhere. Left alone, the dialog takes whatever had the focus some time before,
 * a menu in the title bar for one, where no key of the document counts.
 */
export function useReturnFocus(): () => HTMLElement | boolean {
  const [before] = useState(() => document.activeElement);
  return () => {
    const now = document.activeElement;
    // What the dialog led to has the focus already.
    if (now !== null && !now.matches('body') && now.closest('[role=dialog], [role=alertdialog]') === null)
      return false;
    if (before instanceof HTMLElement && takesKeys(before)) return before;
    return frontPane().querySelector<HTMLElement>('article.entry.is-active') ?? false;
  };
}

/** False for what is gone, for the page around the panes, and for the frame of an output, where no key of ours counts. */
export function takesKeys(holder: Element): boolean {
  return holder.isConnected && !isBesideAll(holder) && !holder.matches('iframe');
}
