import { EditorView } from '@codemirror/view';
import { revealCell } from '../collapsing';
import type { OpenDocument } from '../document-store';
import { isFolded, toggleRevealed } from '../reveal';
import { selectedCells, selectOne } from '../selection';
import { findOf, type NotebookMatch } from './find-store';
import { frontPane } from '../front-pane';

/** Longer selections are not what somebody looks for. */
const LONGEST_SEED = 200;
const openers = new WeakMap<OpenDocument, Element>();

/** Opens the bar, or goes to its field; a short selection in a source is looked for. */
export function openFind(open: OpenDocument, withReplace: boolean): void {
  const find = findOf(open);
  const before = find.store.getState();
  if (document.activeElement !== null && !before.isOpen) openers.set(open, document.activeElement);
  const { order, selection } = open.store.getState();
  const seed = selectedText();
  const selected = selectedCells(order, selection);
  find.set({
    isOpen: true,
    asked: before.asked + 1,
    withReplace: withReplace || (before.isOpen && before.withReplace),
    done: null,
    ...(seed === null ? {} : { query: { ...before.query, text: seed, isPattern: false } }),
    // Several cells chosen and then Find: those are meant.
    ...(before.isOpen ? {} : { cells: selected.length > 1 ? selected : null }),
  });
  const cell = find.store.getState().cells?.[0] ?? selection.active ?? '';
  void find.search({ cell, from: 0 });
}

function selectedText(): string | null {
  const editor = document.activeElement?.closest<HTMLElement>('.cm-editor') ?? null;
  const view = editor === null ? null : EditorView.findFromDOM(editor);
  if (view === null) return null;
  const { from, to } = view.state.selection.main;
  const text = view.state.sliceDoc(from, to);
  return text === '' || text.includes('\n') || text.length > LONGEST_SEED ? null : text;
}

/** Closes the bar; the focus goes back to where it came from, a cursor onto the match it was brought to. */
export function closeFind(open: OpenDocument): void {
  const find = findOf(open);
  const { found, current } = find.store.getState();
  const match = found?.matches[current];
  find.stop();
  const opener = openers.get(open);
  openers.delete(open);
  const { selection, mode } = open.store.getState();
  const article =
    selection.active === null
      ? null
      : frontPane().querySelector<HTMLElement>(`article[data-cell="${CSS.escape(selection.active)}"]`);
  const editor = article?.querySelector<HTMLElement>('.cm-editor') ?? null;
  const view = editor === null ? null : EditorView.findFromDOM(editor);
  if (mode === 'edit' && view !== null) {
    if (match?.kind === 'shown' && match.output === null && match.cell === selection.active) {
      const end = view.state.doc.length;
      view.dispatch({ selection: { anchor: Math.min(match.from, end), head: Math.min(match.to, end) } });
    }
    view.focus();
    return;
  }
  const isNotebook = opener?.closest('article.entry') !== null;
  if (opener instanceof HTMLElement && opener.isConnected && !isNotebook) opener.focus();
  else article?.focus({ preventScroll: true });
}

/** Goes to the next or previous match, round the end; opens the bar where nothing was looked for yet. */
export function stepFind(open: OpenDocument, by: 1 | -1): void {
  const find = findOf(open);
  const { found, current, isOpen } = find.store.getState();
  if (!isOpen) return openFind(open, false);
  const count = found?.matches.length ?? 0;
  if (count === 0) return undefined;
  return goToMatch(open, (current + by + count) % count);
}

/** Shows a match and selects its cell, whatever is folded away there. */
export function goToMatch(open: OpenDocument, index: number): void {
  const find = findOf(open);
  const match = find.store.getState().found?.matches[index];
  if (match === undefined) return;
  find.set({ current: index, done: null, steps: find.store.getState().steps + 1 });
  const { selection } = open.store.getState();
  if (selection.active !== match.cell) {
    open.set({ selection: selectOne(match.cell), mode: 'command' });
  }
}

/** Brings a match into view, and opens what hides it. */
export function showMatch(open: OpenDocument, match: NotebookMatch): void {
  const model = open.store.getState();
  const cell = model.byId.get(match.cell);
  if (cell === undefined) return;
  const part = match.output === null ? 'source' : 'outputs';
  if (isFolded(model, cell, part)) toggleRevealed(open, cell.id, part);
  revealCell(open, cell.id);
  open.set({ showCell: { cell: cell.id, align: 'auto' } });
}
