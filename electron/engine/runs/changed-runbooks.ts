import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { WatchbookError } from '../../../shared/rpc/errors';
import type { ChangedRunbook, RunSummary } from '../../../shared/runs/contract';
import { isSystemError } from '../notebook/disk-errors';
import { loadNotebook } from '../notebook/notebook-disk';
import { changedSince } from './changed-since';

/** So many runbooks are looked at, those that were run last. */
const MOST_RUNBOOKS = 30;

/** Runbooks that were changed since they were last run. Each is read again only where it or its last run is another. */
export class ChangedRunbooks {
  private readonly known = new Map<string, { readonly stamp: string; readonly changed: number }>();

  /** Of the runbooks that have runs here, the last run first. What is gone or can not be read is left out. */
  async of(runs: readonly RunSummary[]): Promise<readonly ChangedRunbook[]> {
    const found: ChangedRunbook[] = [];
    for (const [path, own] of lastFirst(runs).slice(0, MOST_RUNBOOKS)) {
      const [last] = own;
      const changed = last === undefined ? 0 : await this.changed(path, last.run);
      if (last === undefined || changed === 0) continue;
      const rehearsal = own.find(({ environment }) => environment.gates === 'confirm');
      found.push({ path, changed, last, rehearsedAt: rehearsal?.lastAt ?? null });
    }
    return found;
  }

  private async changed(path: string, run: string): Promise<number> {
    try {
      const { size, mtimeMs } = await stat(path);
      const stamp = `${run} ${size} ${mtimeMs}`;
      const known = this.known.get(path);
      if (known?.stamp === stamp) return known.changed;
      const { file } = await loadNotebook(path);
      const changed = (await changedSince(file.notebook, run)).length;
      this.known.set(path, { stamp, changed });
      return changed;
    } catch (error) {
      // Gone, moved, or no notebook any more: nobody can rehearse it here.
      if (isSystemError(error) || error instanceof WatchbookError) return 0;
      throw error;
    }
  }
}

/** The whole runs of each runbook by its path, the latest first, and first the runbook that was run last. */
function lastFirst(runs: readonly RunSummary[]): readonly (readonly [string, readonly RunSummary[]])[] {
  const byPath = new Map<string, RunSummary[]>();
  const whole = runs.filter(({ library, fault }) => library !== '' && fault === null);
  for (const run of whole.toSorted((a, b) => (a.startedAt < b.startedAt ? 1 : -1))) {
    const path = join(run.library, ...run.runbook.split('/'));
    byPath.set(path, [...(byPath.get(path) ?? []), run]);
  }
  return [...byPath];
}
