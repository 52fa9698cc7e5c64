/** Keys that have had no answer for so long are told of. Milliseconds. */
const SILENT_MS = 5_000;

/**
 * Since when what was typed has had no answer: nothing came from the program, not even the echo of a key. A connection
 * that is dead, and that nobody has noticed yet, looks like that.
 */
export class Silence {
  private typedAt: string | null = null;
  private timer: NodeJS.Timeout | null = null;
  private isTold = false;

  /** `changed`: it began to be told, or is over. */
  constructor(private readonly changed: () => void) {}

  /** Null while there is nothing to tell. */
  get since(): string | null {
    return this.isTold ? this.typedAt : null;
  }

  /** Something was written to the program. */
  typed(): void {
    if (this.typedAt !== null) return;
    this.typedAt = new Date().toISOString();
    this.timer = setTimeout(() => {
      this.timer = null;
      this.isTold = true;
      this.changed();
    }, SILENT_MS);
  }

  /** The program wrote something, or will never write again. */
  answered(): void {
    if (this.typedAt === null) return;
    this.typedAt = null;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (!this.isTold) return;
    this.isTold = false;
    this.changed();
  }
}
