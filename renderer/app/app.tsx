import { CircleX } from 'lucide-react';
import { useCallback, useEffect, useMemo, useState, type JSX } from 'react';
import { useStore } from 'zustand';
import { KernelsPage } from '../kernels/kernels-page';
import { LibrarySection } from '../library/library-section';
import { createLibrary } from '../library/library-store';
import { TextPage } from '../library/text-page';
import { SearchPage } from '../library/search-page';
import { RunsPage } from '../runs/runs-page';
import { StartDialog } from '../runs/start/start-dialog';
import { WelcomePage } from '../library/welcome-page';
import type { NotebookHost } from '../notebook/document-context';
import { colourSet } from '../runs/environment';
import { RunView } from '../runs/run-view';
import { StepRail } from '../runs/step-rail';
import { useEnvironment } from '../runs/use-environment';
import '../runs/environment-frame.css';
import { ContentsPanel } from '../notebook/contents-panel';
import { fileName } from '../notebook/file-name';
import { DocumentPane } from '../notebook/notebook-pane';
import type { Client } from '../rpc/client';
import { SettingsPage } from '../settings/settings-page';
import { EnvironmentsPage } from '../runs/environments-page';
import { SettingsSide } from '../settings/settings-side';
import { createTerminals } from '../terminal/terminal-store';
import { useStrictShell } from '../terminal/strict-shell';
import { TerminalPane } from '../terminal/terminal-pane';
import { useAppearance } from '../settings/use-appearance';
import { Strip } from '../ui/strip';
import { createActions } from './actions';
import { appCommands } from './app-commands';
import { CloseQuestion } from './close-question';
import { ConnectionBanner } from './connection-banner';
import { createLayout } from './layout';
import { KeysDialog } from './keys-dialog';
import { Nav } from './nav';
import { useNotices } from './notices/use-notices';
import { Palette } from './palette';
import { Panes } from './panes';
import { SideContents, SidePane } from './side-pane';
import { StatusBar } from './status-bar';
import { createTabs, documentOf, folderOf, frontTab, pathOf, shownTabs, type Tab } from './tabs';
import { TitleBar } from './title-bar';
import { useDesktop } from './use-desktop';
import { useWhenReady } from './use-when-ready';
import { useWindowKeys } from './use-window-keys';
import { WindowProvider, type WindowContext } from './window-context';
import { SendChooser } from '../terminal/send-chooser';
import { sendToTerminal } from '../terminal/send-to-terminal';
import { WindowQuestion } from './window-question';

const TOAST_MS = 4_000;

