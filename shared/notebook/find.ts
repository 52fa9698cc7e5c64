/** What is looked for. A pattern is a regular expression of JavaScript; `^` and `$` mean the ends of a line. */
export interface FindQuery {
  readonly text: string;
  readonly isPattern: boolean;
  readonly isCaseSensitive: boolean;
  readonly isWholeWord: boolean;
}

/** A text that is searched; `id` is whatever names it for the caller. */
export interface FindText {
  readonly id: string;
  readonly text: string;
}

/** A place in a text, in UTF-16 units. Never empty. */
export interface FindMatch {
  readonly id: string;
  readonly from: number;
  readonly to: number;
}

export interface FindResult {
  readonly matches: readonly FindMatch[];
  /** There are more than were asked for. */
  readonly hasMore: boolean;
}

/** A match with what comes in its place. */
export interface Replacement extends FindMatch {
  readonly insert: string;
}

export type CompiledQuery =
  | { readonly kind: 'pattern'; readonly pattern: RegExp }
  | { readonly kind: 'nothing' }
  /** `reason` is the runtime's own sentence. */
  | { readonly kind: 'bad'; readonly reason: string };

/** More matches than this are counted as "or more". */
export const MOST_MATCHES = 10_000;

/**
 * The regular expression of a query. It may take any time on the wrong text when `isPattern` is set: run it where it
 * can be stopped.
 */
export function compileQuery(query: FindQuery): CompiledQuery {
  if (query.text === '') return { kind: 'nothing' };
  const flags = query.isCaseSensitive ? 'gm' : 'gim';
  const body = query.isPattern ? query.text : escapePattern(query.text);
  try {
    return { kind: 'pattern', pattern: new RegExp(whole(body, query, UNICODE_WORD), `${flags}u`) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // Stricter than what people write by habit, such as `\-`: that is tried without.
  }
  try {
    return { kind: 'pattern', pattern: new RegExp(whole(body, query, '\\w'), flags) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // `Invalid regular expression: /(x/gim: Unterminated group`: the pattern is in its field, and the flags are ours.
    const fault = error.message.slice(error.message.lastIndexOf(': ') + 2);
    return { kind: 'bad', reason: `This is not a regular expression: ${fault.toLowerCase()}.` };
  }
}

const UNICODE_WORD = '[\\p{L}\\p{N}\\p{M}_]';

function whole(body: string, { isWholeWord }: FindQuery, word: string): string {
  return isWholeWord ? `(?<!${word})(?:${body})(?!${word})` : body;
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** All places in the texts, in their order, at most `limit`. Matches of nothing (`x*`) are passed over. */
export function findInTexts(
  texts: Iterable<FindText>,
  pattern: RegExp,
  limit: number = MOST_MATCHES,
): FindResult {
  const matches: FindMatch[] = [];
  for (const { id, text } of texts) {
    for (const match of text.matchAll(pattern)) {
      if (match[0] === '') continue;
      if (matches.length === limit) return { matches, hasMore: true };
      matches.push({ id, from: match.index, to: match.index + match[0].length });
    }
  }
  return { matches, hasMore: false };
}

/**
 * What comes in place of each match. In a pattern's template `$1`, `$<name>`, `$&` and `$$` are expanded, and `\n` and
 * `\t` mean the characters; without a pattern the template is plain text.
 *
 * @param only the one match to replace; without it all, at most `limit`
 */
export function replacementsIn(
  texts: Iterable<FindText>,
  pattern: RegExp,
  template: { readonly text: string; readonly isPattern: boolean },
  only: FindMatch | null = null,
  limit: number = MOST_MATCHES,
): { readonly replacements: readonly Replacement[]; readonly hasMore: boolean } {
  const replacements: Replacement[] = [];
  for (const { id, text } of texts) {
    for (const match of text.matchAll(pattern)) {
      const from = match.index;
      const to = from + match[0].length;
      if (from === to || (only !== null && (only.id !== id || only.from !== from || only.to !== to)))
        continue;
      if (replacements.length === limit) return { replacements, hasMore: true };
      const insert = template.isPattern ? expandTemplate(template.text, match) : template.text;
      replacements.push({ id, from, to, insert });
    }
  }
  return { replacements, hasMore: false };
}

function expandTemplate(template: string, match: RegExpExecArray): string {
  return template.replace(/\$(?:\$|&|<([^>]*)>|(\d{1,2}))|\\([nt\\])/g, (all, name, digits, escape) => {
    if (typeof escape === 'string') return escape === 'n' ? '\n' : escape === 't' ? '\t' : '\\';
    if (all === '$$') return '$';
    if (all === '$&') return match[0];
    if (typeof name === 'string') return match.groups?.[name] ?? '';
    return numberedGroup(String(digits), match) ?? all;
  });
}

/** `$12` is the twelfth group where there are as many, else the first and a 2. */
function numberedGroup(digits: string, match: RegExpExecArray): string | null {
  const two = Number(digits);
  if (two >= 1 && two < match.length) return match[two] ?? '';
  const one = Number(digits[0]);
  if (digits.length === 2 && one >= 1 && one < match.length) return `${match[one] ?? ''}${digits[1] ?? ''}`;
  return null;
}
