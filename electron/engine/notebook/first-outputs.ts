import type { Notebook } from '../../../shared/notebook/model';
import type { OutputView } from '../../../shared/notebook/view';
import type { DocumentOutputs } from './document-outputs';

/** Characters of outputs that come with a snapshot: more than any screen shows. */
const FIRST_OUTPUTS = 512 * 1024;

/**
 * The first outputs of a notebook, which come with a snapshot, and the cells whose outputs follow at once as events: a
 * large notebook is on screen before all of it has travelled.
 */
export function firstOutputs(
  notebook: Notebook,
  outputs: DocumentOutputs,
): { readonly first: Record<string, OutputView[]>; readonly later: readonly string[] } {
  const first: [string, OutputView[]][] = [];
  const later: string[] = [];
  let room = FIRST_OUTPUTS;
  for (const cell of notebook.cells) {
    if (!outputs.isLive(cell.id) && cell.outputs.length === 0) continue;
    if (room <= 0) {
      later.push(cell.id);
      continue;
    }
    const views = [...outputs.views(cell, 0)];
    if (views.length === 0) continue;
    room -= JSON.stringify(views).length;
    first.push([cell.id, views]);
  }
  // Defined, never assigned: `__proto__` is a good id of a cell.
  return { first: Object.fromEntries(first), later };
}
