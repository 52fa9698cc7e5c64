import { cutPlace, CUT_MARGIN, isHighSurrogate, ROW_LIMIT } from './long-row';
import { SGR_DEFAULT, sgrAfter, type Sgr } from './sgr';
import { TerminalRow } from './terminal-row';

/** Rows that a cursor movement can still reach, as on a terminal of 24 lines. Rows above are settled. */
export const TERMINAL_ROWS = 24;
/** A control string (OSC, DCS, APC) without its end is given up after this many characters. */
export const CONTROL_STRING_LIMIT = 65_536;
const CSI_LIMIT = 256;

/** Everything that is not printable text, tab, line end or a whole SGR code. */
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const SPECIAL = /[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f]|\r(?!\n)|\x1b(?!\[[0-9;:]{0,256}m)/g;
// oxlint-disable-next-line no-control-regex -- same
const CONTROLS = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;
// oxlint-disable-next-line no-control-regex -- same
const STRING_END = /[\x07\x18\x1a\x1b\x9c]/g;
// oxlint-disable-next-line no-control-regex -- same
const CSI_BODY = /[\x20-\x3f]*/y;

interface Row {
  /** What arrived, while nothing was overwritten; replaced by `grid` from the first overwrite on. */
  raw: string;
  grid: TerminalRow | null;
  readonly entry: Sgr;
  /** Overwritten, or something invisible was taken out between its characters. */
  touched: boolean;
}

/** What a {@link TerminalText} tells as text settles. */
export interface TerminalTextOptions {
  /** Takes text that can not change any more: whole lines, or a part of a very long one. */
  readonly settle: (text: string) => void;
  /** Sees each line in which an overwrite brought characters together that arrived apart. */
  readonly redactLine?: (line: string) => string;
}

/**
 * What a terminal would show of a stream, as text with SGR codes.
 *
 * `\r` and `\b` overwrite character by character, cursor movements reach the last {@link TERMINAL_ROWS} rows,
 * erasing in a line is applied, control strings and other control characters are taken out. Erasing the screen
 * is not applied: a record keeps what was printed. The result depends on the text only, never on its chunks.
 */
export class TerminalText {
  readonly #settle: (text: string) => void;
  readonly #redactLine: (line: string) => string;
  #rows: Row[] = [{ raw: '', grid: null, entry: SGR_DEFAULT, touched: false }];
  #current = 0;
  /** Null: at the end of the row. */
  #column: number | null = null;
  #sgr: Sgr = SGR_DEFAULT;
  /** The beginning of a sequence whose rest is to come. */
  #held = '';
  /** Inside a control string: how it began, and what it holds so far. */
  #string: { readonly endsWithBell: boolean; payload: string } | null = null;

  constructor(options: TerminalTextOptions) {
    this.#settle = options.settle;
    this.#redactLine = options.redactLine ?? ((line) => line);
  }

  /** Takes the next part of the stream; parts may end anywhere. */
  push(chunk: string): void {
    let text = this.#held + chunk;
    this.#held = '';
    const half = isHighSurrogate(text.charCodeAt(text.length - 1)) ? text.slice(-1) : '';
    if (half !== '') text = text.slice(0, -1);
    this.#take(text);
    this.#held += half;
  }

  #take(text: string): void {
    let at = 0;
    while (at < text.length) {
      if (this.#string !== null) {
        at = this.#inString(this.#string, text, at);
        continue;
      }
      SPECIAL.lastIndex = at;
      const special = SPECIAL.exec(text);
      const end = special === null ? text.length : special.index;
      if (end > at) this.#plain(text.slice(at, end));
      if (special === null) return;
      const next = this.#control(text, end);
      if (next < 0) {
        this.#held = text.slice(end);
        return;
      }
      at = next;
    }
  }

  /** The stream ended: half a sequence is dropped, the content of an unfinished control string becomes text. */
  finish(): void {
    this.#held = '';
    if (this.#string !== null) this.#giveUp(this.#string);
  }

  /** The rows that may still change. Text settled before and this are the whole. */
  pending(): string {
    return this.#rows.map((row, index) => this.#rowText(row, index)).join('\n');
  }

  #rowText(row: Row, index: number): string {
    const text =
      row.grid === null ? row.raw : row.grid.text(row.entry, this.#rows[index + 1]?.entry ?? this.#sgr);
    return row.touched ? this.#redactLine(text) : text;
  }

  #row(): Row {
    const row = this.#rows[this.#current];
    if (row === undefined) throw new RangeError('The cursor left the rows.');
    return row;
  }

  /** The row as columns, with the cursor placed in them. */
  #grid(row: Row): TerminalRow {
    row.touched = true;
    if (row.grid === null) {
      row.grid = TerminalRow.of(row.raw, row.entry);
      row.raw = '';
    }
    if (this.#column !== null) row.grid.column = this.#column;
    return row.grid;
  }

  /** Printable text, tabs, line ends, SGR codes. */
  #plain(plain: string): void {
    const text = plain.includes('\r') ? plain.replaceAll('\r\n', '\n') : plain;
    let at = 0;
    while (at < text.length) {
      const row = this.#row();
      const isLast = this.#current === this.#rows.length - 1;
      if (isLast && this.#column === null && row.grid === null) {
        this.#append(row, text.slice(at));
        return;
      }
      const lineEnd = text.indexOf('\n', at);
      const stop = Math.min(lineEnd < 0 ? text.length : lineEnd, at + ROW_LIMIT);
      if (stop > at) this.#overwrite(row, text.slice(at, stop));
      at = stop;
      if (at === lineEnd) {
        this.#lineFeed();
        at += 1;
      }
    }
  }

  #overwrite(row: Row, text: string): void {
    if (this.#column === null && row.grid === null) {
      row.raw += text;
      this.#sgr = sgrAfter(this.#sgr, text);
      return;
    }
    const grid = this.#grid(row);
    if (this.#column === null) grid.column = grid.width;
    this.#sgr = grid.write(text, this.#sgr);
    this.#column = grid.column >= grid.width ? null : grid.column;
    if (this.#column === null && grid.column > grid.width) this.#column = grid.column;
    if (grid.width >= ROW_LIMIT) this.#settleGrid();
  }

  /** Nothing of this row can be overwritten any more: it and all before it settle, the rest of it begins anew. */
  #settleGrid(): void {
    if (this.#current !== this.#rows.length - 1 || this.#column !== null) return;
    this.#settle(this.pending());
    this.#rows = [{ raw: '', grid: null, entry: this.#sgr, touched: true }];
    this.#current = 0;
  }

  /** The fast path: text goes to the end, as nearly all of it does. */
  #append(row: Row, text: string): void {
    const first = text.indexOf('\n');
    if (first < 0) {
      row.raw += text;
      this.#sgr = sgrAfter(this.#sgr, text);
      this.#cutLongRow();
      return;
    }
    row.raw += text.slice(0, first);
    this.#sgr = sgrAfter(this.#sgr, text.slice(0, first));
    let cut = text.length;
    for (let rows = 0; rows < TERMINAL_ROWS && cut > first; rows += 1) cut = text.lastIndexOf('\n', cut - 1);
    let from = first + 1;
    if (cut > first) {
      // Everything up to `cut` is out of reach already: it settles as one piece.
      this.#settle(`${this.pending()}\n${text.slice(from, cut + 1)}`);
      this.#sgr = sgrAfter(this.#sgr, text.slice(from, cut + 1));
      this.#rows = [];
      from = cut + 1;
    }
    const lines = text.slice(from).split('\n');
    for (const line of lines) {
      this.#rows.push({ raw: line, grid: null, entry: this.#sgr, touched: false });
      this.#sgr = sgrAfter(this.#sgr, line);
    }
    this.#current = this.#rows.length - 1;
    this.#settleAbove();
    this.#cutLongRow();
  }

  #settleAbove(): void {
    const over = this.#rows.length - TERMINAL_ROWS;
    if (over <= 0) return;
    let text = '';
    for (let index = 0; index < over; index += 1) {
      const row = this.#rows[index];
      if (row !== undefined) text += `${this.#rowText(row, index)}\n`;
    }
    this.#settle(text);
    this.#rows.splice(0, over);
    this.#current = Math.max(0, this.#current - over);
  }

  #cutLongRow(): void {
    const row = this.#rows[this.#rows.length - 1];
    if (row === undefined || row.grid !== null || row.raw.length < ROW_LIMIT + CUT_MARGIN) return;
    let raw = row.raw;
    let entry = row.entry;
    for (let index = 0; index < this.#rows.length - 1; index += 1) {
      const above = this.#rows[index];
      if (above !== undefined) this.#settle(`${this.#rowText(above, index)}\n`);
    }
    while (raw.length >= ROW_LIMIT + CUT_MARGIN) {
      const cut = cutPlace(raw);
      const part = raw.slice(0, cut);
      this.#settle(row.touched ? this.#redactLine(part) : part);
      entry = sgrAfter(entry, part);
      raw = raw.slice(cut);
    }
    this.#rows = [{ raw, grid: null, entry, touched: row.touched }];
    this.#current = 0;
  }

  #lineFeed(): void {
    this.#column = null;
    if (this.#current < this.#rows.length - 1) {
      this.#current += 1;
      this.#column = 0;
      return;
    }
    this.#rows.push({ raw: '', grid: null, entry: this.#sgr, touched: false });
    this.#current += 1;
    this.#settleAbove();
  }

  /** Handles one control character or sequence; answers where the text goes on, or -1 when its end is not here yet. */
  #control(text: string, at: number): number {
    const code = text.charCodeAt(at);
    if (code === 0x0d) {
      this.#column = 0;
      return at + 1;
    }
    if (code === 0x08) {
      const grid = this.#grid(this.#row());
      if (this.#column === null) grid.column = grid.width;
      this.#column = Math.max(0, grid.column - 1);
      return at + 1;
    }
    this.#row().touched = true;
    if (code === 0x0b || code === 0x0c) {
      this.#lineFeed();
      return at + 1;
    }
    if (code === 0x9b) return this.#csi(text, at + 1);
    if (code === 0x9d) return this.#beginString(at + 1, true);
    if (code === 0x90 || code === 0x98 || code === 0x9e || code === 0x9f)
      return this.#beginString(at + 1, false);
    return code === 0x1b ? this.#escape(text, at) : at + 1;
  }

  #escape(text: string, at: number): number {
    if (at + 1 >= text.length) return -1;
    const next = text.charAt(at + 1);
    if (next === '[') return this.#csi(text, at + 2);
    if (next === ']') return this.#beginString(at + 2, true);
    if (next === 'P' || next === 'X' || next === '^' || next === '_') return this.#beginString(at + 2, false);
    // Intermediates, as in the choice of a character set `ESC ( B`, then one final character.
    let end = at + 1;
    while (end < text.length && end - at < 8 && text.charCodeAt(end) >= 0x20 && text.charCodeAt(end) <= 0x2f)
      end += 1;
    if (end >= text.length) return -1;
    const final = text.charCodeAt(end);
    return final >= 0x30 && final <= 0x7e ? end + 1 : end;
  }

  #csi(text: string, from: number): number {
    CSI_BODY.lastIndex = from;
    const body = CSI_BODY.exec(text)?.[0] ?? '';
    if (body.length > CSI_LIMIT) return from;
    const end = from + body.length;
    if (end >= text.length) return -1;
    const final = text.charAt(end);
    if (final < '@' || final > '~') return end;
    if (final === 'm' && /^[0-9;:]*$/.test(body)) {
      // Written with the one-character introducer; in the text it takes the form everybody reads.
      this.#plain(`\u001b[${body}m`);
    } else if (/^[0-9]*(;[0-9]*)*$/.test(body)) {
      const number = Number.parseInt(body, 10);
      this.#move(final, Number.isNaN(number) ? null : number);
    }
    return end + 1;
  }

  #move(final: string, number: number | null): void {
    const count = Math.min(Math.max(1, number ?? 1), 10_000);
    if (final === 'A' || final === 'F') this.#toRow(this.#current - count, final === 'F');
    else if (final === 'B' || final === 'E') this.#toRow(this.#current + count, final === 'E');
    else if (final === 'C') this.#toColumn((column) => column + count);
    else if (final === 'D') this.#toColumn((column) => column - count);
    else if (final === 'G' || final === '`') this.#toColumn(() => count - 1);
    else if (final === 'K') this.#eraseLine(number ?? 0);
    else if (final === 'J' && (number ?? 0) === 0) this.#eraseBelow();
  }

  #toColumn(place: (column: number) => number): void {
    const grid = this.#grid(this.#row());
    if (this.#column === null) grid.column = grid.width;
    const column = Math.min(Math.max(0, place(grid.column)), 10_000);
    this.#column = column === grid.width ? null : column;
    grid.column = column;
  }

  #toRow(row: number, toBeginning: boolean): void {
    const grid = this.#grid(this.#row());
    if (this.#column === null) grid.column = grid.width;
    const { column } = grid;
    this.#current = Math.min(Math.max(0, row), this.#rows.length - 1);
    this.#column = toBeginning ? 0 : column;
    const target = this.#grid(this.#row());
    if (this.#column === target.width) this.#column = null;
  }

  #eraseLine(mode: number): void {
    if (this.#column === null && mode === 0) return;
    const grid = this.#grid(this.#row());
    if (this.#column === null) {
      grid.column = grid.width;
      this.#column = grid.width;
    }
    grid.erase(mode);
    if (this.#column === grid.width) this.#column = null;
  }

  #eraseBelow(): void {
    this.#eraseLine(0);
    for (const row of this.#rows.slice(this.#current + 1)) {
      row.grid ??= TerminalRow.of(row.raw, row.entry);
      row.raw = '';
      row.grid.erase(2);
    }
  }

  #beginString(next: number, endsWithBell: boolean): number {
    this.#string = { endsWithBell, payload: '' };
    return next;
  }

  #inString(string: { readonly endsWithBell: boolean; payload: string }, text: string, from: number): number {
    STRING_END.lastIndex = from;
    let end = STRING_END.exec(text);
    while (end !== null && end[0] === '\u0007' && !string.endsWithBell) end = STRING_END.exec(text);
    const room = CONTROL_STRING_LIMIT - string.payload.length;
    const stop = end === null ? text.length : end.index;
    if (stop - from > room) {
      string.payload += text.slice(from, from + room);
      this.#giveUp(string);
      return from + room;
    }
    if (end === null) {
      string.payload += text.slice(from);
      return text.length;
    }
    this.#string = null;
    // `ESC \` is an escape sequence of its own, which does nothing: it is dropped on the way.
    return end[0] === '\u001b' ? stop : stop + 1;
  }

  /** Hiding text behind a sequence that never ends would lose it: what was taken for its content is shown. */
  #giveUp(string: { readonly payload: string }): void {
    this.#string = null;
    this.#plain(string.payload.replaceAll(CONTROLS, ''));
  }
}
