import type { EventData, EventName } from '../../../shared/rpc/contracts';
import type { TerminalEnd, TerminalMark } from '../../../shared/terminal/contract';
import type { EngineClient } from '../engine-client';
import { Watcher, type WatcherNeeds } from './watcher';

/** Above the first, the program waits; below the second it goes on. Characters that somebody has not drawn yet. */
const MOST_WAITING = 524_288;
const LEAST_WAITING = 262_144;
/** Output is gathered for this long, so that a flood comes in large pieces. Milliseconds. */
const GATHER_MS = 6;
const LOOK_MS = 500;

export interface WatchersPorts {
  readonly terminal: string;
  /** Characters that the engine's own screen has not drawn yet. */
  readonly pending: () => number;
  /** The program waits, and goes on. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** How many look at it is new. */
  readonly changed: () => void;
}

/** Everybody who looks at one terminal, and the pace that they set: its program waits for whoever draws slowly. */
export class Watchers {
  private readonly all = new Map<string, Watcher>();
  private isPaused = false;
  private gather: NodeJS.Timeout | null = null;
  private lastSent = 0;
  private looker: NodeJS.Timeout | null = null;

  constructor(private readonly ports: WatchersPorts) {}

  get count(): number {
    return this.all.size;
  }

  /** From now on output waits for this client until its watcher is started. */
  add(client: EngineClient, needs: WatcherNeeds): Watcher {
    // What was gathered so far is not for this one.
    this.sendAll();
    this.all.get(client.id)?.dispose();
    const watcher = new Watcher(client, this.ports.terminal, needs);
    this.all.set(client.id, watcher);
    client.gone.addEventListener('abort', () => this.forget(watcher), { once: true });
    return watcher;
  }

  remove(client: EngineClient): void {
    const watcher = this.all.get(client.id);
    if (watcher !== undefined) this.forget(watcher);
  }

  /** A client has drawn so much. */
  taken(client: EngineClient, characters: number): void {
    this.all.get(client.id)?.taken(characters);
    this.keepPace();
  }

  push(text: string, marks: readonly TerminalMark[]): void {
    if (text === '' && marks.length === 0) return;
    for (const watcher of this.all.values()) watcher.push(text, marks);
    this.sendSoon();
  }

  /** See {@link Watcher.pushPlain}. */
  pushPlain(text: string, rows: number): void {
    for (const watcher of this.all.values()) watcher.pushPlain(text, rows);
    this.sendSoon();
  }

  tell<E extends EventName>(event: E, data: EventData<E>): void {
    for (const { client } of this.all.values()) client.send(event, data);
  }

  /** The shell has ended; each is told behind the last of its output. */
  leave(end: TerminalEnd): void {
    for (const watcher of this.all.values()) watcher.leave(end);
    this.stopLooking();
  }

  /** Holds the program where somebody has not drawn what it wrote, and lets it go on. */
  keepPace(): void {
    const waiting = Math.max(this.ports.pending(), ...[...this.all.values()].map((one) => one.pressing));
    if (!this.isPaused && waiting > MOST_WAITING) {
      this.isPaused = true;
      this.ports.pause();
      this.looker ??= setInterval(() => this.dropBehind(), LOOK_MS);
    } else if (this.isPaused && waiting < LEAST_WAITING) {
      this.isPaused = false;
      this.stopLooking();
      this.ports.resume();
    }
  }

  dispose(): void {
    this.stopLooking();
    if (this.gather !== null) clearTimeout(this.gather);
    for (const watcher of this.all.values()) watcher.dispose();
    this.all.clear();
  }

  /** A client that takes nothing is let go: it comes back with a whole picture, and the shell does not wait. */
  private dropBehind(): void {
    for (const watcher of this.all.values()) {
      if (!watcher.isBehind) continue;
      this.forget(watcher);
      watcher.client.send('terminal.behind', { terminal: this.ports.terminal });
    }
    this.keepPace();
  }

  private forget(watcher: Watcher): void {
    if (this.all.get(watcher.client.id) !== watcher) return;
    this.all.delete(watcher.client.id);
    watcher.dispose();
    this.keepPace();
    this.ports.changed();
  }

  /** At once where it was quiet, so that a key is seen; else gathered. */
  private sendSoon(): void {
    if (this.gather !== null) return;
    const quiet = performance.now() - this.lastSent;
    this.gather = setTimeout(() => this.sendAll(), quiet > GATHER_MS ? 0 : GATHER_MS);
  }

  private sendAll(): void {
    if (this.gather !== null) clearTimeout(this.gather);
    this.gather = null;
    this.lastSent = performance.now();
    for (const watcher of this.all.values()) watcher.sendAll();
  }

  private stopLooking(): void {
    if (this.looker !== null) clearInterval(this.looker);
    this.looker = null;
  }
}
