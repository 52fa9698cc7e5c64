import { WatchbookError } from '../../../shared/rpc/errors';
import { isDiskFull } from './disk-errors';

export interface QueuePorts {
  /** Runs one cell to its end. False: it failed, and what waits is not run. */
  readonly run: (cell: string) => Promise<boolean>;
  /** The line changed: who waits, and in which place. */
  readonly changed: (cells: readonly string[]) => void;
  /** Nothing could be sent for this cell; the line is emptied. */
  readonly failed: (cell: string, error: WatchbookError) => void;
}

/**
 * The line of cells of one notebook: one runs, the others wait, strictly in order over kernel and shell.
 *
 * It stops at the first failure; what waited is then to come again.
 */
export class ExecutionQueue {
  private readonly waiting: string[] = [];
  private running: string | null = null;
  private loop: Promise<void> = Promise.resolve();

  constructor(private readonly ports: QueuePorts) {}

  /** The running cell first, then who waits. */
  get cells(): readonly string[] {
    return this.running === null ? [...this.waiting] : [this.running, ...this.waiting];
  }

  get current(): string | null {
    return this.running;
  }

  /** A cell that runs or waits already is not added again: key repeat never runs a step twice. */
  add(cells: readonly string[]): void {
    const fresh = [...new Set(cells)].filter((cell) => cell !== this.running && !this.waiting.includes(cell));
    if (fresh.length === 0) return;
    this.waiting.push(...fresh);
    this.ports.changed(fresh);
    if (this.running === null) this.loop = this.loop.then(() => this.work());
  }

  /** Empties the line; the running cell is not touched. */
  clear(): void {
    const dropped = this.waiting.splice(0);
    if (dropped.length > 0) this.ports.changed(dropped);
  }

  /** A deleted cell leaves the line. */
  drop(cell: string): void {
    const index = this.waiting.indexOf(cell);
    if (index < 0) return;
    this.waiting.splice(index, 1);
    this.ports.changed([cell, ...this.waiting]);
  }

  /** Holds the line for a cell that already runs, taken up from before. */
  takeUp(cell: string, result: Promise<boolean>): void {
    this.running = cell;
    this.loop = result.then((isGood) => {
      this.running = null;
      if (!isGood) this.clear();
      this.ports.changed([cell, ...this.waiting]);
      return this.work();
    });
  }

  /** Resolves when nothing runs and nothing waits. */
  async settled(): Promise<void> {
    while (this.running !== null || this.waiting.length > 0) await this.loop;
  }

  private async work(): Promise<void> {
    for (let cell = this.waiting.shift(); cell !== undefined; cell = this.waiting.shift()) {
      this.running = cell;
      this.ports.changed([cell, ...this.waiting]);
      let isGood = false;
      try {
        isGood = await this.ports.run(cell);
      } catch (error) {
        this.ports.failed(cell, unsent(error));
      }
      this.running = null;
      if (!isGood) this.clear();
      this.ports.changed([cell, ...this.waiting]);
    }
  }
}

function unsent(error: unknown): WatchbookError {
  if (error instanceof WatchbookError) return error;
  return isDiskFull(error)
    ? new WatchbookError(
        'disk-full',
        'The cell was not sent: the disk of the state folder is full. Nothing was run. Free some space and run it again.',
        { cause: error, retryable: true },
      )
    : new WatchbookError('internal', 'The cell could not be sent. Nothing was run.', { cause: error });
}
