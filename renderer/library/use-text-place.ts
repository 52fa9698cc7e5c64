import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react';
import { keepReading, keptReading } from '../notebook/reading-memory';

const SETTLE_MS = 400;
const MOVES = ['wheel', 'pointerdown', 'keydown'] as const;

/** Keeps where the reader of a text file is, also for the next start, and brings the view back there. */
export function useTextPlace(path: string, body: RefObject<HTMLElement | null>, isThere: boolean): void {
  const held = useRef<number | null>(null);
  useLayoutEffect(() => {
    const view = body.current;
    if (!isThere || view === null) return undefined;
    held.current = keptReading(path)?.above ?? null;
    // Pictures and diagrams come after the text: the place is held until the reader moves.
    const hold = (): void => {
      if (held.current !== null) view.scrollTo({ top: held.current });
    };
    const release = (): void => {
      held.current = null;
    };
    // Something else has scrolled it, to a line that was asked for.
    const onScroll = (): void => {
      const most = view.scrollHeight - view.clientHeight;
      if (held.current !== null && Math.abs(view.scrollTop - Math.min(held.current, most)) > 1) release();
    };
    hold();
    view.addEventListener('scroll', onScroll, { passive: true });
    const growth = new ResizeObserver(hold);
    for (const child of view.children) growth.observe(child);
    for (const move of MOVES) window.addEventListener(move, release, { passive: true, capture: true });
    return () => {
      growth.disconnect();
      view.removeEventListener('scroll', onScroll);
      for (const move of MOVES) window.removeEventListener(move, release, { capture: true });
    };
  }, [path, body, isThere]);

  useEffect(() => {
    const view = body.current;
    if (!isThere || view === null) return undefined;
    let timer: ReturnType<typeof setTimeout> | null = null;
    // Taken with each scroll: when the page goes, its view has no place any more.
    let top = view.scrollTop;
    const keep = (): void => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      keepReading(path, {
        cell: null,
        above: top,
        active: null,
        collapsed: [],
        codeHidden: false,
        outputsBeside: false,
      });
    };
    const onScroll = (): void => {
      top = view.scrollTop;
      timer ??= setTimeout(keep, SETTLE_MS);
    };
    view.addEventListener('scroll', onScroll, { passive: true });
    window.addEventListener('pagehide', keep);
    return () => {
      view.removeEventListener('scroll', onScroll);
      window.removeEventListener('pagehide', keep);
      keep();
    };
  }, [path, body, isThere]);
}
