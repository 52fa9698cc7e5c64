/** How much text may wait, in characters. */
export interface BacklogSize {
  /** Below this nothing is looked for that could be let go. */
  readonly least: number;
  /** More is not held. */
  readonly most: number;
}

const USUAL: BacklogSize = { least: 262_144, most: 2_097_152 };
/** Colours that hold from the beginning on, of text that was let go. More is not normal. Characters. */
const MOST_COLOURS = 4_096;
/** What sets all of a text's looks back. */
const PLAIN_AGAIN = ['\u001b[0m', '\u001b[m'] as const;
// oxlint-disable-next-line no-control-regex -- escape sequences are what this is about
const COLOUR = /\u001b\[[\d:;]*m/g;

interface Piece {
  readonly text: string;
  /** Line ends in it. */
  readonly lines: number;
}

/**
 * Text that a screen has not drawn yet, as nobody asked what it shows. Most of a flood scrolls out of what is kept
 * before anybody does: that is let go undrawn, and the screen shows the same as if it had been drawn.
 *
 * So it may hold plain text alone (`plainEnd`), for a screen that scrolls as a whole (`ScrollArea`): of lines that are
 * followed by as many as the screen keeps nothing is left but the colours that hold at their end.
 */
export class ScreenBacklog {
  private pieces: Piece[] = [];
  private held = 0;
  /** When it holds so much, it is looked through. */
  private next: number;
  private colours = '';

  constructor(private readonly size: BacklogSize = USUAL) {
    this.next = size.least;
  }

  /** Characters that are held. */
  get length(): number {
    return this.held;
  }

  /** It holds so much that it must be drawn. */
  get isFull(): boolean {
    return this.held > this.size.most;
  }

  /** Adds text. `lines`: so many line ends behind a line leave nothing of it, wherever the cursor was before them. */
  push(text: string, lines: number): void {
    this.pieces.push({ text, lines: linesIn(text) });
    this.held += text.length;
    if (this.held < this.next) return;
    this.letGo(lines);
    this.next = this.held + this.size.least;
  }

  /** What is to be drawn, all in all; nothing is held then. */
  take(): string {
    const text = this.colours + this.pieces.map((piece) => piece.text).join('');
    this.pieces = [];
    this.held = 0;
    this.next = this.size.least;
    this.colours = '';
    return text;
  }

  private letGo(lines: number): void {
    const cut = this.cutBefore(lines);
    if (cut === null) return;
    const { piece, at } = cut;
    const left = [
      ...this.pieces.slice(0, piece).map(({ text }) => text),
      this.pieces[piece]?.text.slice(0, at) ?? '',
    ];
    const colours = left.reduce(coloursAfter, this.colours);
    // Nobody sets so many without setting them back; what does is drawn.
    if (colours.length > MOST_COLOURS) return;
    this.colours = colours;
    const rest = this.pieces[piece]?.text.slice(at) ?? '';
    this.pieces = [{ text: rest, lines: linesIn(rest) }, ...this.pieces.slice(piece + 1)];
    this.held = this.pieces.reduce((all, { text }) => all + text.length, 0);
  }

  /** The last place in the pieces where a line begins that is followed by so many; null where there is none. */
  private cutBefore(lines: number): { readonly piece: number; readonly at: number } | null {
    let behind = 0;
    for (let piece = this.pieces.length - 1; piece >= 0; piece -= 1) {
      const one = this.pieces[piece];
      // Only where it begins in the first column, whatever stands before it.
      const end = behind >= lines ? (one?.text.lastIndexOf('\r\n') ?? -1) : -1;
      if (end >= 0) return { piece, at: end + 2 };
      behind += one?.lines ?? 0;
    }
    return null;
  }
}

function linesIn(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

/** The colours that hold behind a text, from those before it: as a text that sets them. */
function coloursAfter(before: string, text: string): string {
  const from = Math.max(...PLAIN_AGAIN.map((code) => text.lastIndexOf(code)));
  const set = (from < 0 ? text : text.slice(from)).match(COLOUR)?.join('') ?? '';
  return from < 0 ? before + set : set;
}
