import {
  Bell,
  Cpu,
  Eye,
  NotebookText,
  Search,
  ShieldAlert,
  SquareTerminal,
  type LucideIcon,
} from 'lucide-react';
import type { JSX } from 'react';
import { useStore } from 'zustand';
import { useWindow } from '../app/window-context';
import { focusFirstIn, searchFieldKeys } from '../ui/search-keys';
import { AboutLine } from './about';
import { findSettings, SECTIONS, type SectionId } from './setting-list';
import { settingsPlace } from './settings-place';
import { showEnvironments } from '../runs/environments-store';
import './settings.css';

const ICONS: Readonly<Record<SectionId, LucideIcon>> = {
  appearance: Eye,
  notebook: NotebookText,
  notifications: Bell,
  kernels: Cpu,
  terminal: SquareTerminal,
};

/** The side of the settings: the search, and the list of their parts. */
export function SettingsSide(): JSX.Element {
  const { client, tabs } = useWindow();
  const isEnvironments = useStore(tabs.store, ({ active }) => active === 'environments');
  const { section, typed } = useStore(settingsPlace);
  const isSearching = typed.trim() !== '';
  const found = findSettings(typed);
  return (
    <aside className="side settings-side" data-region="side" aria-label="Settings">
      <div className="side-head">Settings</div>
      <label className="field-search settings-search">
        <Search className="icon icon-s" aria-hidden="true" />
        <input
          type="search"
          aria-label="Find a setting"
          placeholder="Find a setting"
          value={typed}
          onChange={({ target }) => {
            settingsPlace.setState({ typed: target.value });
            if (target.value !== '') tabs.openPage('settings');
          }}
          onKeyDown={(event) =>
            searchFieldKeys(
              event,
              () => settingsPlace.setState({ typed: '' }),
              () => focusFirstIn(document.querySelector('.settings-body section')),
            )
          }
        />
      </label>
      <div className="side-scroll">
        {SECTIONS.map(({ id, title }) => {
          const Icon = ICONS[id];
          const count = found.filter((entry) => entry.section === id).length;
          return (
            <button
              key={id}
              type="button"
              className="settings-row"
              aria-current={!isSearching && !isEnvironments && id === section ? 'true' : undefined}
              onClick={({ detail }) => {
                // The second click of a double one was meant for what stood here before: a line of the library.
                if (detail > 1) return;
                settingsPlace.setState({ section: id, typed: '' });
                tabs.openPage('settings');
              }}
            >
              <Icon className="icon" aria-hidden="true" />
              <span className="grow">{title}</span>
              {isSearching && (
                <span className="muted num" aria-label={`${count} found`}>
                  {count}
                </span>
              )}
            </button>
          );
        })}
        <button
          type="button"
          className="settings-row"
          aria-current={isEnvironments ? 'true' : undefined}
          onClick={() => showEnvironments(tabs, null)}
        >
          <ShieldAlert className="icon" aria-hidden="true" />
          <span className="grow">Environments</span>
        </button>
      </div>
      <div className="side-foot">
        <AboutLine client={client} />
      </div>
    </aside>
  );
}
