import { useEffect, type RefObject } from 'react';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';

/** The line of a text that is to be shown, counted from 1; null where none is. */
const wishes = createStore<{ readonly path: string; readonly line: number } | null>(() => null);

/** A text is to be shown at a line: now, or when it is there. */
export function wishLine(path: string, line: number): void {
  wishes.setState({ path, line }, true);
}

/** Brings the line that is wished for into view and marks it, once the text is drawn. */
export function useWishedLine(path: string, isDrawn: boolean, body: RefObject<HTMLElement | null>): void {
  const wish = useStore(wishes);
  const line = wish?.path === path ? wish.line : null;
  useEffect(() => {
    const element = body.current;
    const code = element?.querySelector<HTMLElement>('.still-code');
    if (line === null || !isDrawn || element === null || code === null || code === undefined) return;
    wishes.setState(null, true);
    for (const marked of code.querySelectorAll('[data-wished]')) marked.removeAttribute('data-wished');
    const box = code.querySelector<HTMLElement>(`.still-line:nth-child(${line})`);
    box?.setAttribute('data-wished', '');
    // A long text has no box for each line.
    const top = box?.offsetTop ?? (line - 1) * Number.parseFloat(getComputedStyle(code).lineHeight);
    element.scrollTo({ top: Math.max(0, top - element.clientHeight / 3) });
  }, [line, isDrawn, body]);
}
