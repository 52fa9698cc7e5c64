import type { VirtualItem } from '@tanstack/react-virtual';
import type { OpenDocument } from './document-store';

/** Where the view of a document stood, and the heights it knew: the same place again needs both. */
export interface ViewPlace {
  /** CSS pixels from the top. */
  readonly offset: number;
  readonly measurements: readonly VirtualItem[];
}

const places = new WeakMap<OpenDocument, ViewPlace>();

/** Keeps the view's place while another tab is shown. */
export function rememberPlace(open: OpenDocument, place: ViewPlace): void {
  places.set(open, place);
}

/** The place kept for a document; null where it was not shown yet. */
export function rememberedPlace(open: OpenDocument): ViewPlace | null {
  return places.get(open) ?? null;
}
