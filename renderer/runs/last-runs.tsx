import { useEffect, useState, type JSX } from 'react';
import { useStore } from 'zustand';
import type { StartFacts } from '../../shared/runs/contract';
import { toWireError } from '../../shared/rpc/errors';
import { useModel, useNotebook } from '../notebook/document-context';
import { runListOf } from './run-list-store';
import { resultWords } from './run-list';
import { startWords } from './run-times';
import { runsPort } from './runs-port';

/**
 * What is known of a runbook's runs; null for one that has none. Asked only where the list has runs of it, and anew
 * after a save and when one of them began or came to another state.
 */
function useFacts(): StartFacts | null {
  const { open } = useNotebook();
  const path = useModel((model) => model.state?.path ?? null);
  const savedAt = useModel((model) => model.state?.savedAt ?? null);
  const newest = useStore(runListOf(open.engine).store, ({ runs }) => {
    const own = (runs ?? []).filter(
      ({ library, runbook }) => path?.replaceAll('\\', '/') === `${library.replaceAll('\\', '/')}/${runbook}`,
    );
    return own.length === 0 ? null : own.map(({ run, state }) => `${run} ${state}`).join('\n');
  });
  const [facts, setFacts] = useState<StartFacts | null>(null);
  useEffect(() => {
    if (path === null || newest === null) return undefined;
    let isGone = false;
    const read = async (): Promise<void> => {
      try {
        const now = await runsPort(open.engine).request('runs.facts', { runbook: path });
        if (!isGone) setFacts(now);
      } catch (error) {
        // A line that can do without: what is wrong with the file or the way to the engine is said elsewhere.
        if (!isGone && toWireError(error).code !== 'engine-lost') setFacts(null);
      }
    };
    void read();
    return () => {
      isGone = true;
    };
  }, [open, path, savedAt, newest]);
  return newest === null ? null : facts;
}

/** When a runbook was last rehearsed and run, by whom, with which result, and what has changed since. */
export function LastRuns(): JSX.Element | null {
  const facts = useFacts();
  const [now] = useState(() => Date.now());
  if (facts === null) return null;
  const { lastRehearsal: rehearsal, lastRun: run } = facts;
  const changed = rehearsal?.changed.length ?? 0;
  return (
    <>
      {rehearsal !== null && (
        <span className="last-runs" title={`by ${rehearsal.by}`}>
          rehearsed in {rehearsal.environment} {startWords(rehearsal.at, now)}, {resultWords(rehearsal.state)}
          {changed === 0 ? '' : `, ${changed} ${changed === 1 ? 'cell' : 'cells'} changed since`}
        </span>
      )}
      {run !== null && (
        <span className="last-runs hide-narrow" title={`by ${run.by}`}>
          run in {run.environment} {startWords(run.at, now)} by {run.by}, {resultWords(run.state)}
        </span>
      )}
    </>
  );
}
