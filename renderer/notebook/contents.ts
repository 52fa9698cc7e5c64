import type { CellView } from '../../shared/notebook/contract';
import { headingSlug, plainHeading } from './markdown/heading-slug';

/** A heading of the notebook, as the contents panel lists it. */
export interface ContentsEntry {
  readonly cell: string;
  readonly level: number;
  readonly text: string;
  readonly slug: string;
  /** Code cells from here to the next heading. */
  readonly steps: number;
}

const HEADING = /^ {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$/;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;
/** More of a heading is not listed. */
const LONGEST_LINE = 1_000;

type Heading = Omit<ContentsEntry, 'steps' | 'cell'>;
const known = new WeakMap<object, readonly Heading[]>();

/** The headings of one text; code fences hold none. */
function headingsOf(cell: CellView): readonly Heading[] {
  const before = known.get(cell);
  if (before) return before;
  const headings: Heading[] = [];
  const used = new Map<string, number>();
  let fence: string | null = null;
  for (const line of cell.source.split('\n')) {
    const mark = FENCE.exec(line)?.[1];
    if (mark !== undefined) {
      if (fence === null) fence = mark;
      else if (mark.startsWith(fence)) fence = null;
      continue;
    }
    // A heading of many spaces would be looked through once for each of them.
    const match = fence === null ? HEADING.exec(line.slice(0, LONGEST_LINE)) : null;
    if (match === null) continue;
    const text = plainHeading(match[2] ?? '');
    if (text === '') continue;
    headings.push({ level: match[1]?.length ?? 1, text, slug: headingSlug(match[2] ?? '', used) });
  }
  known.set(cell, headings);
  return headings;
}

/** The notebook's headings in order, each with the number of steps below it. */
export function contentsOf(cells: readonly CellView[]): readonly ContentsEntry[] {
  const entries: { -readonly [K in keyof ContentsEntry]: ContentsEntry[K] }[] = [];
  for (const cell of cells) {
    if (cell.type === 'markdown') {
      for (const heading of headingsOf(cell)) entries.push({ ...heading, cell: cell.id, steps: 0 });
    } else if (cell.type === 'code') {
      const last = entries[entries.length - 1];
      if (last) last.steps += 1;
    }
  }
  return entries;
}

/** The cell that an anchor names: a heading's slug as Jupyter or GitHub write it, or an id or name in a text. */
export function findAnchor(cells: readonly CellView[], anchor: string): string | null {
  const plain = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}-]/gu, '');
  const wanted = plain(anchor.replace(/\s+/g, '-'));
  for (const entry of contentsOf(cells)) if (plain(entry.slug) === wanted) return entry.cell;
  for (const cell of cells) {
    if (cell.type !== 'markdown') continue;
    for (const match of cell.source.matchAll(/\b(?:id|name)\s*=\s*["']([^"']+)["']/g)) {
      if (match[1] === anchor) return cell.id;
    }
  }
  return null;
}
