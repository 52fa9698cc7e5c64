import type { Operation } from '../../shared/notebook/operation';

/**
 * Moves each selected cell one place up or down, runs of neighbours as one. What is at the end of the notebook already
 * stays, and the others close up to it.
 */
export function moveRuns(
  order: readonly string[],
  selected: ReadonlySet<string>,
  direction: 'up' | 'down',
): readonly Operation[] {
  // Downwards is upwards in the mirror.
  const now = direction === 'up' ? [...order] : order.toReversed();
  const isMoved = (cell: string | undefined): boolean => cell !== undefined && selected.has(cell);
  const moved = new Set<string>();
  for (let at = 1; at < now.length; at += 1) {
    const [before, cell] = [now[at - 1], now[at]];
    if (before === undefined || cell === undefined || !isMoved(cell) || isMoved(before)) continue;
    now[at - 1] = cell;
    now[at] = before;
    moved.add(cell);
  }
  const next = direction === 'up' ? now : now.toReversed();
  const operations: Operation[] = [];
  for (const run of runsOf(next, moved)) {
    const first = next.indexOf(run[0] ?? '');
    operations.push({ kind: 'move', cells: run, after: next[first - 1] ?? null });
  }
  // Each finds its place beside cells that stand where they will: from the end towards which all move.
  return direction === 'up' ? operations : operations.reverse();
}

/** The cells of a set in runs of neighbours, in the order given. */
function runsOf(order: readonly string[], set: ReadonlySet<string>): string[][] {
  const runs: string[][] = [];
  order.forEach((cell, index) => {
    if (!set.has(cell)) return;
    const last = runs.at(-1);
    if (last !== undefined && index > 0 && set.has(order[index - 1] ?? '')) last.push(cell);
    else runs.push([cell]);
  });
  return runs;
}

/** Brings the selected cells together to one place; null where that changes nothing. */
export function moveTogether(
  order: readonly string[],
  cells: readonly string[],
  after: string | null,
): Operation | null {
  const moved = new Set(cells);
  // A place beside a moved cell is a place beside the nearest one before it that stays.
  let at = after === null ? -1 : order.indexOf(after);
  while (at >= 0 && moved.has(order[at] ?? '')) at -= 1;
  const anchor = at < 0 ? null : (order[at] ?? null);
  const rest = order.filter((cell) => !moved.has(cell));
  const place = anchor === null ? 0 : rest.indexOf(anchor) + 1;
  const next = rest.toSpliced(place, 0, ...cells);
  if (cells.length === 0 || next.every((cell, index) => cell === order[index])) return null;
  return { kind: 'move', cells: [...cells], after: anchor };
}
