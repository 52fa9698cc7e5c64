import { useEffect, type RefObject } from 'react';
import { useNotebook } from '../notebook/document-context';
import { isBesideAll } from '../notebook/front-pane';

/**
 * The focus follows the selection only while it is among the steps or nowhere: never taken from elsewhere, nor by the
 * one of two panes that was just left.
 */
export function useEntryFocus(element: RefObject<HTMLElement | null>, isActive: boolean): void {
  const { open, host } = useNotebook();
  useEffect(() => {
    const article = element.current;
    if (!isActive || article === null) return;
    const holder = document.activeElement;
    const isNowhere = isBesideAll(holder);
    const isInside = holder instanceof Element && holder.matches('article.entry');
    const isSamePane = isInside && article.closest('.notebook')?.contains(holder) === true;
    if (isSamePane || (isNowhere && host.isFront(open))) article.focus({ preventScroll: true });
  }, [isActive, open, host, element]);
}
