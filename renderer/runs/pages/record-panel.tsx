import { MessageSquarePlus } from 'lucide-react';
import { useEffect, useRef, useState, type JSX } from 'react';
import { useStore } from 'zustand';
import { clockTime, utcWords } from '../../notebook/time-words';
import { quotedContent, timelineKind, timelineLine } from '../../../shared/runs/timeline';
import { useKeyWords } from '../../notebook/keys-in-use';
import { LineWords } from './line-words';
import { runEvents } from './run-events';
import { mayWrite, type RunPort } from './run-port';
import { useTimelineFacts } from './timeline-facts';
import { TIMELINE_SIGNS } from './timeline-signs';
import './timeline.css';

/** The last so many events are shown; the timeline has them all. */
const MOST = 200;

/** The record of a run beside its log: what happened last, and the field for a note. */
export function RecordPanel(props: { readonly run: RunPort; readonly notesOnly?: boolean }): JSX.Element {
  const { run, notesOnly = false } = props;
  const { events } = useStore(runEvents(run));
  const facts = useTimelineFacts(run);
  const rows = useRef<HTMLDivElement>(null);
  const all = notesOnly ? events.filter((event) => timelineKind(event) === 'notes') : events;
  const shown = all.slice(-MOST);
  useEffect(() => run.want(shown.flatMap((event) => quotedContent(event, facts))));
  useEffect(() => {
    const element = rows.current;
    // It follows while nobody reads further up.
    if (element !== null && element.scrollHeight - element.scrollTop - element.clientHeight < 200)
      element.scrollTop = element.scrollHeight;
  }, [all.length]);
  return (
    <div className="record">
      <div ref={rows} className="record-rows" tabIndex={0} role="log" aria-label="Record" aria-live="off">
        {shown.map((event) => {
          const line = timelineLine(event, facts);
          const Sign = TIMELINE_SIGNS[line.sign];
          return (
            <div key={line.seq} className="record-row" data-state={line.state ?? undefined}>
              <span className="time" title={utcWords(line.at)}>
                {clockTime(line.at)}
              </span>
              <Sign className="icon" aria-hidden="true" />
              <p>
                {line.kind === 'notes' && line.by !== null && (
                  <>
                    <b>{line.by}</b> noted:{' '}
                  </>
                )}
                <LineWords line={line} />
              </p>
            </div>
          );
        })}
      </div>
      <NoteField run={run} />
    </div>
  );
}

/** A note with the time at which it was written. */
export function NoteField(props: { readonly run: RunPort }): JSX.Element | null {
  const { run } = props;
  const words = useKeyWords();
  const canWrite = useStore(run.store, mayWrite);
  const [text, setText] = useState('');
  if (!canWrite) return null;
  const keep = async (): Promise<void> => {
    const note = text.trim();
    if (note === '') return;
    const cell = run.document.store.getState().selection.active;
    setText('');
    if (!(await run.act({ kind: 'note', cell, text: note }))) setText(note);
  };
  return (
    <form
      className="record-note"
      onSubmit={(event) => {
        event.preventDefault();
        void keep();
      }}
    >
      <MessageSquarePlus className="icon" aria-hidden="true" />
      <input
        aria-label="Add a note with the time"
        placeholder="Add a note with the time"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {words('run-note') !== '' && (
        <kbd className="kbd" aria-hidden="true">
          {words('run-note')}
        </kbd>
      )}
    </form>
  );
}
