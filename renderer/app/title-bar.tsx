import {
  Cpu,
  History,
  Library,
  Minus,
  NotebookText,
  Play,
  Plus,
  Search,
  Settings,
  ShieldAlert,
  Square,
  X,
} from 'lucide-react';
import { useEffect, useState, type JSX } from 'react';
import { useStore } from 'zustand';
import { useKeyWords, useTooltip } from '../notebook/keys-in-use';
import type { Client } from '../rpc/client';
import { EnvironmentBand } from '../runs/environment-band';
import { colourSet } from '../runs/environment';
import { useEnvironment } from '../runs/use-environment';
import type { AppCommand } from './app-commands';
import { AppMenu } from './app-menu';
import { pathOf, type Tab } from './tabs';
import { useWindow } from './window-context';

const PAGES = {
  welcome: { title: 'Welcome', Icon: Library },
  kernels: { title: 'Kernels', Icon: Cpu },
  settings: { title: 'Settings', Icon: Settings },
  search: { title: 'Search', Icon: Search },
  runs: { title: 'Runs', Icon: History },
  environments: { title: 'Environments', Icon: ShieldAlert },
} as const;

/** Tabs, the search, and the window's own buttons. Empty parts of it move the window. */
export function TitleBar(props: {
  readonly tabs: readonly Tab[];
  readonly active: string | null;
  /** The tab that is shown beside the active one. */
  readonly beside: string | null;
  readonly commands: readonly AppCommand[];
  readonly onPalette: () => void;
}): JSX.Element {
  const { client, actions, tabs } = useWindow();
  const isMac = useAbout(client);
  const words = useKeyWords();
  const tooltip = useTooltip();
  return (
    <header className={isMac ? 'titlebar titlebar-inset' : 'titlebar'} data-region="titlebar">
      {!isMac && <AppMenu commands={props.commands} />}
      {/* A list of tabs holds tabs alone; their close buttons stand beside them, where they are seen. */}
      <div
        role="tablist"
        aria-label="Open documents"
        aria-owns={props.tabs.map((_, index) => tabName(index)).join(' ')}
      />
      <div className="tabs">
        {props.tabs.map((tab, index) => (
          <TabItem
            key={tab.id}
            name={tabName(index)}
            tab={tab}
            isActive={tab.id === props.active}
            isBeside={tab.id === props.beside}
            onActivate={() => tabs.activate(tab.id)}
            onClose={() => void actions.closeTab(tab)}
          />
        ))}
      </div>
      <button
        type="button"
        className="tab-new"
        aria-label="Open a notebook"
        title={tooltip('Open a notebook', 'open')}
        onClick={() => void actions.openNotebook()}
      >
        <Plus className="icon icon-s" aria-hidden="true" />
      </button>
      <span className="titlebar-drag grow" />
      <Band tab={props.tabs.find(({ id }) => id === props.active) ?? null} />
      <button
        type="button"
        className="titlebar-search"
        title={tooltip('Search or run a command', 'palette')}
        onClick={props.onPalette}
      >
        <Search className="icon icon-s" aria-hidden="true" />
        <span className="grow cut">Search or run a command</span>
        <span className="hide-narrow nowrap" aria-hidden="true">
          {words('palette')}
        </span>
      </button>
      {!isMac && <WindowButtons client={client} />}
    </header>
  );
}

/** The id of a tab's element, by its place. */
function tabName(index: number): string {
  return `tab-${index}`;
}

function TabItem(props: {
  readonly name: string;
  readonly tab: Tab;
  readonly isActive: boolean;
  readonly isBeside: boolean;
  readonly onActivate: () => void;
  readonly onClose: () => void;
}): JSX.Element {
  const { tab, isActive } = props;
  const { tabs } = useWindow();
  const { title, Icon } =
    tab.kind === 'notebook'
      ? { title: '', Icon: NotebookText }
      : tab.kind === 'run'
        ? { title: '', Icon: Play }
        : PAGES[tab.kind];
  return (
    <div
      className="tab"
      data-active={isActive ? '' : undefined}
      data-beside={props.isBeside ? '' : undefined}
    >
      <button
        id={props.name}
        type="button"
        role="tab"
        aria-selected={isActive}
        tabIndex={isActive ? 0 : -1}
        className="tab-label"
        onClick={props.onActivate}
        onKeyDown={(event) => {
          const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : null;
          if (by === null) return;
          event.preventDefault();
          tabs.step(by);
          // The tab that is shown now; the others take no focus.
          setTimeout(() => document.querySelector<HTMLElement>('[role=tab][aria-selected=true]')?.focus());
        }}
        onAuxClick={(event) => event.button === 1 && props.onClose()}
      >
        <Icon className="icon icon-s" aria-hidden="true" />
        {tab.kind === 'notebook' ? (
          <DocumentName tab={tab} />
        ) : tab.kind === 'run' ? (
          <RunName tab={tab} />
        ) : (
          <span className="cut">{title}</span>
        )}
      </button>
      <TabEnd tab={tab} onClose={props.onClose} />
    </div>
  );
}

