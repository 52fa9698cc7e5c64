import type { WindowMemory } from './window-memory';

/** A window, as far as the program has to know it. */
export interface RememberingWindow {
  remember(): WindowMemory;
}

/** What is shown changes often; it is written after so long. Milliseconds. */
const GATHER_MS = 300;

/**
 * The windows of this program, and what the next start shows again: those that are open. Where a person quits, those
 * too that this closes; and the last window, which the next start shows as it was.
 */
export class OpenWindows<W extends RememberingWindow> {
  /** Each with what it showed last: once it is closed it can no longer be asked. */
  private readonly open = new Map<W, WindowMemory>();
  /** Closed, and shown again all the same. */
  private left: WindowMemory[] = [];
  private isQuitting = false;
  private timer: NodeJS.Timeout | null = null;
  private writing: Promise<void> = Promise.resolve();
  private writes = 0;

  constructor(
    private readonly write: (memories: readonly WindowMemory[]) => Promise<void>,
    private readonly log: (message: string) => void,
  ) {}

  get all(): readonly W[] {
    return [...this.open.keys()];
  }

  add(window: W): void {
    if (this.open.size === 0) this.left = [];
    this.open.set(window, window.remember());
  }

  /** What one of them shows, or where it is, changed. */
  changed(): void {
    for (const window of this.open.keys()) this.open.set(window, window.remember());
    this.writeSoon();
  }

  /** True for the window that closes last, also while all of them are closed at once. */
  isLast(window: W): boolean {
    return this.open.size === 1 || (this.isQuitting && this.all[0] === window);
  }

  closed(window: W): void {
    const memory = this.open.get(window);
    const isKept = this.isQuitting || this.open.size === 1;
    this.open.delete(window);
    if (isKept && memory !== undefined) this.left.push(memory);
    this.writeSoon();
  }

  /** A person quits: all windows are about to close. */
  quits(): void {
    this.isQuitting = true;
  }

  /** A window stays open after all, so nothing is quit: what was closed until here was closed for itself. */
  stays(): void {
    if (!this.isQuitting) return;
    this.isQuitting = false;
    this.left = [];
    this.changed();
  }

  /** Whether a person quits, and did not take it back. */
  get areClosing(): boolean {
    return this.isQuitting;
  }

  /** True while something is still to be written; {@link written} sees to it. */
  get isUnwritten(): boolean {
    return this.timer !== null || this.writes > 0;
  }

  /** Writes what is still to be written. Never rejects: what failed is in the log. */
  async written(): Promise<void> {
    if (this.timer !== null) this.writeNow(this.timer);
    await this.writing;
  }

  private writeSoon(): void {
    const timer = this.timer ?? setTimeout(() => this.writeNow(timer), GATHER_MS);
    this.timer = timer;
  }

  private writeNow(timer: NodeJS.Timeout): void {
    clearTimeout(timer);
    this.timer = null;
    const memories = [...this.left, ...this.open.values()];
    this.writes += 1;
    this.writing = this.writing
      .then(() => this.write(memories))
      .catch((error: unknown) => this.log(`windows are not remembered: ${String(error)}`))
      .finally(() => (this.writes -= 1));
  }
}
