/** What came out of a piece of the terminal's stream. */
export interface Cut {
  readonly text: string;
  /** The fence has come: the command's output is complete. */
  readonly isFenced: boolean;
  /** What stands behind the fence; it belongs to the time between commands. */
  readonly rest: string;
}

/**
 * Cuts a command's output out of the terminal's stream: line ends as `\n`, without the echo of what was typed, up to
 * the fence that stands behind it.
 */
export class OutputCutter {
  private held = '';
  private echo = '';
  private done = false;

  constructor(private readonly fence: string) {}

  get isDone(): boolean {
    return this.done;
  }

  /** The terminal will echo this; its first occurrence is not output. */
  expectEcho(text: string): void {
    this.echo = text;
  }

  push(data: string): Cut {
    if (this.done) return { text: '', isFenced: true, rest: data };
    let text = this.held + data;
    this.held = '';
    const at = text.indexOf(this.fence);
    if (at >= 0) {
      this.done = true;
      return {
        text: this.clean(text.slice(0, at)),
        isFenced: true,
        rest: text.slice(at + this.fence.length),
      };
    }
    const keep = heldLength(text, this.fence);
    this.held = text.slice(text.length - keep);
    text = text.slice(0, text.length - keep);
    return { text: this.clean(text), isFenced: false, rest: '' };
  }

  /** No fence will come: what is held back is output. */
  giveUp(): void {
    this.done = true;
  }

  flush(): string {
    this.done = true;
    const text = this.clean(this.held);
    this.held = '';
    return text;
  }

  private clean(text: string): string {
    return this.cutEcho(text.replaceAll('\r\n', '\n'));
  }

  private cutEcho(text: string): string {
    if (this.echo === '') return text;
    const at = text.indexOf(this.echo);
    if (at < 0) return text;
    const { length } = this.echo;
    this.echo = '';
    return text.slice(0, at) + text.slice(at + length);
  }
}

/** How much of the end may still become a fence, or a line end that came in two parts. */
function heldLength(text: string, fence: string): number {
  for (let length = Math.min(fence.length - 1, text.length); length > 0; length -= 1) {
    if (fence.startsWith(text.slice(text.length - length))) return length;
  }
  return text.endsWith('\r') ? 1 : 0;
}