/** The window: title bar, places, the tab that is open, status bar. */
export function App(props: { readonly client: Client }): JSX.Element {
  const { client } = props;
  const tabs = useMemo(() => createTabs(client), [client]);
  const library = useMemo(() => createLibrary(client, createLayout()), [client]);
  const terminals = useMemo(() => createTerminals(client), [client]);
  useWhenReady(client, library.reload);
  useWhenReady(client, terminals.reload);
  useEffect(() => terminals.follow(), [terminals]);
  const isTerminalOpen = useStore(library.layout, (layout) => layout.terminal.isOpen);
  const isSideOpen = useStore(library.layout, (layout) => layout.isSideOpen);
  const hasLibrary = useStore(
    library.store,
    ({ folders, offered }) => (folders?.length ?? 0) > 0 || offered !== null,
  );
  const model = useStore(tabs.store);
  const { tabs: all, active: activeId } = model;
  const shown = useMemo(() => shownTabs(model), [model]);
  const active = frontTab(model);
  const [failure, setFailure] = useState<string | null>(null);
  const [toastText, setToast] = useState<string | null>(null);
  const [isPaletteOpen, setPaletteOpen] = useState(false);
  const [isKeysOpen, setKeysOpen] = useState(false);
  const [closing, setClosing] = useState<
    Extract<Tab, { kind: 'notebook' }> | { readonly kind: 'window'; readonly isLast: boolean } | null
  >(null);
  useAppearance(client);
  useNotices(client, tabs);

  const toast = useCallback((text: string) => {
    setToast(text);
    setTimeout(() => setToast((shown) => (shown === text ? null : shown)), TOAST_MS);
  }, []);
  const context = useMemo<WindowContext>(() => {
    const actions = createActions({ client, tabs, fail: setFailure, askClose: setClosing, toast });
    const host: NotebookHost = {
      chooseSavePath: async (suggested, kind = 'notebook') =>
        (await client.desktop('desktop.saveAs', { suggested, kind })).path,
      openLink: async (url) => void (await client.desktop('desktop.openLink', { url })),
      copyText: async (text) => {
        await client.desktop('desktop.writeClipboard', { text });
        toast('Copied');
      },
      revealFile: async (path) => void (await client.desktop('desktop.revealFile', { path })),
      isFront: (open) => {
        const { tabs: shown, active: front } = tabs.store.getState();
        return shown.some((tab) => tab.id === front && documentOf(tab) === open);
      },
      writeExport: async (path, form, content) =>
        void (await client.desktop('desktop.writeExport', { path, form, content })),
      printPage: async (content) => void (await client.desktop('desktop.print', { content })),
      confirm: toast,
      unsay: () => setToast(null),
      copyCells: async (cells) => void (await client.desktop('desktop.copyCells', { cells: [...cells] })),
      copiedCells: async () => (await client.desktop('desktop.copiedCells', {})).cells,
      openRunbook: (path) => tabs.openFile(path, { forReading: true }),
      sendToTerminal: (open, part, isElsewhere) =>
        sendToTerminal({ client, library, tabs, terminals }, open, part, isElsewhere),
      showKeys: () => setKeysOpen(true),
      showPalette: () => setPaletteOpen(true),
    };
    return { client, tabs, library, terminals, actions, host, toast };
  }, [client, tabs, library, terminals, toast]);
  const isNotebook = active?.kind === 'notebook' || active?.kind === 'run';
  const ofTab = useEnvironment(active?.kind === 'run' ? active.run : null);
  const shell = useStrictShell(context, ofTab);
  const environment = ofTab?.guard === 'strict' ? ofTab : (shell ?? ofTab);
  const isSettings = active?.kind === 'settings' || active?.kind === 'environments';
  const hasSide =
    isSideOpen && (isNotebook || active?.kind === 'text' || (active?.kind === 'welcome' && hasLibrary));

  useDesktop(context, setClosing);
  useMenuCommands(context, active);
  useWindowKeys(context, active);

  return (
    <WindowProvider value={context}>
      <div
        className="window"
        data-env={environment === null ? undefined : colourSet(environment)}
        data-guard={environment?.guard}
      >
        <TitleBar
          active={active}
          isSplit={shown.length > 1}
          commands={appCommands(context, active)}
          onPalette={context.host.showPalette}
        />
        <div className={hasSide || isSettings ? 'body' : 'body no-side'}>
          <Nav active={active?.kind ?? null} />
          {hasSide && (
            <SidePane>
              {active?.kind === 'run' ? (
                <StepRail run={active.run} onHide={() => library.layout.setState({ isSideOpen: false })} />
              ) : (
                <LibrarySection />
              )}
              {active?.kind === 'notebook' && (
                <SideContents>
                  <ContentsPanel open={active.open} />
                </SideContents>
              )}
            </SidePane>
          )}
          {isSettings && <SettingsSide />}
          <div className="center-column">
            <main className="center" data-region={shown.length > 1 ? undefined : 'document'} tabIndex={-1}>
              <ConnectionBanner />
              {failure !== null && (
                <Strip state="failed" icon={CircleX} title={failure} onClose={() => setFailure(null)} />
              )}
              <Panes
                shown={shown}
                active={activeId}
                page={(tab, label) => <Page tab={tab} label={label} context={context} />}
              />
            </main>
            {isTerminalOpen && <TerminalPane directory={folderOf(active)} />}
          </div>
        </div>
        <StatusBar active={active} />
        {toastText !== null && (
          <div className="toast" role="status">
            {toastText}
          </div>
        )}
        {isPaletteOpen && (
          <Palette
            commands={appCommands(context, active)}
            document={documentNameOf(active)}
            isRun={active?.kind === 'run'}
            onClose={() => setPaletteOpen(false)}
          />
        )}
        <StartDialog />
        <SendChooser />
        {isKeysOpen && (
          <KeysDialog
            first={active?.kind === 'run' ? 'run' : 'notebook'}
            onClose={() => setKeysOpen(false)}
          />
        )}
        {closing?.kind === 'window' && (
          <WindowQuestion isLast={closing.isLast} tabs={all} onDone={() => setClosing(null)} />
        )}
        {closing?.kind === 'notebook' && (
          <CloseQuestion what={closing} tabs={all} onDone={() => setClosing(null)} />
        )}
      </div>
    </WindowProvider>
  );
}

/** What the palette says that its commands act in. */
function documentNameOf(active: Tab | null): string | null {
  if (active?.kind === 'run') return active.run.store.getState().view?.details.title ?? 'the run';
  return active?.kind === 'notebook' ? fileName(pathOf(active.open)) : null;
}

function Page(props: {
  readonly tab: Tab;
  readonly label: string;
  readonly context: WindowContext;
}): JSX.Element {
  const { tab, context } = props;
  switch (tab.kind) {
    case 'welcome':
      return <WelcomePage />;
    case 'kernels':
      return <KernelsPage />;
    case 'settings':
      return <SettingsPage />;
    case 'search':
      return <SearchPage />;
    case 'runs':
      return <RunsPage />;
    case 'environments':
      return <EnvironmentsPage />;
    case 'text':
      return <TextPage path={tab.path} />;
    case 'notebook':
      return <DocumentPane open={tab.open} host={context.host} label={props.label} />;
    case 'run':
      return <RunView run={tab.run} host={context.host} label={props.label.replace('Notebook', 'Run')} />;
  }
}

/** The application menu of macOS gives its commands by id; those of the notebook and of the window are one list. */
function useMenuCommands(context: WindowContext, active: Tab | null): void {
  useEffect(
    () =>
      context.client.onDesktop('desktop.command', ({ command }) =>
        appCommands(context, active)
          .find(({ id }) => id === command)
          ?.run(),
      ),
    [context, active],
  );
}
