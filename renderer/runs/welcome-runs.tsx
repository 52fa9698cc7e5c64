import { CirclePause, CirclePlay, LoaderCircle, OctagonX, type LucideIcon } from 'lucide-react';
import type { JSX } from 'react';
import { useStore } from 'zustand';
import { useWindow } from '../app/window-context';
import type { RunSummary } from '../../shared/runs/contract';
import { durationWords } from '../notebook/time-words';
import { useNow } from '../notebook/use-now';
import { EnvBadge } from './env-badge';
import { openRunTab } from './open-run-tab';
import { colourOf, isUnfinished, needsPerson, standWords, tookMs } from './run-list';
import { runListOf } from './run-list-store';
import './welcome-runs.css';

/** More are on the page of the runs. */
const MOST = 5;

const SIGNS: Partial<Record<RunSummary['state'], LucideIcon>> = {
  running: LoaderCircle,
  failed: OctagonX,
  waiting: CirclePause,
};

/** Runs that are not over: first those that go on only when somebody comes; nothing where there are none. */
export function WelcomeRuns(): JSX.Element | null {
  const { client, tabs } = useWindow();
  const runs = useStore(runListOf(client).store, (model) => model.runs);
  const open = (runs ?? [])
    .filter(isUnfinished)
    .toSorted((a, b) => (a.startedAt < b.startedAt ? 1 : a.startedAt > b.startedAt ? -1 : 0));
  const now = useNow(open.length > 0);
  if (open.length === 0) return null;
  const waiting = open.filter(needsPerson).slice(0, MOST);
  const others = open.filter((run) => !needsPerson(run)).slice(0, MOST - waiting.length);
  const groups = [
    { title: 'Needs a person', runs: waiting },
    { title: 'Not over yet', runs: others },
  ].filter((group) => group.runs.length > 0);
  return (
    <>
      {groups.map((group, index) => (
        <section key={group.title} className="welcome-runs" aria-label={group.title}>
          <div className="welcome-runs-head">
            <h2>{group.title}</h2>
            {index === 0 && (
              <button type="button" className="link small" onClick={() => tabs.openPage('runs')}>
                All runs
              </button>
            )}
          </div>
          {group.runs.map((run) => (
            <WelcomeRun key={run.run} run={run} now={now} onOpen={() => openRunTab(tabs, run.run)} />
          ))}
        </section>
      ))}
    </>
  );
}

function WelcomeRun(props: {
  readonly run: RunSummary;
  readonly now: number;
  readonly onOpen: () => void;
}): JSX.Element {
  const { run, now, onOpen } = props;
  const Sign = SIGNS[run.state] ?? CirclePlay;
  const words = `${standWords(run)} Driver ${run.driver}.`;
  return (
    <div className="welcome-run" data-state={colourOf(run)}>
      <Sign className="icon" aria-hidden="true" />
      <div className="grow">
        <p className="welcome-run-title">
          <EnvBadge environment={run.environment} />
          <strong className="cut">{run.title}</strong>
        </p>
        <p className="small secondary welcome-run-words" title={words}>
          {words}
        </p>
      </div>
      <span className="time welcome-run-time">{durationWords(tookMs(run, now))}</span>
      <button
        type="button"
        className="btn"
        aria-label={`Open ${run.title}, run ${run.short}`}
        title={`Open ${run.title}`}
        onClick={onOpen}
      >
        Open
      </button>
    </div>
  );
}
