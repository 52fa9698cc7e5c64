import { FullScreenFilter } from './shown-text';

/** What zsh and fish draw behind output, whether or not a line was left open, and overwrite: it may come in pieces. */
// oxlint-disable-next-line no-control-regex -- escape sequences are what this is about
const OPEN_LINE = /(?:\u001b(?:\[[0-9;]*m|\(B))*[%#⏎](?:\u001b(?:\[[0-9;]*m|\(B))* +\r⏎? \r(?:\u001b\[K)?$/;
// oxlint-disable-next-line no-control-regex -- same
const MAY_OPEN = /\u001b\[(?:1m(?:\u001b\[7m[^\n]*)?|2m(?:⏎[^\n]*)?)$/;
/** As wide as a terminal may be, and the sign with its codes. Characters. */
const MOST_HELD = 1_100;

/**
 * The output of a command as it comes, without what its shell draws behind it and what full-screen programs drew. Parts
 * end between two sequences. What may be the shell's own is held back until more comes, or the end.
 */
export class StepOutput {
  private readonly screens = new FullScreenFilter();
  private held = '';

  push(text: string): string {
    const all = this.held + this.screens.push(text);
    const at = MAY_OPEN.exec(all)?.index ?? all.length;
    this.held = all.length - at > MOST_HELD ? '' : all.slice(at);
    return all.slice(0, all.length - this.held.length);
  }

  /** The command has ended: what was held back, if it is its own. */
  end(): string {
    const rest = this.held.replace(OPEN_LINE, '');
    this.held = '';
    return rest;
  }
}
