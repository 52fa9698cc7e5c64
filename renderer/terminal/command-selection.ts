/** Past commands that are selected: all from `anchor` to `active`, by their numbers in the terminal. */
export interface CommandSelection {
  readonly anchor: number;
  readonly active: number;
}

/** The selected ones among the commands that are drawn, from the top down. */
export function selectedAmong(ids: readonly number[], selection: CommandSelection | null): readonly number[] {
  if (selection === null) return [];
  const active = ids.indexOf(selection.active);
  if (active < 0) return [];
  const anchor = ids.indexOf(selection.anchor);
  const from = anchor < 0 ? active : anchor;
  return ids.slice(Math.min(active, from), Math.max(active, from) + 1);
}

/** A click on a command, with Shift from the one that was selected to this one. */
export function clicked(
  selection: CommandSelection | null,
  id: number,
  isExtending: boolean,
): CommandSelection {
  return isExtending && selection !== null ? { ...selection, active: id } : { anchor: id, active: id };
}

/**
 * One command up or down. With none selected, up selects `last`, the last one that is in view, and down nothing; down
 * from the last one ends it, as below it is the prompt.
 */
export function stepped(
  ids: readonly number[],
  selection: CommandSelection | null,
  by: 1 | -1,
  isExtending: boolean,
  last: number | null,
): CommandSelection | null {
  const at = selection === null ? -1 : ids.indexOf(selection.active);
  if (selection === null || at < 0) return by > 0 || last === null ? null : { anchor: last, active: last };
  const next = ids[at + by];
  if (next === undefined && isExtending) return selection;
  if (next === undefined) return by > 0 ? null : { anchor: selection.active, active: selection.active };
  return isExtending ? { ...selection, active: next } : { anchor: next, active: next };
}

/** The selection after commands went out of what can be scrolled back to. */
export function kept(ids: readonly number[], selection: CommandSelection | null): CommandSelection | null {
  if (selection === null || !ids.includes(selection.active)) return null;
  return ids.includes(selection.anchor) ? selection : { ...selection, anchor: selection.active };
}

/**
 * Where a bar lies on the screen so that it covers no text, at the right: below the block, else at its foot, else above
 * it; where there is no room anywhere, below or above the block all the same, and over its foot where it fills the
 * screen: the prompt below it stays in view. `free`: the empty columns at the right of a row of
 * the screen. Rows are counted from the top of the screen.
 */
export function placeBar(facts: {
  readonly first: number;
  readonly last: number;
  readonly rows: number;
  readonly height: number;
  readonly columns: number;
  readonly free: (row: number) => number;
}): number {
  const { first, last, rows, height, columns, free } = facts;
  const most = Math.max(0, rows - height);
  const fits = (top: number): boolean =>
    top >= 0 &&
    top <= most &&
    Array.from({ length: height }, (_, at) => free(top + at)).every((empty) => empty >= columns);
  const beside = [last + 1, first - height].find((top) => top >= 0 && top <= most);
  const places = [last + 1, last - height + 1, first - height];
  return places.find(fits) ?? beside ?? Math.min(Math.max(0, last - height + 1), most);
}
