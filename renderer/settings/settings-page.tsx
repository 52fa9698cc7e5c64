import { TriangleAlert } from 'lucide-react';
import { useCallback, useEffect, useState, type JSX } from 'react';
import { useStore } from 'zustand';
import type { Settings, SettingsState } from '../../shared/settings/contract';
import { useKeyMistakes } from '../notebook/keys-in-use';
import { toWireError } from '../../shared/rpc/errors';
import { useWhenReady } from '../app/use-when-ready';
import { useWindow } from '../app/window-context';
import { findSettings, SECTIONS, SETTINGS, type SettingEntry } from './setting-list';
import { SettingRow } from './setting-row';
import { settingsPlace } from './settings-place';
import './settings.css';

/** The settings as a form over one file that can be edited by hand too. */
export function SettingsPage(): JSX.Element {
  const { client } = useWindow();
  const { section, typed } = useStore(settingsPlace);
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
  // Which commands there are is known here; where each stands in the file, the engine told.
  const mistakes = [
    ...state.mistakes,
    ...keyMistakes.map(({ command, message }) => ({
      line: state.keyLines[command] ?? 1,
      key: `keys.${command}`,
      message,
    })),
  ].toSorted((a, b) => a.line - b.line);
  const isSearching = typed.trim() !== '';
  const shown = isSearching ? findSettings(typed) : SETTINGS.filter((entry) => entry.section === section);
  return (
    <div className="page">
      <div className="page-body settings-body">
        <h1 className="page-title settings-title">
          {isSearching ? 'Found' : SECTIONS.find(({ id }) => id === section)?.title}
        </h1>
        <FileLine file={state.file} />
        {problem !== null && (
          <p className="page-problem" role="alert">
            {problem}
          </p>
        )}
        <Mistakes mistakes={mistakes} />
        {groupsOf(shown, isSearching).map(([title, entries]) => (
          <section key={title} aria-label={title}>
            <h2 className="settings-group">{title}</h2>
            {entries.map((entry) => (
              <SettingRow key={entry.key} entry={entry} settings={state.settings} onSet={set} />
            ))}
          </section>
        ))}
        {shown.length === 0 && (
          <p className="secondary" role="status">
            No setting has these words. The file may hold others.
          </p>
        )}
      </div>
    </div>
  );
}

/** In their order, under their headings; what was found is named by its part too. */
function groupsOf(
  entries: readonly SettingEntry[],
  withSection: boolean,
): readonly (readonly [string, readonly SettingEntry[]])[] {
  const groups = new Map<string, SettingEntry[]>();
  for (const entry of entries) {
    const section = SECTIONS.find(({ id }) => id === entry.section)?.title ?? '';
    const title = withSection ? `${section}: ${entry.group}` : entry.group;
    groups.set(title, [...(groups.get(title) ?? []), entry]);
  }
  return [...groups];
}

function FileLine({ file }: { readonly file: string }): JSX.Element {
  const { client, host } = useWindow();
  return (
    <p className="secondary settings-file">
      For you, on this machine. Kept in <code className="ident">{file}</code>, which can be edited by hand and
      keeps your comments.{' '}
      <button
        type="button"
        className="link"
        onClick={() => void client.desktop('desktop.openSettingsFile', {})}
      >
        Open the file
      </button>
      {' · '}
      <button type="button" className="link" onClick={() => void host.revealFile(file)}>
        Show it in its folder
      </button>
    </p>
  );
}

function Mistakes({ mistakes }: Pick<SettingsState, 'mistakes'>): JSX.Element | null {
  if (mistakes.length === 0) return null;
  return (
    <section className="facts settings-mistakes" aria-label="Mistakes in the file">
      <h2 className="facts-head">
        Mistakes in the file <span className="facts-count">{mistakes.length}</span>
      </h2>
      {mistakes.map(({ line, message }) => (
        <div key={`${line} ${message}`} className="facts-row" data-state="waiting">
          <TriangleAlert className="icon icon-s" aria-hidden="true" />
          <span>
            Line {line}: {message}
          </span>
        </div>
      ))}
    </section>
  );
}
