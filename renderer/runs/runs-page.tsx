import { ChevronDown, GitCompare, Play, Search, X } from 'lucide-react';
import { useEffect, useMemo, useRef, useState, type JSX } from 'react';
import { useStore } from 'zustand';
import { useWindow } from '../app/window-context';
import { focusFirstIn, searchFieldKeys } from '../ui/search-keys';
import { durationWords, utcWords, zoneWord } from '../notebook/time-words';
import { useNow } from '../notebook/use-now';
import type { RunSummary } from '../../shared/runs/contract';
import { CompareRuns } from './compare-runs';
import { EnvBadge } from './env-badge';
import { openRunTab } from './open-run-tab';
import { EVERY_RUN, findRuns, isUnfinished, lanesOf, needsPerson, tookMs, type RunQuery } from './run-list';
import { runListOf } from './run-list-store';
import { RunState, RunStrip } from './run-parts';
import { startWords } from './run-times';
import { ResultLanes } from './result-lanes';
import './runs-page.css';

/** Lines drawn at first, and at each wish for more. */
const PAGE = 200;

const STATES: readonly (readonly [RunQuery['state'], string])[] = [
  ['any', 'Any state'],
  ['person', 'Needs a person'],
  ['unfinished', 'Unfinished'],
  ['done', 'Done'],
  ['aborted', 'Aborted'],
  ['broken', 'Not whole'],
];
const DAYS: readonly (readonly [number | null, string])[] = [
  [null, 'Any time'],
  [7, 'Last 7 days'],
  [30, 'Last 30 days'],
  [90, 'Last 90 days'],
];

/** All runs of the libraries: what they are, how they stand, and the way to each. */
export function RunsPage(): JSX.Element {
  const context = useWindow();
  const { client, tabs } = context;
  const list = runListOf(client);
  const { runs, problem, query } = useStore(list.store);
  const now = useNow((runs ?? []).some(isUnfinished));
  const [shown, setShown] = useState(PAGE);
  const [chosen, setChosen] = useState<readonly string[] | null>(null);
  const [comparing, setComparing] = useState<readonly [string, string] | null>(null);
  const found = useMemo(() => findRuns(runs ?? [], query, now), [runs, query, now]);
  const lanes = useMemo(() => (query.text === '' ? null : lanesOf(found, now)), [found, query.text, now]);
  const choose = (run: string): void => {
    const next =
      chosen?.includes(run) === true ? chosen.filter((one) => one !== run) : [...(chosen ?? []), run];
    const [first, second] = next;
    if (first === undefined || second === undefined) return setChosen(next);
    setChosen(null);
    return setComparing([first, second]);
  };
  if (comparing !== null) return <CompareRuns folders={comparing} onClose={() => setComparing(null)} />;
  return (
    <div className="page runs-page">
      <div className="runs-head">
        <h1>Runs</h1>
        {runs !== null && <span className="muted">{countWords(runs)}</span>}
        <span className="grow" />
        {chosen === null ? (
          <button type="button" className="btn" disabled={found.length < 2} onClick={() => setChosen([])}>
            <GitCompare className="icon" aria-hidden="true" />
            Compare two…
          </button>
        ) : (
          <>
            <span className="small secondary" role="status">
              {chosen.length === 0 ? 'Choose two runs.' : 'Choose one more.'}
            </span>
            <button type="button" className="btn" onClick={() => setChosen(null)}>
              Choose none
            </button>
          </>
        )}
        <button type="button" className="btn btn-primary" onClick={() => void context.actions.startRun()}>
          <Play className="icon" aria-hidden="true" />
          Start run…
        </button>
      </div>
      <Filters runs={runs ?? []} query={query} found={found.length} ask={list.ask} />
      {problem !== null && (
        <p className="page-problem" role="alert">
          {problem}
        </p>
      )}
      {lanes !== null && <ResultLanes lanes={lanes} runs={found} now={now} />}
      {runs !== null && found.length === 0 ? (
        <Empty hasRuns={runs.length > 0} onClear={() => list.ask(EVERY_RUN)} />
      ) : (
        <RunTable
          runs={found.slice(0, shown)}
          now={now}
          chosen={chosen}
          onChoose={choose}
          onOpen={(run) => openRunTab(tabs, run.run)}
        />
      )}
      {found.length > shown && (
        <button type="button" className="btn runs-more" onClick={() => setShown(shown + PAGE)}>
          Show {Math.min(PAGE, found.length - shown)} more
        </button>
      )}
    </div>
  );
}

