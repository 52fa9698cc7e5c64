import { ScrollText } from 'lucide-react';
import type { JSX } from 'react';
import { useStore } from 'zustand';
import type { OpenRun } from './run-store';

/** How far the journal of a run is written; a click shows its timeline. */
export function JournalItem(props: { readonly run: OpenRun }): JSX.Element | null {
  const { run } = props;
  const seq = useStore(run.store, (model) => model.run?.seq ?? null);
  const problem = useStore(run.store, (model) => model.live?.problem ?? null);
  if (seq === null) return null;
  return (
    <button
      type="button"
      className="status-item"
      data-state={problem === null ? undefined : 'failed'}
      title={problem ?? 'Show the timeline'}
      onClick={() => run.set({ page: 'timeline' })}
    >
      <ScrollText className="icon icon-s" aria-hidden="true" />
      <span className="num">
        journal {seq}, {problem === null ? 'saved' : 'not saved'}
      </span>
    </button>
  );
}
