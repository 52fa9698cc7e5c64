import type { CellDifference } from './contract';
import { jsonEquals } from './json-style';
import { isShellCell, type Cell, type Notebook } from './model';
import { withoutRanAs } from './ran-as';

/**
 * What differs between a notebook here and its file on disk, cell by cell, both against the version they come from.
 *
 * Cells are the same by id. Results are passed over: they are no edits, and the later ones simply stand. The order is
 * that of the notebook here, cells that only the disk has at the place where they stand there.
 */
export function compareNotebooks(base: Notebook, here: Notebook, disk: Notebook): CellDifference[] {
  const sides = { base: byId(base), here: byId(here), disk: byId(disk) };
  const movedHere = movedCells(base, here);
  const movedDisk = movedCells(base, disk);
  return orderOfBoth(here, disk).flatMap((id): CellDifference[] => {
    const was = sides.base.get(id);
    const mine = sides.here.get(id);
    const theirs = sides.disk.get(id);
    const changedHere = !isSameContent(was, mine) || movedHere.has(id);
    const changedDisk = !isSameContent(was, theirs) || movedDisk.has(id);
    if (!changedHere && !changedDisk) return [];
    const isAlike = isSameContent(mine, theirs) && movedHere.has(id) === movedDisk.has(id);
    // Both sides did the same: nothing to choose.
    if (isAlike && changedHere && changedDisk) return [];
    const side = changedHere && changedDisk ? 'both' : changedHere ? 'here' : 'disk';
    const shown = mine ?? theirs ?? was;
    return [
      {
        cell: id,
        type: shown?.type ?? 'code',
        shell: shown !== undefined && isShellCell(shown),
        title: titleOf(shown),
        side,
        kind: kindOf(was, side === 'disk' ? theirs : mine, side === 'both' ? theirs : undefined),
        here: mine?.source ?? null,
        disk: theirs?.source ?? null,
        lines: changedLines(mine?.source ?? '', theirs?.source ?? ''),
      },
    ];
  });
}

function byId(notebook: Notebook): ReadonlyMap<string, Cell> {
  return new Map(notebook.cells.map((cell) => [cell.id, cell]));
}

/** Equality of what a person wrote: source, type, metadata but for the times of runs, attachments. */
export function isSameContent(a: Cell | undefined, b: Cell | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined) return false;
  return (
    a.type === b.type &&
    a.source === b.source &&
    jsonEquals(written(a), written(b)) &&
    jsonEquals(a.attachments ?? {}, b.attachments ?? {})
  );
}

function written(cell: Cell): Cell['metadata'] {
  const metadata = withoutRanAs(cell.metadata);
  if (!Object.hasOwn(metadata, 'execution')) return metadata;
  return Object.fromEntries(Object.entries(metadata).filter(([key]) => key !== 'execution'));
}

/**
 * The cells that changed their place among those that both versions have: all that are not in a longest run of cells in
 * their old order.
 */
export function movedCells(base: Notebook, now: Notebook): ReadonlySet<string> {
  const before = new Map(base.cells.map((cell, index) => [cell.id, index]));
  const shared = now.cells.flatMap((cell) => {
    const index = before.get(cell.id);
    return index === undefined ? [] : [{ id: cell.id, index }];
  });
  const stay = longestRising(shared.map((each) => each.index));
  return new Set(shared.filter((_, place) => !stay.has(place)).map((each) => each.id));
}

/** Places of a longest strictly rising subsequence, by patience sorting. */
function longestRising(values: readonly number[]): ReadonlySet<number> {
  const ends: number[] = [];
  const previous: (number | null)[] = [];
  values.forEach((value, place) => {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((values[ends[middle] ?? 0] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    previous.push(low === 0 ? null : (ends[low - 1] ?? null));
    ends[low] = place;
  });
  const places = new Set<number>();
  for (let place = ends.at(-1) ?? null; place !== null; place = previous[place] ?? null) places.add(place);
  return places;
}

/** The ids of both, in the first one's order; those of the second alone behind the cell that they stand behind there. */
export function orderOfBoth(here: Notebook, disk: Notebook): readonly string[] {
  const ids = here.cells.map((cell) => cell.id);
  const known = new Set(ids);
  disk.cells.forEach((cell, index) => {
    if (known.has(cell.id)) return;
    known.add(cell.id);
    const previous = disk.cells[index - 1]?.id;
    ids.splice(previous === undefined ? 0 : ids.indexOf(previous) + 1, 0, cell.id);
  });
  return ids;
}

function kindOf(
  was: Cell | undefined,
  now: Cell | undefined,
  other: Cell | undefined,
): CellDifference['kind'] {
  if (was === undefined) return 'added';
  if (now === undefined) return 'removed';
  return isSameContent(was, now) && (other === undefined || isSameContent(was, other)) ? 'moved' : 'changed';
}

/** The first heading or line of a cell, for a list of differences. */
function titleOf(cell: Cell | undefined): string {
  const line = cell?.source.split('\n').find((each) => each.trim() !== '') ?? '';
  const title = cell?.type === 'markdown' ? line.replace(/^#+\s*/, '') : line;
  return title.trim().slice(0, 120);
}

/** Lines that stand between the common beginning and the common end, on the longer side. */
function changedLines(a: string, b: string): number {
  if (a === b) return 0;
  const left = a.split('\n');
  const right = b.split('\n');
  const most = Math.min(left.length, right.length);
  let start = 0;
  while (start < most && left[start] === right[start]) start += 1;
  let end = 0;
  while (end < most - start && left.at(-1 - end) === right.at(-1 - end)) end += 1;
  return Math.max(left.length, right.length) - start - end;
}
