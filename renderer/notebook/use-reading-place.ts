import type { Virtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef } from 'react';
import type { OpenDocument } from './document-store';
import { keepReading, type ReadingPlace } from './reading-memory';

type CellVirtualizer = Virtualizer<HTMLDivElement, Element>;

const SETTLE_MS = 400;

/** Keeps where the reader is, a moment after it changed and when the view goes. */
export function useKeptReading(open: OpenDocument, virtual: CellVirtualizer, order: readonly string[]): void {
  const latest = useRef({ virtual, order });
  useLayoutEffect(() => {
    latest.current = { virtual, order };
  });
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null;
    const keep = (): void => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      const { virtual: list, order: shown } = latest.current;
      const { selection, collapsed, codeHidden, outputsBeside, state } = open.store.getState();
      const first = list.range?.startIndex ?? 0;
      keepReading(state?.path ?? open.path, {
        cell: shown[first] ?? null,
        above: (list.scrollOffset ?? 0) - (list.measurementsCache[first]?.start ?? 0),
        active: selection.active,
        collapsed: [...collapsed],
        codeHidden,
        outputsBeside,
      });
    };
    const soon = (): void => {
      timer ??= setTimeout(keep, SETTLE_MS);
    };
    const view = latest.current.virtual.scrollElement;
    view?.addEventListener('scroll', soon, { passive: true });
    window.addEventListener('pagehide', keep);
    const stop = open.store.subscribe((model, before) => {
      if (
        model.selection !== before.selection ||
        model.collapsed !== before.collapsed ||
        model.codeHidden !== before.codeHidden ||
        model.outputsBeside !== before.outputsBeside
      )
        soon();
    });
    return () => {
      stop();
      view?.removeEventListener('scroll', soon);
      window.removeEventListener('pagehide', keep);
      keep();
    };
  }, [open]);
}

/**
 * Brings the view back to where the reader was. Heights are guesses until cells are measured and their outputs have
 * come, so the place is held until the reader moves or goes somewhere.
 */
export function useReturn(
  open: OpenDocument,
  virtual: CellVirtualizer,
  order: readonly string[],
  place: ReadingPlace | null,
): void {
  const held = useRef(place);
  useEffect(() => {
    const stop = (): void => {
      held.current = null;
    };
    const moves = ['wheel', 'pointerdown', 'keydown'] as const;
    for (const move of moves) window.addEventListener(move, stop, { passive: true, capture: true });
    const off = open.store.subscribe((model, before) => {
      if (model.showCell !== before.showCell) stop();
    });
    return () => {
      off();
      for (const move of moves) window.removeEventListener(move, stop, { capture: true });
    };
  }, [open]);
  // After every drawing: each may have brought a height.
  useLayoutEffect(() => {
    const view = virtual.scrollElement;
    const { current: kept } = held;
    if (view === null || kept === null || kept.cell === null) return;
    const item = virtual.measurementsCache[order.indexOf(kept.cell)];
    if (item === undefined) return;
    const top = item.start + kept.above;
    if (Math.abs(view.scrollTop - top) > 1) view.scrollTo({ top });
  });
}
