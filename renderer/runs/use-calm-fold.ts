import { useEffect, useState, type RefObject } from 'react';

/** True while the pointer, the focus or what is selected is inside. */
function isHeld(element: Element): boolean {
  const selection = window.getSelection();
  const isSelected = selection !== null && !selection.isCollapsed && element.contains(selection.anchorNode);
  return isSelected || element.matches(':hover') || element.contains(document.activeElement);
}

/**
 * Whether a step is open. Opening follows at once; folding by itself waits until nobody is inside, by pointer, focus
 * or selection. `isByHand`: a person said it, and it follows at once.
 */
export function useCalmFold(
  wanted: boolean,
  isByHand: boolean,
  element: RefObject<HTMLElement | null>,
): boolean {
  const [isOpen, setOpen] = useState(wanted);
  useEffect(() => {
    if (wanted === isOpen) return undefined;
    const inside = element.current;
    const look = (): void => {
      if (wanted || isByHand || inside === null || !isHeld(inside)) setOpen(wanted);
    };
    // The focus is on its way to what comes next while these are called.
    const lookSoon = (): void => void setTimeout(look, 0);
    const timer = setTimeout(look, 0);
    inside?.addEventListener('pointerleave', lookSoon);
    inside?.addEventListener('focusout', lookSoon);
    document.addEventListener('selectionchange', lookSoon);
    return () => {
      clearTimeout(timer);
      inside?.removeEventListener('pointerleave', lookSoon);
      inside?.removeEventListener('focusout', lookSoon);
      document.removeEventListener('selectionchange', lookSoon);
    };
  }, [wanted, isByHand, isOpen, element]);
  return wanted || (isOpen && !isByHand);
}
