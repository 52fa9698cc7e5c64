import type { Hint } from './cell-metadata';
import type { FindPattern } from './expectations';

/** What a known error leads to. */
export interface FoundHint {
  readonly say: string | null;
  readonly open: string | null;
  readonly retry: { readonly count: number; readonly wait: number } | null;
}

/** No more are shown: the first ones are the step's own. */
const MOST = 5;

/**
 * The hints whose pattern is in what a failed step printed, in their order: the step's own, then the library's. One
 * whose pattern can not be tried says nothing. A destructive step, and every step in a strict environment, is never
 * tried again by itself: the hint then only says.
 */
export async function findHints(
  hints: readonly Hint[],
  text: string,
  find: FindPattern,
  mayRetry: boolean,
): Promise<readonly FoundHint[]> {
  const found: FoundHint[] = [];
  for (const { matches, say = null, open = null, retry = null } of hints) {
    if (found.length >= MOST) break;
    const answer = await find(matches, text);
    if (answer.kind === 'match') found.push({ say, open, retry: mayRetry ? retry : null });
  }
  return found;
}
