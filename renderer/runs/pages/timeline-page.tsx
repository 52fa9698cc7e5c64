import { Copy } from 'lucide-react';
import { useEffect, useMemo, useRef, useState, type JSX, type KeyboardEvent } from 'react';
import { useStore } from 'zustand';
import { useWindow } from '../../app/window-context';
import { showRow, useRowWindow } from '../../library/use-row-window';
import { goToCell } from '../../notebook/cell-actions';
import { useTooltip } from '../../notebook/keys-in-use';
import { showRecorded } from '../../terminal/recording';
import { clockTime, dateWords, utcWords } from '../../notebook/time-words';
import { quotedContent, timelineLine, type TimelineLine } from '../../../shared/runs/timeline';
import type { RunEvent } from '../../../shared/runs/events';
import { copyTimeline } from './copy-run';
import { runEvents } from './run-events';
import type { RunPort } from './run-port';
import { countEvents, FILTERS, filterEvents, useTimelineFacts, type TimelineFilter } from './timeline-facts';
import { ExportMenu } from './export-menu';
import { LineWords } from './line-words';
import { RecordedCommand } from './recorded-command';
import { TIMELINE_SIGNS } from './timeline-signs';
import { TranscriptMenu } from './transcript-menu';
import { writeTimeline } from './write-timeline';
import './timeline.css';

/** A line's height, as the style sheet has it. */
const ROW = 27;

/** All that happened in a run, one line an event. */
export function TimelinePage(props: { readonly run: RunPort }): JSX.Element {
  const { run } = props;
  const { host } = useWindow();
  const tooltip = useTooltip();
  const { events, isWhole, problem } = useStore(runEvents(run));
  const facts = useTimelineFacts(run);
  const [filter, setFilter] = useState<TimelineFilter>('all');
  const shown = useMemo(
    () => filterEvents(events, filter, facts.deviations),
    [events, filter, facts.deviations],
  );
  const counts = useMemo(() => countEvents(events, facts.deviations), [events, facts.deviations]);
  return (
    <section className="timeline" aria-label="Timeline">
      <div className="timeline-bar">
        {FILTERS.map(([kind, words]) => (
          <button
            key={kind}
            type="button"
            className="chip"
            aria-pressed={filter === kind}
            onClick={() => setFilter(kind)}
          >
            {words} <span className="num muted">{counts[kind]}</span>
          </button>
        ))}
        {!isWhole && problem === null && <span className="small muted">reading, {events.length} so far</span>}
        <span className="timeline-tools">
          <button
            type="button"
            className="tool tool-large"
            aria-label="Copy as text"
            title={tooltip('Copy as text', 'run-copy-timeline')}
            onClick={() => void copyTimeline(run, host, shown)}
          >
            <Copy className="icon" aria-hidden="true" />
          </button>
          <TranscriptMenu run={run} />
          <ExportMenu
            what="what is listed"
            isOff={!isWhole}
            onWrite={(form) => void writeTimeline(run, host, form, shown)}
          />
        </span>
      </div>
      {problem !== null && (
        <p className="timeline-problem" role="alert">
          {problem}
        </p>
      )}
      <TimelineList run={run} events={shown} facts={facts} />
    </section>
  );
}

