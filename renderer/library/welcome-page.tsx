import { CircleCheck, File, FolderPlus, NotebookText, Plus, Terminal, TriangleAlert, X } from 'lucide-react';
import { useCallback, useEffect, useState, type JSX, type ReactNode } from 'react';
import type { MachineFact, RecentFile, Sample } from '../../shared/library/contract';
import { toWireError } from '../../shared/rpc/errors';
import { useWhenReady } from '../app/use-when-ready';
import { useWindow } from '../app/window-context';
import { useKeyWords } from '../notebook/keys-in-use';
import { FilePath } from './file-path';
import { addFolder } from './library-actions';
import { runOfDocument } from '../runs/run-store';
import { WelcomeRehearsals } from '../runs/welcome-rehearsals';
import { WelcomeRuns } from '../runs/welcome-runs';
import { KeyCaps } from '../ui/key-caps';
import { Mark } from '../ui/mark';
import './welcome.css';

/** Where a window begins: what to open, what was open, and what this machine has. */
export function WelcomePage(): JSX.Element {
  const context = useWindow();
  const { client, actions } = context;
  /** Null until the engine told them. */
  const [recent, setRecent] = useState<readonly RecentFile[] | null>(null);
  const [samples, setSamples] = useState<readonly Sample[]>([]);
  const [facts, setFacts] = useState<readonly MachineFact[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  const load = useCallback(async () => {
    try {
      const { files } = await client.request('library.recent', {});
      // The executed copy of a run is found by its run.
      setRecent(files.filter(({ path }) => runOfDocument(path) === null));
      setSamples((await client.request('library.samples', {})).samples);
      setFacts((await client.request('library.machine', {})).facts);
      setProblem(null);
    } catch (error) {
      const { code, message } = toWireError(error);
      setRecent((known) => known ?? []);
      // The connection has its own banner.
      if (code !== 'engine-lost') setProblem(message);
    }
  }, [client]);
  useWhenReady(client, load);
  useEffect(() => client.on('library.recentChanged', () => void load()), [client, load]);

  return (
    <div className="page welcome-frame">
      <div className="welcome">
        <section>
          {recent === null || recent.length === 0 ? (
            <div className={recent === null ? 'welcome-first is-waiting' : 'welcome-first'}>
              <div className="welcome-name">
                <Mark />
                <h1>Watchbook</h1>
              </div>
              <p className="welcome-word secondary">
                Runbooks are notebooks. Open one, run it step by step, and Watchbook writes down what
                happened, when, and with which result. Nothing runs until you say so.
              </p>
            </div>
          ) : (
            <h1 className="heard">Watchbook</h1>
          )}
          {problem !== null && <p className="welcome-problem">{problem}</p>}
          <WelcomeRuns />
          {recent !== null && recent.length > 0 && <Recent files={recent} />}
          <WelcomeRehearsals />
          <h2>Start here</h2>
          <Way
            icon={<File className="icon" />}
            title="Open a notebook…"
            word="Any .ipynb; it stays where it is"
            command="open"
            onClick={() => void actions.openNotebook()}
          />
          <Way
            icon={<FolderPlus className="icon" />}
            title="Add a folder of runbooks…"
            word="Listed in the side, followed as it changes; nothing in it is run"
            command="add-folder"
            onClick={() => void addFolder(context)}
          />
          <Way
            icon={<Plus className="icon" />}
            title="New runbook…"
            word="An empty notebook for the shell, in the format every Jupyter reads"
            command="new"
            onClick={() => void actions.newRunbook('bash')}
          />
          <h2 className="welcome-next">Try a sample</h2>
          {samples.map((sample) => (
            <Way
              key={sample.name}
              icon={
                sample.needs === 'shell' ? <Terminal className="icon" /> : <NotebookText className="icon" />
              }
              title={sample.title}
              word={sample.summary}
              onClick={() => void actions.openSample(sample.name)}
            />
          ))}
          <p className="small muted welcome-foot">
            A sample opens as a copy in the folder Watchbook in your home.
          </p>
        </section>
        <section>
          <h2>This machine</h2>
          <p className="small muted welcome-note">Looked just now. Nothing was started.</p>
          <Machine facts={facts} />
          <h2 className="welcome-next">Good to know</h2>
          <div className="welcome-facts secondary">
            <p>
              <b>Closing the window stops nothing.</b> A running cell goes on; open Watchbook again to see it.
            </p>
            <p>
              <b>A file is written when you save it.</b> Until then every edit is kept apart, also through a
              crash.
            </p>
            <p>
              <b>Every key is listed.</b> Press <kbd className="kbd">H</kbd> in a notebook, or open Keys.
            </p>
          </div>
        </section>
      </div>
    </div>
  );
}

function Way(props: {
  readonly icon: ReactNode;
  readonly title: string;
  readonly word: string;
  /** The command that does the same, whose key is shown. */
  readonly command?: string;
  readonly onClick: () => void;
}): JSX.Element {
  const words = useKeyWords();
  const keys = props.command === undefined ? undefined : words(props.command);
  return (
    <button type="button" className="way" onClick={props.onClick}>
      {props.icon}
      <span className="way-text">
        <span className="way-title">{props.title}</span>
        <span className="small muted">{props.word}</span>
      </span>
      {keys !== undefined && <KeyCaps keys={keys} />}
    </button>
  );
}

function Recent(props: { readonly files: readonly RecentFile[] }): JSX.Element {
  const { client, actions } = useWindow();
  return (
    <div className="welcome-recent">
      <h2>Recent</h2>
      {props.files.slice(0, 8).map((file) => (
        <div key={file.path} className="recent">
          <button
            type="button"
            className="recent-open"
            title={file.path}
            disabled={!file.exists}
            onClick={() => actions.openFile(file.path)}
          >
            <NotebookText className="icon muted" aria-hidden="true" />
            <span className="cut recent-name">{file.name}</span>
            {file.exists ? (
              <FilePath className="small muted" path={file.folder} />
            ) : (
              <span className="cut small muted">not there any more</span>
            )}
            <span className="small muted num nowrap">{dayAndTime(file.openedAt)}</span>
          </button>
          <button
            type="button"
            className="btn btn-icon"
            aria-label={`Take ${file.name} off this list`}
            title="Take it off this list"
            onClick={() => void client.request('library.forget', { path: file.path })}
          >
            <X className="icon icon-s" aria-hidden="true" />
          </button>
        </div>
      ))}
    </div>
  );
}

const NAMES = { shell: 'Shell kernel', python: 'Python kernels', git: 'git' } as const;

function Machine(props: { readonly facts: readonly MachineFact[] | null }): JSX.Element | null {
  const { tabs } = useWindow();
  if (props.facts === null) return null;
  return (
    <>
      <div className="facts">
        {props.facts.map(({ name, state, value }) => (
          <div key={name} className="facts-row" data-state={state === 'ok' ? 'done' : 'waiting'}>
            {state === 'ok' ? (
              <CircleCheck className="icon icon-s" aria-hidden="true" />
            ) : (
              <TriangleAlert className="icon icon-s" aria-hidden="true" />
            )}
            <span>{NAMES[name]}</span>
            <span className={/\.\d/.test(value) ? 'who mono small' : 'who'}>{value}</span>
          </div>
        ))}
      </div>
      <p className="small muted welcome-foot">
        Runbooks for the shell need nothing more.{' '}
        <button type="button" className="link" onClick={() => tabs.openPage('kernels')}>
          Where kernels were looked for
        </button>
      </p>
    </>
  );
}

function dayAndTime(instant: string): string {
  const date = new Date(instant);
  const time = date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  const isToday = date.toDateString() === new Date().toDateString();
  return isToday
    ? `today ${time}`
    : `${date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })} ${time}`;
}
