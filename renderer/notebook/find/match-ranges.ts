import { EditorView } from '@codemirror/view';
import type { FindFound, NotebookMatch } from './find-store';

/** Items by a key of theirs, each group in the order given. */
export function groupBy<T, K>(items: readonly T[], key: (item: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}

/** A place in the text under an element, by UTF-16 units of all of it. */
interface Piece {
  readonly node: Text;
  readonly start: number;
}

function piecesOf(root: Element): { readonly pieces: readonly Piece[]; readonly text: string } {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const pieces: Piece[] = [];
  let text = '';
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (!(node instanceof Text)) continue;
    pieces.push({ node, start: text.length });
    text += node.data;
  }
  return { pieces, text };
}

function rangeIn(pieces: readonly Piece[], from: number, to: number): Range | null {
  const first = pieceAt(pieces, from, false);
  const last = pieceAt(pieces, to, true);
  if (first === null || last === null) return null;
  const range = document.createRange();
  range.setStart(first.node, Math.min(from - first.start, first.node.length));
  range.setEnd(last.node, Math.min(to - last.start, last.node.length));
  return range;
}

/** The piece that holds a place; at a border the one before for an end, the one after for a beginning. */
function pieceAt(pieces: readonly Piece[], offset: number, isEnd: boolean): Piece | null {
  let low = 0;
  let high = pieces.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const start = pieces[middle]?.start ?? 0;
    if (isEnd ? start < offset : start <= offset) low = middle + 1;
    else high = middle;
  }
  return pieces[low - 1] ?? null;
}

/** The ranges of one cell's matches in what is drawn of it now. A match that is not drawn as text has none. */
export function rangesInCell(
  article: Element,
  matches: readonly NotebookMatch[],
  found: FindFound,
): ReadonlyMap<NotebookMatch, Range> {
  const ranges = new Map<NotebookMatch, Range>();
  const byOutput = groupBy(
    matches.filter((match) => match.kind === 'shown'),
    (match) => match.output,
  );
  for (const [output, list] of byOutput) {
    const text = found.texts.get(`${list[0]?.cell ?? ''} ${output ?? 'source'}`)?.text;
    if (text === undefined) continue;
    if (output !== null) {
      const root = article.querySelector(`[data-output="${CSS.escape(output)}"]`);
      if (root !== null) inReadingOrder(root, list, text, ranges);
      continue;
    }
    const editor = article.querySelector<HTMLElement>('.cm-editor');
    const still = article.querySelector('.still-code');
    const prose = article.querySelector('.entry-prose');
    if (editor !== null) inEditor(editor, list, text, ranges);
    else if (still !== null) inStill(still, list, text, ranges);
    else if (prose !== null) inReadingOrder(prose, list, text, ranges);
  }
  return ranges;
}

type Shown = Extract<NotebookMatch, { kind: 'shown' }>;

function inStill(
  root: Element,
  matches: readonly Shown[],
  text: string,
  ranges: Map<NotebookMatch, Range>,
): void {
  const drawn = piecesOf(root);
  // Edited since it was searched: the places are not those any more, and the next search is on its way.
  if (drawn.text.replace(/\u200b$/, '') !== text.replace(/\u200b$/, '')) return;
  for (const match of matches) {
    const range = rangeIn(drawn.pieces, match.from, match.to);
    if (range !== null) ranges.set(match, range);
  }
}

/** A live editor draws the lines near the view alone. */
function inEditor(
  root: HTMLElement,
  matches: readonly Shown[],
  text: string,
  ranges: Map<NotebookMatch, Range>,
): void {
  const view = EditorView.findFromDOM(root);
  if (view === null || view.state.doc.length !== text.length || view.state.doc.toString() !== text) return;
  for (const match of matches) {
    if (match.to < view.viewport.from || match.from > view.viewport.to) continue;
    const start = view.domAtPos(match.from);
    const end = view.domAtPos(match.to);
    const range = document.createRange();
    range.setStart(start.node, start.offset);
    range.setEnd(end.node, end.offset);
    ranges.set(match, range);
  }
}

/** What is drawn is not the text itself (rendered markdown, folded tracebacks): the same words, in the same order. */
function inReadingOrder(
  root: Element,
  matches: readonly Shown[],
  text: string,
  ranges: Map<NotebookMatch, Range>,
): void {
  const { pieces, text: drawn } = piecesOf(root);
  let from = 0;
  for (const match of matches) {
    const words = text.slice(match.from, match.to);
    const at = drawn.indexOf(words, from);
    if (at === -1) continue;
    from = at + words.length;
    const range = rangeIn(pieces, at, from);
    if (range !== null) ranges.set(match, range);
  }
}
