import { CircleAlert, FolderOpen, Info } from 'lucide-react';
import { useCallback, useEffect, useMemo, type JSX } from 'react';
import { useStore } from 'zustand';
import type { ConfigFinding } from '../../shared/runs/environments/library-config';
import type { LibraryState } from '../../shared/runs/config-contract';
import { Strip } from '../ui/strip';
import { useWhenReady } from '../app/use-when-ready';
import { useWindow } from '../app/window-context';
import { fileName } from '../notebook/file-name';
import { clockTime } from '../notebook/time-words';
import { EnvironmentForm } from './environment-form';
import { EnvironmentList } from './environment-list';
import {
  currentDraft,
  discardEdits,
  environmentsStore,
  followEnvironments,
  loadEnvironments,
  placeAtHand,
  saveEdits,
} from './environments-store';
import { focusPlace, readDraft } from './rules-draft';
import './environments.css';

/** The environments of a library: its `watchbook.json` as a form, with what is wrong in it. */
export function EnvironmentsPage(): JSX.Element {
  const { client, tabs, library, toast } = useWindow();
  const model = useStore(environmentsStore);
  const folders = useStore(library.store, (state) => state.folders);
  const { place, state, edits, selected, problem } = model;
  useEffect(() => {
    if (place === null) environmentsStore.setState({ place: placeAtHand(tabs, library.store.getState()) });
  }, [place, tabs, library, folders]);
  useWhenReady(
    client,
    useCallback(() => void loadEnvironments(client), [client]),
  );
  useEffect(() => void loadEnvironments(client), [client, place]);
  useEffect(() => followEnvironments(client), [client]);
  const value = useMemo(() => currentDraft(model), [model]);
  const draft = useMemo(() => readDraft(value), [value]);
  const save = useCallback(async () => {
    if (await saveEdits(client)) toast('Saved');
  }, [client, toast]);
  if (state === null) return <NothingYet hasPlace={place !== null} problem={problem} />;
  const faults = state.findings.filter(({ severity }) => severity === 'fault');
  // A text that can not be read as a whole has no fields to go to.
  const isLocked = faults.some(({ path }) => path.length === 0);
  const environment = draft.config.environments[Math.min(selected, draft.config.environments.length - 1)];
  const canSave = edits.length > 0 && draft.faults.length === 0 && !isLocked;
  return (
    <div
      className="page"
      onKeyDown={(event) => {
        if (event.key !== 's' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
        event.preventDefault();
        if (canSave) void save();
      }}
    >
      <div className="page-body rules-body">
        <Head state={state} count={edits.length} canSave={canSave} onSave={() => void save()} />
        {problem !== null && (
          <p className="page-problem" role="alert">
            {problem}
          </p>
        )}
        <Faults state={state} faults={faults} isLocked={isLocked} />
        {model.isOutdated && edits.length > 0 && (
          <Strip state="waiting" icon={Info} title={`${fileName(state.file)} was changed on disk.`}>
            Your {edits.length} {edits.length === 1 ? 'change is' : 'changes are'} kept here, on top of what
            it says now.
          </Strip>
        )}
        <div className="rules-columns">
          <EnvironmentList draft={draft} selected={selected} isLocked={isLocked} />
          {environment !== undefined && (
            <EnvironmentForm
              key={`${state.library} ${selected}`}
              draft={draft}
              index={Math.min(selected, draft.config.environments.length - 1)}
              environment={environment}
              isLocked={isLocked}
            />
          )}
        </div>
        <Notes notes={state.findings.filter(({ severity }) => severity === 'note')} />
      </div>
    </div>
  );
}

function NothingYet(props: { readonly hasPlace: boolean; readonly problem: string | null }): JSX.Element {
  return (
    <div className="page">
      <div className="page-body rules-body">
        <h1 className="page-title">Environments</h1>
        {props.problem !== null && <p className="page-problem">{props.problem}</p>}
        {!props.hasPlace && (
          <p className="secondary">
            The environments of a library stand in its watchbook.json. Open a runbook, or add a folder to the
            library, and come back.
          </p>
        )}
      </div>
    </div>
  );
}

function Head(props: {
  readonly state: LibraryState;
  readonly count: number;
  readonly canSave: boolean;
  readonly onSave: () => void;
}): JSX.Element {
  const { state, count, canSave, onSave } = props;
  const { host } = useWindow();
  return (
    <div className="rules-head">
      <h1 className="page-title">Environments</h1>
      <span className="muted cut" title={state.file}>
        {fileName(state.library)} / {fileName(state.file)}
        {!state.exists && ', not there yet'}
      </span>
      <span className="grow" />
      {count > 0 && (
        <button type="button" className="btn btn-quiet" onClick={discardEdits}>
          Discard {count === 1 ? '1 change' : `${count} changes`}
        </button>
      )}
      {state.exists && (
        <button
          type="button"
          className="btn"
          title="Shows the file, which can be edited by hand and keeps your comments"
          onClick={() => void host.revealFile(state.file)}
        >
          <FolderOpen className="icon" aria-hidden="true" />
          Show the file
        </button>
      )}
      <button
        type="button"
        className="btn btn-primary"
        title="Save (Ctrl S)"
        disabled={!canSave}
        onClick={onSave}
      >
        Save
      </button>
    </div>
  );
}

/** What is wrong in the file as it was read, and which version holds meanwhile. */
function Faults(props: {
  readonly state: LibraryState;
  readonly faults: readonly ConfigFinding[];
  readonly isLocked: boolean;
}): JSX.Element | null {
  const { state, faults, isLocked } = props;
  const [first, ...rest] = faults;
  if (first === undefined) return null;
  const holds =
    state.config === null
      ? 'Until this is mended no run can be started here.'
      : state.goodSince === null
        ? ''
        : `Until this is mended the last good version is used, from ${clockTime(state.goodSince)}.`;
  const goTo = (path: ConfigFinding['path']): void => {
    const index = path[0] === 'environments' ? path[1] : undefined;
    if (typeof index === 'number') environmentsStore.setState({ selected: index });
    // The form of that environment is drawn first.
    setTimeout(() => focusPlace(path), 0);
  };
  return (
    <Strip
      state="failed"
      icon={CircleAlert}
      title={`Line ${first.line}: ${first.message}`}
      actions={
        !isLocked && (
          <button type="button" className="btn" onClick={() => goTo(first.path)}>
            Go to the field
          </button>
        )
      }
      details={
        rest.length > 0 && (
          <ul className="strip-list">
            {rest.map(({ line, message }) => (
              <li key={`${line} ${message}`}>
                Line {line}: {message}
              </li>
            ))}
          </ul>
        )
      }
    >
      {holds}
    </Strip>
  );
}

function Notes({ notes }: { readonly notes: readonly ConfigFinding[] }): JSX.Element | null {
  if (notes.length === 0) return null;
  return (
    <section className="facts rules-notes" aria-label="Also in the file">
      <h2 className="facts-head">
        Also in the file <span className="facts-count">{notes.length}</span>
      </h2>
      {notes.map(({ line, message }) => (
        <div key={`${line} ${message}`} className="facts-row">
          <Info className="icon icon-s" aria-hidden="true" />
          <span>
            Line {line}: {message}
          </span>
        </div>
      ))}
    </section>
  );
}
