import type { CellView } from '../../shared/notebook/contract';
import { collapsedInFile } from '../../shared/notebook/sections';
import type { Json } from '../../shared/rpc/contract';
import type { DocumentModel } from './document-model';
import { selectOne } from './selection';

/** Where a reader was in a document, for the next time it is opened in this window or another one. */
export interface ReadingPlace {
  /** The first cell in view; null in an empty notebook. */
  readonly cell: string | null;
  /** CSS pixels of it above the view. */
  readonly above: number;
  readonly active: string | null;
  readonly collapsed: readonly string[];
  readonly codeHidden: boolean;
  readonly outputsBeside: boolean;
}

const PREFIX = 'reading ';
/** Documents whose place is kept; the one not read for the longest time goes first. */
const MOST_KEPT = 200;

interface Kept extends ReadingPlace {
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Keeps where the reader of the file at `path` is, beside the file: reading leaves nothing to be saved in it. */
export function keepReading(path: string, place: ReadingPlace): void {
  const kept: Kept = { ...place, at: Date.now() };
  localStorage.setItem(PREFIX + path, JSON.stringify(kept));
  const keys = Array.from({ length: localStorage.length }, (_, index) => localStorage.key(index) ?? '');
  const ours = keys.filter((key) => key.startsWith(PREFIX));
  if (ours.length <= MOST_KEPT) return;
  const byAge = ours.toSorted((a, b) => (read(a)?.at ?? 0) - (read(b)?.at ?? 0));
  for (const key of byAge.slice(0, ours.length - MOST_KEPT)) localStorage.removeItem(key);
}

/** Where the reader of this file was; null where nothing is known. */
export function keptReading(path: string): ReadingPlace | null {
  return read(PREFIX + path);
}

function read(key: string): Kept | null {
  const text = localStorage.getItem(key);
  if (text === null) return null;
  try {
    const value = JSON.parse(text) as { readonly [K in keyof Kept]?: Json };
    const idAt = (member: Json | undefined): string | null => (typeof member === 'string' ? member : null);
    return {
      cell: idAt(value.cell),
      above: typeof value.above === 'number' ? value.above : 0,
      active: idAt(value.active),
      collapsed: Array.isArray(value.collapsed) ? value.collapsed.filter((id) => typeof id === 'string') : [],
      codeHidden: value.codeHidden === true,
      outputsBeside: value.outputsBeside === true,
      at: typeof value.at === 'number' ? value.at : 0,
    };
  } catch (error) {
    // Written by another version, or by hand: the document opens at its beginning.
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** What a document shows at its first opening here: as it was left, else as Jupyter's metadata in it say. */
export function firstView(path: string, cells: readonly CellView[]): Partial<DocumentModel> {
  const kept = keptReading(path);
  if (kept === null) return { collapsed: collapsedInFile(cells) };
  const here = new Set(cells.map(({ id }) => id));
  const { codeHidden, outputsBeside } = kept;
  // The cell that had the keys may be gone with edits that were given up: then it is one that is seen, never one that
  // a key would act on out of sight.
  const active = [kept.active, kept.cell].find((id) => id !== null && here.has(id)) ?? null;
  return {
    collapsed: new Set(kept.collapsed.filter((id) => here.has(id))),
    codeHidden,
    outputsBeside,
    ...(active !== null ? { selection: selectOne(active) } : {}),
  };
}
