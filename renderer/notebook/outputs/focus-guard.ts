import { isPointerOut, keepPointerOut, letPointerIn } from './left-frames';

/** A key pressed in our page so recently: whoever typed it did not click into a frame. */
const TYPED_MS = 400;

/** True where a person brought the focus into a frame: by Tab, or by the pointer that is over it. */
export interface FocusSigns {
  readonly isPointerOver: boolean;
  /** It came over the frame after the last key. */
  readonly cameOver: boolean;
  readonly sinceTabMs: number;
  readonly sinceKeyMs: number;
  /** It was left by a key, and nobody pressed on it since. */
  readonly isLeft: boolean;
}

/** Judges how the focus came into a frame. */
export function isFocusWanted(signs: FocusSigns): boolean {
  const { isPointerOver, cameOver, sinceTabMs, sinceKeyMs, isLeft } = signs;
  if (sinceTabMs < TYPED_MS) return true;
  return isPointerOver && !isLeft && (cameOver || sinceKeyMs >= TYPED_MS);
}

interface Guarded {
  /** The focus came in by a person. */
  readonly entered: () => void;
  /** The frame took it, and it was given back. */
  readonly stolen: () => void;
}

const guarded = new Map<HTMLIFrameElement, Guarded>();
const enteredMs = new WeakMap<HTMLIFrameElement, number>();
let lastKeyMs = -Infinity;
let lastTabMs = -Infinity;
let holder: HTMLElement | null = null;
/** Frames that took the focus by themselves and still have it: it is about to be given back. */
const thieves = new WeakSet<HTMLIFrameElement>();
/** The frame that our own page is about to give the focus to. */
let given: HTMLIFrameElement | null = null;

function onKey(event: KeyboardEvent): void {
  lastKeyMs = performance.now();
  if (event.key === 'Tab') lastTabMs = lastKeyMs;
}

function onPointer({ currentTarget }: PointerEvent): void {
  if (currentTarget instanceof HTMLIFrameElement) enteredMs.set(currentTarget, performance.now());
}

function onFocus({ target }: FocusEvent): void {
  if (target instanceof HTMLElement && !(target instanceof HTMLIFrameElement)) holder = target;
}

/** The window loses the keyboard to a frame in it, or to another window. */
function onBlur(): void {
  const frame = document.activeElement;
  const guard = frame instanceof HTMLIFrameElement ? guarded.get(frame) : undefined;
  if (!(frame instanceof HTMLIFrameElement) || guard === undefined) return;
  if (given === frame) return;
  const now = performance.now();
  const isWanted = isFocusWanted({
    isPointerOver: frame.matches(':hover'),
    cameOver: (enteredMs.get(frame) ?? -Infinity) > lastKeyMs,
    sinceTabMs: now - lastTabMs,
    sinceKeyMs: now - lastKeyMs,
    isLeft: isPointerOut(frame),
  });
  if (isWanted) {
    letPointerIn(frame);
    guard.entered();
    return;
  }
  thieves.add(frame);
  // Only after the browser has finished moving the focus: what is done in the midst of it, it undoes.
  setTimeout(() => {
    if (document.activeElement === frame) giveBack(frame);
    thieves.delete(frame);
    guard.stolen();
  });
}

/** True while a frame has the focus that it took by itself: what it says meanwhile is nobody's wish. */
export function isThief(frame: HTMLIFrameElement): boolean {
  return thieves.has(frame);
}

function giveBack(frame: HTMLIFrameElement): void {
  frame.blur();
  window.focus();
  if (holder?.isConnected) holder.focus({ preventScroll: true });
}

/**
 * Gives the keyboard from a frame to what it stands in, by a person's key. Where code of the output runs in it
 * (`isForeign`), a press on it alone lets it have the focus again: the pointer may rest on it still.
 */
export function leaveFrame(frame: HTMLIFrameElement, isForeign: boolean): void {
  if (isForeign) {
    keepPointerOut(frame, () => {
      focusFrame(frame);
      guarded.get(frame)?.entered();
    });
  }
  frame.closest<HTMLElement>('article, [role=document]')?.focus({ preventScroll: true });
}

/** Gives the keyboard to a frame, after something that came from it was answered. */
export function focusFrame(frame: HTMLIFrameElement): void {
  given = frame;
  frame.focus({ preventScroll: true });
  setTimeout(() => {
    given = null;
  });
}

/**
 * Keeps a frame from taking the keyboard by itself: what runs in it could otherwise listen to what is typed elsewhere.
 *
 * The browser itself refuses a script the focus that no person's hand in its frame went before (`FRAME_ALLOW`). This
 * stands behind it, for the seconds after a click and for a browser without that rule: the focus is given back, a moment
 * after it went. A person who left the frame by a key is out of it at once, whatever the browser still allows.
 *
 * Returns the unsubscriber.
 */
export function guardFocus(frame: HTMLIFrameElement, guard: Guarded): () => void {
  if (guarded.size === 0) {
    window.addEventListener('keydown', onKey, { capture: true });
    window.addEventListener('focusin', onFocus);
    window.addEventListener('blur', onBlur);
  }
  guarded.set(frame, guard);
  frame.addEventListener('pointerenter', onPointer);
  if (document.activeElement instanceof HTMLElement && document.activeElement !== frame)
    holder = document.activeElement;
  return () => {
    guarded.delete(frame);
    letPointerIn(frame);
    frame.removeEventListener('pointerenter', onPointer);
    if (guarded.size > 0) return;
    holder = null;
    window.removeEventListener('keydown', onKey, { capture: true });
    window.removeEventListener('focusin', onFocus);
    window.removeEventListener('blur', onBlur);
  };
}
