import { LoaderCircle } from 'lucide-react';
import type { JSX } from 'react';
import { useStore } from 'zustand';
import { cellNumbers, cellTitle } from './cell-facts';
import type { OpenDocument } from './document-store';
import { goToRunning } from './run-actions';
import { counterWords } from './time-words';
import { useNow } from './use-now';

/** What runs now and for how long, in the status bar; a click goes there. Nothing where nothing runs. */
export function RunningItem(props: { readonly open: OpenDocument }): JSX.Element | null {
  const { open } = props;
  const id = useStore(open.store, (model) => model.state?.queue.first ?? null);
  const cell = useStore(open.store, (model) => (id === null ? undefined : model.byId.get(id)));
  const since = useStore(open.store, (model) =>
    id === null ? null : (model.runs.get(id)?.startedAt ?? null),
  );
  const now = useNow(since !== null);
  if (id === null || cell === undefined || since === null) return null;
  const number = cellNumbers(open.store.getState().cells).get(id);
  return (
    <button
      type="button"
      className="status-item"
      data-state="running"
      title="Go to the cell that runs"
      onClick={() => goToRunning(open)}
    >
      <LoaderCircle className="icon icon-s" aria-hidden="true" />
      <span className="cut status-cell">
        step {number} {cellTitle(cell) ?? ''}
      </span>
      <span className="muted num">{counterWords(now - Date.parse(since))}</span>
    </button>
  );
}
