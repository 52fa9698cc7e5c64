import { Switch } from '@base-ui/react/switch';
import { ChevronDown, TriangleAlert } from 'lucide-react';
import { useCallback, useEffect, useState, type JSX, type ReactNode } from 'react';
import type { Settings, SettingsState } from '../../shared/settings/contract';
import { useKeyMistakes } from '../notebook/keys-in-use';
import { toWireError } from '../../shared/rpc/errors';
import { useWhenReady } from '../app/use-when-ready';
import { useWindow } from '../app/window-context';
import { AboutLine } from './about';
import './settings.css';

/** The settings as a form over one file that can be edited by hand too. */
export function SettingsPage(): JSX.Element {
  const { client, host } = useWindow();
  const [state, setState] = useState<SettingsState | null>(null);
  const keyMistakes = useKeyMistakes();
  const [problem, setProblem] = useState<string | null>(null);
  const load = useCallback(() => {
    client
      .request('settings.get', {})
      .then(setState, (error: unknown) => setProblem(toWireError(error).message));
  }, [client]);
  useWhenReady(client, load);
  useEffect(() => client.on('settings.changed', setState), [client]);
  const set = (changes: Partial<Settings>): void => {
    client.request('settings.set', { changes }).then(
      () => setProblem(null),
      (error: unknown) => setProblem(toWireError(error).message),
    );
  };
  if (state === null)
    return <div className="page">{problem !== null && <p className="page-problem">{problem}</p>}</div>;
  const { settings, file } = state;
  // Which commands there are is known here; where each stands in the file, the engine told.
  const mistakes = [
    ...state.mistakes,
    ...keyMistakes.map(({ command, message }) => ({
      line: state.keyLines[command] ?? 1,
      key: `keys.${command}`,
      message,
    })),
  ].toSorted((a, b) => a.line - b.line);
  return (
    <div className="page">
      <div className="page-body">
        <h1 className="page-title">Settings</h1>
        <p className="secondary settings-file">
          For you, on this machine. Kept in <code className="ident">{file}</code>, which can be edited by
          hand.{' '}
          <button type="button" className="link" onClick={() => void host.revealFile(file)}>
            Show the file
          </button>
        </p>
        {problem !== null && <p className="page-problem">{problem}</p>}
        {mistakes.length > 0 && (
          <div className="facts facts-next">
            {mistakes.map((mistake) => (
              <div key={`${mistake.line} ${mistake.key ?? ''}`} className="facts-row" data-state="waiting">
                <TriangleAlert className="icon icon-s" aria-hidden="true" />
                <span>
                  Line {mistake.line}: {mistake.message}
                </span>
              </div>
            ))}
          </div>
        )}
        <Field title="Theme" word="Light and dark, or what the system says">
          <span className="select">
            <select
              value={settings.theme}
              aria-label="Theme"
              onChange={({ target }) => set({ theme: target.value as Settings['theme'] })}
            >
              <option value="system">As the system</option>
              <option value="light">Light</option>
              <option value="dark">Dark</option>
            </select>
            <ChevronDown className="icon icon-s" aria-hidden="true" />
          </span>
        </Field>
        <Field
          title="Save after each cell"
          word="Writes the file after each finished cell when nothing else in it is unsaved"
        >
          <Switch.Root
            className="switch"
            aria-label="Save after each cell"
            checked={settings.saveAfterRun}
            onCheckedChange={(saveAfterRun) => set({ saveAfterRun })}
          >
            <Switch.Thumb className="switch-thumb" />
          </Switch.Root>
        </Field>
        <Field
          title="Save widgets with the runbook"
          word="Keeps their state in the file, so that they are shown without a kernel"
        >
          <Switch.Root
            className="switch"
            aria-label="Save widgets with the runbook"
            checked={settings.saveWidgetState}
            onCheckedChange={(saveWidgetState) => set({ saveWidgetState })}
          >
            <Switch.Thumb className="switch-thumb" />
          </Switch.Root>
        </Field>
        <NumberField
          key={`limit ${settings.outputLimitBytes}`}
          title="Output kept in the notebook"
          word="Kibibytes; longer text lies in a file beside it, and the notebook keeps both ends"
          value={Math.round(settings.outputLimitBytes / 1024)}
          least={64}
          onSet={(value) => set({ outputLimitBytes: value * 1024 })}
        />
        <NumberField
          key={`idle ${settings.idleKernelMinutes}`}
          title="Idle kernels end after"
          word="Minutes after the last window of a notebook was closed"
          value={settings.idleKernelMinutes}
          least={1}
          onSet={(value) => set({ idleKernelMinutes: value })}
        />
        <AboutLine client={client} />
      </div>
    </div>
  );
}

function Field(props: {
  readonly title: string;
  readonly word: string;
  readonly children: ReactNode;
}): JSX.Element {
  return (
    <div className="setting">
      <div className="grow">
        <p className="setting-title">{props.title}</p>
        <p className="small muted">{props.word}</p>
      </div>
      {props.children}
    </div>
  );
}

/** Give it a new key when its value changes elsewhere: what is typed is its own. */
function NumberField(props: {
  readonly title: string;
  readonly word: string;
  readonly value: number;
  readonly least: number;
  readonly onSet: (value: number) => void;
}): JSX.Element {
  const { title, word, value, least, onSet } = props;
  const [text, setText] = useState(String(value));
  const isValid = /^\d+$/.test(text) && Number(text) >= least;
  return (
    <Field title={title} word={isValid ? word : `A whole number, at least ${least}`}>
      <input
        inputMode="numeric"
        aria-label={title}
        aria-invalid={!isValid}
        value={text}
        onChange={({ target }) => setText(target.value)}
        onBlur={() => (isValid ? onSet(Number(text)) : setText(String(value)))}
        onKeyDown={({ key }) => key === 'Enter' && isValid && onSet(Number(text))}
      />
    </Field>
  );
}
