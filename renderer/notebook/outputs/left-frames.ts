/** For so long after a hand in a frame the browser lets its scripts have the focus. Milliseconds, and a little more. */
const RIGHT_MS = 5_200;

interface Left {
  /** A person pressed on it. */
  readonly pressed: () => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

const left = new Map<HTMLIFrameElement, Left>();

/**
 * Keeps the pointer out of a frame that a person left by a key, as long as the browser might let its scripts have the
 * focus: with the pointer still resting on it nothing would tell their taking it from a click. A press on it ends that,
 * as the page sees it first; the press itself does not reach the frame.
 */
export function keepPointerOut(frame: HTMLIFrameElement, pressed: () => void): void {
  // What is active in a frame is so in its page: without it no script in it may take anything.
  if (!navigator.userActivation.isActive) return;
  letPointerIn(frame);
  if (left.size === 0) window.addEventListener('mousedown', onPress, { capture: true });
  frame.style.pointerEvents = 'none';
  left.set(frame, { pressed, timer: setTimeout(() => letPointerIn(frame), RIGHT_MS) });
}

/** Ends {@link keepPointerOut}; nothing for other frames. */
export function letPointerIn(frame: HTMLIFrameElement): void {
  const found = left.get(frame);
  if (found === undefined) return;
  clearTimeout(found.timer);
  left.delete(frame);
  frame.style.pointerEvents = '';
  if (left.size === 0) window.removeEventListener('mousedown', onPress, { capture: true });
}

/** True from the leaving by a key until a person pressed on it, or its scripts have no right to the focus any more. */
export function isPointerOut(frame: HTMLIFrameElement): boolean {
  return left.has(frame);
}

function onPress(event: MouseEvent): void {
  for (const [frame, { pressed }] of left) {
    frame.style.pointerEvents = '';
    const isOn = document.elementFromPoint(event.clientX, event.clientY) === frame;
    frame.style.pointerEvents = 'none';
    if (!isOn) continue;
    letPointerIn(frame);
    // Nothing behind it was meant, and the focus is to go nowhere else.
    event.preventDefault();
    event.stopPropagation();
    pressed();
    return;
  }
}
