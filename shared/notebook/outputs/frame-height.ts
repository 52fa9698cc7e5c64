import { FRAME_MAX_HEIGHT, FRAME_RESIZES } from './frame-protocol';
import { isLibraryDrawing, type FramedDrawing } from './mime';

const WINDOW_MS = 10_000;
const MIN_HEIGHT = 20;

/**
 * The height of a frame from the heights it reports: bounded, and calm.
 *
 * Content that keeps changing its height (or answers to the height it gets) would make the page jump for ever: after
 * {@link FRAME_RESIZES} changes in ten seconds the frame keeps the tallest, and scrolls inside.
 */
export class FrameHeight {
  #height: number;
  #changes: number[] = [];
  #isSettled = false;

  constructor(initial: number) {
    this.#height = clamp(initial);
  }

  get height(): number {
    return this.#height;
  }

  /** The frame's content is this tall now; answers the height the frame gets. */
  report(content: number, nowMs: number): number {
    const wanted = clamp(content);
    if (wanted === this.#height) return this.#height;
    if (this.#isSettled && wanted < this.#height) return this.#height;
    this.#changes = [...this.#changes.filter((at) => nowMs - at < WINDOW_MS), nowMs];
    this.#isSettled = this.#changes.length > FRAME_RESIZES;
    this.#height = this.#isSettled ? Math.max(this.#height, wanted) : wanted;
    return this.#height;
  }
}

function clamp(height: number): number {
  return Math.min(FRAME_MAX_HEIGHT, Math.max(MIN_HEIGHT, Math.ceil(height)));
}

const ROW = 31;
const UNKNOWN = 120;
/** As tall as a library draws a chart that names no height. */
const CHART = 360;
/** Characters of a content that are looked at for a guess. */
const GUESSED = 20_000;

/** A guess at the height of a content that was never drawn, so that little moves when it is. */
export function guessFrameHeight(drawing: FramedDrawing, content: string): number {
  const start = content.slice(0, GUESSED);
  if (drawing === 'svg') {
    const head = /<svg\b[^>]*>/i.exec(start)?.[0] ?? '';
    const height = /\bheight\s*=\s*["']?([\d.]+)(px|pt)?["'\s>]/i.exec(head);
    const pixels = height === null ? UNKNOWN : Number(height[1]) * (height[2] === 'pt' ? 4 / 3 : 1);
    return clamp(Number.isFinite(pixels) ? pixels : UNKNOWN);
  }
  if (drawing === 'script') return clamp(0);
  if (drawing === 'mermaid') return clamp(UNKNOWN * 2);
  if (drawing === 'widget') return clamp(UNKNOWN / 3);
  if (drawing === 'media') return clamp(UNKNOWN / 2);
  if (isLibraryDrawing(drawing)) return clamp(CHART);
  const rows = start.match(/<tr\b/gi)?.length ?? 0;
  if (rows > 0) return clamp(rows * ROW * Math.max(1, content.length / GUESSED));
  return clamp(Math.min(UNKNOWN, MIN_HEIGHT + start.length / 8));
}
