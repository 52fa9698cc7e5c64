import { Minus, Search, Square, X } from 'lucide-react';
import { useEffect, useState, type JSX } from 'react';
import { useKeyWords, useTooltip } from '../notebook/keys-in-use';
import type { Client } from '../rpc/client';
import { EnvironmentBand } from '../runs/environment-band';
import { useEnvironment } from '../runs/use-environment';
import { useStrictShell } from '../terminal/strict-shell';
import type { AppCommand } from './app-commands';
import { AppMenu } from './app-menu';
import { TabStrip } from './tab-strip';
import type { Tab } from './tabs';
import { useWindow } from './window-context';

/** Tabs of a window that is not split, the search, and the window's own buttons. Empty parts of it move the window. */
export function TitleBar(props: {
  /** What the window shows, and what its strict environment is drawn after. */
  readonly active: Tab | null;
  /** Each half has its own strip then. */
  readonly isSplit: boolean;
  readonly commands: readonly AppCommand[];
  readonly onPalette: () => void;
}): JSX.Element {
  const { client } = useWindow();
  const isMac = useAbout(client);
  const words = useKeyWords();
  const tooltip = useTooltip();
  return (
    <header className={isMac ? 'titlebar titlebar-inset' : 'titlebar'} data-region="titlebar">
      {!isMac && <AppMenu commands={props.commands} />}
      {!props.isSplit && <TabStrip half={null} />}
      <span className="titlebar-drag grow" />
      <Band tab={props.active} />
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

/** The band of a strict environment, while the tab in front acts on it, or a shell that is in view. */
function Band(props: { readonly tab: Tab | null }): JSX.Element | null {
  const environment = useEnvironment(props.tab?.kind === 'run' ? props.tab.run : null);
  const shell = useStrictShell(useWindow(), environment);
  if (environment?.guard === 'strict') return <EnvironmentBand environment={environment} isOfShell={false} />;
  return shell === null ? null : <EnvironmentBand environment={shell} isOfShell />;
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
