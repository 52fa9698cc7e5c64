import type { OpenDocument } from './document-store';

/** Opens what a cell's tags fold away, or folds it again; kept for this window only. */
export function toggleRevealed(open: OpenDocument, cell: string, what: 'source' | 'outputs'): void {
  const revealed = new Set(open.store.getState().revealed);
  const key = `${cell} ${what}`;
  if (!revealed.delete(key)) revealed.add(key);
  open.set({ revealed });
}
