import type { FindFound, NotebookMatch } from './find-store';
import { groupBy, rangesInCell } from './match-ranges';

/** The marks of all panes of this window, by the names that `find.css` styles. */
const marks = new Highlight();
const currentMarks = new Highlight();
currentMarks.priority = 1;
CSS.highlights.set('find-match', marks);
CSS.highlights.set('find-current', currentMarks);

/** Marks the matches in the cells that are drawn, and goes on as others are drawn. */
export interface MatchPainter {
  show(found: FindFound | null, current: NotebookMatch | null): void;
  /** The next time this match is drawn, the view goes to its line. */
  reveal(match: NotebookMatch): void;
  dispose(): void;
}

/** @param pane the notebook's element; cells are looked for below it */
export function createMatchPainter(pane: Element): MatchPainter {
  let found: FindFound | null = null;
  let byCell: ReadonlyMap<string, readonly NotebookMatch[]> = new Map();
  let current: NotebookMatch | null = null;
  let wanted: NotebookMatch | null = null;
  let own: Range[] = [];
  let shown: Range | null = null;
  let height = 0;
  let frame = 0;

  function paint(): void {
    frame = 0;
    for (const range of own) {
      marks.delete(range);
      currentMarks.delete(range);
    }
    own = [];
    shown = null;
    if (found === null) return;
    for (const article of pane.querySelectorAll<HTMLElement>('article.entry')) {
      const matches = byCell.get(article.dataset['cell'] ?? '');
      if (matches === undefined) continue;
      for (const [match, range] of rangesInCell(article, matches, found)) {
        own.push(range);
        if (match === current) shown = range;
        (match === current ? currentMarks : marks).add(range);
        if (match === wanted) {
          wanted = null;
          bringIntoView(range);
        }
      }
    }
  }

  const later = (): void => {
    frame ||= requestAnimationFrame(paint);
  };
  const observer = new MutationObserver(later);
  observer.observe(pane, { childList: true, subtree: true, characterData: true });

  // In a pane that became lower the match goes on to be seen; one that was not is left where it is.
  const sizes = new ResizeObserver(() => {
    const { top, height: now } = pane.getBoundingClientRect();
    const at = shown?.getBoundingClientRect();
    if (at !== undefined && at.top >= top && at.bottom <= top + height) wanted = current;
    height = now;
    later();
  });
  sizes.observe(pane);

  return {
    show(next, match) {
      if (next !== found) {
        found = next;
        byCell = groupBy(next?.matches ?? [], ({ cell }) => cell);
      }
      current = match;
      later();
    },
    reveal(match) {
      wanted = match;
      later();
    },
    dispose() {
      observer.disconnect();
      sizes.disconnect();
      cancelAnimationFrame(frame);
      found = null;
      paint();
    },
  };
}

/** Pixels kept free above and below a match. */
const ROOM = 48;

/** Moves whatever scrolls around a range by as little as shows it. */
function bringIntoView(range: Range): void {
  const start = range.startContainer;
  for (
    let box = start instanceof Element ? start : start.parentElement;
    box !== null;
    box = box.parentElement
  ) {
    const canScroll = box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1;
    if (!canScroll || !/auto|scroll/.test(getComputedStyle(box).overflow)) continue;
    const at = range.getBoundingClientRect();
    const view = box.getBoundingClientRect();
    const room = Math.min(ROOM, view.height / 4);
    if (at.top < view.top + room) box.scrollTop -= view.top + room - at.top;
    else if (at.bottom > view.bottom - room) box.scrollTop += at.bottom - (view.bottom - room);
    if (at.left < view.left) box.scrollLeft -= view.left - at.left + ROOM;
    else if (at.right > view.right) box.scrollLeft += at.right - view.right + ROOM;
  }
}
