import { CircleX, Eraser, Maximize2, Minimize2, PanelBottom, PanelRight, TextSearch, X } from 'lucide-react';
import { useCallback, useEffect, useRef, useState, type JSX } from 'react';
import { useStore } from 'zustand';
import type { WindowLayout } from '../../shared/rpc/desktop-contract';
import type { TerminalInfo } from '../../shared/terminal/contract';
import { useWindow } from '../app/window-context';
import { useTooltip } from '../notebook/keys-in-use';
import { ToolButton } from '../notebook/tool-button';
import { useSetting } from '../settings/settings-store';
import { Splitter } from '../ui/splitter';
import { Strip } from '../ui/strip';
import { ScreenView, type ShownTerminal } from './screen-view';
import { CloseBar } from './terminal-bars';
import { openTerminal } from './terminal-commands';
import { terminalFocus } from './terminal-focus';
import { TerminalTabs } from './terminal-tabs';
import './terminal.css';

const LEAST = 120;
const STEP = 16;

/** The terminals below or beside the document: shells of the engine, of which one is shown. */
export function TerminalPane(props: {
  /** Where a new one begins: the folder of the document in front; null where there is none. */
  readonly directory: string | null;
}): JSX.Element {
  const { directory } = props;
  const { terminals, library } = useWindow();
  const { terminals: all, active, failure, closing } = useStore(terminals.store);
  const { size, place } = useStore(library.layout, (layout) => layout.terminal);
  const follows = useSetting('terminalFollowsTheme');
  const tooltip = useTooltip();
  const [isFull, setFull] = useState(false);
  const [shown, setShown] = useState<ShownTerminal | null>(null);
  const info = all?.find(({ id }) => id === active) ?? null;
  const asked = all?.find(({ id }) => id === closing?.id) ?? null;
  const isBottom = place === 'bottom';
  const change = (to: Partial<WindowLayout['terminal']>): void =>
    library.layout.setState((layout) => ({ terminal: { ...layout.terminal, ...to } }));

  const wanted = useRef(false);
  const onShown = useCallback((made: ShownTerminal | null) => {
    setShown(made);
    terminalFocus.set(made);
  }, []);
  useEffect(() => {
    // Who opened it, or chose another, goes on by typing; who finds it open after a start does not lose the focus.
    if (shown !== null && (wanted.current || terminalFocus.takeWish())) shown.focus();
    wanted.current = false;
  }, [shown]);
  const chosen = (): void => {
    wanted.current = true;
    shown?.focus();
  };

  return (
    <section
      className="terminal-region"
      aria-label="Terminal"
      data-region="terminal"
      data-place={place}
      data-full={isFull ? '' : undefined}
      data-follows={follows ? '' : undefined}
      tabIndex={-1}
      style={{ height: isBottom && !isFull ? size : undefined, width: isBottom || isFull ? undefined : size }}
    >
      <Splitter
        name={isBottom ? 'Height of the terminal' : 'Width of the terminal'}
        at="start"
        parts={isBottom ? 'stacked' : 'beside'}
        size={size}
        least={LEAST}
        most={2_000}
        step={STEP}
        onSize={(next) => change({ size: Math.round(next) })}
      />
      <div className="terminal-tabs">
        <TerminalTabs directory={directory} onChosen={chosen} />
        <span className="grow" />
        <ToolButton
          label="Find in the terminal"
          keys="Ctrl Shift F"
          icon={TextSearch}
          isOff={shown === null}
          onClick={() => shown?.find()}
        />
        <ToolButton
          label="Forget what scrolled away"
          icon={Eraser}
          isOff={shown === null}
          onClick={() => {
            shown?.clear();
            shown?.focus();
          }}
        />
        <ToolButton
          label={isBottom ? 'Put it beside the document' : 'Put it below the document'}
          icon={isBottom ? PanelRight : PanelBottom}
          onClick={() => change({ place: isBottom ? 'side' : 'bottom', size: isBottom ? 480 : 280 })}
        />
        <ToolButton
          label={isFull ? 'As large as before' : 'As large as the window'}
          icon={isFull ? Minimize2 : Maximize2}
          onClick={() => setFull(!isFull)}
        />
        <button
          type="button"
          className="tool"
          aria-label="Hide the terminal"
          title={tooltip('Hide the terminal; what runs in it goes on', 'toggle-terminal')}
          onClick={() => change({ isOpen: false })}
        >
          <X className="icon" aria-hidden="true" />
        </button>
      </div>
      {failure !== null && (
        <Strip
          state="failed"
          icon={CircleX}
          title={failure}
          onClose={() => terminals.set({ failure: null })}
        />
      )}
      {info === null ? (
        <Nothing isKnown={all !== null} directory={directory} />
      ) : (
        <div className="terminal-pane" role="tabpanel" aria-label={info.title}>
          <Head info={info} />
          <ScreenView key={info.id} info={info} onShown={onShown} />
          {asked !== null && closing !== null && (
            <CloseBar
              key={closing.why}
              info={asked}
              why={closing.why}
              onKeep={() => {
                terminals.set({ closing: null });
                shown?.focus();
              }}
            />
          )}
        </div>
      )}
    </section>
  );
}

/** Whose shell it is and where, and whether what is done in it is recorded, which is always said. */
function Head(props: { readonly info: TerminalInfo }): JSX.Element {
  const { profile, directory, phase, ended } = props.info;
  const place = profile.kind === 'ssh' ? `ssh ${profile.title}` : `${profile.title}, this machine`;
  const hasMarks = phase !== 'unknown' || ended !== null;
  return (
    <div className="terminal-head">
      <b>{place}</b>
      <span className="cut" title={directory}>
        {directory}
      </span>
      <span className="grow" />
      {!hasMarks && (
        <span title="Signs, status and times of commands come from the shell">commands not marked</span>
      )}
      <span className="muted">not recorded</span>
    </div>
  );
}

function Nothing(props: { readonly isKnown: boolean; readonly directory: string | null }): JSX.Element {
  const { isKnown, directory } = props;
  const context = useWindow();
  const isOpening = useStore(context.terminals.store, (model) => model.isOpening);
  if (!isKnown || isOpening) return <div className="terminal-nothing" />;
  return (
    <div className="terminal-nothing">
      <p>Shells of this machine stand here. They go on when the window is closed.</p>
      <button type="button" className="btn" onClick={() => openTerminal(context, { directory })}>
        Open a terminal
      </button>
    </div>
  );
}
