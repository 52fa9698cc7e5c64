import type { Cell, Notebook } from '../../../shared/notebook/model';
import { withFullOutputs } from '../../../shared/notebook/outputs/full-output';
import { withoutRanAs } from '../../../shared/notebook/ran-as';
import type { JsonObject } from '../../../shared/rpc/contract';
import { isDeepStrictEqual } from 'node:util';

/** Keys that a run writes: results, not edits. So are the entries of whole texts beside the file, and of what ran. */
const RESULT_KEYS = ['execution', 'ExecuteTime'];

/**
 * Counts the cells that a person edited since the file was written. It is asked after every change of one cell, so it
 * looks closely only at cells it has not seen: cells are values, and one compared once is compared for good.
 */
export class EditedCells {
  private saved: Notebook | null = null;
  private current: Notebook | null = null;
  private counted = 0;
  private readonly before = new Map<string, Cell>();
  private verdicts = new WeakMap<Cell, boolean>();

  /** Cells that came, went or moved count too. */
  count(saved: Notebook, current: Notebook): number {
    if (this.saved === saved && this.current === current) return this.counted;
    if (this.saved !== saved) {
      this.before.clear();
      for (const cell of saved.cells) this.before.set(cell.id, cell);
      this.verdicts = new WeakMap();
    }
    this.saved = saved;
    this.current = current;
    this.counted = saved === current ? 0 : this.countAnew(saved, current);
    return this.counted;
  }

  private countAnew(saved: Notebook, current: Notebook): number {
    let count = isDeepStrictEqual(saved.metadata, current.metadata) ? 0 : 1;
    let kept = 0;
    for (const cell of current.cells) {
      const old = this.before.get(cell.id);
      if (old !== undefined) kept += 1;
      if (old === undefined || this.isEdited(old, cell)) count += 1;
    }
    count += this.before.size - kept;
    return count > 0 || isSameOrder(saved, current) ? count : 1;
  }

  private isEdited(old: Cell, cell: Cell): boolean {
    if (old === cell) return false;
    const known = this.verdicts.get(cell);
    if (known !== undefined) return known;
    const verdict =
      old.source !== cell.source ||
      old.type !== cell.type ||
      (old.metadata !== cell.metadata && !isDeepStrictEqual(withoutResults(old), withoutResults(cell))) ||
      (old.attachments !== cell.attachments && !isDeepStrictEqual(old.attachments, cell.attachments));
    this.verdicts.set(cell, verdict);
    return verdict;
  }
}

function withoutResults({ metadata }: Cell): JsonObject {
  return Object.fromEntries(
    Object.entries(withoutRanAs(withFullOutputs(metadata, []))).filter(([key]) => !RESULT_KEYS.includes(key)),
  );
}

function isSameOrder(saved: Notebook, current: Notebook): boolean {
  return saved.cells.every((cell, index) => current.cells[index]?.id === cell.id);
}
