import { isThief } from './focus-guard';

/**
 * Whether what a frame wants to send follows from a person's hand in it.
 *
 * Three things are asked, and no script in a frame can make any of them true by itself:
 *
 * - The browser's own user activation. Its browser process counts it from keys and pointers that the system delivered,
 *   and passes it from the frame that got them to the pages around it, so that this window sees it without a word from
 *   the frame. (The desktop's process sees no input of a frame in another process in the oldest runtime we support.)
 * - The focus: it is in this very frame. Activation that comes from a click elsewhere in the window does not count, and
 *   a frame that takes the focus by itself loses it at once (see the guard of the focus).
 * - That both were so while the focus stayed. A slider that is dragged for long, or a player that was started, goes on
 *   until the person turns to something else.
 */
export class RealInput {
  readonly #frame: HTMLIFrameElement;
  #hasActed = false;

  constructor(frame: HTMLIFrameElement) {
    this.#frame = frame;
  }

  /** Begins to watch; returns what ends it. */
  watch(): () => void {
    // The window itself gets the focus when a person turns from a frame to something else in it.
    const left = (): void => {
      this.#hasActed = false;
    };
    window.addEventListener('focus', left);
    return () => window.removeEventListener('focus', left);
  }

  /** Asked for each message. */
  isBehind(): boolean {
    if (document.activeElement !== this.#frame || isThief(this.#frame)) this.#hasActed = false;
    else if (navigator.userActivation.isActive) this.#hasActed = true;
    return this.#hasActed;
  }
}