function countWords(runs: readonly RunSummary[]): string {
  const waiting = runs.filter(needsPerson).length;
  if (runs.length === 0) return 'none yet';
  const all = `${runs.length} ${runs.length === 1 ? 'run' : 'runs'}`;
  return waiting === 0 ? all : `${all}, ${waiting} ${waiting === 1 ? 'needs' : 'need'} a person`;
}

function Filters(props: {
  readonly runs: readonly RunSummary[];
  readonly query: RunQuery;
  readonly found: number;
  readonly ask: (query: Partial<RunQuery>) => void;
}): JSX.Element {
  const { runs, query, ask } = props;
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  const names = (of: (run: RunSummary) => string): readonly string[] => [...new Set(runs.map(of))].toSorted();
  return (
    <div className="runs-filters" role="search" aria-label="Runs">
      <label className="field-search runs-search">
        <Search className="icon icon-s" aria-hidden="true" />
        <input
          ref={field}
          aria-label="Find a run by title, runbook, step, driver"
          placeholder="Title, runbook, step, driver"
          value={query.text}
          onChange={(event) => ask({ text: event.target.value })}
          onKeyDown={(event) =>
            searchFieldKeys(
              event,
              () => ask({ text: '' }),
              () => focusFirstIn(document.querySelector('.run-table tbody')),
            )
          }
        />
        {query.text !== '' && (
          <button
            type="button"
            className="runs-clear"
            aria-label="Clear the search"
            title="Clear the search"
            onClick={() => ask({ text: '' })}
          >
            <X className="icon icon-s" aria-hidden="true" />
          </button>
        )}
      </label>
      <Choice
        label="State"
        value={query.state}
        isSet={query.state !== 'any'}
        options={STATES}
        onChange={(state) => ask({ state })}
      />
      <Choice
        label="Environment"
        value={query.environment}
        isSet={query.environment !== null}
        options={[
          [null, 'Any environment'],
          ...names((run) => run.environment.name).map((name) => [name, name] as const),
        ]}
        onChange={(environment) => ask({ environment })}
      />
      <Choice
        label="Driver"
        value={query.driver}
        isSet={query.driver !== null}
        options={[[null, 'Any driver'], ...names((run) => run.driver).map((name) => [name, name] as const)]}
        onChange={(driver) => ask({ driver })}
      />
      <Choice
        label="Started"
        value={query.days}
        isSet={query.days !== null}
        options={DAYS}
        onChange={(days) => ask({ days })}
      />
      <button
        type="button"
        className="chip"
        aria-pressed={query.hasDeviations}
        onClick={() => ask({ hasDeviations: !query.hasDeviations })}
      >
        With deviations
      </button>
      <span className="grow" />
      <span className="small muted nowrap" role="status">
        {/* How many there are stands in the title. */}
        {props.found < runs.length && `${props.found} ${props.found === 1 ? 'run' : 'runs'}`}
      </span>
    </div>
  );
}

