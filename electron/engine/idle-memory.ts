import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const LOOK_MS = 2_000;
/** Growth that is worth a pause of some ten milliseconds. Bytes. */
const WORTH = 24 * 1024 * 1024;
/** The share of the time that a quiet engine is busy at most. */
const QUIET = 0.2;
/**
 * Quiet looks between the two goes. V8 keeps the room for what is new, 32 MB after a large notebook, for as long as
 * much was made in the last five seconds.
 */
const QUIET_LOOKS = 4;

export interface IdleMemoryPorts {
  /** Bytes that the heap has of the system, used or not, and what it holds outside. */
  readonly used: () => number;
  /** The share of the time since the last question that this process was busy, from 0 to 1. */
  readonly busy: () => number;
  readonly collect: (how: Thoroughness) => void;
}

/** `usual` keeps pages for what may come; `last` gives back every page that nothing is on, and takes longer. */
export type Thoroughness = 'usual' | 'last';

/**
 * Gives back what opening and saving large notebooks leaves behind.
 *
 * V8 collects when it needs room, and an engine that has become quiet needs none: it would hold several times its
 * documents for hours.
 */
export class IdleMemory {
  private kept = 0;
  /** Quiet looks that are still to come before the second go; null where none is to come. */
  private untilSecond: number | null = null;

  constructor(private readonly ports: IdleMemoryPorts) {}

  /** Looks whether there is enough to give back, and time for it. */
  look(): void {
    const { used, busy, collect } = this.ports;
    // Asked each time, so that it speaks of the time since the last look.
    const isQuiet = busy() <= QUIET;
    const now = used();
    // Collected by V8 itself meanwhile: what has grown since is counted from there.
    this.kept = Math.min(this.kept, now);
    const hasGrown = now - this.kept >= WORTH;
    if (!isQuiet) {
      if (this.untilSecond !== null) this.untilSecond = QUIET_LOOKS;
      return;
    }
    if (!hasGrown) {
      if (this.untilSecond === null) return;
      this.untilSecond -= 1;
      if (this.untilSecond > 0) return;
    }
    // The first time pages are emptied, and held for what may come; after a quiet while the next gives them back.
    collect(hasGrown ? 'usual' : 'last');
    this.untilSecond = hasGrown ? QUIET_LOOKS : null;
    this.kept = used();
  }
}

/** Looks now and then for as long as the process lives; holds nothing open. Answers how to stop it. */
export function keepIdleMemoryLow(): () => void {
  // The collector can only be had by a flag, and Electron's program takes none on its command line.
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as (options?: Readonly<Record<string, string>>) => void;
  let before = performance.eventLoopUtilization();
  const memory = new IdleMemory({
    used: () => {
      const { heapTotal, external } = process.memoryUsage();
      return heapTotal + external;
    },
    busy: () => {
      const { utilization } = performance.eventLoopUtilization(before);
      before = performance.eventLoopUtilization();
      return utilization;
    },
    collect: (how) => {
      gc();
      // An older V8, as that of Node 20, does little more then.
      if (how === 'last') gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    },
  });
  const timer = setInterval(() => memory.look(), LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
}
