import { isMark } from './marks';

/**
 * A piece of what a program writes to its terminal. `text` is what it was, as it came: all texts in their order are what
 * was written, save of marks that broke off or went over the limit, since a nonce may be in them.
 */
export type Sequence =
  | { readonly kind: 'text'; readonly text: string }
  /** `ESC`, intermediates, one final character. */
  | { readonly kind: 'escape'; readonly text: string; readonly final: string }
  | {
      readonly kind: 'csi';
      readonly text: string;
      /** All between the introducer and the final character: parameters and intermediates. */
      readonly parameters: string;
      readonly final: string;
    }
  | { readonly kind: 'osc'; readonly text: string; readonly data: string }
  /** A part of a device control, application, privacy or start string, or of a sequence that went over its limit. */
  | { readonly kind: 'string'; readonly text: string }
  /** One that broke off, or the end of one that went over its limit. */
  | { readonly kind: 'broken'; readonly text: string };

/** Longer ones have no use: a window's title, a link and a command line are all shorter. Characters. */
export const OSC_LIMIT = 131_072;
const CSI_LIMIT = 256;
const ESCAPE_LIMIT = 16;

const ESC = '\u001b';
/** What leaves plain text: the escape, and the one-character forms of what may follow it. */
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const LEAVES_TEXT = /[\u001b\u0080-\u009f]/g;
/** What ends a string: BEL, ST, a new sequence, or what cancels one. */
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const ENDS_STRING = /[\u0007\u0018\u001a\u001b\u0080-\u009f]/g;
/** What stands in a CSI before its final character. */
const PARAMETERS = /[\u0020-\u003f]*/y;

type Mode =
  'text' | 'escape' | 'csi' | 'osc' | 'osc-escape' | 'string' | 'string-escape' | 'long-csi' | 'long-osc';

/**
 * Parts the stream of a terminal into text and sequences as xterm does, however it is split.
 *
 * Bounded: of a sequence that does not end no more than its limit is held, and one that went over it ends at the next
 * line at the latest, so that nobody can make a screen go dark by beginning one.
 */
export class SequenceReader {
  private mode: Mode = 'text';
  private held = '';
  /** What goes over the limit is a mark. */
  private isHidden = false;

  /** Characters of a sequence that has not ended. */
  get waiting(): number {
    return this.held.length;
  }

  push(data: string): readonly Sequence[] {
    const found: Sequence[] = [];
    let at = 0;
    while (at < data.length) at = this.read(data, at, found);
    return found;
  }

  /** The stream has ended: what is held of a sequence broke off. */
  finish(): readonly Sequence[] {
    const found: Sequence[] = [];
    const isEscape = this.mode === 'osc-escape' || this.mode === 'string-escape';
    if (this.mode !== 'text') this.broken(found, isEscape ? this.held + ESC : this.held);
    return found;
  }

  /** No sequence is under way: what comes next is text, or begins one. */
  get isBetween(): boolean {
    return this.mode === 'text';
  }

  /** Reads one step of what comes, from a place in it; answers where it goes on. */
  read(data: string, at: number, found: Sequence[]): number {
    switch (this.mode) {
      case 'text':
        return this.text(data, at, found);
      case 'escape':
        return this.escape(data, at, found);
      case 'csi':
      case 'long-csi':
        return this.csi(data, at, found);
      case 'osc':
      case 'long-osc':
      case 'string':
        return this.inString(data, at, found);
      case 'osc-escape':
      case 'string-escape':
        return this.stringEscape(data, at, found);
    }
  }

  private text(data: string, at: number, found: Sequence[]): number {
    LEAVES_TEXT.lastIndex = at;
    const end = LEAVES_TEXT.exec(data)?.index ?? data.length;
    if (end > at) add(found, data.slice(at, end));
    if (end < data.length) this.begin(data.charAt(end), found);
    return end + 1;
  }

  /** The control that left the text. One-character forms other than those of strings and CSI do nothing here. */
  private begin(control: string, found: Sequence[]): void {
    this.held = control;
    switch (control) {
      case ESC:
        this.mode = 'escape';
        return;
      case '\u009b':
        this.mode = 'csi';
        return;
      case '\u009d':
        this.mode = 'osc';
        return;
      case '\u0090':
      case '\u0098':
      case '\u009e':
      case '\u009f':
        this.mode = 'string';
        return;
      default:
        this.broken(found, control);
    }
  }

  private rest(): void {
    this.mode = 'text';
    this.held = '';
    this.isHidden = false;
  }

  /** Nothing comes of what was held. */
  private broken(found: Sequence[], text: string): void {
    found.push({ kind: 'broken', text: this.isHidden || isHeldMark(text) ? '' : text });
    this.rest();
  }

