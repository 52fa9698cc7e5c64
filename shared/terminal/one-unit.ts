import { isPlainLine } from './send';

/** What is sent to a terminal for a step, or why it can not be. */
export type Unit =
  | { readonly kind: 'unit'; readonly text: string }
  /** A sentence. */
  | { readonly kind: 'refused'; readonly reason: string };

/** More would take a slow connection minutes to type. Characters. */
const MOST_SOURCE = 65_536;
// A terminal takes these for keys; a tab and a line end stand in quotes.
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const KEYS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;

/**
 * A word as sh, bash, zsh and fish all read it: this text and nothing else. What differs between them (a backslash in
 * quotes, a quote in quotes) stands in quotes of its own. Null for one with control characters.
 */
export function quoteWord(text: string): string | null {
  if (KEYS.test(text)) return null;
  if (text === '') return "''";
  return text.replaceAll(/'|\\|[^'\\]+/g, (part) => {
    if (part === "'") return `"'"`;
    return part === '\\' ? '"\\\\"' : `'${part}'`;
  });
}

/** Words that mean the same with and without quotes, also in zsh and fish. */
const PLAIN_WORD = /^[\w./:@-][\w@%+=:,./-]*$/;

/**
 * An argument list as one line for all of these shells. The program is always quoted: it is no alias and no word of
 * the language. Null where an argument can not be typed.
 */
export function argumentLine(command: readonly string[]): string | null {
  const words = command.map((word, index) => (index > 0 && PLAIN_WORD.test(word) ? word : quoteWord(word)));
  return words.length === 0 || words.includes(null) ? null : words.join(' ');
}

/** A value that is exported in front of a step. */
export interface Export {
  readonly name: string;
  readonly text: string;
}

/** The parameters that a source names as a shell does: `$batch`, `${batch}`. */
export function namedIn<T extends { readonly name: string }>(
  source: string,
  all: readonly T[],
): readonly T[] {
  return all.filter(({ name }) => new RegExp(`\\$(?:\\{[#!]?)?${name}(?!\\w)`).test(source));
}

/**
 * A source as the text that is sent for it: without the words above its first command, which stand in the runbook, and
 * with the values that it names exported in front of it. It runs as one command; see `commandLine` in `send.ts`.
 */
export function unitOf(source: string, exports: readonly Export[] = []): Unit {
  const lines = source.replaceAll(/\r\n?/g, '\n').trimEnd().split('\n');
  const first = lines.findIndex((line) => line.trim() !== '' && !line.trimStart().startsWith('#'));
  if (first < 0) return { kind: 'refused', reason: 'There is no command in it.' };
  const body = lines.slice(first).join('\n').trim();
  if (body.length > MOST_SOURCE)
    return { kind: 'refused', reason: `It is longer than ${MOST_SOURCE / 1_024} KiB, which is not typed.` };
  if (KEYS.test(body))
    return { kind: 'refused', reason: 'It holds control characters, which a terminal takes for keys.' };
  const set: string[] = [];
  for (const { name, text } of exports) {
    const value = quoteWord(text);
    if (value === null)
      return { kind: 'refused', reason: `The parameter ${name} holds characters that can not be typed.` };
    set.push(`export ${name}=${value}`);
  }
  return { kind: 'unit', text: [...set, body].join('\n') };
}

/** A text as one command for a shell of which nothing is known: `eval` and its word are the same in all of them. */
export function anyShellLine(text: string): string {
  return isPlainLine(text) ? text : `eval ${quoteWord(text) ?? ''}`;
}
