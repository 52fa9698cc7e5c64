import type { Json } from '../../rpc/contract';

/** A text that must not be stored or shown, and what stands in its place. */
export interface Redaction {
  /** At least {@link MIN_REDACTION} characters: shorter ones would redact half of every log. */
  readonly text: string;
  readonly replacement: string;
}

export const MIN_REDACTION = 4;

// oxlint-disable-next-line no-control-regex -- escape sequences are what this is about
const SGR = /\u001b\[[0-9;:]{0,256}m/g;
// oxlint-disable-next-line no-control-regex -- same
const OPEN_SGR = /\u001b(?:\[[0-9;:]{0,256})?$/;

/**
 * What to look for, prepared once and shared by all streams.
 *
 * The search skips ahead by the length of the shortest text (Wu and Manber). What lets it skip is three characters that
 * stand in none of the texts: of two, a few hundred generated passwords hold nearly half of all pairs. So its cost does
 * not grow with the number of texts.
 */
export class Redactions {
  readonly longest: number;
  readonly isEmpty: boolean;
  readonly #shortest: number;
  /** By the last three characters of a window of the shortest length: how far the window may move on. */
  readonly #shift: Uint8Array;
  /** By the first two characters: 1 where a text may begin so. */
  readonly #starts: Uint8Array;
  /** By the first two characters, longest text first. */
  readonly #byStart = new Map<string, Redaction[]>();
  readonly #byFirst = new Map<string, Redaction[]>();

  constructor(redactions: readonly Redaction[]) {
    const usable = redactions.filter(({ text }) => text.length >= MIN_REDACTION);
    this.isEmpty = usable.length === 0;
    this.longest = usable.reduce((longest, { text }) => Math.max(longest, text.length), 0);
    this.#shortest = usable.reduce((shortest, { text }) => Math.min(shortest, text.length), 255);
    this.#shift = new Uint8Array(this.isEmpty ? 0 : 65_536).fill(this.#shortest - 2);
    this.#starts = new Uint8Array(this.#shift.length);
    for (const redaction of [...usable].sort((a, b) => b.text.length - a.text.length)) {
      const start = redaction.text.slice(0, 2);
      this.#byStart.set(start, [...(this.#byStart.get(start) ?? []), redaction]);
      this.#byFirst.set(start[0] ?? '', [...(this.#byFirst.get(start[0] ?? '') ?? []), redaction]);
      this.#starts[blockOf(start.charCodeAt(0), start.charCodeAt(1))] = 1;
      for (let end = 2; end < this.#shortest; end += 1) {
        const block = tripleAt(redaction.text, end);
        this.#shift[block] = Math.min(this.#shift[block] ?? 0, this.#shortest - 1 - end);
      }
    }
  }

  /** The first place from `from` on, at most `last`, where one of the texts stands in full; the longest of them. */
  find(
    searched: Searched,
    from: number,
    last: number,
  ): { readonly at: number; readonly redaction: Redaction } | null {
    const { text } = searched;
    let end = from + this.#shortest - 1;
    while (end - this.#shortest + 1 <= last && end < text.length) {
      end = this.#skip(searched, end);
      const at = end - this.#shortest + 1;
      if (at > last || end >= text.length) return null;
      const redaction = this.#byStart
        .get(text.slice(at, at + 2))
        ?.find((one) => text.startsWith(one.text, at));
      if (redaction !== undefined) return { at, redaction };
      end += 1;
    }
    return null;
  }

  /** The end of the next window that may hold one of the texts; beyond the text where there is none. */
  #skip(searched: Searched, from: number): number {
    const { text } = searched;
    let end = from;
    while (end < text.length) {
      searched.moveTo(end - this.#shortest + 1, end);
      const { begin, limit, isAscii } = searched;
      end = isAscii
        ? begin + this.#skipBytes(PIECE, end - begin, limit - begin)
        : this.#skipCharacters(text, end, limit);
      if (end < limit) return end;
    }
    return end;
  }

  /** As {@link #skip}, in a piece of plain ASCII of this length. */
  #skipBytes(bytes: Uint8Array, from: number, length: number): number {
    const shifts = this.#shift;
    const most = this.#shortest - 2;
    let end = from;
    while (end < length) {
      const shift = shifts[tripleOf(bytes[end - 2] ?? 0, bytes[end - 1] ?? 0, bytes[end] ?? 0)] ?? 0;
      // Most often; a step by a constant lets the processor go on before it knows the table's answer.
      if (shift === most) {
        end += most;
        continue;
      }
      end += shift;
      if (shift > 0) continue;
      const at = end - most - 1;
      if (this.#starts[blockOf(bytes[at] ?? 0, bytes[at + 1] ?? 0)] === 1) return end;
      end += 1;
    }
    return end;
  }

  /** As {@link #skip}, up to `length`. */
  #skipCharacters(text: string, from: number, length: number): number {
    const shifts = this.#shift;
    const most = this.#shortest - 2;
    let end = from;
    while (end < length) {
      const shift = shifts[tripleAt(text, end)] ?? 0;
      // Most often; a step by a constant lets the processor go on before it knows the table's answer.
      if (shift === most) {
        end += most;
        continue;
      }
      end += shift;
      if (shift > 0) continue;
      const at = end - most - 1;
      if (this.#starts[blockOf(text.charCodeAt(at), text.charCodeAt(at + 1))] === 1) return end;
      end += 1;
    }
    return end;
  }

  /** The first place from `from` on where the text could go on to one of the texts, if more came. */
  mayBegin(text: string, from: number): number {
    const last = text.length - 1;
    for (let at = from; at <= last; at += 1) {
      if (at < last && this.#starts[blockOf(text.charCodeAt(at), text.charCodeAt(at + 1))] !== 1) continue;
      const rest = text.slice(at);
      const candidates = at === last ? this.#byFirst.get(rest) : this.#byStart.get(rest.slice(0, 2));
      if (candidates?.some((one) => one.text.length > rest.length && one.text.startsWith(rest)) === true)
        return at;
    }
    return text.length;
  }
}

/** Two characters as an index; several pairs share one, which costs time but never a match. */
function blockOf(first: number, second: number): number {
  return ((first << 7) ^ second) & 0xffff;
}

/** Three characters as an index; several triples share one, which costs time but never a match. */
function tripleOf(first: number, second: number, third: number): number {
  return ((first << 11) ^ (second << 5) ^ third) & 0xffff;
}

function tripleAt(text: string, end: number): number {
  return tripleOf(text.charCodeAt(end - 2), text.charCodeAt(end - 1), text.charCodeAt(end));
}

/** Where pieces of texts are put to be searched; one search at a time. */
const PIECE = new Uint8Array(16 * 1024);
const FIRST_PIECE = 1024;
const ENCODER = new TextEncoder();

/**
 * A text as it is searched, a piece at a time: plain ASCII as bytes, which are read several times faster than the
 * characters of a string. The first pieces are short, so that a match early in a text costs little.
 */
class Searched {
  begin = 0;
  /** Behind the last character of the piece. */
  limit = 0;
  /** The piece is in {@link PIECE}; else its characters are to be read. */
  isAscii = false;
  #size = FIRST_PIECE;

  constructor(readonly text: string) {}

  /** Goes on to a piece from `from` on that holds `at`, where the present one does not. */
  moveTo(from: number, at: number): void {
    if (from >= this.begin && at < this.limit) return;
    const size = Math.max(this.#size, at + 1 - from);
    this.begin = from;
    this.limit = Math.min(from + size, this.text.length);
    this.#size = Math.min(size * 2, PIECE.length);
    this.isAscii = false;
    if (this.limit - from < FIRST_PIECE) return;
    const piece = this.text.slice(from, this.limit);
    // What is no ASCII takes more than one byte, or does not fit.
    const { read, written } = ENCODER.encodeInto(piece, PIECE);
    this.isAscii = read === piece.length && written === piece.length;
  }
}

export const NO_REDACTIONS = new Redactions([]);

/**
 * The first stage of every output: nothing before it is stored or shown.
 *
 * A stream stage: what could be the beginning of a match is held back until it is decided. Colour codes between
 * the characters of a match do not hide it; they are kept, behind the replacement. The result depends on the
 * text only, never on its chunks. Without anything to look for it passes all at once.
 */
export class Redactor {
  #redactions: Redactions;
  #held = '';

  constructor(redactions: Redactions = NO_REDACTIONS) {
    this.#redactions = redactions;
  }

  /** Looks for these from now on; what is held back is decided by them too. */
  use(redactions: Redactions): void {
    this.#redactions = redactions;
  }

  push(text: string): string {
    return this.#redactions.isEmpty && this.#held === '' ? text : this.#take(this.#held + text, false);
  }

  /** The stream, or this part of it, has ended: what was held back is decided. */
  flush(): string {
    return this.#held === '' ? '' : this.#take(this.#held, true);
  }

  #take(text: string, isEnd: boolean): string {
    // Half a colour code at the end says nothing yet, and the characters before it may go on behind it.
    const open = isEnd || this.#redactions.isEmpty ? null : OPEN_SGR.exec(text);
    const whole = open === null ? text : text.slice(0, open.index);
    const bare = whole.includes('\u001b') ? whole.replace(SGR, '') : whole;
    const { kept, matches } = this.#search(bare, isEnd);
    const places = bare.length === whole.length ? null : new Places(whole);
    let result = '';
    let at = 0;
    for (const match of matches) {
      const from = places === null ? match.at : places.of(match.at);
      const to = places === null ? match.at + match.length : places.of(match.at + match.length - 1) + 1;
      result += whole.slice(at, from) + match.replacement;
      if (places !== null) result += (whole.slice(from, to).match(SGR) ?? []).join('');
      at = to;
    }
    const keptFrom = kept === bare.length ? whole.length : places === null ? kept : places.of(kept);
    this.#held = whole.slice(keptFrom) + (open === null ? '' : open[0]);
    return result + whole.slice(at, keptFrom);
  }

  #search(text: string, isEnd: boolean): { readonly kept: number; readonly matches: readonly Match[] } {
    const matches: Match[] = [];
    const { longest } = this.#redactions;
    const searched = new Searched(text);
    let at = 0;
    for (;;) {
      // Where less than the longest text is left, a place must first be asked whether it may still grow.
      const undecided = isEnd ? text.length : Math.max(at, text.length - longest + 1);
      const open = isEnd ? text.length : this.#redactions.mayBegin(text, undecided);
      const found = this.#redactions.find(searched, at, isEnd ? text.length : open);
      if (found === null || found.at >= open) return { kept: open, matches };
      const { text: match, replacement } = found.redaction;
      matches.push({ at: found.at, length: match.length, replacement });
      at = found.at + match.length;
    }
  }
}

interface Match {
  readonly at: number;
  readonly length: number;
  readonly replacement: string;
}

/** Where the characters of a text stand when its colour codes are left out. Asked in rising order. */
class Places {
  readonly #codes: RegExpExecArray[];
  #next = 0;
  #before = 0;

  constructor(text: string) {
    this.#codes = [...text.matchAll(SGR)];
  }

  of(bare: number): number {
    let code = this.#codes[this.#next];
    while (code !== undefined && code.index <= bare + this.#before) {
      this.#before += code[0].length;
      this.#next += 1;
      code = this.#codes[this.#next];
    }
    return bare + this.#before;
  }
}

/** Redacts a text that is whole. */
export function redactText(redactions: Redactions, text: string): string {
  if (redactions.isEmpty) return text;
  const redactor = new Redactor(redactions);
  return redactor.push(text) + redactor.flush();
}

/** Redacts every text of a JSON value, member names too. The same object where nothing is looked for. */
export function redactJson<T extends Json>(redactions: Redactions, value: T): T {
  return redactions.isEmpty ? value : (redactValue(redactions, value, 0) as T);
}

function redactValue(redactions: Redactions, value: Json, depth: number): Json {
  if (typeof value === 'string') return redactText(redactions, value);
  if (typeof value !== 'object' || value === null) return value;
  // Nested deeper than any program reads it: as one text, which is searched whole.
  if (depth > 500) return '[nested too deeply]';
  if (Array.isArray(value)) return value.map((item: Json) => redactValue(redactions, item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      redactText(redactions, name),
      redactValue(redactions, member, depth + 1),
    ]),
  );
}
