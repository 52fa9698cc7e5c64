import { NotebookText } from 'lucide-react';
import { useEffect, useState, type JSX } from 'react';
import { useStore } from 'zustand';
import { useWindow } from '../app/window-context';
import type { ChangedRunbook } from '../../shared/runs/contract';
import { toWireError } from '../../shared/rpc/errors';
import { fileName } from '../notebook/file-name';
import { changedWords, colourOf, resultIn } from './run-list';
import { runListOf } from './run-list-store';
import { startWords } from './run-times';
import { runsPort } from './runs-port';
import { STATE_SIGNS } from './state-signs';
import './welcome-rehearsals.css';

/** More are in the list of runs. */
const MOST = 5;

/** What was changed since it was last run; asked anew when runs or files of the library change, one at a time. */
function useChanged(): readonly ChangedRunbook[] {
  const { client } = useWindow();
  const runs = useStore(runListOf(client).store, (model) => model.runs);
  const [changed, setChanged] = useState<readonly ChangedRunbook[]>([]);
  useEffect(() => {
    if (runs === null || runs.length === 0) return undefined;
    let isGone = false;
    let isAsking = false;
    let isStale = false;
    const ask = async (): Promise<void> => {
      isStale = isAsking;
      if (isAsking) return;
      isAsking = true;
      try {
        const { runbooks } = await runsPort(client).request('runs.changed', {});
        if (!isGone) setChanged(runbooks);
      } catch (error) {
        // A list that can do without: what is wrong with the way to the engine is said elsewhere.
        if (!isGone && toWireError(error).code !== 'engine-lost') setChanged([]);
      } finally {
        isAsking = false;
      }
      if (isStale && !isGone) await ask();
    };
    void ask();
    const again = (): void => void ask();
    const off = client.on('library.changed', again);
    // A library that is not in the side is not followed.
    window.addEventListener('focus', again);
    return () => {
      isGone = true;
      off();
      window.removeEventListener('focus', again);
    };
  }, [client, runs]);
  return runs === null || runs.length === 0 ? [] : changed;
}

/** Runbooks that are not what was run the last time, on the welcome page; nothing where there are none. */
export function WelcomeRehearsals(): JSX.Element | null {
  const { actions } = useWindow();
  const changed = useChanged();
  const [now] = useState(() => Date.now());
  if (changed.length === 0) return null;
  return (
    <section className="welcome-rehearsals" aria-label="Needs a rehearsal">
      <div className="welcome-rehearsals-head">
        <h2>Needs a rehearsal</h2>
        <span className="small muted">changed since they were last run</span>
      </div>
      {changed.slice(0, MOST).map((runbook) => {
        const { path, last } = runbook;
        const Sign = STATE_SIGNS[colourOf(last)];
        return (
          <button
            key={path}
            type="button"
            className="rehearsal"
            title={path}
            onClick={() => actions.openFile(path)}
          >
            <NotebookText className="icon muted" aria-hidden="true" />
            <span className="rehearsal-text">
              <span className="rehearsal-name cut">{fileName(path).replace(/\.ipynb$/i, '')}</span>
              <span className="small muted cut">{changedWords(runbook, now)}</span>
            </span>
            <span className="rehearsal-state" data-state={colourOf(last)}>
              <Sign className="icon icon-s" aria-hidden="true" />
              <span className="cut">{resultIn(last)}</span>
            </span>
            <span className="small muted num nowrap rehearsal-at">{startWords(last.lastAt, now)}</span>
          </button>
        );
      })}
    </section>
  );
}
