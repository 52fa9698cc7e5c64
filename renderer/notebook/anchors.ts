import type { CellView } from '../../shared/notebook/contract';
import { WatchbookError } from '../../shared/rpc/errors';
import { goToCell } from './cell-actions';
import { contentsOf, findAnchor } from './contents';
import type { OpenDocument } from './document-store';
import { fileName } from './file-name';
import { ID_PREFIX } from './markdown/render-markdown';
import { frontPane } from './front-pane';

/** Frames that a cell may take until it is drawn. */
const MOST_FRAMES = 120;

/** A place in a notebook that a link can lead to: a cell, and the name of what is in it. */
export interface AnchorPlace {
  readonly cell: string;
  readonly name: string;
}

const plain = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}-]/gu, '');

/** Where an anchor leads: a heading, written as Jupyter or as GitHub do, or an id or name in a text. Null: nowhere. */
export function anchorPlace(cells: readonly CellView[], anchor: string): AnchorPlace | null {
  const wanted = plain(anchor.replace(/\s+/g, '-'));
  const heading = contentsOf(cells).find(({ slug }) => plain(slug) === wanted);
  if (heading !== undefined) return { cell: heading.cell, name: heading.slug };
  const cell = findAnchor(cells, anchor);
  return cell === null ? null : { cell, name: anchor };
}

/** Brings the named element to the top of the view once its cell is drawn, however far the cell was from it. */
function showElement({ cell, name }: AnchorPlace, frames: number): void {
  // The cell was made the active one; in the other half of the window another notebook may have one of the same id.
  const scope = `article.is-active[data-cell="${CSS.escape(cell)}"]`;
  const id = CSS.escape(ID_PREFIX + name);
  const element = frontPane().querySelector(`${scope} [id="${id}"], ${scope} [name="${id}"]`);
  if (element === null) {
    if (frames > 0) requestAnimationFrame(() => showElement({ cell, name }, frames - 1));
    return;
  }
  element.scrollIntoView({ block: 'start' });
  // What is above it may have been drawn by now, and be of another height than was guessed.
  requestAnimationFrame(() => element.scrollIntoView({ block: 'start' }));
}

/** Goes to the place that an anchor names, or says that there is none. */
export function goToAnchor(open: OpenDocument, anchor: string): void {
  const { cells, state } = open.store.getState();
  const place = anchorPlace(cells, anchor);
  if (place === null) {
    const name = fileName(state?.path ?? open.path);
    open.say(new WatchbookError('not-found', `There is no section “${anchor}” in ${name}.`));
    return;
  }
  goToCell(open, place.cell, 'start');
  requestAnimationFrame(() => showElement(place, MOST_FRAMES));
}

/** As {@link goToAnchor}, once the document is open; one that can not be opened says why by itself. */
export function goToAnchorWhenOpen(open: OpenDocument, anchor: string): void {
  if (open.store.getState().phase === 'open') {
    goToAnchor(open, anchor);
    return;
  }
  const stop = open.store.subscribe(({ phase }) => {
    if (phase === 'opening') return;
    stop();
    if (phase === 'open') goToAnchor(open, anchor);
  });
}

/** A link to a section as another runbook of the same folder writes it: `deploy.ipynb#Roll-back`. */
export function sectionLink(path: string, anchor: string): string {
  // Round brackets would end a link of markdown.
  const encode = (text: string): string =>
    encodeURIComponent(text).replace(/[()]/g, (sign) => (sign === '(' ? '%28' : '%29'));
  return `${encode(fileName(path))}#${encode(anchor)}`;
}
