import { runRows } from './run-rows';
import type { OpenRun } from './run-store';

/** The rows of a run that are cells, in the order in which they stand on the spine. */
export interface RowOrder {
  readonly cells: readonly string[];
}

/** The cells that are on the spine now: the selection moves among these. */
export function planOrder(run: OpenRun): RowOrder {
  const { plan, run: reduced, live, position, opened } = run.store.getState();
  const { cells, byId, selection } = run.document.store.getState();
  if (reduced === null || live === null || position === null) return { cells: [] };
  const rows = runRows({
    cells,
    plan,
    run: reduced,
    queue: live.queue,
    position,
    opened,
    active: selection.active,
  });
  return { cells: rows.flatMap(({ key }) => (byId.has(key) ? [key] : [])) };
}
