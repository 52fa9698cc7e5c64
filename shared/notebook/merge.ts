import type { JsonObject } from '../rpc/contract';
import { compareNotebooks, isSameContent, movedCells, orderOfBoth } from './compare';
import type { CellDifference } from './contract';
import { jsonEquals } from './json-style';
import type { Cell, Notebook } from './model';
import { fullOutputsOf, withFullOutputs } from './outputs/full-output';

/** What is taken of a cell that differs; `both`: mine, and theirs as another cell below it. */
export type CellChoice = 'mine' | 'theirs' | 'both';

/** A notebook made of two, and what of it came from the disk. */
export interface Merged {
  readonly notebook: Notebook;
  /** Cells that are other than here before: changed, come, gone or moved. */
  readonly taken: readonly string[];
}

/**
 * Both sides' changes as one notebook. Null where a person has to choose: a cell was changed on both sides, both moved
 * cells, or both set the same metadata of the notebook to different values.
 */
export function mergeNotebooks(base: Notebook, here: Notebook, disk: Notebook): Merged | null {
  const differences = compareNotebooks(base, here, disk);
  if (differences.some((difference) => difference.side === 'both')) return null;
  if (movedCells(base, here).size > 0 && movedCells(base, disk).size > 0) return null;
  const metadata = mergeMembers(base.metadata, here.metadata, disk.metadata);
  if (metadata.conflicts > 0) return null;
  const theirs = new Set(differences.filter(({ side }) => side === 'disk').map(({ cell }) => cell));
  return combine(base, here, disk, differences, (cell) => (theirs.has(cell) ? 'theirs' : 'mine'), noNewId);
}

/**
 * The notebook that a person chose, cell by cell. Cells without a choice keep the side that was changed, and `mine` where
 * both were; so does metadata of the notebook.
 *
 * @param newId makes ids for cells of which both versions are taken
 */
export function chooseNotebook(
  base: Notebook,
  here: Notebook,
  disk: Notebook,
  choices: ReadonlyMap<string, CellChoice>,
  newId: () => string,
): Merged {
  const differences = compareNotebooks(base, here, disk);
  const byCell = new Map(differences.map((each) => [each.cell, each]));
  const choice = (cell: string): CellChoice =>
    choices.get(cell) ?? (byCell.get(cell)?.side === 'disk' ? 'theirs' : 'mine');
  return combine(base, here, disk, differences, choice, newId);
}

function noNewId(): never {
  throw new Error('A merge by itself takes one side of a cell only.');
}

function combine(
  base: Notebook,
  here: Notebook,
  disk: Notebook,
  differences: readonly CellDifference[],
  choice: (cell: string) => CellChoice,
  newId: () => string,
): Merged {
  const differing = new Set(differences.map(({ cell }) => cell));
  const mine = new Map(here.cells.map((cell) => [cell.id, cell]));
  const theirs = new Map(disk.cells.map((cell) => [cell.id, cell]));
  const isTheirOrder = [...movedCells(base, disk)].some((cell) => choice(cell) !== 'mine');
  const order = isTheirOrder ? orderOfBoth(disk, here) : orderOfBoth(here, disk);
  const taken: string[] = [];
  const cells = order.flatMap((id): readonly Cell[] => {
    const [ours, other] = [mine.get(id), theirs.get(id)];
    if (!differing.has(id) || choice(id) === 'mine') return ours === undefined ? [] : [ours];
    if (choice(id) === 'both' && ours !== undefined) {
      if (other === undefined || isSameContent(ours, other)) return [ours];
      const copy = { ...other, id: newId() };
      taken.push(copy.id);
      return [ours, copy];
    }
    taken.push(id);
    return other === undefined ? [] : [other];
  });
  const metadata = mergeMembers(base.metadata, here.metadata, disk.metadata).members;
  return { notebook: { ...here, cells, metadata }, taken };
}

/** Members changed on one side are that side's; on both sides differently, mine. */
function mergeMembers(
  base: JsonObject,
  here: JsonObject,
  disk: JsonObject,
): { readonly members: JsonObject; readonly conflicts: number } {
  let conflicts = 0;
  const keys = new Set([...Object.keys(here), ...Object.keys(disk)]);
  const entries = [...keys].flatMap((key): [string, JsonObject[string]][] => {
    const [was, mine, theirs] = [base, here, disk].map((side) =>
      Object.hasOwn(side, key) ? side[key] : undefined,
    );
    const isMine = jsonEquals(was, theirs);
    if (!isMine && !jsonEquals(was, mine) && !jsonEquals(mine, theirs)) {
      conflicts += 1;
      return mine === undefined ? [] : [[key, mine]];
    }
    const value = isMine ? mine : theirs;
    return value === undefined ? [] : [[key, value]];
  });
  return { members: Object.fromEntries(entries), conflicts };
}

/** Metadata that a run writes; results, not edits. */
const RESULT_KEYS = ['execution', 'ExecuteTime'];

/** The notebook with the results that `from` holds for the cells that `isWanted`; everything else stays. */
export function withResultsOf(
  notebook: Notebook,
  from: Notebook,
  isWanted: (cell: string) => boolean,
): Notebook {
  const results = new Map(from.cells.map((cell) => [cell.id, cell]));
  const cells = notebook.cells.map((cell) => {
    const other = results.get(cell.id);
    if (other === undefined || other === cell || cell.type !== 'code' || other.type !== 'code') return cell;
    if (!isWanted(cell.id)) return cell;
    const kept = Object.entries(cell.metadata).filter(([key]) => !RESULT_KEYS.includes(key));
    const times = Object.entries(other.metadata).filter(([key]) => RESULT_KEYS.includes(key));
    const metadata = withFullOutputs(Object.fromEntries([...kept, ...times]), fullOutputsOf(other.metadata));
    return { ...cell, outputs: other.outputs, executionCount: other.executionCount, metadata };
  });
  return { ...notebook, cells };
}

/**
 * The notebook with the ids of `base` for the cells that are the same ones: in a file without ids they follow from the
 * content, so that an edited cell has another. Cells between two that are alike are paired in their order, where there
 * are as many of a kind.
 */
export function alignIds(base: Notebook, other: Notebook): Notebook {
  const known = new Set(base.cells.map((cell) => cell.id));
  const there = new Set(other.cells.map((cell) => cell.id));
  const gone = gapsOf(base.cells, there);
  const come = gapsOf(other.cells, known);
  const renamed = new Map<string, string>();
  for (const [anchor, cells] of come) {
    const before = gone.get(anchor) ?? [];
    if (before.length !== cells.length || before.some((cell, index) => cell.type !== cells[index]?.type))
      continue;
    cells.forEach((cell, index) => renamed.set(cell.id, before[index]?.id ?? cell.id));
  }
  if (renamed.size === 0) return other;
  return { ...other, cells: other.cells.map((cell) => ({ ...cell, id: renamed.get(cell.id) ?? cell.id })) };
}

/** Runs of cells whose ids are not in `known`, by the cell before and the one behind. */
function gapsOf(cells: readonly Cell[], known: ReadonlySet<string>): ReadonlyMap<string, readonly Cell[]> {
  const gaps = new Map<string, Cell[]>();
  let start = '';
  let gap: Cell[] = [];
  const close = (end: string): void => {
    if (gap.length > 0) gaps.set(`${start} ${end}`, gap);
    gap = [];
    start = end;
  };
  for (const cell of cells) {
    if (known.has(cell.id)) close(cell.id);
    else gap.push(cell);
  }
  close('');
  return gaps;
}
