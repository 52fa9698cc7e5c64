/** Moments of a fault test. The seed is printed; `WATCHBOOK_TEST_SEED` strikes at the same moments again. */
export interface Seeded {
  readonly seed: number;
  /** A number from `from` to just under `to`. */
  between(from: number, to: number): number;
  /** The same, whole. */
  whole(from: number, to: number): number;
  /** Waits a time between these many milliseconds. */
  wait(from: number, to: number): Promise<void>;
}

/** Makes the moments of one test; `what` names it in the printed line. */
export function seeded(what: string): Seeded {
  const given = Number(process.env['WATCHBOOK_TEST_SEED']);
  const seed = Number.isInteger(given) && given > 0 ? given : 1 + Math.floor(Math.random() * 0x7fff_fffe);
  process.stderr.write(`${what}: WATCHBOOK_TEST_SEED=${seed}\n`);
  let state = seed;
  // mulberry32: small, and the same on every machine.
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const between = (from: number, to: number): number => from + next() * (to - from);
  return {
    seed,
    between,
    whole: (from, to) => Math.floor(between(from, to)),
    wait: (from, to) => new Promise((resolve) => setTimeout(resolve, between(from, to))),
  };
}
