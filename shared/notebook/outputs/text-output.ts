import { VIEW_HEAD_LINES, VIEW_LINE_CHARACTERS, VIEW_TAIL_LINES, type TextView } from '../view';
import { sgrAfter, SGR_DEFAULT } from './sgr';
import { TerminalText } from './terminal-text';
import { countLineEnds, countLines } from './text-lines';
import { textInMemory, type TextSnapshot, type TextSource, type TextStore } from './text-store';
import { viewOfEnds } from './text-view';
import { utf8Head, utf8Length, utf8Tail } from './utf8';

/** The file keeps this much of both ends of a text over the limit. */
export const KEPT_BYTES = 65_536;
/** Texts up to this size lie in memory alone. */
export const STORE_BYTES = 65_536;
const TAIL_CHARACTERS = 262_144;
const HEAD_LINES = VIEW_HEAD_LINES + VIEW_TAIL_LINES;
const HEAD_CHARACTERS = HEAD_LINES * (VIEW_LINE_CHARACTERS + 1);

export interface TextOutputOptions {
  /** Bytes above which a notebook keeps both ends only; null: no limit, all stays in memory. */
  readonly limitBytes: number | null;
  /** Called once, when the text outgrows memory. */
  readonly openStore: () => TextStore;
  readonly redactLine?: (line: string) => string;
}

/** What a notebook keeps of a text. */
export interface KeptText {
  /** Where the text is over the limit: its beginning, `between`, its end. */
  readonly text: string;
  /** Null while `text` is the whole. */
  readonly full: {
    readonly bytes: number;
    readonly lines: number;
    readonly snapshot: TextSnapshot;
  } | null;
}

/**
 * One text output as it grows: what a terminal would show, its bounded view, and what a notebook keeps of it.
 *
 * In memory are both ends, and the whole only while it is under the limit; the whole lies in the store.
 */
export class TextOutput {
  readonly #options: TextOutputOptions;
  readonly #terminal: TerminalText;
  /** All settled text while it may go into the notebook as a whole; null from the limit on. */
  #whole: string[] | null = [];
  #settledBytes = 0;
  #settledLineEnds = 0;
  /** The first lines, each line bounded, for the view. */
  #head = '';
  #headLineEnds = 0;
  #headColumn = 0;
  /** The first bytes as they are, for the notebook. */
  #first = '';
  #tail = '';
  #tailEntry = SGR_DEFAULT;
  #store: TextStore | null = null;
  #tailStored = '';

