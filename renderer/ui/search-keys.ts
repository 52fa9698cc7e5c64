import type { KeyboardEvent } from 'react';

/**
 * The keys of a field that filters what stands beside it: Esc empties it, and leaves only what is empty; Enter and the
 * arrow down go on to what was found.
 */
export function searchFieldKeys(
  event: KeyboardEvent<HTMLInputElement>,
  clear: () => void,
  goOn: () => void,
): void {
  if (event.nativeEvent.isComposing) return;
  if (event.key === 'Escape' && event.currentTarget.value !== '') clear();
  else if (event.key === 'ArrowDown' || event.key === 'Enter') goOn();
  else return;
  event.preventDefault();
  event.stopPropagation();
}

/** Gives the focus to the first control in a part of the window. */
export function focusFirstIn(part: Element | null | undefined): void {
  part
    ?.querySelector<HTMLElement>(
      'button:not(:disabled), input:not(:disabled), select:not(:disabled), a[href], [tabindex="0"]',
    )
    ?.focus();
}
