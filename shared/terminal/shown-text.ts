import { TerminalText } from '../notebook/outputs/terminal-text';

/** A program takes the whole screen, or gives it back. */
// oxlint-disable-next-line no-control-regex -- escape sequences are what this is about
const SCREEN = /(?:\u001b\[|\u009b)\?([0-9;]{1,64})([hl])/g;
const SCREEN_MODES: ReadonlySet<string> = new Set(['47', '1047', '1049']);
/** What zsh draws at the end of output, whether or not a line was left open, and overwrites. */
// oxlint-disable-next-line no-control-regex -- same
const OPEN_LINE = /(?:\u001b\[[0-9;]*m)*[%#](?:\u001b\[[0-9;]*m)* {2,}\r \r$/;

/** Stands in a text for what a full-screen program drew. */
export const FULL_SCREEN_LINE = '[a full-screen program ran here; what it drew is in the raw output]';

/** The beginning of a sequence whose end is to come. */
// oxlint-disable-next-line no-control-regex -- same
const OPEN_SEQUENCE = /(?:\u001b(?:\[[?0-9;]{0,70})?|\u009b[?0-9;]{0,70})$/;

/** Takes what full-screen programs draw out of a stream, as it is gone from a terminal when they end, and says so. */
export class FullScreenFilter {
  private isInside = false;
  private held = '';

  /** Parts may end anywhere. */
  push(part: string): string {
    const all = this.held + part;
    this.held = OPEN_SEQUENCE.exec(all)?.[0] ?? '';
    return this.take(this.held === '' ? all : all.slice(0, all.length - this.held.length));
  }

  /** The stream has ended. */
  flush(): string {
    const rest = this.held;
    this.held = '';
    return this.take(rest);
  }

  private take(text: string): string {
    if (!this.isInside && !text.includes('?')) return text;
    let kept = '';
    let at = 0;
    for (const match of text.matchAll(SCREEN)) {
      if (!(match[1] ?? '').split(';').some((mode) => SCREEN_MODES.has(mode))) continue;
      const isEntered = match[2] === 'h';
      if (isEntered === this.isInside) continue;
      if (!this.isInside) kept += `${text.slice(at, match.index)}\r\n${FULL_SCREEN_LINE}\r\n`;
      this.isInside = isEntered;
      at = match.index + match[0].length;
    }
    return this.isInside ? kept : kept + text.slice(at);
  }
}

/**
 * What a terminal would show of a command's output that is whole, as text with colour codes: `\r` and `\b`
 * overwritten, lines ended by `\n`, full-screen programs named. What is drawn anew over itself is shown as it was last:
 * the raw output has all of it.
 */
export function shownText(raw: string): string {
  let text = '';
  const terminal = new TerminalText({ settle: (settled) => (text += settled) });
  const filter = new FullScreenFilter();
  terminal.push(filter.push(withoutOpenLine(raw)));
  terminal.push(filter.flush());
  terminal.finish();
  return text + terminal.pending();
}

/** Raw output without the sign that zsh draws behind it. */
export function withoutOpenLine(raw: string): string {
  return raw.replace(OPEN_LINE, '');
}

// oxlint-disable-next-line no-control-regex -- colour codes
const COLOURS = /\u001b\[[0-9;:]{0,256}m/g;

/** The same without colours: what is copied, and searched. */
export function plainText(shown: string): string {
  return shown.includes('\u001b') ? shown.replace(COLOURS, '') : shown;
}

// What would do something where the text is shown, save tabs and line ends.
// oxlint-disable-next-line no-control-regex -- control characters are what this is about
const DOING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** A text in which every character that would do something is shown by its number, save tabs and line ends. */
export function visibleControls(text: string): string {
  return text.replace(DOING, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
