import { CirclePause, CirclePlay, LoaderCircle, OctagonX, type LucideIcon } from 'lucide-react';
import type { JSX } from 'react';
import { useStore } from 'zustand';
import { useWindow } from '../app/window-context';
import type { RunSummary } from '../../shared/runs/contract';
import { durationWords } from '../notebook/time-words';
import { useNow } from '../notebook/use-now';
import { EnvBadge } from './env-badge';
import { openRunTab } from './open-run-tab';
import { colourOf, isUnfinished, needsPerson, stateWords, tookMs } from './run-list';
import { runListOf } from './run-list-store';
import './welcome-runs.css';

/** More are on the page of the runs. */
const MOST = 5;

const SIGNS: Partial<Record<RunSummary['state'], LucideIcon>> = {
  running: LoaderCircle,
  failed: OctagonX,
  waiting: CirclePause,
};

/** Runs that are not over, those that need a person first; nothing where there are none. */
export function WelcomeRuns(): JSX.Element | null {
  const { client, tabs } = useWindow();
  const runs = useStore(runListOf(client).store, (model) => model.runs);
  const open = (runs ?? []).filter(isUnfinished);
  const now = useNow(open.length > 0);
  if (open.length === 0) return null;
  const shown = open
    .toSorted(
      (a, b) => Number(needsPerson(b)) - Number(needsPerson(a)) || (a.startedAt < b.startedAt ? 1 : -1),
    )
    .slice(0, MOST);
  return (
    <div className="welcome-runs">
      <div className="welcome-runs-head">
        <h2>Not over yet</h2>
        <button type="button" className="link small" onClick={() => tabs.openPage('runs')}>
          All runs
        </button>
      </div>
      {shown.map((run) => {
        const Sign = SIGNS[run.state] ?? CirclePlay;
        return (
          <div key={run.run} className="welcome-run" data-state={colourOf(run)}>
            <Sign className="icon" aria-hidden="true" />
            <div className="grow">
              <p className="welcome-run-title">
                <EnvBadge environment={run.environment} />
                <strong className="cut">{run.title}</strong>
              </p>
              <p className="small secondary cut">
                {stateWords(run)}
                {run.step === null ? '' : `, ${run.step.title}`}. Driver {run.driver}.
              </p>
            </div>
            <span className="time welcome-run-time">{durationWords(tookMs(run, now))}</span>
            <button
              type="button"
              className="btn"
              aria-label={`Open ${run.title}, run ${run.short}`}
              onClick={() => openRunTab(tabs, run.run)}
            >
              Open
            </button>
          </div>
        );
      })}
    </div>
  );
}