/** A choice that looks like a chip. */
function Choice<T extends string | number | null>(props: {
  readonly label: string;
  readonly value: T;
  readonly isSet: boolean;
  readonly options: readonly (readonly [T, string])[];
  readonly onChange: (value: T) => void;
}): JSX.Element {
  const { label, value, isSet, options, onChange } = props;
  return (
    <span className="chip chip-select" data-set={isSet ? '' : undefined}>
      <select
        aria-label={label}
        value={options.findIndex(([one]) => one === value)}
        onChange={(event) => {
          const found = options[Number(event.target.value)];
          if (found !== undefined) onChange(found[0]);
        }}
      >
        {options.map(([, words], index) => (
          <option key={index} value={index}>
            {words}
          </option>
        ))}
      </select>
      <ChevronDown className="icon icon-s" aria-hidden="true" />
    </span>
  );
}

function RunTable(props: {
  readonly runs: readonly RunSummary[];
  readonly now: number;
  readonly chosen: readonly string[] | null;
  readonly onChoose: (run: string) => void;
  readonly onOpen: (run: RunSummary) => void;
}): JSX.Element | null {
  const { runs, now, chosen, onChoose, onOpen } = props;
  if (runs.length === 0) return null;
  return (
    <table className="run-table" aria-label="Runs">
      <colgroup>
        <col className="runs-col-state" />
        <col />
        <col className="runs-col-env" />
        <col className="runs-col-driver hide-small" />
        <col className="runs-col-start" />
        <col className="runs-col-took hide-small" />
        <col className="runs-col-steps hide-small" />
        <col className="runs-col-last hide-narrow" />
      </colgroup>
      <thead>
        <tr>
          <th>State</th>
          <th>Run</th>
          <th>Environment</th>
          <th className="hide-small">Driver</th>
          <th>Started, {zoneWord(new Date(now))}</th>
          <th className="right hide-small">Took</th>
          <th className="hide-small">Steps</th>
          <th className="hide-narrow">Last step</th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <tr
            key={run.run}
            onDoubleClick={() => chosen === null && onOpen(run)}
            onClick={({ target }) => {
              // The whole line is the tick's while two are chosen.
              const isOwn = target instanceof Element && target.closest('input, button') !== null;
              if (chosen !== null && !isOwn) onChoose(run.run);
            }}
          >
            <td>
              <RunState run={run} />
            </td>
            <td title={`${run.title}, ${run.runbook}, run ${run.short}`}>
              {chosen !== null && (
                <input
                  type="checkbox"
                  className="runs-check"
                  aria-label={`Compare ${run.title}, run ${run.short}`}
                  checked={chosen.includes(run.run)}
                  onChange={() => onChoose(run.run)}
                />
              )}
              <button
                type="button"
                className="run-open"
                title={isUnfinished(run) ? `Go on with ${run.title}` : `Open ${run.title}`}
                onClick={() => onOpen(run)}
              >
                {run.title}
              </button>
            </td>
            <td>
              <EnvBadge environment={run.environment} isQuiet />
            </td>
            <td className="hide-small" title={run.driver}>
              {run.driver}
            </td>
            <td className="time" title={utcWords(run.startedAt)}>
              {startWords(run.startedAt, now)}
            </td>
            <td className="time right hide-small">{durationWords(tookMs(run, now))}</td>
            <td className="hide-small">
              <RunStrip run={run} />
            </td>
            <td className="secondary hide-narrow" title={run.fault ?? run.step?.title}>
              {run.fault ?? stepWords(run)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function stepWords({ step }: RunSummary): string {
  if (step === null) return '';
  return step.number === null ? step.title : `${step.number} ${step.title}`;
}

function Empty(props: { readonly hasRuns: boolean; readonly onClear: () => void }): JSX.Element {
  return props.hasRuns ? (
    <div className="runs-empty">
      <p>No run fits.</p>
      <button type="button" className="btn" onClick={props.onClear}>
        Show all runs
      </button>
    </div>
  ) : (
    <div className="runs-empty">
      <p>
        Each run of a runbook is listed here with its state, its driver and its steps, and stays. Open a
        runbook and start one; a lower environment is a rehearsal.
      </p>
    </div>
  );
}