  constructor(options: TextOutputOptions) {
    this.#options = options;
    this.#terminal = new TerminalText({
      settle: (text) => this.#settled(text),
      ...(options.redactLine === undefined ? {} : { redactLine: options.redactLine }),
    });
  }

  push(text: string): void {
    this.#terminal.push(text);
  }

  /** The stream ended. More may still be pushed: a thread that prints after its cell has ended. */
  finish(): void {
    this.#terminal.finish();
  }

  #settled(text: string): void {
    const { limitBytes } = this.#options;
    this.#settledBytes += utf8Length(text);
    this.#settledLineEnds += countLineEnds(text);
    this.#growHead(text);
    this.#tail += text;
    if (this.#tail.length > 2 * TAIL_CHARACTERS) {
      const cut =
        this.#tail.indexOf('\n', this.#tail.length - TAIL_CHARACTERS) + 1 ||
        this.#tail.length - TAIL_CHARACTERS;
      this.#tailEntry = sgrAfter(this.#tailEntry, this.#tail.slice(0, cut));
      this.#tail = this.#tail.slice(cut);
    }
    if (this.#store === null && this.#settledBytes > STORE_BYTES) {
      this.#store = this.#options.openStore();
      for (const part of this.#whole ?? []) this.#store.append(part);
    }
    this.#store?.append(text);
    if (this.#whole === null) return;
    this.#whole.push(text);
    if (limitBytes === null || this.#settledBytes <= Math.max(limitBytes, STORE_BYTES)) return;
    // A part of a string keeps the whole string alive: what is kept is copied out of it.
    this.#first = detached(utf8Head(this.#whole.join('').slice(0, KEPT_BYTES), KEPT_BYTES));
    this.#whole = null;
  }

  #growHead(text: string): void {
    if (this.#headLineEnds >= HEAD_LINES || this.#head.length > 2 * HEAD_CHARACTERS) return;
    for (const [index, line] of text.split('\n', HEAD_LINES - this.#headLineEnds + 1).entries()) {
      if (index > 0) {
        this.#head += '\n';
        this.#headLineEnds += 1;
        this.#headColumn = 0;
        if (this.#headLineEnds >= HEAD_LINES) return;
      }
      // One more than is shown, so that the view sees that the line was cut.
      const room = 2 * VIEW_LINE_CHARACTERS - this.#headColumn;
      if (room > 0) this.#head += detached(line.slice(0, room));
      this.#headColumn += line.length;
    }
  }

  get bytes(): number {
    return this.#settledBytes + utf8Length(this.#terminal.pending());
  }

  /** True for a text of which nothing is to be seen. */
  get isEmpty(): boolean {
    return this.#settledBytes === 0 && this.#terminal.pending() === '';
  }

  view(): TextView {
    const pending = this.#terminal.pending();
    const isOpen = this.#headLineEnds < HEAD_LINES;
    return viewOfEnds({
      head: isOpen ? this.#head + pending : this.#head,
      tail: this.#tail + pending,
      tailEntry: this.#tailEntry,
      lines: this.#settledLineEnds + countLines(pending) + (pending === '' && this.#endsOpen() ? 1 : 0),
      bytes: this.#settledBytes + utf8Length(pending),
    });
  }

  #endsOpen(): boolean {
    return this.#settledBytes > 0 && !this.#tail.endsWith('\n');
  }

  /** Brings the rows that can still change into the store, so that a crash does not cost them. */
  sync(): void {
    if (this.#store === null) return;
    const pending = this.#terminal.pending();
    if (pending === this.#tailStored) return;
    this.#tailStored = pending;
    this.#store.setTail(pending);
  }

  /** The text by lines, in full. */
  source(): TextSource {
    this.sync();
    return this.#store ?? textInMemory(() => (this.#whole ?? []).join('') + this.#terminal.pending());
  }

  /** What the notebook keeps. `between` makes the one line that stands for what it does not. */
  kept(
    between: (left: { readonly lines: number; readonly bytes: number; readonly sha256: string }) => string,
  ): KeptText {
    const pending = this.#terminal.pending();
    const { limitBytes } = this.#options;
    const bytes = this.#settledBytes + utf8Length(pending);
    if (this.#whole !== null && (limitBytes === null || bytes <= limitBytes)) {
      return { text: this.#whole.join('') + pending, full: null };
    }
    if (this.#store === null) {
      this.#store = this.#options.openStore();
      for (const part of this.#whole ?? []) this.#store.append(part);
    }
    this.sync();
    const keep = Math.min(KEPT_BYTES, Math.floor((limitBytes ?? 0) / 2));
    const first = this.#whole === null ? this.#first : this.#whole.join('') + pending;
    const head = wholeLines(utf8Head(first.slice(0, keep), keep));
    const end = this.#tail + pending;
    const last = utf8Tail(end.slice(Math.max(0, end.length - keep)), keep);
    const tail = last.slice(last.indexOf('\n') + 1) || last;
    const lines = this.#settledLineEnds + countLines(pending) + (pending === '' && this.#endsOpen() ? 1 : 0);
    const snapshot = this.#store.snapshot();
    const left = {
      lines: Math.max(0, lines - countLines(head) - countLines(tail)),
      bytes: bytes - utf8Length(head) - utf8Length(tail),
      sha256: snapshot.sha256,
    };
    const glue = head === '' || head.endsWith('\n') ? '' : '\n';
    return {
      text: `${head}${glue}${between(left)}\n${tail}`,
      full: { bytes, lines, snapshot },
    };
  }

  /** The whole text while it lies in memory alone; null once it has a store, which then has it. */
  inMemory(): string | null {
    return this.#store === null ? (this.#whole ?? []).join('') + this.#terminal.pending() : null;
  }

  get store(): TextStore | null {
    return this.#store;
  }

  /** The output was cleared. */
  discard(): void {
    this.#store?.discard();
    this.#store = null;
    this.#whole = [];
  }
}

/** Up to the last line end, if there is one not too far back. */
function wholeLines(text: string): string {
  const end = text.lastIndexOf('\n') + 1;
  return end > text.length / 2 ? text.slice(0, end) : text;
}

/** A copy that does not keep the string alive that it was cut from. */
function detached(text: string): string {
  return text.length < 13 ? text : (JSON.parse(JSON.stringify(text)) as string);
}
