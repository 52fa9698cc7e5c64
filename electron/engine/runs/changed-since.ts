import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Notebook } from '../../../shared/notebook/model';
import { readNotebook } from '../../../shared/notebook/notebook-file';
import { WatchbookError } from '../../../shared/rpc/errors';
import { isSystemError } from '../notebook/disk-errors';
import { RUNBOOK_FILE } from './run-places';

/** So many runs of before are looked through. */
export const MOST_BEFORE = 30;

/** Cells whose text is not that of the runbook as it was then. */
export async function changedSince(now: Pick<Notebook, 'cells'>, run: string): Promise<string[]> {
  try {
    const bytes = await readFile(join(run, RUNBOOK_FILE));
    const then = new Map(readNotebook(bytes, RUNBOOK_FILE).notebook.cells.map((cell) => [cell.id, cell]));
    return now.cells.filter(({ id, source }) => then.get(id)?.source !== source).map(({ id }) => id);
  } catch (error) {
    // What can not be read can not be compared: every cell counts as changed.
    if (!(error instanceof WatchbookError) && !isSystemError(error)) throw error;
    return now.cells.map(({ id }) => id);
  }
}
