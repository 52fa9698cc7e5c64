import type { JSX } from 'react';
import { useWindow } from '../app/window-context';
import type { RunSummary } from '../../shared/runs/contract';
import { EnvBadge } from './env-badge';
import { openRunTab } from './open-run-tab';
import { colourOf, stateWords, type Lane } from './run-list';
import { startWords } from './run-times';

const HIGHEST = 20;

/** The results of one runbook over time, an environment a line. */
export function ResultLanes(props: {
  readonly lanes: readonly Lane[];
  readonly runs: readonly RunSummary[];
  /** Milliseconds since 1970. */
  readonly now: number;
}): JSX.Element {
  const { lanes, runs, now } = props;
  const { tabs } = useWindow();
  const failed = runs.filter(({ state }) => state === 'failed' || state === 'aborted').length;
  const first = runs.at(-1);
  return (
    <section className="lanes" aria-label="Results over time">
      <div className="lanes-head">
        <strong className="cut">{first?.runbook.replace(/\.ipynb$/i, '')}, results over time</strong>
        <span className="muted small nowrap">height is duration, pointed top is failed</span>
        <span className="grow" />
        <span className="small muted nowrap">
          {failed} of {runs.length} failed or aborted
        </span>
      </div>
      {lanes.map(({ environment, marks }) => (
        <div key={environment.name} className="lane">
          <span>
            <EnvBadge environment={environment} isQuiet />
          </span>
          <div className="lane-track">
            {marks.map(({ run, at, height }) => (
              <button
                key={run.run}
                type="button"
                className="lane-mark"
                tabIndex={-1}
                data-state={colourOf(run)}
                title={`${run.title}, ${startWords(run.startedAt, now)}, ${stateWords(run)}`}
                aria-label={`${run.title}, ${startWords(run.startedAt, now)}, ${stateWords(run)}`}
                style={{ left: `${at * 100}%`, height: `${Math.round(height * HIGHEST)}px` }}
                onClick={() => openRunTab(tabs, run.run)}
              />
            ))}
          </div>
        </div>
      ))}
      <div className="lane-scale" aria-hidden="true">
        <span>{first === undefined ? '' : startWords(first.startedAt, now)}</span>
        <span>now</span>
      </div>
    </section>
  );
}
