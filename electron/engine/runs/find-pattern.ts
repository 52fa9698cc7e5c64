import vm from 'node:vm';
import type { PatternAnswer } from '../../../shared/runs/expectations';

/** A pattern may take so long for one text, in milliseconds; the engine stands still meanwhile. */
const PATTERN_MS = 250;

/** Looks for a pattern in a text with a time limit: it comes from a file, and may be made to take for ever. */
export function findPattern(pattern: string, text: string): Promise<PatternAnswer> {
  return Promise.resolve(findNow(pattern, text));
}

function findNow(pattern: string, text: string): PatternAnswer {
  try {
    // Compiled outside, so that a bad one is told from a slow one.
    new RegExp(pattern, 'm');
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { kind: 'failed', why: 'it is no regular expression' };
  }
  try {
    const found: unknown = vm.runInNewContext(
      'const found = new RegExp(pattern, "m").exec(text); found === null ? null : String(found[1] ?? found[0])',
      { pattern, text },
      { timeout: PATTERN_MS },
    );
    return typeof found === 'string' ? { kind: 'match', text: found } : { kind: 'none' };
  } catch (error) {
    // A regular expression that is too large fails in its own way; either way there is no answer.
    return {
      kind: 'failed',
      why: isTimeout(error) ? `it took longer than ${PATTERN_MS} ms` : 'it could not be tried',
    };
  }
}

function isTimeout(error: unknown): boolean {
  // By its code alone: it may come from the other context.
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}
