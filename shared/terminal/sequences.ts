/** A piece of what a program writes to its terminal. `text` is what it was, as it came. */
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
  /** A device control, application, privacy or start string; what was in it is not kept. */
  | { readonly kind: 'string' }
  /** One that went over its limit, or broke off. Nothing of it is kept. */
  | { readonly kind: 'broken' };

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

  /** Characters of a sequence that has not ended. */
  get waiting(): number {
    return this.held.length;
  }

  push(data: string): readonly Sequence[] {
    const found: Sequence[] = [];
    let at = 0;
    while (at < data.length) at = this.step(data, at, found);
    return found;
  }

  private step(data: string, at: number, found: Sequence[]): number {
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
    if (end < data.length) this.begin(data.charAt(end));
    return end + 1;
  }

  /** The control that left the text. One-character forms other than those of strings and CSI do nothing here. */
  private begin(control: string): void {
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
        this.held = '';
        return;
      default:
        this.rest();
    }
  }

  private rest(): void {
    this.mode = 'text';
    this.held = '';
  }

  private escape(data: string, at: number, found: Sequence[]): number {
    const character = data.charAt(at);
    const code = character.charCodeAt(0);
    if (isNewSequence(code)) {
      this.begin(character);
      return at + 1;
    }
    if (code < 0x20) return this.control(character, at, found);
    this.held += character;
    if (this.held.length === 2) {
      const mode = STRINGS.get(character);
      if (mode !== undefined) {
        this.mode = mode;
        if (mode === 'string') this.held = '';
        return at + 1;
      }
    }
    if (code >= 0x20 && code <= 0x2f && this.held.length < ESCAPE_LIMIT) return at + 1;
    const isWhole = code >= 0x30 && code <= 0x7e;
    found.push(isWhole ? { kind: 'escape', text: this.held, final: character } : { kind: 'broken' });
    this.rest();
    return at + 1;
  }

  /** A control character in the middle of a sequence counts by itself; two of them cancel the sequence. */
  private control(character: string, at: number, found: Sequence[]): number {
    if (character === '\u0018' || character === '\u001a') {
      found.push({ kind: 'broken' });
      this.rest();
    } else add(found, character);
    return at + 1;
  }

  private csi(data: string, at: number, found: Sequence[]): number {
    const character = data.charAt(at);
    const code = character.charCodeAt(0);
    if (isNewSequence(code)) {
      found.push({ kind: 'broken' });
      this.begin(character);
      return at + 1;
    }
    if (code < 0x20) return this.control(character, at, found);
    if (code > 0x7e) {
      found.push({ kind: 'broken' });
      this.rest();
      // A letter of another alphabet is text again; DEL is nothing.
      return code === 0x7f ? at + 1 : at;
    }
    if (code < 0x40) {
      if (this.mode === 'csi') this.held += character;
      if (this.held.length > CSI_LIMIT) {
        this.mode = 'long-csi';
        this.held = '';
      }
      return at + 1;
    }
    if (this.mode === 'long-csi') found.push({ kind: 'broken' });
    else {
      const parameters = this.held.slice(this.held.startsWith(ESC) ? 2 : 1);
      found.push({ kind: 'csi', text: this.held + character, parameters, final: character });
    }
    this.rest();
    return at + 1;
  }

  private inString(data: string, at: number, found: Sequence[]): number {
    ENDS_STRING.lastIndex = at;
    const end = ENDS_STRING.exec(data)?.index ?? data.length;
    if (this.mode === 'osc') {
      this.held += data.slice(at, end);
      if (this.held.length > OSC_LIMIT) {
        this.mode = 'long-osc';
        this.held = '';
        // What lies over the limit is looked at for the line that ends it.
      }
    }
    if (this.mode === 'long-osc') {
      const line = data.slice(at, end).indexOf('\n');
      if (line >= 0) {
        found.push({ kind: 'broken' });
        this.rest();
        return at + line;
      }
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
    found.push({ kind: 'broken' });
    this.rest();
    const isCancel = ending === '\u0018' || ending === '\u001a';
    return isCancel ? end + 1 : end;
  }

  /** Behind an escape in a string: `\` ends the string, all else begins anew. */
  private stringEscape(data: string, at: number, found: Sequence[]): number {
    const isWhole = data.charAt(at) === '\\';
    if (isWhole) {
      this.mode = this.mode === 'osc-escape' ? 'osc' : 'string';
      this.endString(found, `${ESC}\\`);
      return at + 1;
    }
    found.push({ kind: 'broken' });
    this.begin(ESC);
    return at;
  }

  private endString(found: Sequence[], ending: string): void {
    if (this.mode === 'osc') {
      const data = this.held.slice(this.held.startsWith(ESC) ? 2 : 1);
      found.push({ kind: 'osc', text: this.held + ending, data });
    } else found.push(this.mode === 'string' ? { kind: 'string' } : { kind: 'broken' });
    this.rest();
  }
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
