import { PASTE_BEGINS } from './send';

/** A line editor gives the paste in brackets up as the line is its own no more, and before anything runs. */
// oxlint-disable-next-line no-control-regex -- escape sequences are what this is about
const PASTE_OFF = /\u001b\[\?2004l/;
/** An editor draws a line some times over while it takes it in; of more than this nobody knows what it is. Characters. */
const MOST_DRAWN = 16_384;
const TIMES_DRAWN = 8;

/** What was written to a shell that marks nothing, and what stood before the cursor then. */
export interface Typed {
  readonly keys: string;
  readonly prompt: string;
}

/**
 * Takes the echo of what was typed off the beginning of what a shell answers that marks nothing.
 *
 * Only where its end is known for certain: a line editor that takes pastes in brackets ends them as it hands the line
 * over; and where there is none, the echo of one line is that line. All else is left as it came: nothing that a command
 * printed is ever taken for echo.
 */
export class TypedEcho {
  private readonly isBracketed: boolean;
  /** The one line and its end, as a terminal echoes it; null where it has several. */
  private readonly line: string | null;
  private readonly most: number;
  private state: 'echo' | 'line-end' | 'past' = 'echo';
  private held = '';
  /** The cursor was on a new line already as the editor handed the line over. */
  private isOnNewLine = false;

  /** `keys`: what was written to the terminal, its Enter too; see `typedKeys`. */
  constructor(keys: string) {
    const line = keys.slice(0, -1);
    this.isBracketed = keys.startsWith(PASTE_BEGINS);
    this.line = this.isBracketed || line.includes('\r') ? null : `${line}\r\n`;
    this.most = keys.length * TIMES_DRAWN + MOST_DRAWN;
  }

  /** What of a part is not echo. Parts may end anywhere. */
  push(part: string): string {
    if (this.state === 'past') return part;
    const all = this.held + part;
    this.held = '';
    if (this.state === 'line-end') return this.lineEnd(all);
    return this.isBracketed ? this.editor(all) : this.plain(all);
  }

  /** Nothing more comes: what was held, as nobody knows whose it is. */
  end(): string {
    const rest = this.state === 'line-end' ? '' : this.held;
    this.held = '';
    this.state = 'past';
    return rest;
  }

  private editor(all: string): string {
    const off = PASTE_OFF.exec(all);
    if (off === null) return all.length > this.most ? this.past(all) : this.hold(all);
    this.isOnNewLine = all.slice(0, off.index).endsWith('\n');
    this.state = 'line-end';
    return this.lineEnd(all.slice(off.index + off[0].length));
  }

  /** Readline went to the next line before, and returns to its begin; others go there now. */
  private lineEnd(all: string): string {
    if (/^\r*$/.test(all)) return this.hold(all);
    if (this.isOnNewLine) return this.past(all.replace(/^\r/, ''));
    return this.past(all.replace(/^\r*\n/, ''));
  }

  private plain(all: string): string {
    const { line } = this;
    if (line === null) return this.past(all);
    if (all.startsWith(line)) return this.past(all.slice(line.length));
    return line.startsWith(all) ? this.hold(all) : this.past(all);
  }

  private hold(all: string): string {
    this.held = all;
    return '';
  }

  private past(rest: string): string {
    this.state = 'past';
    return rest;
  }
}
