import { OUTPUT_PIECE } from '../../../shared/terminal/contract';
import { ScreenBacklog } from '../../../shared/terminal/screen-backlog';

/** More than that has long lines, and is drawn. Characters. */
const HELD = { least: 65_536, most: 1_048_576 } as const;
/** How long a turn is: nobody reads what fills a screen a hundred times a second. Milliseconds. */
const TURN_MS = 100;

/**
 * Plain text on its way to a client that is a screen. Up to a piece of it goes on at once in each turn; what comes
 * beyond that is a flood, and gathers until the next turn, when what nobody can scroll back to is gone.
 */
export class Flood {
  private timer: NodeJS.Timeout | null = null;
  private began = Number.NEGATIVE_INFINITY;
  /** What went on in this turn. Characters. */
  private passed = 0;

  /** `scrollback`: lines; `turned`: told that the next turn has come. */
  constructor(
    private readonly scrollback: number,
    private readonly turned: () => void,
    private readonly held = new ScreenBacklog(HELD),
  ) {}

  /** Characters that are held. */
  get length(): number {
    return this.held.length;
  }

  /** It holds as much as it may. */
  get isFull(): boolean {
    return this.held.isFull;
  }

  /** Takes plain text (`plainEnd`) that scrolls out of so many rows, at most, as it is printed. */
  push(text: string, rows: number): void {
    this.held.push(text, this.scrollback + 2 * rows);
  }

  /** All that is left of what is held, where its turn has come; else empty, and it is told when it has. */
  takeInTurn(): string {
    const now = performance.now();
    const left = this.began + TURN_MS - now;
    if (left <= 0) {
      this.began = now;
      this.passed = 0;
    } else if (this.passed + this.held.length > OUTPUT_PIECE) {
      this.timer ??= setTimeout(() => {
        this.timer = null;
        this.turned();
      }, left);
      return '';
    }
    this.passed += this.held.length;
    return this.held.take();
  }

  /** All that is left of what is held, as something follows it. */
  take(): string {
    return this.held.take();
  }

  dispose(): void {
    if (this.timer !== null) clearTimeout(this.timer);
  }
}
