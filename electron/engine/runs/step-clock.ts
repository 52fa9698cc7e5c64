/** How often it looks, in milliseconds. */
const LOOK_MS = 1_000;
/** A look that comes so much later than it should: the machine slept. */
const SLEPT_MS = 10_000;

export interface StepClockPorts {
  /** Null: no limit. */
  readonly seconds: number | null;
  /** Milliseconds that it had run before this clock. */
  readonly before?: number;
  readonly passed: () => void;
  /** Instants in ISO 8601. */
  readonly slept: (from: string, to: string) => void;
}

/** Counts how long a step runs, without the time that the machine slept, which it tells. */
export class StepClock {
  private counted: number;
  private last = Date.now();
  private hasPassed = false;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly ports: StepClockPorts) {
    const { seconds, before = 0 } = ports;
    this.counted = before;
    // A short limit is not waited for by the second.
    const every = seconds === null ? LOOK_MS : Math.min(LOOK_MS, Math.max(20, (seconds * 1_000) / 4));
    this.timer = setInterval(() => this.look(), every);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    const now = Date.now();
    const since = Math.max(0, now - this.last);
    if (since > SLEPT_MS) {
      this.ports.slept(new Date(this.last).toISOString(), new Date(now).toISOString());
    } else this.counted += since;
    this.last = now;
    const { seconds } = this.ports;
    if (seconds === null || this.hasPassed || this.counted < seconds * 1_000) return;
    this.hasPassed = true;
    this.ports.passed();
  }
}
