import { X } from 'lucide-react';
import { useState, type JSX } from 'react';
import { RecordPanel } from './pages/record-panel';
import { useRun, useRunModel } from './run-context';

/** Beside the log: the record as it grows, its notes, and the field for one. */
export function RunRecord(): JSX.Element | null {
  const run = useRun();
  const isOpen = useRunModel((model) => model.isRecordOpen);
  const notes = useRunModel((model) => model.run?.notes.length ?? 0);
  const [tab, setTab] = useState<'record' | 'notes'>('record');
  if (!isOpen) return null;
  return (
    <aside className="run-record" data-region="inspector" aria-label="Record">
      <div className="run-record-tabs">
        <button type="button" aria-pressed={tab === 'record'} onClick={() => setTab('record')}>
          Record
        </button>
        <button type="button" aria-pressed={tab === 'notes'} onClick={() => setTab('notes')}>
          Notes, {notes}
        </button>
        <span className="grow" />
        <button
          type="button"
          className="tool"
          aria-label="Close the record"
          title="Close the record"
          onClick={() => run.set({ isRecordOpen: false })}
        >
          <X className="icon" aria-hidden="true" />
        </button>
      </div>
      <RecordPanel key={tab} run={run} notesOnly={tab === 'notes'} />
    </aside>
  );
}
