/** A piece of what a program wrote. `at`: milliseconds since its command began. */
export interface TimedText {
  readonly at: number;
  readonly text: string;
}

/** Pieces that follow each other within this time are one. Milliseconds. */
const ONE_PIECE_MS = 15;
/** A piece of so much is whole, so that little is copied where the end is cut. Characters. */
const PIECE = 16_384;
/** So far the end is cut back to the begin of a line, in characters. */
const LINE_REACH = 4_096;

/**
 * A text as it grows, of which both ends are kept where it is longer than a limit, with the times of its pieces.
 *
 * Cheap to push to, as a flood needs it: what is held is at most one and a half times the limit.
 */
export class KeptEnds {
  private head: TimedText[] = [];
  private headLength = 0;
  private tail: TimedText[] = [];
  private tailLength = 0;
  /** Characters that are not kept any more. */
  private left = 0;

  /** `limit`: characters that are kept of both ends together. */
  constructor(private readonly limit: number) {}

  /** Characters between the two ends that are not kept. */
  get cut(): number {
    this.trim(0);
    return this.left;
  }

  /** Characters that are held. */
  get length(): number {
    return this.headLength + this.tailLength;
  }

  /** Adds text. `at`: milliseconds since the beginning, never less than before. */
  push(text: string, at: number): void {
    const room = Math.ceil(this.limit / 2) - this.headLength;
    const first = this.tailLength === 0 && this.left === 0 && room > 0 ? whole(text, room) : '';
    if (first !== '') {
      add(this.head, { at, text: first });
      this.headLength += first.length;
    }
    const rest = first === '' ? text : text.slice(first.length);
    if (rest === '') return;
    add(this.tail, { at, text: rest });
    this.tailLength += rest.length;
    this.trim(this.limit / 2);
  }

  /** The two ends; the second is empty while nothing is cut. */
  ends(): { readonly head: readonly TimedText[]; readonly tail: readonly TimedText[]; readonly cut: number } {
    this.trim(0);
    return this.left === 0
      ? { head: [...this.head, ...this.tail], tail: [], cut: 0 }
      : { head: this.head, tail: this.tail, cut: this.left };
  }

  /** Cuts the end where it is longer than its half by more than `slack`. */
  private trim(slack: number): void {
    // Half of the limit, and what the beginning left of its own, which parts no pair of surrogates.
    const most = this.limit - Math.max(this.headLength, Math.ceil(this.limit / 2) - 1);
    if (this.tailLength <= most + slack) return;
    let over = this.tailLength - most;
    let passed = 0;
    for (const { text } of this.tail) {
      if (text.length > over) break;
      over -= text.length;
      passed += 1;
      this.drop(text.length);
    }
    this.tail = this.tail.slice(passed);
    const [first, ...others] = this.tail;
    if (first === undefined || over === 0) return;
    const from = beginAfter(first.text, over, others.length > 0);
    this.drop(from);
    const rest = first.text.slice(from);
    this.tail = rest === '' ? others : [{ at: first.at, text: detached(rest) }, ...others];
  }

  private drop(characters: number): void {
    this.left += characters;
    this.tailLength -= characters;
  }
}

/** Pieces as one text. */
export function textOf(pieces: readonly TimedText[]): string {
  return pieces.map(({ text }) => text).join('');
}

function add(pieces: TimedText[], piece: TimedText): void {
  const last = pieces.at(-1);
  if (last !== undefined && last.text.length < PIECE && piece.at - last.at < ONE_PIECE_MS) {
    pieces[pieces.length - 1] = { at: last.at, text: last.text + piece.text };
  } else pieces.push(piece);
}

/** At most so many characters, without parting a pair of surrogates. */
function whole(text: string, most: number): string {
  if (text.length <= most) return text;
  return text.slice(0, isPair(text, most - 1) ? most - 1 : most);
}

/** Where the text goes on from about here: at a line where one begins near. */
function beginAfter(text: string, from: number, isMoreBehind: boolean): number {
  const line = text.indexOf('\n', from);
  if (line >= 0 && line - from < LINE_REACH && (isMoreBehind || line + 1 < text.length)) return line + 1;
  return isPair(text, from - 1) ? from + 1 : from;
}

function isPair(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xd800 && code <= 0xdbff && at + 1 < text.length;
}

/** A copy that does not keep the string alive that it was cut from. */
function detached(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string;
}
