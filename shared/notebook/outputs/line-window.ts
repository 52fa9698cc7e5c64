/** The tallest a scrolled box may be: browsers draw wrongly beyond some 33 million pixels. */
const MOST_PIXELS = 12_000_000;

/** Which lines of a text of equal lines are in view, at any number of lines. */
export interface LineWindow {
  /** Pixels of the whole scrolled box. */
  readonly height: number;
  /** Lines to draw: from, and before. */
  readonly from: number;
  readonly to: number;
  /** Where line `from` is drawn, in pixels from the top of the box. */
  readonly top: number;
}

export interface LineScroll {
  readonly total: number;
  readonly rowHeight: number;
  readonly viewHeight: number;
  readonly scrollTop: number;
}

/** More lines than are seen, at either side. */
const AROUND = 12;

/**
 * The lines in view. In a box that would be too tall, scrolling moves through the lines faster than they pass, so that
 * the bar reaches from the first to the last.
 */
export function linesInView({ total, rowHeight, viewHeight, scrollTop }: LineScroll): LineWindow {
  const whole = total * rowHeight;
  const height = Math.min(whole, MOST_PIXELS);
  const first = lineAt({ total, rowHeight, viewHeight, scrollTop });
  const from = Math.max(0, Math.floor(first) - AROUND);
  const to = Math.min(total, Math.ceil(first + viewHeight / rowHeight) + AROUND);
  const top = whole > height ? scrollTop - (first - from) * rowHeight : from * rowHeight;
  return { height, from, to, top };
}

/** The line (and part of a line) at the top of the view. */
export function lineAt({ total, rowHeight, viewHeight, scrollTop }: LineScroll): number {
  const whole = total * rowHeight;
  const height = Math.min(whole, MOST_PIXELS);
  const room = height - viewHeight;
  if (room <= 0) return 0;
  return (Math.min(scrollTop, room) / room) * ((whole - viewHeight) / rowHeight);
}

/** Where to scroll so that a line is in the middle of the view. */
export function scrollTopOf(line: number, scroll: Omit<LineScroll, 'scrollTop'>): number {
  const { total, rowHeight, viewHeight } = scroll;
  const whole = total * rowHeight;
  const room = Math.min(whole, MOST_PIXELS) - viewHeight;
  if (room <= 0) return 0;
  const first = Math.max(0, line - viewHeight / rowHeight / 2 + 0.5);
  return Math.min(room, (first / ((whole - viewHeight) / rowHeight)) * room);
}
