import { FRAME_MAX_HEIGHT, FRAME_RESIZES } from './frame-protocol';

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
