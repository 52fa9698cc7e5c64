import { assertNever } from '../rpc/errors';
import type { Expect } from './cell-metadata';
import type { ExpectationResult } from './content';

/** One thing that a step has to show. */
export type Expectation =
  | { readonly kind: 'exitStatus'; readonly value: number }
  | { readonly kind: 'contains' | 'notContains' | 'matches'; readonly text: string }
  | {
      readonly kind: 'number';
      readonly pattern: string;
      readonly min: number | null;
      readonly max: number | null;
    };

/** A pattern's answer: the first group where there is one, else the whole match; null: none. */
export type PatternAnswer =
  | { readonly kind: 'match'; readonly text: string }
  | { readonly kind: 'none' }
  /** No pattern of JavaScript, or it took too long; a sentence. */
  | { readonly kind: 'failed'; readonly why: string };

/** Looks for a pattern in a text, with a time limit: patterns come from files. */
export type FindPattern = (pattern: string, text: string) => Promise<PatternAnswer>;

/** What of a finished step is held against its expectations. */
export interface Shown {
  readonly text: string;
  readonly exitStatus: number | null;
}

/** The expectations of a step, in the order of the schema. */
export function expectationsOf(expect: Expect): readonly Expectation[] {
  const list: Expectation[] = [];
  if (expect.exitStatus !== undefined) list.push({ kind: 'exitStatus', value: expect.exitStatus });
  if (expect.contains !== undefined) list.push({ kind: 'contains', text: expect.contains });
  if (expect.notContains !== undefined) list.push({ kind: 'notContains', text: expect.notContains });
  if (expect.matches !== undefined) list.push({ kind: 'matches', text: expect.matches });
  if (expect.number !== undefined) {
    const { pattern, min = null, max = null } = expect.number;
    list.push({ kind: 'number', pattern, min, max });
  }
  return list;
}

/** An expectation as a sentence. */
function expectationWords(expectation: Expectation): string {
  switch (expectation.kind) {
    case 'exitStatus':
      return `Exit status is ${expectation.value}`;
    case 'contains':
      return `Output contains “${shorten(expectation.text)}”`;
    case 'notContains':
      return `Output does not contain “${shorten(expectation.text)}”`;
    case 'matches':
      return `Output matches /${shorten(expectation.text)}/`;
    case 'number': {
      const { pattern, min, max } = expectation;
      const limits = [min === null ? null : `at least ${min}`, max === null ? null : `at most ${max}`];
      const said = limits.filter((limit) => limit !== null).join(' and ');
      return `Number in /${shorten(pattern)}/ is ${said === '' ? 'there' : said}`;
    }
    default:
      return assertNever(expectation, 'expectation');
  }
}

/** Holds what a step showed against what it has to show. One that could not be judged does not hold. */
export async function judgeExpectations(
  expect: Expect,
  shown: Shown,
  find: FindPattern,
): Promise<readonly ExpectationResult[]> {
  const results: ExpectationResult[] = [];
  for (const expectation of expectationsOf(expect)) {
    const found = await foundOf(expectation, shown, find);
    results.push({ expected: expectationWords(expectation), ...found });
  }
  return results;
}

type Found = Pick<ExpectationResult, 'found' | 'holds'>;
const HOLDS: Found = { found: null, holds: true };

async function foundOf(expectation: Expectation, shown: Shown, find: FindPattern): Promise<Found> {
  const { text, exitStatus } = shown;
  switch (expectation.kind) {
    case 'exitStatus':
      if (exitStatus === expectation.value) return HOLDS;
      return { found: exitStatus === null ? 'there is none' : `was ${exitStatus}`, holds: false };
    case 'contains':
      return text.includes(expectation.text) ? HOLDS : { found: notFoundIn(text), holds: false };
    case 'notContains': {
      const at = text.indexOf(expectation.text);
      if (at < 0) return HOLDS;
      return { found: `found in line ${text.slice(0, at).split('\n').length}`, holds: false };
    }
    case 'matches': {
      const answer = await find(expectation.text, text);
      if (answer.kind === 'match') return HOLDS;
      return { found: answer.kind === 'none' ? notFoundIn(text) : answer.why, holds: false };
    }
    case 'number': {
      const answer = await find(expectation.pattern, text);
      if (answer.kind !== 'match')
        return { found: answer.kind === 'none' ? notFoundIn(text) : answer.why, holds: false };
      // Thousands are often grouped in what programs print.
      const words = answer.text.trim().replace(/(?<=\d)[_,](?=\d{3}\b)/g, '');
      const value = words === '' ? Number.NaN : Number(words);
      if (!Number.isFinite(value)) return { found: `“${shorten(answer.text)}” is no number`, holds: false };
      const { min, max } = expectation;
      const holds = (min === null || value >= min) && (max === null || value <= max);
      return { found: `was ${value}`, holds };
    }
    default:
      return assertNever(expectation, 'expectation');
  }
}

function notFoundIn(text: string): string {
  const lines = text === '' ? 0 : text.replace(/\n$/, '').split('\n').length;
  return `not found in ${lines} ${lines === 1 ? 'line' : 'lines'}`;
}

function shorten(text: string): string {
  const line = text.replaceAll('\n', '⏎');
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}
