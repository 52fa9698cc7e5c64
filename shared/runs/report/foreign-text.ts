/** Control characters, and those that turn the direction of text. */
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Words in which no program that shows markdown finds markup, a link, a mention or a number of an issue. */
const PLAIN = /^[\p{L}\p{N}][\p{L}\p{N} ,;.:'%=?“”‘’…·–—/()-]*$/u;
const LINKED = /:\/\/|\bwww\.|\bmailto:|\p{L}\.\p{L}/iu;

/**
 * A text of people, programs and files in one line of markdown, with no markup, link, image or control character of
 * its own: plain words as they are, anything else as code. `isCell`: inside a table.
 */
export function foreignText(text: string, isCell = false): string {
  const line = oneLine(text);
  if (line === '') return '';
  if (PLAIN.test(line) && !LINKED.test(line)) return line;
  return codeText(line, isCell);
}

/** True for words that are no markup where they follow others in a line; at its begin a sign could be. */
export function isPlainWords(line: string): boolean {
  return PLAIN.test(`a${line}`) && !LINKED.test(line);
}

/** The same as code, whatever it is. */
export function codeText(text: string, isCell = false): string {
  const line = oneLine(text);
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map(({ length }) => length));
  const fence = '`'.repeat(longest + 1);
  // A space at both ends keeps marks at the ends apart from the fence, and is not shown.
  const isPadded = longest > 0 || line.startsWith(' ') || line.endsWith(' ') || line === '';
  const code = isPadded ? `${fence} ${line} ${fence}` : `${fence}${line}${fence}`;
  return isCell ? code.replaceAll('|', '\\|') : code;
}

/** One line, its line ends as a sign and other control characters by their number. */
export function oneLine(text: string): string {
  return text
    .trim()
    .replace(/\r\n|\r|\n/g, ' ⏎ ')
    .replaceAll('\t', ' ')
    .replace(CONTROLS, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replace(/[\ud800-\udfff]/gu, '\ufffd');
}

/** At most so many characters, and then a sign that there was more. */
export function shortened(text: string, most: number): string {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most).join('')}…`;
}
