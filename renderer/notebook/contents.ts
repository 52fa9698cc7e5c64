import type { CellView } from '../../shared/notebook/contract';
import { headingLines } from '../../shared/notebook/sections';
import { headingSlug, plainHeading } from './markdown/heading-slug';

/** A heading of the notebook, as the contents panel lists it. */
export interface ContentsEntry {
  readonly cell: string;
  readonly level: number;
  readonly text: string;
  readonly slug: string;
  /** Code cells from here to the next heading. */
  readonly steps: readonly string[];
}

type Heading = Omit<ContentsEntry, 'steps' | 'cell'>;
const known = new WeakMap<object, readonly Heading[]>();

/** The headings of one text that have a name. */
function headingsOf(cell: CellView): readonly Heading[] {
  const before = known.get(cell);
  if (before) return before;
  const used = new Map<string, number>();
  const headings = headingLines(cell.source).flatMap(({ level, markup }): Heading[] => {
    const text = plainHeading(markup);
    return text === '' ? [] : [{ level, text, slug: headingSlug(markup, used) }];
  });
  known.set(cell, headings);
  return headings;
}

/** The notebook's headings in order, each with the steps below it. */
export function contentsOf(cells: readonly CellView[]): readonly ContentsEntry[] {
  const entries: (ContentsEntry & { readonly steps: string[] })[] = [];
  for (const cell of cells) {
    if (cell.type === 'markdown') {
      for (const heading of headingsOf(cell)) entries.push({ ...heading, cell: cell.id, steps: [] });
    } else if (cell.type === 'code') {
      entries.at(-1)?.steps.push(cell.id);
    }
  }
  return entries;
}

/** The first of the notebook's headings; undefined where it has none. */
export function firstHeading(cells: readonly CellView[]): Pick<ContentsEntry, 'level' | 'text'> | undefined {
  for (const cell of cells) {
    const [first] = cell.type === 'markdown' ? headingsOf(cell) : [];
    if (first !== undefined) return first;
  }
  return undefined;
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
