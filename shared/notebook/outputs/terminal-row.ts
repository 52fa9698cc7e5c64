import { characterWidth } from './character-width';
import { applySgr, sgrTransition, type Sgr } from './sgr';

/** One column of a row. A character wider than one column is followed by columns with an empty text. */
interface Column {
  readonly text: string;
  readonly codes: string;
}

const TAB = 8;
// oxlint-disable-next-line no-control-regex -- escape sequences are what this is about
const PIECE = /\u001b\[([0-9;:]{0,256})m|[\s\S]/gu;
const JOINER = '\u200d';

/**
 * A row of a terminal that is being overwritten, column by column.
 *
 * Colours cost no column: each column remembers the rendition it was written in, and {@link text} puts as few
 * codes between them as needed.
 */
export class TerminalRow {
  readonly #columns: Column[] = [];
  /** Where the next character goes; may lie beyond the end. */
  column = 0;

  /** The row that plain text makes, with the cursor at its end. `entry` is the rendition at its beginning. */
  static of(text: string, entry: Sgr): TerminalRow {
    const row = new TerminalRow();
    row.write(text, entry);
    return row;
  }

  get width(): number {
    return this.#columns.length;
  }

  /** Writes printable text with tabs and whole SGR codes at the cursor; answers the rendition afterwards. */
  write(text: string, rendition: Sgr): Sgr {
    let sgr = rendition;
    for (const piece of text.match(PIECE) ?? []) {
      if (piece.length > 1 && piece.startsWith('\u001b')) {
        sgr = applySgr(sgr, piece.slice(2, -1));
      } else if (piece === '\t') {
        this.#tab(sgr.codes);
      } else {
        this.#put(piece, sgr.codes);
      }
    }
    return sgr;
  }

  #put(character: string, codes: string): void {
    const width = characterWidth(character);
    const before = this.#ownerOf(this.column - 1);
    const last = before < 0 ? undefined : this.#columns[before];
    if (last !== undefined && last.text !== '\t' && (width === 0 || last.text.endsWith(JOINER))) {
      // 64 marks on one character are more than any writing has; a flood of them is dropped.
      if (last.text.length < 64) this.#columns[before] = { text: last.text + character, codes: last.codes };
      return;
    }
    if (width === 0) return;
    this.#pad(this.column);
    for (let at = this.column; at < this.column + width; at += 1) this.#free(at);
    this.#columns[this.column] = { text: character, codes };
    if (width === 2) this.#columns[this.column + 1] = { text: '', codes };
    this.column += width;
  }

  #tab(codes: string): void {
    const next = (Math.floor(this.column / TAB) + 1) * TAB;
    if (this.column >= this.#columns.length) {
      this.#pad(this.column);
      for (let at = this.column; at < next; at += 1) {
        this.#columns.push({ text: at === this.column ? '\t' : '', codes });
      }
    }
    this.column = next;
  }

  /** The column where the character that covers `at` begins. */
  #ownerOf(at: number): number {
    let owner = Math.min(at, this.#columns.length - 1);
    while (owner > 0 && this.#columns[owner]?.text === '') owner -= 1;
    return at >= this.#columns.length ? -1 : owner;
  }

  /** Half a wide character can not be kept: what covers `at` becomes spaces. */
  #free(at: number): void {
    const column = this.#columns[at];
    if (column === undefined) return;
    if (column.text !== '' && this.#columns[at + 1]?.text !== '') return;
    const first = this.#ownerOf(at);
    const { codes } = column;
    this.#columns[first] = { text: ' ', codes };
    for (let next = first + 1; this.#columns[next]?.text === ''; next += 1) {
      this.#columns[next] = { text: ' ', codes };
    }
  }

  #pad(width: number): void {
    while (this.#columns.length < width) this.#columns.push({ text: ' ', codes: '' });
  }

  /** EL: erases to the end (0), from the beginning (1), or all (2). The cursor stays. */
  erase(mode: number): void {
    if (mode === 2) this.#columns.length = 0;
    if (mode === 0 && this.column < this.#columns.length) {
      this.#free(this.column);
      this.#columns.length = this.column;
    }
    if (mode === 1) {
      const last = Math.min(this.column, this.#columns.length - 1);
      for (let at = 0; at <= last; at += 1) this.#free(at);
      for (let at = 0; at <= last; at += 1) this.#columns[at] = { text: ' ', codes: '' };
    }
  }

  /** The row as text with SGR codes, for a reader who arrives in rendition `entry` and must leave in `exit`. */
  text(entry: Sgr, exit: Sgr): string {
    let text = '';
    let codes = entry.codes;
    for (const column of this.#columns) {
      if (column.text === '') continue;
      text += sgrTransition(codes, column.codes) + column.text;
      codes = column.codes;
    }
    return text + sgrTransition(codes, exit.codes);
  }
}
