/** Longer ones are for the reader of sequences, which knows the limit. Characters between `ESC [` and `m`. */
const MOST_COLOUR = 64;

/**
 * Where the plain part of a text ends that begins at a place: characters that are drawn, tabs, line ends and colours,
 * whole ones. Nearly all of what programs print is that, and no screen has to ask what it does.
 */
export function plainEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (isDrawn(code)) at += 1;
    else if (code === 0x1b) {
      const end = colourEnd(text, at);
      if (end === at) return at;
      at = end;
    } else return at;
  }
  return at;
}

function isDrawn(code: number): boolean {
  return (code >= 0x20 && code <= 0x7e) || code === 0x0a || code === 0x0d || code >= 0xa0 || code === 0x09;
}

/** Behind the colour (SGR) that begins here; the same place where none does, or not all of one. */
function colourEnd(text: string, from: number): number {
  if (text.charCodeAt(from + 1) !== 0x5b) return from;
  const most = Math.min(text.length, from + 2 + MOST_COLOUR + 1);
  for (let at = from + 2; at < most; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x6d) return at + 1;
    // Digits, `:` and `;`.
    if (code < 0x30 || code > 0x3b) return from;
  }
  return from;
}
