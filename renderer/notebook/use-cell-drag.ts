import { useEffect, useRef, useState, type PointerEvent as ReactPointerEvent, type RefObject } from 'react';
import { mayEdit, selectedIds } from './cell-actions';
import type { OpenDocument } from './document-store';
import { moveTogether } from './move-runs';

/** So far the pointer goes before it is a drag and no click, in pixels. */
const THRESHOLD = 5;
/** This near to the edge of the view it scrolls, the nearer the faster, in pixels. */
const EDGE = 56;
const FASTEST = 18;

/** True for the parts of a cell by which it is taken: its time, its place on the spine, its header. */
export function isDragHandle(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest('button, a, input, [role=toolbar], [role=menu]') !== null) return false;
  return target.closest('.entry-time, .entry-spine, .entry-head') !== null;
}

/** Where dragged cells would be put: after this cell, and how far down in the list that is. */
interface Place {
  readonly after: string | null;
  readonly top: number;
}

/** A drag of cells as the list shows it. */
export interface CellDrag {
  /** How far down the line of the drop stands; null when nothing is dragged. */
  readonly line: number | null;
  readonly onPointerDown: (event: ReactPointerEvent<HTMLElement>) => void;
}

/**
 * Moves cells by the pointer. All selected ones come along when one of them is taken; near the edge the view scrolls,
 * and Escape leaves everything as it was.
 */
export function useCellDrag(open: OpenDocument, scroller: RefObject<HTMLElement | null>): CellDrag {
  const [line, setLine] = useState<number | null>(null);
  const stop = useRef<() => void>(() => undefined);
  useEffect(() => () => stop.current(), []);

  function onPointerDown(event: ReactPointerEvent<HTMLElement>): void {
    const view = scroller.current;
    const { clientX: fromX, clientY: fromY, target } = event;
    const hasModifier = event.shiftKey || event.ctrlKey || event.metaKey || event.altKey;
    if (event.button !== 0 || hasModifier || view === null || !isDragHandle(target) || !mayEdit(open)) return;
    const taken = (target as Element).closest<HTMLElement>('article.entry')?.dataset['cell'];
    if (taken === undefined) return;
    let cells: readonly string[] | null = null;
    let place: Place | null = null;
    let pointerY = fromY;
    let frame = 0;

    const follow = (): void => {
      const box = view.getBoundingClientRect();
      const over = Math.max(0, pointerY - (box.bottom - EDGE)) - Math.max(0, box.top + EDGE - pointerY);
      if (over !== 0) view.scrollBy({ top: Math.max(-1, Math.min(1, over / EDGE)) * FASTEST });
      place = placeAt(view, pointerY);
      setLine(place?.top ?? null);
      frame = requestAnimationFrame(follow);
    };
    const onMove = (move: PointerEvent): void => {
      pointerY = move.clientY;
      if (cells !== null || Math.hypot(move.clientX - fromX, move.clientY - fromY) < THRESHOLD) return;
      const selected = selectedIds(open);
      cells = selected.includes(taken) ? selected : [taken];
      window.getSelection()?.removeAllRanges();
      view.classList.add('is-dragging');
      follow();
    };
    const end = (): void => {
      cancelAnimationFrame(frame);
      view.classList.remove('is-dragging');
      setLine(null);
      window.removeEventListener('pointermove', onMove);
      window.removeEventListener('pointerup', onUp);
      window.removeEventListener('pointercancel', end);
      window.removeEventListener('blur', end);
      window.removeEventListener('keydown', onKey, { capture: true });
    };
    const onUp = (): void => {
      const [dropped, at] = [cells, place];
      end();
      if (dropped === null || at === null) return;
      swallowClick();
      const operation = moveTogether(open.store.getState().order, dropped, at.after);
      if (operation === null || !open.edit(operation)) return;
      open.set({ showCell: { cell: taken, align: 'auto' } });
    };
    const onKey = (key: KeyboardEvent): void => {
      if (cells === null) return;
      // Until the button is let go the keys would act on what is being moved.
      key.preventDefault();
      key.stopPropagation();
      if (key.key !== 'Escape') return;
      end();
      window.addEventListener('pointerup', swallowClick, { once: true });
    };
    window.addEventListener('pointermove', onMove);
    window.addEventListener('pointerup', onUp);
    window.addEventListener('pointercancel', end);
    window.addEventListener('blur', end);
    window.addEventListener('keydown', onKey, { capture: true });
    stop.current = end;
  }
  return { line, onPointerDown };
}

/** The place between two cells that is nearest to the pointer; null where no cell is drawn. */
function placeAt(view: HTMLElement, y: number): Place | null {
  const log = view.querySelector('.log');
  const rows = [...view.querySelectorAll<HTMLElement>('article.entry')].map((element) => ({
    id: element.dataset['cell'] ?? '',
    box: element.getBoundingClientRect(),
  }));
  const [first] = rows;
  if (log === null || first === undefined) return null;
  const origin = log.getBoundingClientRect().top;
  const above = rows.findLast(({ box }) => box.top + box.height / 2 < y);
  if (above === undefined) return { after: null, top: first.box.top - origin };
  return { after: above.id, top: above.box.bottom - origin };
}

/** The click that a browser makes of the end of a drag is none. It comes before anything else that waits. */
function swallowClick(): void {
  const swallow = (click: Event): void => {
    click.stopPropagation();
    click.preventDefault();
  };
  window.addEventListener('click', swallow, { capture: true });
  setTimeout(() => window.removeEventListener('click', swallow, { capture: true }), 0);
}