  private escape(data: string, at: number, found: Sequence[]): number {
    const character = data.charAt(at);
    const code = character.charCodeAt(0);
    if (isNewSequence(code)) {
      this.broken(found, this.held);
      this.begin(character, found);
      return at + 1;
    }
    if (code < 0x20) return this.control(character, at, found);
    this.held += character;
    if (this.held.length === 2) {
      const mode = STRINGS.get(character);
      if (mode !== undefined) {
        this.mode = mode;
        return at + 1;
      }
    }
    if (code >= 0x20 && code <= 0x2f && this.held.length < ESCAPE_LIMIT) return at + 1;
    if (code >= 0x30 && code <= 0x7e) {
      found.push({ kind: 'escape', text: this.held, final: character });
      this.rest();
    } else this.broken(found, this.held);
    return at + 1;
  }

  /** A control character in the middle of a sequence counts by itself; two of them cancel the sequence. */
  private control(character: string, at: number, found: Sequence[]): number {
    if (character === '\u0018' || character === '\u001a') this.broken(found, this.held + character);
    else add(found, character);
    return at + 1;
  }

  private csi(data: string, at: number, found: Sequence[]): number {
    PARAMETERS.lastIndex = at;
    const end = at + (PARAMETERS.exec(data)?.[0].length ?? 0);
    if (end > at) {
      this.held += data.slice(at, end);
      if (this.held.length > CSI_LIMIT) {
        this.mode = 'long-csi';
        this.over(found, this.held);
        this.held = '';
      }
      return end;
    }
    const character = data.charAt(at);
    const code = character.charCodeAt(0);
    if (isNewSequence(code)) {
      this.broken(found, this.held);
      this.begin(character, found);
      return at + 1;
    }
    if (code < 0x20) return this.control(character, at, found);
    if (code > 0x7e) {
      // A letter of another alphabet is text again; DEL is nothing.
      const isNothing = code === 0x7f;
      this.broken(found, isNothing ? this.held + character : this.held);
      return isNothing ? at + 1 : at;
    }
    if (this.mode === 'long-csi') this.broken(found, this.held + character);
    else {
      const parameters = this.held.slice(this.held.startsWith(ESC) ? 2 : 1);
      found.push({ kind: 'csi', text: this.held + character, parameters, final: character });
      this.rest();
    }
    return at + 1;
  }

  private inString(data: string, at: number, found: Sequence[]): number {
    ENDS_STRING.lastIndex = at;
    const end = ENDS_STRING.exec(data)?.index ?? data.length;
    this.held += data.slice(at, end);
    if (this.mode === 'osc' && this.held.length > OSC_LIMIT) {
      this.mode = 'long-osc';
      this.isHidden = isHeldMark(this.held);
    }
    if (this.mode === 'long-osc') {
      // What lies over the limit is looked at for the line that ends it.
      const line = data.slice(at, end).indexOf('\n');
      if (line >= 0) {
        this.broken(found, this.held.slice(0, this.held.length - (end - at - line)));
        return at + line;
      }
    }
    if (this.mode !== 'osc') {
      this.over(found, this.held);
      this.held = '';
    }
    if (end === data.length) return end;
    const ending = data.charAt(end);
    if (ending === ESC) {
      this.mode = this.mode === 'osc' ? 'osc-escape' : 'string-escape';
      return end + 1;
    }
    const isWhole = ending === '\u0007' || ending === '\u009c';
    if (isWhole) {
      this.endString(found, ending);
      return end + 1;
    }
    const isCancel = ending === '\u0018' || ending === '\u001a';
    this.broken(found, isCancel ? this.held + ending : this.held);
    return isCancel ? end + 1 : end;
  }

  private over(found: Sequence[], text: string): void {
    if (text !== '' && !this.isHidden) found.push({ kind: 'string', text });
  }

  /** Behind an escape in a string: `\` ends the string, all else begins anew. */
  private stringEscape(data: string, at: number, found: Sequence[]): number {
    const isWhole = data.charAt(at) === '\\';
    if (isWhole) {
      this.mode = this.mode === 'osc-escape' ? 'osc' : 'string';
      this.endString(found, `${ESC}\\`);
      return at + 1;
    }
    this.broken(found, this.held);
    this.begin(ESC, found);
    return at;
  }

  private endString(found: Sequence[], ending: string): void {
    if (this.mode === 'osc') {
      const data = this.held.slice(this.held.startsWith(ESC) ? 2 : 1);
      found.push({ kind: 'osc', text: this.held + ending, data });
    } else this.over(found, ending);
    this.rest();
  }
}

/** Whether the beginning of a sequence may be that of a mark. */
function isHeldMark(held: string): boolean {
  const data = held.startsWith(`${ESC}]`) ? held.slice(2) : held.startsWith('\u009d') ? held.slice(1) : null;
  return data !== null && isMark(data);
}

const STRINGS: ReadonlyMap<string, Mode> = new Map([
  ['[', 'csi'],
  [']', 'osc'],
  ['P', 'string'],
  ['X', 'string'],
  ['^', 'string'],
  ['_', 'string'],
]);

function isNewSequence(code: number): boolean {
  return code === 0x1b || (code >= 0x80 && code <= 0x9f);
}

/** Text in one piece, also where a control character in a sequence parted it. */
function add(found: Sequence[], text: string): void {
  const last = found.at(-1);
  if (last?.kind === 'text') found[found.length - 1] = { kind: 'text', text: last.text + text };
  else found.push({ kind: 'text', text });
}
