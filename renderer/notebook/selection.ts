/** Which cells are selected: all from `anchor` to `active`, in the order of the notebook, and those picked one by one. */
export interface Selection {
  readonly active: string | null;
  readonly anchor: string | null;
  /** Cells beside the range, each picked on its own; absent where there are none. */
  readonly picked?: readonly string[];
}

export const NO_SELECTION: Selection = { active: null, anchor: null };

/** One cell, or none. */
export function selectOne(cell: string | null): Selection {
  return { active: cell, anchor: cell };
}

/** From the anchor to another cell; what was picked on its own stays. */
export function extendTo(selection: Selection, cell: string): Selection {
  return { ...selection, active: cell, anchor: selection.anchor ?? cell };
}

/** Every cell, the active one as it was. */
export function selectAll(order: readonly string[], selection: Selection): Selection {
  const active = selection.active ?? order[0] ?? null;
  if (active === null) return NO_SELECTION;
  return { active, anchor: active, picked: order.filter((cell) => cell !== active) };
}

/** Adds a cell to what is selected, or takes it out; the last one stays. */
export function pickCell(order: readonly string[], selection: Selection, cell: string): Selection {
  const before = selectedCells(order, selection);
  if (!before.includes(cell)) return { active: cell, anchor: cell, picked: before };
  const left = before.filter((one) => one !== cell);
  if (left.length === 0) return selection;
  const isActive = selection.active === cell;
  const at = order.indexOf(cell);
  // The active cell is always a selected one: the nearest after the one taken out, else the last before it.
  const next = isActive ? (left.find((one) => order.indexOf(one) > at) ?? left.at(-1)) : selection.active;
  const active = next ?? null;
  return { active, anchor: active, picked: left.filter((one) => one !== active) };
}

/** The ids of the selected cells in the notebook's order; cells that are gone count as not selected. */
export function selectedCells(order: readonly string[], selection: Selection): readonly string[] {
  const range = rangeOf(order, selection);
  if (selection.picked === undefined || selection.picked.length === 0) return range;
  const all = new Set([...range, ...selection.picked]);
  return order.filter((cell) => all.has(cell));
}

function rangeOf(order: readonly string[], selection: Selection): readonly string[] {
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
  // Cells that were deleted with the active one leave no range behind.
  const anchor = active === selection.active ? settle(selection.anchor) : active;
  const picked = selection.picked?.filter((cell) => exists.has(cell));
  const isSame =
    active === selection.active && anchor === selection.anchor && picked?.length === selection.picked?.length;
  if (isSame) return selection;
  return { active, anchor, ...(picked === undefined || picked.length === 0 ? {} : { picked }) };
}