function TimelineList(props: {
  readonly run: RunPort;
  readonly events: readonly RunEvent[];
  readonly facts: ReturnType<typeof useTimelineFacts>;
}): JSX.Element {
  const { run, events, facts } = props;
  const context = useWindow();
  const list = useRef<HTMLDivElement>(null);
  const [chosen, setChosen] = useState<number | null>(null);
  const { from, to } = useRowWindow(list, events.length, ROW);
  const near = events.slice(from, to);
  useEffect(() => run.want(near.flatMap((event) => quotedContent(event, facts))));
  useEndInView(list, events.length);
  const at = events.findIndex(({ seq }) => seq === chosen);
  const goTo = (line: Pick<TimelineLine, 'cell' | 'terminal'>): void => {
    if (line.terminal !== null) showRecorded(context, line.terminal);
    if (line.cell === null) return;
    run.set({ page: 'notebook' });
    // After the page of the cells was drawn.
    const { cell } = line;
    setTimeout(() => goToCell(run.document, cell, 'start'), 0);
  };
  const choose = (index: number): void => {
    const next = events[Math.max(0, Math.min(events.length - 1, index))];
    if (next === undefined) return;
    setChosen(next.seq);
    showRow(list.current, events.indexOf(next), ROW);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const page = Math.max(1, Math.floor((list.current?.clientHeight ?? 0) / ROW) - 1);
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: at + 1,
      ArrowUp: at < 0 ? events.length - 1 : at - 1,
      PageDown: at + page,
      PageUp: at - page,
      Home: 0,
      End: events.length - 1,
    };
    const next = Object.hasOwn(moves, event.key) ? moves[event.key] : undefined;
    if (next !== undefined) choose(next);
    else if (event.key === 'Enter' && at >= 0) {
      const one = events[at];
      if (one !== undefined) goTo(timelineLine(one, facts));
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  if (events.length === 0) return <p className="timeline-none muted">Nothing of this kind happened.</p>;
  const shown = events[at];
  return (
    <>
      <div
        ref={list}
        className="timeline-list"
        role="listbox"
        aria-label="Events"
        tabIndex={0}
        aria-activedescendant={at >= from && at < to ? `event-${chosen ?? ''}` : undefined}
        onKeyDown={onKeyDown}
      >
        <div className="timeline-all" role="presentation" style={{ height: events.length * ROW }}>
          {near.map((event, index) => (
            <TimelineRow
              key={event.seq}
              line={timelineLine(event, facts)}
              day={dayBefore(events[from + index - 1], event)}
              top={(from + index) * ROW}
              isChosen={event.seq === chosen}
              onChoose={() => setChosen(event.seq)}
              onGo={goTo}
            />
          ))}
        </div>
      </div>
      {shown?.type === 'terminal-command' && <RecordedCommand key={shown.seq} run={run} event={shown} />}
    </>
  );
}

/** The day of an event that is the first of its day; null for others. */
function dayBefore(before: RunEvent | undefined, event: RunEvent): string | null {
  const day = new Date(event.at).toDateString();
  if (before !== undefined && new Date(before.at).toDateString() === day) return null;
  return dateWords(event.at);
}

/** Begins at the end, where a run stands, and stays there while nobody reads further up. */
function useEndInView(list: React.RefObject<HTMLDivElement | null>, count: number): void {
  const isAtEnd = useRef(true);
  useEffect(() => {
    const element = list.current;
    if (element === null) return undefined;
    const look = (): void => {
      isAtEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < ROW;
    };
    element.addEventListener('scroll', look, { passive: true });
    return () => element.removeEventListener('scroll', look);
  }, [list]);
  useEffect(() => {
    const element = list.current;
    if (isAtEnd.current) element?.scrollTo({ top: element.scrollHeight });
  }, [list, count]);
}

function goWords({ cell, terminal }: TimelineLine): string | undefined {
  if (terminal !== null) return 'Double click or Enter: show the terminal';
  return cell === null ? undefined : 'Double click or Enter: go to the step';
}

function TimelineRow(props: {
  readonly line: TimelineLine;
  readonly day: string | null;
  readonly top: number;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
  readonly onGo: (line: TimelineLine) => void;
}): JSX.Element {
  const { line, day, top, isChosen, onChoose, onGo } = props;
  const Sign = TIMELINE_SIGNS[line.sign];
  return (
    <div
      id={`event-${line.seq}`}
      className="tl-row"
      role="option"
      aria-selected={isChosen}
      data-state={line.state ?? undefined}
      style={{ top }}
      title={goWords(line)}
      onClick={onChoose}
      onDoubleClick={() => onGo(line)}
    >
      <span className="time" title={utcWords(line.at)}>
        {day !== null && <span className="tl-day">{day} </span>}
        {clockTime(line.at)}
      </span>
      <span className="tl-line" />
      <Sign className="icon" aria-hidden="true" />
      <span className="cut">
        <LineWords line={line} />
        {line.isDeviation && <span className="tl-deviation">deviation</span>}
      </span>
      <span className="tl-by cut">{line.by}</span>
    </div>
  );
}
