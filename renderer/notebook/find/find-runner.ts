import type { FindMatch, FindQuery, FindText } from '../../../shared/notebook/find';
import type { FindOutcome, FindWork } from '../../../shared/notebook/find-work';

/**
 * A pattern that takes longer is given up, in milliseconds from when the worker took it up. Plain text is found in time
 * that its length bounds.
 */
const PATTERN_MS = 3_000;

export type RunOutcome = FindOutcome | { readonly kind: 'too-slow' } | { readonly kind: 'superseded' };

/** What a worker is to the runner. */
export interface FindWorkerPort {
  post(work: FindWork): void;
  /** Null: it was taken up. */
  onAnswer(listener: (number: number, outcome: FindOutcome | null) => void): void;
  end(): void;
}

/** Searches beside the window's own work. One question at a time: a new one takes the place of the one before. */
export interface FindRunner {
  run(
    query: FindQuery,
    texts: readonly FindText[],
    replace?: { readonly template: string; readonly only: FindMatch | null },
  ): Promise<RunOutcome>;
  dispose(): void;
}

interface Pending {
  readonly number: number;
  readonly resolve: (outcome: RunOutcome) => void;
  readonly isPattern: boolean;
  timer: ReturnType<typeof setTimeout> | null;
}

/** `makeWorker` starts a worker that knows no text yet. */
export function createFindRunner(makeWorker: () => FindWorkerPort): FindRunner {
  let worker: FindWorkerPort | null = null;
  let sent = new Map<string, string>();
  let pending: Pending | null = null;
  let last = 0;

  function settle(outcome: RunOutcome): void {
    if (pending === null) return;
    const { resolve, timer } = pending;
    if (timer !== null) clearTimeout(timer);
    pending = null;
    resolve(outcome);
  }

  /** The only way out of a pattern that takes any time. */
  function endWorker(outcome: RunOutcome): void {
    worker?.end();
    worker = null;
    sent = new Map();
    settle(outcome);
  }

  function start(): FindWorkerPort {
    const made = makeWorker();
    made.onAnswer((number, outcome) => {
      if (pending?.number !== number) return;
      if (outcome !== null) settle(outcome);
      else if (pending.isPattern)
        pending.timer = setTimeout(() => endWorker({ kind: 'too-slow' }), PATTERN_MS);
    });
    worker = made;
    return made;
  }

  return {
    run(query, texts, replace) {
      if (pending !== null) endWorker({ kind: 'superseded' });
      const port = worker ?? start();
      const changed = texts.filter(({ id, text }) => sent.get(id) !== text);
      sent = new Map(texts.map(({ id, text }) => [id, text]));
      last += 1;
      const number = last;
      return new Promise((resolve) => {
        pending = { number, resolve, isPattern: query.isPattern, timer: null };
        port.post({ number, query, changed, order: texts.map(({ id }) => id), replace });
      });
    },
    dispose: () => endWorker({ kind: 'superseded' }),
  };
}

/** The worker of the built page. */
export function startFindWorker(): FindWorkerPort {
  const worker = new Worker(new URL('./find-worker.ts', import.meta.url), { type: 'module' });
  return {
    post: (work) => worker.postMessage(work),
    onAnswer: (listener) =>
      worker.addEventListener(
        'message',
        (event: MessageEvent<{ readonly number: number; readonly outcome: FindOutcome | null }>) =>
          listener(event.data.number, event.data.outcome),
      ),
    end: () => worker.terminate(),
  };
}
