/**
 * Gathers values by key and hands them over together, once a frame; a hidden window gets them every 250 ms.
 *
 * Of two values for one key the second is merged into the first, so that a flood costs one update a frame.
 */
export interface FrameBatch<V> {
  add(key: string, value: V): void;
  /** Forgets what is gathered. */
  drop(): void;
}

/** All batches share one call a frame: what they change is drawn once, not once for each of them. */
const waiting = new Set<() => void>();
let frame: number | null = null;
let timer: ReturnType<typeof setTimeout> | null = null;

function flushAll(): void {
  if (frame !== null) cancelAnimationFrame(frame);
  if (timer !== null) clearTimeout(timer);
  frame = null;
  timer = null;
  const flushes = [...waiting];
  waiting.clear();
  for (const flush of flushes) flush();
}

function inNextFrame(flush: () => void): void {
  waiting.add(flush);
  if (frame !== null || timer !== null) return;
  frame = requestAnimationFrame(flushAll);
  // A hidden window has no frames.
  timer = setTimeout(flushAll, 250);
}

/** Changes that follow each other within this time are one stream of changes. Milliseconds. */
const PAUSE_MS = 200;
/** A stream that goes on for longer comes faster than anybody reads. */
const LONG_STREAM_MS = 500;

/**
 * `calmMs`: a long stream of changes is handed over at this interval, in place of each frame. `isAtOnce`: as long as no
 * long stream goes on, a change does not wait for the frame.
 */
export function createFrameBatch<V>(
  merge: (earlier: V, later: V) => V,
  deliver: (values: ReadonlyMap<string, V>) => void,
  { calmMs = 0, isAtOnce = false }: { readonly calmMs?: number; readonly isAtOnce?: boolean } = {},
): FrameBatch<V> {
  let gathered = new Map<string, V>();
  let wait: ReturnType<typeof setTimeout> | null = null;
  let streamFrom = 0;
  let lastFlush = Number.NEGATIVE_INFINITY;

  function flush(): void {
    if (gathered.size === 0) return;
    const values = gathered;
    gathered = new Map();
    lastFlush = performance.now();
    deliver(values);
  }
  function schedule(): void {
    if (wait !== null) return;
    const now = performance.now();
    if (now - lastFlush > PAUSE_MS) streamFrom = now;
    const isCalm = calmMs > 0 && now - streamFrom > LONG_STREAM_MS;
    const rest = isCalm ? lastFlush + calmMs - now : 0;
    if (rest <= 0) return isAtOnce && !isCalm ? flush() : inNextFrame(flush);
    wait = setTimeout(() => {
      wait = null;
      inNextFrame(flush);
    }, rest);
  }
  return {
    add(key, value) {
      const earlier = gathered.get(key);
      gathered.set(key, earlier === undefined ? value : merge(earlier, value));
      schedule();
    },
    drop() {
      gathered.clear();
      waiting.delete(flush);
      if (wait !== null) clearTimeout(wait);
      wait = null;
    },
  };
}
