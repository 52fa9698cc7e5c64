/** Which cells are selected: all from `anchor` to `active`, in the order of the notebook. */
export interface Selection {
  readonly active: string | null;
  readonly anchor: string | null;
}

export const NO_SELECTION: Selection = { active: null, anchor: null };

/** One cell, or none. */
export function selectOne(cell: string | null): Selection {
  return { active: cell, anchor: cell };
}

/** The ids from anchor to active, in the notebook's order; cells that are gone count as not selected. */
export function selectedCells(order: readonly string[], selection: Selection): readonly string[] {
  if (selection.active === null) return [];
  const active = order.indexOf(selection.active);
  if (active === -1) return [];
  const anchor = selection.anchor === null ? active : order.indexOf(selection.anchor);
  if (anchor === -1) return [selection.active];
  return order.slice(Math.min(active, anchor), Math.max(active, anchor) + 1);
}

/** Keeps the selection on cells that exist: where the active one is gone, the one now in its place. */
export function keepSelection(
  before: readonly string[],
  after: readonly string[],
  selection: Selection,
): Selection {
  const exists = new Set(after);
  const settle = (cell: string | null): string | null => {
    if (cell === null || exists.has(cell)) return cell;
    const place = before.indexOf(cell);
    for (let at = place + 1; at < before.length; at += 1) {
      const next = before[at];
      if (next !== undefined && exists.has(next)) return next;
    }
    return after[after.length - 1] ?? null;
  };
  const active = settle(selection.active);
  const anchor = settle(selection.anchor);
  return active === selection.active && anchor === selection.anchor ? selection : { active, anchor };
}