type NotebookTab = Extract<Tab, { kind: 'notebook' }>;

function DocumentName(props: { readonly tab: NotebookTab }): JSX.Element {
  const { open } = props.tab;
  const path = useStore(open.store, (model) => model.state?.path ?? open.path);
  return (
    <span className="cut" title={path}>
      {pathOf(open).split(/[\\/]/).at(-1)}
    </span>
  );
}

type RunTab = Extract<Tab, { kind: 'run' }>;

/** The title of a run, and its environment in words. */
function RunName(props: { readonly tab: RunTab }): JSX.Element {
  const { run } = props.tab;
  const title = useStore(run.store, ({ view }) => view?.details.title ?? 'Run');
  const environment = useEnvironment(run);
  return (
    <>
      <span className="cut" title={title}>
        {title}
      </span>
      {environment !== null && (
        <span className="tab-env" data-env={colourSet(environment)}>
          {environment.name}
        </span>
      )}
    </>
  );
}

/** The band of a strict environment, while the tab in front acts on it. */
function Band(props: { readonly tab: Tab | null }): JSX.Element | null {
  const environment = useEnvironment(props.tab?.kind === 'run' ? props.tab.run : null);
  return environment?.guard === 'strict' ? <EnvironmentBand environment={environment} /> : null;
}

function TabEnd(props: { readonly tab: Tab; readonly onClose: () => void }): JSX.Element {
  const { tab, onClose } = props;
  return tab.kind === 'notebook' ? (
    <NotebookTabEnd tab={tab} onClose={onClose} />
  ) : (
    <CloseTab isUnsaved={false} onClose={onClose} />
  );
}

function NotebookTabEnd(props: { readonly tab: NotebookTab; readonly onClose: () => void }): JSX.Element {
  const isUnsaved = useStore(
    props.tab.open.store,
    (model) => (model.state?.unsavedEdits ?? false) || model.unacknowledged > 0,
  );
  return <CloseTab isUnsaved={isUnsaved} onClose={props.onClose} />;
}

function CloseTab(props: { readonly isUnsaved: boolean; readonly onClose: () => void }): JSX.Element {
  const { isUnsaved, onClose } = props;
  const tooltip = useTooltip();
  return (
    <span className={isUnsaved ? 'tab-end is-unsaved' : 'tab-end'}>
      <button
        type="button"
        className="tab-close"
        aria-label="Close the tab"
        title={tooltip('Close', 'close-tab')}
        tabIndex={-1}
        onClick={onClose}
      >
        <X className="icon icon-s" aria-hidden="true" />
      </button>
      {isUnsaved && <span className="tab-unsaved" role="img" aria-label="not saved" title="Not saved" />}
    </span>
  );
}

function WindowButtons(props: { readonly client: Client }): JSX.Element {
  const act = (action: 'minimize' | 'maximize' | 'close'): void =>
    void props.client.desktop('desktop.window', { action });
  return (
    <div className="window-controls">
      <button type="button" aria-label="Minimise" title="Minimise" onClick={() => act('minimize')}>
        <Minus className="icon icon-s" aria-hidden="true" />
      </button>
      <button type="button" aria-label="Maximise" title="Maximise" onClick={() => act('maximize')}>
        <Square className="icon icon-s" aria-hidden="true" />
      </button>
      <button
        type="button"
        aria-label="Close the window"
        title="Close the window"
        onClick={() => act('close')}
      >
        <X className="icon" aria-hidden="true" />
      </button>
    </div>
  );
}

function useAbout(client: Client): boolean {
  const [isMac, setMac] = useState(navigator.platform.startsWith('Mac'));
  useEffect(() => {
    client.desktop('desktop.about', {}).then(
      ({ frame }) => setMac(frame === 'inset'),
      // The desktop is going; the buttons stay as they are.
      () => undefined,
    );
  }, [client]);
  return isMac;
}
