import {
  OUTPUT_PIECE,
  OUTPUT_WINDOW,
  type TerminalEnd,
  type TerminalMark,
} from '../../../shared/terminal/contract';
import type { EngineClient } from '../engine-client';

/** So long a client may take nothing while output waits for it. A window that sleeps must not hold up a shell. */
const MOST_STILL_MS = 4_000;

/** One client that looks at a terminal: it gets output as it draws it, and never more than a window of it at once. */
export class Watcher {
  private queued = '';
  private marks: TerminalMark[] = [];
  private underWay = 0;
  private lastTaken = performance.now();
  private isStarted = false;
  /** What is queued is to go out as soon as there is room, also where it is less than a piece. */
  private isDue = false;
  private end: TerminalEnd | null = null;

  /** `isAwaited`: the shell waits for it however long it takes nothing. */
  constructor(
    readonly client: EngineClient,
    private readonly terminal: string,
    private readonly isAwaited: boolean,
  ) {}

  /** Characters that wait for the client. */
  get waiting(): number {
    return this.queued.length + this.underWay;
  }

  /** It has taken nothing for too long. */
  get isBehind(): boolean {
    return !this.isAwaited && this.waiting > 0 && performance.now() - this.lastTaken > MOST_STILL_MS;
  }

  /** What it begins with was sent: output may follow. */
  start(): void {
    this.isStarted = true;
    this.lastTaken = performance.now();
    this.sendAll();
  }

  push(text: string, marks: readonly TerminalMark[]): void {
    if (this.waiting === 0) this.lastTaken = performance.now();
    const before = this.queued.length;
    this.queued += text;
    for (const mark of marks) this.marks.push({ ...mark, at: mark.at + before });
    // Whole pieces wait for nothing but room.
    if (this.queued.length >= OUTPUT_PIECE) this.send();
  }

  taken(characters: number): void {
    this.underWay = Math.max(0, this.underWay - characters);
    this.lastTaken = performance.now();
    this.send();
  }

  /** The shell has ended: the client is told behind the last of its output. */
  leave(end: TerminalEnd): void {
    this.end = end;
    this.sendAll();
  }

  /** Sends all that is queued, as far as there is room, and the rest when there is. */
  sendAll(): void {
    this.isDue = true;
    this.send();
  }

  /**
   * Sends what the client may get now. Small pieces cost as much as large ones: what is less than one waits until it
   * is due and the client has drawn all before it, and a piece is not cut for want of room.
   */
  private send(): void {
    while (this.isStarted && (this.queued !== '' || this.marks.length > 0)) {
      const size = Math.min(this.queued.length, OUTPUT_PIECE);
      if (size > OUTPUT_WINDOW - this.underWay) return;
      if (size < OUTPUT_PIECE && !(this.isDue && (size === 0 || this.underWay === 0))) return;
      const data = this.queued.slice(0, size);
      const isLast = data.length === this.queued.length;
      const marks = this.marks.filter(({ at }) => isLast || at < data.length);
      this.marks = this.marks.slice(marks.length).map((mark) => ({ ...mark, at: mark.at - data.length }));
      this.queued = this.queued.slice(data.length);
      this.underWay += data.length;
      this.client.send('terminal.output', { terminal: this.terminal, data, marks });
    }
    const { end } = this;
    if (!this.isStarted) return;
    this.isDue = false;
    if (end === null) return;
    this.end = null;
    this.client.send('terminal.left', { terminal: this.terminal, end });
  }
}
