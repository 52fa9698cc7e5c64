import { beginText, fenceText, MARKS, PROMPT_MARK } from './bootstrap';

/** What came out of a piece of the terminal's stream. */
export interface Cut {
  /** What stands before the command's own output; it belongs to the time between commands, as `rest` does. */
  readonly before: string;
  readonly text: string;
  /** The fence has come: the command's output is complete. */
  readonly isFenced: boolean;
  /** What stands behind the fence; it belongs to the time between commands. */
  readonly rest: string;
  /** Bash stands at its prompt, where it should never be. */
  readonly isPrompt: boolean;
}

/** How much output may come before the echo of what was typed, in characters. */
const ECHO_WITHIN = 65_536;
/** A last line that may be bash's own, see {@link OutputCutter.flush}. */
const FAREWELL = /(?:^|\n)(e|ex|exi|exit\r?\n?)$/;
/** A mark of ours or a private mode of which the rest is still to come: whoever looks for one gets it whole. */
// oxlint-disable-next-line no-control-regex -- escape sequences are what this is about
const OPEN_SEQUENCE = /\u001b(?:\][0-9a-z;]{0,40}|\[(?:\?\d{0,4})?)?$/;
/** What bash leaves on breaking off a command: what it had begun to write of a mark of ours, and line ends. */
// oxlint-disable-next-line no-control-regex -- escape sequences are what this is about
const BROKEN_OFF = /(\u001b(?:\][0-9a-z; ]{0,48})?)?(\n*)\r?$/;

/**
 * Cuts a command's output out of the terminal's stream: line ends as `\n`, without the echo of what was typed, between
 * the two fences around it.
 */
export class OutputCutter {
  private held = '';
  private echo = '';
  private echoLeft = 0;
  /** Of what was given out since an interrupt, enough to tell whether anything was; null without one. */
  private sinceInterrupt: string | null = null;
  private isLineStart = true;
  private begun = false;
  private done = false;
  private readonly begin: string;
  private readonly fence: string;

  constructor(nonce: string) {
    this.begin = beginText(nonce);
    this.fence = fenceText(nonce);
  }

  get isDone(): boolean {
    return this.done;
  }

  /** The terminal will echo this; its next occurrence is not output, unless much else comes before it. */
  expectEcho(text: string): void {
    this.echo = text;
    this.echoLeft = ECHO_WITHIN;
  }

  /** The command was interrupted: line ends that bash then writes by itself are held back, to be cut. */
  holdLineEnds(): void {
    this.sinceInterrupt ??= '';
  }

  /** What bash wrote by itself on breaking off a command is not output: a line end for each interrupt and program that died. */
  dropLineEnds(): void {
    if (this.sinceInterrupt === null) return;
    const isEmpty = this.sinceInterrupt === '';
    this.held = this.held.replace(BROKEN_OFF, (_, _mark, ends: string) => (isEmpty ? '' : ends.slice(1)));
  }

  push(data: string): Cut {
    if (this.done) return { ...NOTHING, isFenced: true, rest: lines(data) };
    let text = this.held + data;
    this.held = '';
    const isPrompt = text.includes(PROMPT_MARK);
    text = this.cutEcho(text.replaceAll('\r\n', '\n'));
    let before = '';
    if (!this.begun) {
      const start = text.indexOf(this.begin);
      if (start < 0) return { ...this.pushUnbegun(text), isPrompt };
      before = text.slice(0, start).replaceAll(MARKS, '');
      text = text.slice(start + this.begin.length);
      this.begun = true;
      this.isLineStart = true;
    }
    const at = text.indexOf(this.fence);
    if (at >= 0) {
      this.done = true;
      const rest = lines(text.slice(at + this.fence.length));
      const output = text.slice(0, at).replaceAll(MARKS, '');
      // Until it is known how the command ended, see dropLineEnds.
      return {
        text: this.holdBack(output, this.brokenOffLength(output)),
        isFenced: true,
        rest,
        isPrompt,
        before,
      };
    }
    text = text.replaceAll(MARKS, '');
    return { text: this.holdBack(text, this.heldLength(text)), isFenced: false, rest: '', isPrompt, before };
  }

  /** Before the first fence, which never comes where bash was interrupted while it wrote it: then the last one tells. */
  private pushUnbegun(text: string): Cut {
    const at = text.indexOf(this.fence);
    if (at < 0)
      return { ...NOTHING, before: this.holdBack(text.replaceAll(MARKS, ''), this.heldLength(text)) };
    this.done = true;
    const between = text.slice(0, at).replaceAll(MARKS, '');
    const rest = lines(text.slice(at + this.fence.length));
    return {
      ...NOTHING,
      before: this.holdBack(between, this.brokenOffLength(between)),
      isFenced: true,
      rest,
    };
  }

  /**
   * No fence will come, or it has come: what is still held back is output. `hasExited`: an interactive bash says
   * "exit" when it is told to, which is not the command's word.
   */
  flush(hasExited: boolean): string {
    this.done = true;
    const text = this.held;
    this.held = '';
    return hasExited ? text.replace(/^exit\n$/, '') : text;
  }

  private holdBack(text: string, count: number): string {
    const out = text.slice(0, text.length - count);
    this.held = text.slice(text.length - count);
    if (out !== '') this.isLineStart = out.endsWith('\n');
    if (this.sinceInterrupt !== null) this.sinceInterrupt += out.slice(0, 1);
    return out;
  }

  private brokenOffLength(text: string): number {
    return this.sinceInterrupt === null ? 0 : (BROKEN_OFF.exec(text)?.[0].length ?? 0);
  }

  private cutEcho(text: string): string {
    if (this.echo === '') return text;
    const at = text.indexOf(this.echo);
    if (at < 0) {
      this.echoLeft -= text.length;
      if (this.echoLeft <= 0) this.echo = '';
      return text;
    }
    const { length } = this.echo;
    this.echo = '';
    return text.slice(0, at) + text.slice(at + length);
  }

  /** How much of the end may still become a mark, an echo, or a line end that came in two parts. */
  private heldLength(text: string): number {
    const whole = [this.echo, '\r\n'].map((each) => startOf(each, text));
    const sequence = OPEN_SEQUENCE.exec(text)?.[0].length ?? 0;
    const farewell = FAREWELL.exec(text);
    const isLine = farewell !== null && (farewell.index > 0 || this.isLineStart);
    const word = isLine ? (farewell[1] ?? '').length : 0;
    return Math.max(...whole, sequence, word, this.brokenOffLength(text));
  }
}

const NOTHING: Cut = { before: '', text: '', isFenced: false, rest: '', isPrompt: false };

/** What jobs in the background print between commands: line ends as `\n`, without marks. */
export function lines(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(MARKS, '');
}

/** How many characters at the end of `text` are the beginning of `mark`. */
function startOf(mark: string, text: string): number {
  for (let length = Math.min(mark.length - 1, text.length); length > 0; length -= 1) {
    if (text.endsWith(mark.slice(0, length))) return length;
  }
  return 0;
}
