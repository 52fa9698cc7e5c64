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

export function createFrameBatch<V>(
  merge: (earlier: V, later: V) => V,
  deliver: (values: ReadonlyMap<string, V>) => void,
): FrameBatch<V> {
  let gathered = new Map<string, V>();

  function flush(): void {
    if (gathered.size === 0) return;
    const values = gathered;
    gathered = new Map();
    deliver(values);
  }
  return {
    add(key, value) {
      const earlier = gathered.get(key);
      gathered.set(key, earlier === undefined ? value : merge(earlier, value));
      inNextFrame(flush);
    },
    drop() {
      gathered.clear();
      waiting.delete(flush);
    },
  };
}
