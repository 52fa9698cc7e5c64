import { plainText, shownText } from './shown-text';

/** Codes around a prompt, beside its own characters. */
const MOST_CODES = 512;

/**
 * Holds the prompt back that a shell shows again behind what a command printed, where no mark says so.
 *
 * It is known by what stood before the cursor when the command was typed: a last line that is open, and shows exactly
 * that. It is given out as soon as more comes behind it. Of a prompt of several lines only the last is known.
 */
export class PromptAgain {
  private readonly prompt: string;
  private held = '';
  /** What is held, or comes next, is the beginning of a line. */
  private isLineBegun = true;

  /** `prompt`: what stood before the cursor as the command was typed; nothing is held where that is empty. */
  constructor(prompt: string) {
    this.prompt = prompt.trimEnd();
  }

  /** Parts end between two sequences. */
  push(part: string): string {
    if (this.prompt === '') return part;
    const all = this.held + part;
    const at = all.lastIndexOf('\n') + 1;
    const tail = all.slice(at);
    this.held = (at > 0 || this.isLineBegun) && this.mayBePrompt(tail) ? tail : '';
    const given = all.slice(0, all.length - this.held.length);
    if (given !== '') this.isLineBegun = given.endsWith('\n');
    return given;
  }

  /** A person said that the command has ended: what was held, unless it is the prompt. */
  end(): string {
    const rest = this.held;
    this.held = '';
    return shownOf(rest) === this.prompt ? '' : rest;
  }

  private mayBePrompt(tail: string): boolean {
    return tail.length <= this.prompt.length + MOST_CODES && this.prompt.startsWith(shownOf(tail));
  }
}

function shownOf(text: string): string {
  return plainText(shownText(text)).trimEnd();
}
