import { isFrozen } from '../../shared/notebook/cell-protection';
import type { CellView } from '../../shared/notebook/contract';
import { WatchbookError } from '../../shared/rpc/errors';
import { isDeletable, isEditable } from './cell-facts';
import type { OpenDocument } from './document-store';

/** What keeps a cell as it is: a mark in its metadata, or that it runs or waits in line. */
export type Hold = 'not deletable' | 'not editable' | 'frozen' | 'running';

/** Marks the notices of this module. */
const HELD = 'cells were kept as they are';

/** What keeps this cell from being deleted (`delete`), changed in its source or kind (`edit`), or merged (`both`). */
export function holdOf(open: OpenDocument, id: string, from: 'delete' | 'edit' | 'both'): Hold | null {
  const { byId, runs } = open.store.getState();
  const cell = byId.get(id);
  const status = runs.get(id)?.status;
  if (status === 'running' || status === 'queued') return 'running';
  if (cell === undefined) return null;
  if (from !== 'edit' && !isDeletable(cell)) return 'not deletable';
  return from === 'delete' ? null : editHold(cell);
}

/** What keeps the source of a cell from being edited; a running cell may be edited. */
export function editHold(cell: CellView): Hold | null {
  if (isEditable(cell)) return null;
  return isFrozen(cell) ? 'frozen' : 'not editable';
}

/** Says in a notice why cells were left as they are; `verb` is what was not done with them: `deleted`. */
export function sayHeld(open: OpenDocument, holds: readonly Hold[], verb: string): void {
  const kinds = new Set(holds);
  if (kinds.size === 0) return;
  const sentences = [...kinds].map((kind, at) => {
    const sentence = sentenceOf(kind, holds.filter((hold) => hold === kind).length);
    return at === 0 ? sentence : sentence.charAt(0).toUpperCase() + sentence.slice(1);
  });
  const code = kinds.has('running') ? 'busy' : 'read-only';
  // Of several such keys one after the other the last is what counts.
  const { notices } = open.store.getState();
  open.set({ notices: notices.filter(({ error }) => error.detail !== HELD) });
  open.say(new WatchbookError(code, `Not ${verb}: ${sentences.join(' ')}`, { detail: HELD }));
}

function sentenceOf(hold: Hold, count: number): string {
  const cells = `${count} cells`;
  if (hold === 'running') {
    return count === 1
      ? 'one cell runs or waits in line. Interrupt it first.'
      : `${cells} run or wait in line. Interrupt them first.`;
  }
  return count === 1
    ? `one cell is marked as ${hold}. It is kept as it is.`
    : `${cells} are marked as ${hold}. They are kept as they are.`;
}
