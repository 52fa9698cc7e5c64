import { useEffect, useState, type RefObject } from 'react';

/** Lines drawn beyond each edge of what is seen. */
const BEYOND = 12;

/** Which lines of a list of equal heights are near the view. */
export function useRowWindow(
  list: RefObject<HTMLElement | null>,
  count: number,
  rowHeight: number,
): { readonly from: number; readonly to: number } {
  const [view, setView] = useState({ top: 0, height: 800 });
  useEffect(() => {
    const element = list.current;
    if (element === null) return undefined;
    const look = (): void => setView({ top: element.scrollTop, height: element.clientHeight });
    const sizes = new ResizeObserver(look);
    sizes.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      sizes.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, [list]);
  return {
    from: Math.max(0, Math.floor(view.top / rowHeight) - BEYOND),
    to: Math.min(count, Math.ceil((view.top + view.height) / rowHeight) + BEYOND),
  };
}

/** Scrolls a list just so far that a line of it is seen. */
export function showRow(list: HTMLElement | null, index: number, rowHeight: number): void {
  if (list === null) return;
  const top = index * rowHeight;
  const bottom = top + rowHeight - list.clientHeight;
  if (list.scrollTop > top) list.scrollTop = top;
  else if (list.scrollTop < bottom) list.scrollTop = bottom;
}
