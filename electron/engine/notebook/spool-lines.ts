import type { FileHandle } from 'node:fs/promises';
import {
  lineMatcher,
  SEARCH_LIMIT,
  type LineMatches,
  type TextLines,
} from '../../../shared/notebook/outputs/text-store';

const BLOCK = 262_144;
/** A line is answered up to this many bytes; the whole is in the file. */
const LINE_BYTES = 262_144;
/** An answer holds at most about this many bytes; then it has fewer lines than asked for. */
const ANSWER_BYTES = 8_388_608;
const LF = 0x0a;

interface Mark {
  readonly offset: number;
  /** Line ends before the offset. */
  readonly lineEnds: number;
}

/** Where lines lie in a growing file of UTF-8 text: one mark every {@link BLOCK} bytes. */
export class LineIndex {
  readonly #marks: Mark[] = [{ offset: 0, lineEnds: 0 }];
  #size = 0;
  #lineEnds = 0;
  #endsOpen = false;

  /** Bytes and line ends seen so far. */
  get size(): number {
    return this.#size;
  }
  get lineEnds(): number {
    return this.#lineEnds;
  }

  /** The last line has no line end yet. */
  get endsOpen(): boolean {
    return this.#endsOpen;
  }

  /** Takes the next bytes of the file. */
  add(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#endsOpen = bytes.at(-1) !== LF;
    for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) this.#lineEnds += 1;
    this.#size += bytes.length;
    const last = this.#marks.at(-1);
    if (last === undefined || this.#size - last.offset >= BLOCK) {
      this.#marks.push({ offset: this.#size, lineEnds: this.#lineEnds });
    }
  }

  /** A place from where reading on meets the beginning of line `line`. */
  before(line: number): Mark {
    let low = 0;
    let high = this.#marks.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#marks[middle]?.lineEnds ?? Infinity) < line) low = middle;
      else high = middle - 1;
    }
    return this.#marks[low] ?? { offset: 0, lineEnds: 0 };
  }
}

async function* blocks(file: FileHandle, from: number): AsyncGenerator<Buffer> {
  let offset = from;
  for (;;) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(BLOCK), 0, BLOCK, offset);
    if (bytesRead === 0) return;
    offset += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** Reads lines by number, from 0. `total` is what the caller knows of the file. */
export async function readLines(
  file: FileHandle,
  index: LineIndex,
  request: { readonly from: number; readonly count: number; readonly total: number },
): Promise<TextLines> {
  const { from, count, total } = request;
  const lines: string[] = [];
  if (from >= total || count <= 0) return { lines, total };
  const mark = index.before(from);
  let line = mark.lineEnds;
  let parts: Buffer[] = [];
  let bytes = 0;
  let answered = 0;
  const wanted = Math.min(count, total - from);
  const take = (part: Buffer): void => {
    if (line < from || bytes >= LINE_BYTES) return;
    const room = part.subarray(0, LINE_BYTES - bytes);
    parts.push(room);
    bytes += room.length;
  };
  const end = (): void => {
    if (line >= from) {
      lines.push(Buffer.concat(parts).toString('utf8'));
      answered += bytes;
    }
    line += 1;
    parts = [];
    bytes = 0;
  };
  for await (const block of blocks(file, mark.offset)) {
    let at = 0;
    for (let next = block.indexOf(LF); next >= 0; next = block.indexOf(LF, at)) {
      take(block.subarray(at, next));
      end();
      at = next + 1;
      if (lines.length >= wanted || answered >= ANSWER_BYTES) return { lines, total };
    }
    take(block.subarray(at));
  }
  if (lines.length < wanted) end();
  return { lines, total };
}

/** Numbers of the lines that contain a text; reads the file through once, in blocks. */
export async function searchLines(
  file: FileHandle,
  text: string,
  caseSensitive: boolean,
  limit: number = SEARCH_LIMIT,
): Promise<LineMatches> {
  const matches = lineMatcher(text, caseSensitive);
  const found: number[] = [];
  let line = 0;
  let open = '';
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  for await (const block of blocks(file, 0)) {
    const lines = (open + decoder.decode(block, { stream: true })).split('\n');
    open = lines.pop() ?? '';
    // Most blocks hold no match, and asking once is a hundred times faster than asking each line.
    if (matches(lines.join('\n'))) {
      for (const [index, one] of lines.entries()) if (matches(one)) found.push(line + index);
    }
    line += lines.length;
    if (found.length > limit) return { lines: found.slice(0, limit), more: true };
    // A line without end is looked through in parts that overlap by the text's length.
    if (open.length > 4 * BLOCK) {
      if (matches(open)) {
        if (found.at(-1) !== line) found.push(line);
      }
      open = open.slice(-text.length * 4);
    }
  }
  if (open !== '' && found.at(-1) !== line && matches(open)) found.push(line);
  return { lines: found.slice(0, limit), more: found.length > limit };
}
