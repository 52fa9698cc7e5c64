import {
  OUTPUT_PIECE,
  OUTPUT_WINDOW,
  type TerminalEnd,
  type TerminalMark,
} from '../../../shared/terminal/contract';
import type { ScreenBacklog } from '../../../shared/terminal/screen-backlog';
import type { EngineClient } from '../engine-client';
import { Flood } from './flood';

/** So long a client may take nothing while output waits for it. A window that sleeps must not hold up a shell. */
const MOST_STILL_MS = 4_000;

/** What a client that looks at a terminal needs of it. */
export interface WatcherNeeds {
  /** The shell waits for it however long it takes nothing. */
  readonly isAwaited: boolean;
  /** It is a screen that can scroll back so many lines: what goes out of them is never seen. Null: it gets all. */
  readonly scrollback: number | null;
}

/** One client that looks at a terminal: it gets output as it draws it, and never more than a window of it at once. */
export class Watcher {
  private queued = '';
  private marks: TerminalMark[] = [];
  private underWay = 0;
  /** Plain text behind what is queued; null for a client that gets all. */
  private readonly flood: Flood | null;
  /** Of what is queued and under way, what waited for its turn. */
  private inTurn = 0;
  private lastTaken = performance.now();
  private isStarted = false;
  /** What is queued is to go out as soon as there is room, also where it is less than a piece. */
  private isDue = false;
  private end: TerminalEnd | null = null;

  constructor(
    readonly client: EngineClient,
    private readonly terminal: string,
    private readonly needs: WatcherNeeds,
    backlog?: ScreenBacklog,
  ) {
    const { scrollback } = needs;
    this.flood = scrollback === null ? null : new Flood(scrollback, () => this.send(), backlog);
  }

  /** Characters that the client is to draw, and has not drawn yet. */
  get waiting(): number {
    return this.queued.length + this.underWay;
  }

  /** Of those, what the program has to wait for: of a flood no more is held, however fast it comes. */
  get pressing(): number {
    return this.waiting - this.inTurn;
  }

  /** It has taken nothing for too long. */
  get isBehind(): boolean {
    return !this.needs.isAwaited && this.waiting > 0 && performance.now() - this.lastTaken > MOST_STILL_MS;
  }

  /** What it begins with was sent: output may follow. */
  start(): void {
    this.isStarted = true;
    this.lastTaken = performance.now();
    this.sendAll();
  }

  push(text: string, marks: readonly TerminalMark[]): void {
    this.endFlood();
    const before = this.queued.length;
    this.queue(text);
    for (const mark of marks) this.marks.push({ ...mark, at: mark.at + before });
    // Whole pieces wait for nothing but room.
    if (this.queued.length >= OUTPUT_PIECE) this.send();
  }

  /** Takes plain text (`plainEnd`) that scrolls out of so many rows, at most, as it is printed. */
  pushPlain(text: string, rows: number): void {
    const { flood } = this;
    if (flood === null) return this.push(text, []);
    flood.push(text, rows);
    if (!flood.isFull) return;
    this.endFlood();
    this.send();
  }

  taken(characters: number): void {
    this.underWay = Math.max(0, this.underWay - characters);
    this.inTurn = Math.max(0, this.inTurn - characters);
    this.lastTaken = performance.now();
    this.send();
  }

  /** The shell has ended: the client is told behind the last of its output. */
  leave(end: TerminalEnd): void {
    this.end = end;
    this.endFlood();
    this.sendAll();
  }

  /** Nothing more is sent by itself. */
  dispose(): void {
    this.flood?.dispose();
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
    if (!this.isStarted) return;
    if (this.isDue && this.waiting === 0 && this.flood !== null) {
      this.queue(this.flood.takeInTurn());
      this.inTurn = this.queued.length;
    }
    while (this.queued !== '' || this.marks.length > 0) {
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
    if (this.flood !== null && this.flood.length > 0) return;
    this.isDue = false;
    const { end } = this;
    if (end === null) return;
    this.end = null;
    this.client.send('terminal.left', { terminal: this.terminal, end });
  }

  private queue(text: string): void {
    if (this.waiting === 0) this.lastTaken = performance.now();
    this.queued += text;
  }

  /** All that is left of a flood is to be drawn: something follows it. */
  private endFlood(): void {
    this.queue(this.flood?.take() ?? '');
  }
}
