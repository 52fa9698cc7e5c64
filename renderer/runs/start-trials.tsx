import { CircleCheck, CircleX, LoaderCircle, ShieldAlert, TriangleAlert } from 'lucide-react';
import { useState, type JSX } from 'react';
import type { StartTrial } from '../../shared/runs/contract';
import { hasBegun } from '../../shared/runs/position';
import { counterWords } from '../notebook/time-words';
import { useNow } from '../notebook/use-now';
import { OtherKernels } from './other-kernels';
import { useRun, useRunModel } from './run-context';

const SIGNS = {
  trying: LoaderCircle,
  good: CircleCheck,
  failed: CircleX,
  'not-checked': TriangleAlert,
  overridden: ShieldAlert,
} as const;

const STATES = {
  trying: 'running',
  good: 'done',
  failed: 'failed',
  'not-checked': 'waiting',
  overridden: 'waiting',
} as const;

function trialWords({ state, since, limit }: StartTrial, now: number): string {
  switch (state) {
    case 'trying':
      return `trying, ${counterWords(now - Date.parse(since))} of ${limit}s`;
    case 'good':
      return 'good';
    case 'failed':
      return 'failed';
    case 'not-checked':
      return 'could not be checked';
    case 'overridden':
      return 'overridden, with a reason in the record';
  }
}

/** True where our own words say why a session did not start; what a check found is the answer of a program. */
function isRefusal({ state, ways, found }: StartTrial): boolean {
  return state === 'failed' && found !== null && !ways.includes('override');
}

/** What is over sooner is not told: the page would move under a hand for nothing. Milliseconds. */
const BRIEF_MS = 1_000;

/**
 * What is tried side by side at the start: each with its state, its time limit and the ways out. It stays until the
 * first step is sent, so that nothing moves while a person reads and ticks.
 */
export function StartTrials(): JSX.Element | null {
  const run = useRun();
  const trials = useRunModel(({ live }) => live?.trials);
  const readOnly = useRunModel(({ view }) => view?.readOnly ?? null);
  const isBegun = useRunModel(({ run: reduced }) => reduced !== null && hasBegun(reduced));
  const [isChoosing, setChoosing] = useState(false);
  const isTrying = trials?.some(({ state }) => state === 'trying') === true;
  const now = useNow(isTrying);
  const [isShown, setShown] = useState(false);
  const isToTell = trials?.some(({ state, since }) =>
    state === 'trying' ? now - Date.parse(since) > BRIEF_MS : state !== 'good',
  );
  if (isToTell === true && !isShown) setShown(true);
  if (trials === undefined || !(isShown || isToTell === true)) return null;
  if (trials.length === 0) return null;
  if (isBegun && trials.every(({ state }) => state === 'good')) return null;
  return (
    <section className="facts run-trials" aria-label="At the start">
      <div className="facts-head">
        At the start
        <span className="facts-count muted">what does not need these goes on</span>
      </div>
      {trials.map((trial) => {
        const Sign = SIGNS[trial.state];
        return (
          <div key={trial.id} className="facts-row run-trial" data-state={STATES[trial.state]}>
            <Sign className="icon icon-s" aria-hidden="true" />
            <span className="nowrap">{trial.title}</span>
            {isRefusal(trial) ? (
              <span className="run-trial-said secondary">{trial.found}</span>
            ) : (
              <span className="cut secondary" title={trial.found ?? undefined}>
                {trial.found !== null && trial.state !== 'good' && `“${trial.found}”`}
              </span>
            )}
            <span className="who">
              {trialWords(trial, now)}
              {readOnly === null && trial.ways.includes('retry') && (
                <button
                  type="button"
                  className="nb-button"
                  onClick={() => void run.act({ kind: 'try-again', trial: trial.id })}
                >
                  Try again
                </button>
              )}
              {readOnly === null && trial.ways.includes('other-kernel') && (
                <button
                  type="button"
                  className="nb-button"
                  aria-expanded={isChoosing}
                  onClick={() => setChoosing(!isChoosing)}
                >
                  Another kernel…
                </button>
              )}
              {readOnly === null && trial.ways.includes('override') && (
                <button
                  type="button"
                  className="nb-button"
                  onClick={() =>
                    run.set({ form: { kind: 'override', cell: null, words: null, trial: trial.id } })
                  }
                >
                  Override…
                </button>
              )}
            </span>
          </div>
        );
      })}
      {isChoosing && trials.some(({ ways }) => ways.includes('other-kernel')) && (
        <OtherKernels onChosen={() => setChoosing(false)} />
      )}
    </section>
  );
}
