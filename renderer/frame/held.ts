import { judgeResource } from '../../shared/notebook/outputs/held-resource';

const MOST_HOSTS = 8;
const MOST = 100_000;

export interface HeldCounts {
  readonly resources: number;
  readonly hosts: string[];
  readonly scripts: number;
}

/** Counts what an output wanted and did not get, and tells it, at most once a frame. */
export class Held {
  readonly #tell: (counts: HeldCounts) => void;
  #resources = 0;
  #scripts = 0;
  #hosts = new Set<string>();
  #isAsked = false;
  #wasTold = false;

  constructor(tell: (counts: HeldCounts) => void) {
    this.#tell = tell;
  }

  /** A new content: nothing is held yet. */
  begin(): void {
    this.#resources = 0;
    this.#scripts = 0;
    this.#hosts = new Set();
  }

  /** The content is drawn. */
  end(): void {
    if (this.#resources + this.#scripts > 0 || this.#wasTold) this.#ask();
  }

  resource(address: string): void {
    const verdict = judgeResource(address);
    this.#resources += 1;
    if (verdict.kind === 'held' && verdict.host !== null && this.#hosts.size < MOST_HOSTS)
      this.#hosts.add(verdict.host);
    this.#ask();
  }

  script(): void {
    this.#scripts += 1;
    this.#ask();
  }

  /** What the policy refused of what could not be seen before. */
  violation(event: SecurityPolicyViolationEvent): void {
    const isScript = event.effectiveDirective.startsWith('script-src');
    if (isScript && /^(?:inline|eval|wasm-eval)$/.test(event.blockedURI)) this.script();
    else this.resource(event.blockedURI);
  }

  #ask(): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    setTimeout(() => {
      this.#isAsked = false;
      this.#wasTold = true;
      this.#tell({
        resources: Math.min(MOST, this.#resources),
        hosts: [...this.#hosts],
        scripts: Math.min(MOST, this.#scripts),
      });
    }, 50);
  }
}
