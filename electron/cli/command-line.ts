/** Shells that a command can be run in: they mark its beginning and its end. */
export const MARKING_SHELLS = ['bash', 'zsh', 'fish'] as const;
export type MarkingShell = (typeof MARKING_SHELLS)[number];

/** What no shell reads as anything but itself. */
const PLAIN = /^[A-Za-z0-9_@:,./-]+$/;
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
// oxlint-disable-next-line no-control-regex -- same
const RUNS = /([\u0000-\u001f\u007f-\u009f]+)|([^\u0000-\u001f\u007f-\u009f]+)/g;

/**
 * The line that a command's words are typed as: one word alone is a line of the shell (`'make | tee log'`), several are
 * a program and its arguments, which the shell passes on as they are. Null where they can not be typed: a control
 * character in a line would be a key, and no argument can hold a zero byte.
 */
export function commandLine(words: readonly string[], shell: MarkingShell): string | null {
  const [first = ''] = words;
  if (words.length === 1) return CONTROL.test(first) || first.trim() === '' ? null : first;
  return words.some((word) => word.includes('\0'))
    ? null
    : words.map((word) => quoted(word, shell)).join(' ');
}

/** One word, whatever is in it. Control characters are named by their bytes. */
function quoted(word: string, shell: MarkingShell): string {
  if (PLAIN.test(word)) return word;
  if (word === '') return "''";
  const escape = shell === 'fish' ? fishQuote : posixQuote;
  return [...word.matchAll(RUNS)]
    .map(([, controls, text]) => {
      if (controls === undefined) return escape(text ?? '');
      const bytes = [...new TextEncoder().encode(controls)];
      const hex = (mark: string): string =>
        bytes.map((byte) => `\\${mark}${byte.toString(16).padStart(2, '0')}`).join('');
      return shell === 'fish' ? hex('X') : `$'${hex('x')}'`;
    })
    .join('');
}

function posixQuote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function fishQuote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;
}
