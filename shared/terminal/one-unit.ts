/** What is typed at a prompt for a step, or why it can not be. */
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
export function commandLine(command: readonly string[]): string | null {
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
 * A source as one command: what its marks enclose is the whole of it, whichever shell reads it.
 *
 * A simple line is typed as it is, so that the screen and the history have what a person would have typed. Everything
 * else is one word for `eval`, which sh, bash, zsh and fish have alike: several lines typed at a prompt would be one
 * command each, in bash with marks of which nobody is told. A group in braces would do for bash and zsh, and would not
 * for fish, and waits for ever at an open quote, where `eval` fails at once. In it comments are comments also in zsh,
 * and `!` does not reach into the history.
 */
export function unitOf(source: string, exports: readonly Export[] = []): Unit {
  const lines = source.replaceAll(/\r\n?/g, '\n').trimEnd().split('\n');
  // What is told of it stands in the runbook.
  const first = lines.findIndex((line) => line.trim() !== '' && !line.trimStart().startsWith('#'));
  if (first < 0) return { kind: 'refused', reason: 'There is no command in it.' };
  const body = lines.slice(first).join('\n');
  if (body.length > MOST_SOURCE)
    return { kind: 'refused', reason: `It is longer than ${MOST_SOURCE / 1_024} KiB, which is not typed.` };
  if (KEYS.test(body))
    return { kind: 'refused', reason: 'It holds control characters, which a terminal takes for keys.' };
  const line = body.trim();
  if (exports.length === 0 && isSimpleLine(line)) return { kind: 'unit', text: line };
  const set: string[] = [];
  for (const { name, text } of exports) {
    const value = quoteWord(text);
    if (value === null)
      return { kind: 'refused', reason: `The parameter ${name} holds characters that can not be typed.` };
    set.push(`export ${name}=${value}`);
  }
  const word = quoteWord([...set, body].join('\n')) ?? '';
  return { kind: 'unit', text: `eval ${word}` };
}

/** True for a line that all shells take for one whole command; a doubt is no. */
function isSimpleLine(line: string): boolean {
  if (/[\n\t#!]|<<|^\^|[\\|&]$/.test(line)) return false;
  let quote: string | null = null;
  const open = { '(': 0, '{': 0, '[': 0, '`': 0 };
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at);
    if (character === '\\' && quote !== "'") {
      at += 1;
      continue;
    }
    if (quote !== null) {
      if (character === quote) quote = null;
      continue;
    }
    if (character === "'" || character === '"') quote = character;
    else if (character === '`') open['`'] = 1 - open['`'];
    else if (character === '(' || character === '{' || character === '[') open[character] += 1;
    else if (character === ')') open['('] -= 1;
    else if (character === '}') open['{'] -= 1;
    else if (character === ']') open['['] -= 1;
  }
  return quote === null && Object.values(open).every((count) => count === 0);
}
