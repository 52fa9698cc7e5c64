import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Notebook } from '../../../shared/notebook/model';
import { readNotebook } from '../../../shared/notebook/notebook-file';
import { WatchbookError } from '../../../shared/rpc/errors';
import { isSystemError } from '../notebook/disk-errors';
import { RUNBOOK_FILE } from './run-places';

/** So many runs of before are looked through. */
export const MOST_BEFORE = 30;

/** Cells whose text is not that of the runbook as it was then, and behind them those that are gone since, by id. */
export async function changedSince(now: Notebook, run: string): Promise<string[]> {
  try {
    const bytes = await readFile(join(run, RUNBOOK_FILE));
    const then = readNotebook(bytes, RUNBOOK_FILE).notebook;
    const sources = new Map(then.cells.map(({ id, source }) => [id, source]));
    const changed = now.cells.filter(({ id, source }) => sources.get(id) !== source);
    const left = new Set(now.cells.map(({ id }) => id));
    const gone = then.cells.filter(({ id }) => !left.has(id));
    // Without ids of its own a cell is known by its text, and one whose text was changed seems gone besides.
    const lost = [now, then].every(hasIds) ? gone : gone.slice(changed.length);
    return [...changed, ...lost].map(({ id }) => id);
  } catch (error) {
    // What can not be read can not be compared: every cell counts as changed.
    if (!(error instanceof WatchbookError) && !isSystemError(error)) throw error;
    return now.cells.map(({ id }) => id);
  }
}

function hasIds({ nbformat, nbformatMinor }: Notebook): boolean {
  return nbformat === 4 && nbformatMinor >= 5;
}
