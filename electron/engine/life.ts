import type { Holdings } from './engine-client';

export interface LifePorts {
  readonly holdings: () => Holdings;
  readonly end: (reason: string) => void;
  readonly idleMs: number;
}

const LOOK_MS = 1_000;

/** Ends the engine when nobody needs it: some time after its last client left, if it holds nothing. */
export class Life {
  private clients = 0;
  private idleSince = performance.now();
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly ports: LifePorts) {
    this.timer = setInterval(() => this.look(), Math.min(LOOK_MS, ports.idleMs));
  }

  clientsChanged(count: number): void {
    this.clients = count;
    this.idleSince = performance.now();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    const { kernels, terminals, runs, atRisk } = this.ports.holdings();
    if (this.clients > 0 || kernels + terminals + runs + atRisk > 0) this.idleSince = performance.now();
    else if (performance.now() - this.idleSince >= this.ports.idleMs) this.ports.end('nobody needs it');
  }
}

/** Adds up what the features hold. */
export function sumHoldings(all: readonly Holdings[]): Holdings {
  const sum = (part: (holdings: Holdings) => number): number =>
    all.reduce((total, holdings) => total + part(holdings), 0);
  return {
    kernels: sum(({ kernels }) => kernels),
    terminals: sum(({ terminals }) => terminals),
    runs: sum(({ runs }) => runs),
    atRisk: sum(({ atRisk }) => atRisk),
    busy: sum(({ busy }) => busy),
    running: all.flatMap(({ running }) => running),
  };
}
