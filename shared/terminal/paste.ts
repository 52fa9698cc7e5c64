/** A piece of a line as it is shown to a person: text, or the name of a character that nobody would see. */
export type PastePart = { readonly text: string } | { readonly hidden: string };

/** A text from the clipboard, before it is typed. */
export interface Paste {
  /** What will be typed: exactly this, and not what the clipboard holds by then. */
  readonly text: string;
  /** The first lines as they are shown. */
  readonly lines: readonly (readonly PastePart[])[];
  readonly lineCount: number;
  readonly hiddenCount: number;
  /** It has several lines, or characters that are not seen: it is shown before it is typed. */
  readonly isAsked: boolean;
}

/** Lines that are shown, and characters of each. */
const SHOWN_LINES = 50;
const SHOWN_CHARACTERS = 400;

/** What reorders, hides or stands for other text, with the words a person is told. */
const HIDDEN: readonly (readonly [from: number, to: number, name: string])[] = [
  [0x00ad, 0x00ad, 'soft hyphen'],
  [0x00a0, 0x00a0, 'no-break space'],
  [0x034f, 0x034f, 'invisible'],
  [0x061c, 0x061c, 'direction'],
  [0x115f, 0x1160, 'invisible'],
  [0x17b4, 0x17b5, 'invisible'],
  [0x180b, 0x180e, 'invisible'],
  [0x2000, 0x200a, 'wide space'],
  [0x200b, 0x200d, 'zero width'],
  [0x200e, 0x200f, 'direction'],
  [0x2028, 0x2029, 'line separator'],
  [0x202a, 0x202e, 'direction'],
  [0x202f, 0x202f, 'no-break space'],
  [0x205f, 0x205f, 'wide space'],
  [0x2060, 0x2064, 'invisible'],
  [0x2066, 0x2069, 'direction'],
  [0x206a, 0x206f, 'invisible'],
  [0x3000, 0x3000, 'wide space'],
  [0x3164, 0x3164, 'invisible'],
  [0xfeff, 0xfeff, 'zero width'],
  [0xffa0, 0xffa0, 'invisible'],
  [0xfff0, 0xfffb, 'invisible'],
  [0xe0000, 0xe0fff, 'invisible'],
];

/** The name of a character that a person would not see, or would take for another; null for one that is seen. */
export function hiddenName(character: string): string | null {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) {
    return character === '\t' ? null : 'control';
  }
  if (code < 0xa0) return null;
  return HIDDEN.find(([from, to]) => code >= from && code <= to)?.[2] ?? null;
}

/** As the other side would read it: `U+202E direction`. */
function named(character: string, name: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')} ${name}`;
}

/**
 * Reads a text from the clipboard for a terminal: line ends as `\n`, without control characters, which would be keys
 * (an escape would end the bracket around the paste), and the last empty line.
 */
export function readPaste(clipboard: string): Paste {
  const ended = clipboard.replaceAll(/\r\n?/g, '\n').replace(/\n$/, '');
  let hiddenCount = 0;
  let text = '';
  const lines: PastePart[][] = [[]];
  let lineCount = 1;
  let shown = 0;
  for (const character of ended) {
    if (character === '\n') {
      text += character;
      lineCount += 1;
      shown = 0;
      if (lineCount <= SHOWN_LINES) lines.push([]);
      continue;
    }
    const name = hiddenName(character);
    if (name !== null) hiddenCount += 1;
    if (name !== 'control') text += character;
    shown += 1;
    const line = lines[lineCount - 1];
    if (line === undefined || shown > SHOWN_CHARACTERS) continue;
    const last = line.at(-1);
    if (name !== null) line.push({ hidden: named(character, name) });
    else if (last !== undefined && 'text' in last) line[line.length - 1] = { text: last.text + character };
    else line.push({ text: character });
    if (shown === SHOWN_CHARACTERS) line.push({ text: '…' });
  }
  return { text, lines, lineCount, hiddenCount, isAsked: lineCount > 1 || hiddenCount > 0 };
}
