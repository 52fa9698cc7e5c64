import { CircleX } from 'lucide-react';
import { useEffect, useMemo, useRef, type JSX } from 'react';
import type { NotebookHost } from '../notebook/document-context';
import { isBesideAll } from '../notebook/front-pane';
import { DocumentPane, type PaneMode } from '../notebook/notebook-pane';
import { useStore } from 'zustand';
import { ActionBar } from './action-bar';
import { RunAnnouncer } from './run-announcer';
import { RunProvider } from './run-context';
import { RunFindings } from './run-findings';
import { RunHeader } from './run-header';
import { RunRecord } from './run-record';
import { pressBarKey } from './bar-keys';
import { runPaneCommand } from './run-keys';
import { RunPages } from './run-pages';
import type { OpenRun } from './run-store';
import { Spine } from './spine';
import './run.css';

/** The tab of a run: its log, where it stands, and the one bar with what can be done. */
export function RunView(props: {
  readonly run: OpenRun;
  readonly host: NotebookHost;
  readonly label?: string;
}): JSX.Element {
  const { run, host, label = 'Run' } = props;
  const phase = useStore(run.store, (model) => model.phase);
  const failure = useStore(run.store, (model) => model.failure);
  const shown = useStore(run.store, (model) => model.page);
  const box = useRef<HTMLDivElement>(null);
  useBarKeys(run, box);
  const mode = useMemo<PaneMode>(
    () => ({
      bar: (
        <>
          <RunHeader />
          <RunFindings />
        </>
      ),
      body:
        shown === 'notebook' ? (
          <Spine />
        ) : (
          <div className="run-page">
            <RunPages page={shown} />
          </div>
        ),
      foot: <ActionBar />,
      announcer: <RunAnnouncer />,
      aside: <RunRecord />,
      command: (id) => runPaneCommand(run, host, id),
    }),
    [run, host, shown],
  );
  return (
    <RunProvider value={run}>
      <div ref={box} className="run-view">
        {phase === 'failed' ? (
          <Failure message={failure?.message ?? ''} />
        ) : (
          <DocumentPane open={run.document} host={host} label={label} mode={mode} />
        )}
      </div>
    </RunProvider>
  );
}

/** A run that can not be opened: why, and what is kept. */
function Failure(props: { readonly message: string }): JSX.Element {
  return (
    <div className="page" role="alert">
      <div className="page-body">
        <h1 className="page-title">This run was not opened</h1>
        <p className="run-failure" data-state="failed">
          <CircleX className="icon" aria-hidden="true" />
          {props.message}
        </p>
        <p className="secondary">Nothing in its folder was changed.</p>
      </div>
    </div>
  );
}

/** The keys of the bar, in the document and in the bar; and where nothing has the focus, for the pane in front. */
function useBarKeys(run: OpenRun, box: { readonly current: HTMLElement | null }): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const target = event.target instanceof Node ? event.target : null;
      const isHere = box.current?.contains(target) === true;
      const isNowhere = isBesideAll(target) && (box.current?.offsetParent ?? null) !== null;
      const isFront =
        box.current?.closest('[data-split]') === null ||
        (box.current?.closest('[data-front]') ?? null) !== null;
      if (isHere || (isNowhere && isFront)) pressBarKey(run, event);
    };
    window.addEventListener('keydown', onKey, { capture: true });
    return () => window.removeEventListener('keydown', onKey, { capture: true });
  }, [run, box]);
}
