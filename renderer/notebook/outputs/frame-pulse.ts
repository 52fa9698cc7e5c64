const TICK_MS = 200;
/** A tick that comes later than this says that the window or the machine was held up, and not the frame. */
const PUNCTUAL_MS = 500;
/** Ticks without an answer after which a frame is stopped: two seconds of a window that was not held up. */
const MOST_SILENT = 10;
const TICKS_BETWEEN = 5;

/** A frame whose pulse is felt. */
export interface PulsedFrame {
  /** Asks it for a sign of life. */
  readonly ask: () => void;
  /** It draws: a library may take its time for that. */
  readonly isDrawing: () => boolean;
  /** It did not answer. */
  readonly silent: () => void;
}

interface Felt {
  readonly frame: PulsedFrame;
  isAsked: boolean;
  silentTicks: number;
}

const felt = new Set<Felt>();
let timer: ReturnType<typeof setInterval> | null = null;
let last = 0;
let ticks = 0;

/**
 * Asks every frame once a second whether it lives. All frames share one process beside the window's: an endless loop
 * in one silences all of them, and the process ends when the last of them is gone. Where one draws, all may be silent.
 */
function tick(): void {
  const now = performance.now();
  const isPunctual = now - last < PUNCTUAL_MS;
  last = now;
  ticks += 1;
  if (!isPunctual || document.visibilityState !== 'visible') return;
  const isDrawing = [...felt].some(({ frame }) => frame.isDrawing());
  for (const one of felt) {
    if (isDrawing) one.silentTicks = 0;
    else if (one.isAsked) one.silentTicks += 1;
    else if (ticks % TICKS_BETWEEN === 0) {
      one.isAsked = true;
      one.frame.ask();
    }
    if (one.silentTicks >= MOST_SILENT) {
      felt.delete(one);
      one.frame.silent();
    }
  }
}

/** Feels the pulse of a frame. `answered` is to be called for each answer, `stop` ends it. */
export function feelPulse(frame: PulsedFrame): { readonly answered: () => void; readonly stop: () => void } {
  const one: Felt = { frame, isAsked: false, silentTicks: 0 };
  felt.add(one);
  if (timer === null) {
    last = performance.now();
    timer = setInterval(tick, TICK_MS);
  }
  return {
    answered() {
      one.isAsked = false;
      one.silentTicks = 0;
    },
    stop() {
      felt.delete(one);
      if (felt.size > 0 || timer === null) return;
      clearInterval(timer);
      timer = null;
    },
  };
}
