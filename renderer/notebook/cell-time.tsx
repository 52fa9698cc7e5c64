import type { JSX } from 'react';
import type { CellRun } from '../../shared/notebook/view';
import { clockTime, counterWords, dayWords, durationWords, utcWords } from './time-words';
import { useNow } from './use-now';

function LiveCounter(props: { readonly since: string }): JSX.Element {
  const now = useNow(true);
  return <span className="dur">{counterWords(now - Date.parse(props.since))}</span>;
}

/** The time column of a cell: when it was started here last, and how long it took; a counter while it runs. */
export function CellTime(props: {
  readonly run: CellRun | undefined;
  /** In line, from 1, of a cell that waits. */
  readonly place: number | null;
}): JSX.Element {
  const { run, place } = props;
  if (run?.status === 'queued') {
    return (
      <div
        className="entry-time"
        title={run.queuedAt === null ? undefined : `Queued ${utcWords(run.queuedAt)}`}
      >
        queued
        {place !== null && <span className="dur">place {place}</span>}
      </div>
    );
  }
  if (!run || run.startedAt === null) return <div className="entry-time" />;
  const { startedAt, endedAt } = run;
  const day = run.status === 'running' ? null : dayWords(startedAt);
  return (
    <div className="entry-time" title={utcWords(startedAt)}>
      <time dateTime={startedAt} className={run.status === 'running' ? undefined : 'muted'}>
        {clockTime(startedAt)}
      </time>
      {run.status === 'running' ? (
        <LiveCounter since={startedAt} />
      ) : (
        endedAt !== null && (
          <span className="dur">{durationWords(Date.parse(endedAt) - Date.parse(startedAt))}</span>
        )
      )}
      {day !== null && <span className="dur">{day}</span>}
    </div>
  );
}
