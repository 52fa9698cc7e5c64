import { WatchbookError } from '../../../shared/rpc/errors';
import { isDiskFull } from './disk-errors';

export interface QueuePorts {
  /** Runs one cell to its end. False: it failed, and what waits is not run. */
  readonly run: (cell: string) => Promise<boolean>;
  /** The line changed: these came, left, or have another number. One that only moved up is not named. */
  readonly changed: (cells: readonly string[]) => void;
  /** Nothing could be sent for this cell; the line is emptied. */
  readonly failed: (cell: string, error: WatchbookError) => void;
}

/**
 * The line of cells of one notebook: one runs, the others wait, strictly in order over kernel and shell.
 *
 * It stops at the first failure; what waited is then to come again. Each cell draws a number that it keeps while it
 * waits: moving up changes {@link passed} alone, so that a long line costs no more for each cell than a short one.
 */
export class ExecutionQueue {
  /** In order of the line, each with its number. */
  private readonly waiting = new Map<string, number>();
  private running: string | null = null;
  private lastNumber = 0;
  private loop: Promise<void> = Promise.resolve();
  private admission: Promise<void> = Promise.resolve();

  constructor(private readonly ports: QueuePorts) {}

  get current(): string | null {
    return this.running;
  }

  /** The running cell, else the one that is next. */
  get first(): string | null {
    return this.running ?? this.next ?? null;
  }

  /** With the running cell. */
  get length(): number {
    return this.waiting.size + (this.running === null ? 0 : 1);
  }

  /** The number before that of the cell that is next: a waiting cell's place is its number less this. */
  get passed(): number {
    const { next } = this;
    return next === undefined ? this.lastNumber : (this.waiting.get(next) ?? 0) - 1;
  }

  /** Runs or waits. */
  has(cell: string): boolean {
    return cell === this.running || this.waiting.has(cell);
  }

  /** The number of a cell that waits. */
  numberOf(cell: string): number | null {
    return this.waiting.get(cell) ?? null;
  }

  /** A cell that runs or waits already is not added again: key repeat never runs a step twice. */
  add(cells: readonly string[]): void {
    const fresh = [...new Set(cells)].filter((cell) => !this.has(cell));
    if (fresh.length === 0) return;
    for (const cell of fresh) this.waiting.set(cell, (this.lastNumber += 1));
    this.ports.changed(fresh);
    if (this.running === null) this.loop = this.loop.then(() => this.work());
  }

  /**
   * Adds the cells that are admitted, in the order in which it was asked for them: one admission that takes longer than
   * the next is not overtaken. Rejects as the admission does; those behind it come to their turn.
   */
  addAdmitted(admit: () => Promise<readonly string[]>): Promise<void> {
    const added = this.admission.then(async () => this.add(await admit()));
    // Who asked for it is told.
    this.admission = added.catch(() => undefined);
    return added;
  }

  /** Empties the line; the running cell is not touched. */
  clear(): void {
    const dropped = [...this.waiting.keys()];
    this.waiting.clear();
    if (dropped.length > 0) this.ports.changed(dropped);
  }

  /** A deleted cell leaves the line; those behind it move up by their numbers. */
  drop(cell: string): void {
    const gone = this.waiting.get(cell);
    if (gone === undefined) return;
    this.waiting.delete(cell);
    const behind = [...this.waiting].filter(([, number]) => number > gone);
    for (const [id, number] of behind) this.waiting.set(id, number - 1);
    this.lastNumber -= 1;
    this.ports.changed([cell, ...behind.map(([id]) => id)]);
  }

  /** Holds the line for a cell that already runs, taken up from before. */
  takeUp(cell: string, result: Promise<boolean>): void {
    this.running = cell;
    this.loop = result.then((isGood) => {
      this.ended(cell, isGood);
      return this.work();
    });
  }

  /** Resolves when nothing runs and nothing waits. */
  async settled(): Promise<void> {
    while (this.length > 0) await this.loop;
  }

  private get next(): string | undefined {
    const [cell] = this.waiting.keys();
    return cell;
  }

  private async work(): Promise<void> {
    for (let cell = this.next; cell !== undefined; cell = this.next) {
      this.waiting.delete(cell);
      this.running = cell;
      this.ports.changed([cell]);
      let isGood = false;
      try {
        isGood = await this.ports.run(cell);
      } catch (error) {
        this.ports.failed(cell, unsent(error));
      }
      this.ended(cell, isGood);
    }
  }

  private ended(cell: string, isGood: boolean): void {
    this.running = null;
    if (!isGood) this.clear();
    this.ports.changed([cell]);
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
