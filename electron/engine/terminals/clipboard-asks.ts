/** A program that would put something on the clipboard is asked about so often at most. Milliseconds. */
const ASK_MS = 200;

/** What a program would put on the clipboard: the newest of it, since nobody answers a hundred questions in a second. */
export class ClipboardAsks {
  private newest = '';
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly ask: (text: string) => void) {}

  add(text: string): void {
    this.newest = text;
    this.timer ??= setTimeout(() => {
      this.timer = null;
      this.ask(this.newest);
    }, ASK_MS);
  }

  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }
}
