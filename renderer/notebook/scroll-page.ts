import { frontPane } from './front-pane';

/** Of a page, this much stays in view when it is turned: a line or two to read on from. */
const KEPT = 48;

/** Scrolls the cells of the notebook that has the focus by one page. The selection stays. */
export function scrollPage(direction: 1 | -1): void {
  const pane = document.activeElement?.closest('.notebook') ?? frontPane().querySelector('.notebook');
  const cells = pane?.querySelector('.doc');
  cells?.scrollBy({ top: direction * Math.max(KEPT, cells.clientHeight - KEPT) });
}
