import type { JsonObject } from '../rpc/contract';
import type { CellType } from './model';
import type { CellRun } from './view';

/** What of a cell decides where sections begin. */
interface SectionCell {
  readonly id: string;
  readonly type: CellType;
  readonly source: string;
}

/** One heading line of a text: its level from 1, and what stands behind the marks, markup and all. */
export interface HeadingLine {
  readonly level: number;
  readonly markup: string;
}

const HEADING = /^ {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$/;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;
/** More of a heading is not looked at: one of many spaces would be looked through once for each of them. */
const LONGEST_LINE = 1_000;

/** The heading lines of a markdown text; code fences hold none. */
export function headingLines(source: string): readonly HeadingLine[] {
  const found: HeadingLine[] = [];
  let fence: string | null = null;
  for (const line of source.split('\n')) {
    const mark = FENCE.exec(line)?.[1];
    if (mark !== undefined) {
      if (fence === null) fence = mark;
      else if (mark.startsWith(fence)) fence = null;
      continue;
    }
    const match = fence === null ? HEADING.exec(line.slice(0, LONGEST_LINE)) : null;
    if (match !== null) found.push({ level: match[1]?.length ?? 1, markup: match[2] ?? '' });
  }
  return found;
}

const levels = new WeakMap<SectionCell, number | null>();

/** The level of the section that a cell begins: that of its highest heading, as in JupyterLab. Null for any other cell. */
export function sectionLevel(cell: SectionCell): number | null {
  const known = levels.get(cell);
  if (known !== undefined) return known;
  const found = cell.type === 'markdown' ? headingLines(cell.source).map(({ level }) => level) : [];
  const level = found.length === 0 ? null : Math.min(...found);
  levels.set(cell, level);
  return level;
}

/**
 * For each cell that collapsed headings hide, the outermost heading that does. A section ends where one of the same
 * or a higher level begins.
 */
export function hiddenCells(
  cells: readonly SectionCell[],
  collapsed: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const hidden = new Map<string, string>();
  if (collapsed.size === 0) return hidden;
  let hider: { readonly id: string; readonly level: number } | null = null;
  for (const cell of cells) {
    const level = sectionLevel(cell);
    if (hider !== null && level !== null && level <= hider.level) hider = null;
    if (hider !== null) hidden.set(cell.id, hider.id);
    else if (level !== null && collapsed.has(cell.id)) hider = { id: cell.id, level };
  }
  return hidden;
}

/** JupyterLab's mark of a collapsed heading, and that of the older notebook extension. */
const COLLAPSED_MARKS = ['jp-MarkdownHeadingCollapsed', 'heading_collapsed'];

/** The headings that a file says are collapsed. */
export function collapsedInFile(
  cells: readonly (SectionCell & { readonly metadata: JsonObject })[],
): ReadonlySet<string> {
  const isMarked = ({ metadata }: { readonly metadata: JsonObject }): boolean =>
    COLLAPSED_MARKS.some((mark) => metadata[mark] === true);
  return new Set(cells.filter((cell) => isMarked(cell) && sectionLevel(cell) !== null).map(({ id }) => id));
}

/** The collapsed headings without those that hide this cell. The same set when none does. */
export function withoutHiding(
  cells: readonly SectionCell[],
  collapsed: ReadonlySet<string>,
  cell: string,
): ReadonlySet<string> {
  let left = collapsed;
  for (;;) {
    const hider = hiddenCells(cells, left).get(cell);
    if (hider === undefined) return left;
    left = new Set([...left].filter((id) => id !== hider));
  }
}

/** The cells below a heading, to the end of its section. Empty for a cell that begins none. */
export function sectionCells<C extends SectionCell>(cells: readonly C[], heading: string): readonly C[] {
  const at = cells.findIndex((cell) => cell.id === heading);
  const own = cells[at];
  const level = own === undefined ? null : sectionLevel(own);
  if (level === null) return [];
  const below = cells.slice(at + 1);
  const end = below.findIndex((cell) => (sectionLevel(cell) ?? 7) <= level);
  return end === -1 ? below : below.slice(0, end);
}

/** The nearest heading above a cell, or below it; null when there is none that way. */
export function headingBeside(
  cells: readonly SectionCell[],
  cell: string,
  side: 'above' | 'below',
): string | null {
  const at = cells.findIndex(({ id }) => id === cell);
  const isHeading = (one: SectionCell): boolean => sectionLevel(one) !== null;
  const found =
    side === 'above'
      ? cells.slice(0, Math.max(at, 0)).findLast(isHeading)
      : cells.slice(at + 1).find(isHeading);
  return found?.id ?? null;
}

/** How the steps of a section stand, in the words of the screen. `part`: some are done and nothing is wrong. */
export type SectionState = 'todo' | 'part' | 'queued' | 'running' | 'done' | 'failed' | 'edited';

/** The steps of a section: how many there are, how many were done here, and what that comes to. */
export interface SectionSummary {
  readonly steps: number;
  readonly done: number;
  readonly state: SectionState;
}

/**
 * What a section shows for its steps' runs, one for each code cell. What runs now comes first, then what a person must
 * look at. A good run that is only told by the file does not count: it says nothing about tonight.
 */
export function summariseSection(runs: readonly (CellRun | undefined)[]): SectionSummary {
  let done = 0;
  const seen = new Set<CellRun['status'] | 'edited'>();
  for (const run of runs) {
    if (run === undefined) continue;
    const isDone = run.status === 'done' && run.fromFile !== true;
    if (isDone) done += 1;
    if (run.edited) seen.add('edited');
    if (run.status !== 'done' || isDone) seen.add(run.status);
  }
  const shown = (['running', 'failed', 'queued', 'edited'] as const).find((state) => seen.has(state));
  const state = shown ?? (done === 0 ? 'todo' : done === runs.length ? 'done' : 'part');
  return { steps: runs.length, done, state };
}
