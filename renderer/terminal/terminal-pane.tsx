import {
  CircleX,
  Eraser,
  Maximize2,
  Minimize2,
  PanelBottom,
  PanelRight,
  SquareSplitHorizontal,
  SquareSplitVertical,
  TextSearch,
  X,
  type LucideIcon,
} from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState, type JSX, type KeyboardEvent } from 'react';
import { useStore } from 'zustand';
import { useWindow } from '../app/window-context';
import { useKeysInUse, useKeyWords, useTooltip } from '../notebook/keys-in-use';
import { ToolButton } from '../notebook/tool-button';
import { useSetting } from '../settings/settings-store';
import { Splitter } from '../ui/splitter';
import { Strip } from '../ui/strip';
import { countsNow } from './command-keys';
import { runTerminalCommand, terminalKeys } from './pane-commands';
import { useFrontRun } from './other-run';
import type { ShownTerminal } from './screen-view';
import { MOST_PARTS, tabOf } from './splits';
import { openTerminal } from './terminal-commands';
import { terminalFocus } from './terminal-focus';
import { TerminalParts } from './terminal-parts';
import { TerminalTabs } from './terminal-tabs';
import './terminal.css';

const LEAST = 120;
const STEP = 16;

/** The terminals below or beside the document: shells of the engine, those of one tab are shown. */
export function TerminalPane(props: {
  /** Where a new one begins: the folder of the document in front; null where there is none. */
  readonly directory: string | null;
}): JSX.Element {
  const { directory } = props;
  const context = useWindow();
  const { terminals, library } = context;
  const { terminals: all, active, failure, splits, isFull } = useStore(terminals.store);
  const { size, place } = useStore(library.layout, (layout) => layout.terminal);
  const follows = useSetting('terminalFollowsTheme');
  const tooltip = useTooltip();
  const keys = useKeysInUse();
  const words = useKeyWords();
  const keyMap = useMemo(() => terminalKeys(keys), [keys]);
  const [screens, setScreens] = useState<ReadonlyMap<string, ShownTerminal>>(new Map());
  const info = all?.find(({ id }) => id === active) ?? null;
  const shown = info === null ? null : (screens.get(info.id) ?? null);
  const isBottom = place === 'bottom';
  const isFullTab = info !== null && tabOf(splits, info.id).length >= MOST_PARTS;

  const front = useFrontRun(context)?.folder ?? null;
  const isKnown = all !== null;
  useEffect(() => {
    // Also when the terminals come to be known after their tab.
    if (isKnown && front !== null) terminals.showOwn(front);
  }, [front, isKnown, terminals]);

  const wanted = useRef(false);
  const onShown = useCallback((id: string, made: ShownTerminal | null) => {
    setScreens((before) => {
      const next = new Map(before);
      if (made === null) next.delete(id);
      else next.set(id, made);
      return next;
    });
  }, []);
  useEffect(() => {
    terminalFocus.set(shown);
    // Who opened it, or chose another, goes on by typing; who finds it open after a start does not lose the focus.
    if (shown !== null && (terminalFocus.takeWish() || wanted.current)) shown.focus();
    wanted.current = false;
  }, [shown]);
  useEffect(() => () => terminalFocus.set(null), []);
  const chosen = (): void => {
    wanted.current = true;
    terminalFocus.shown?.focus();
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    const found = keyMap.press(event.nativeEvent, 'terminal', event.timeStamp);
    if (found === null || (found !== 'pending' && !countsNow(found.id))) return;
    event.preventDefault();
    event.stopPropagation();
    if (found !== 'pending') runTerminalCommand(found.id, context, directory);
  };

  const tool = (
    command: Parameters<typeof runTerminalCommand>[0],
    label: string,
    icon: LucideIcon,
    isOff = false,
  ): JSX.Element => (
    <ToolButton
      label={label}
      keys={words(command)}
      icon={icon}
      isOff={isOff}
      onClick={() => runTerminalCommand(command, context, directory)}
    />
  );

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
      onKeyDownCapture={onKey}
    >
      <Splitter
        name={isBottom ? 'Height of the terminal' : 'Width of the terminal'}
        at="start"
        parts={isBottom ? 'stacked' : 'beside'}
        size={size}
        least={LEAST}
        most={2_000}
        step={STEP}
        onSize={(next) =>
          library.layout.setState(({ terminal }) => ({ terminal: { ...terminal, size: Math.round(next) } }))
        }
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
        {tool(
          'terminal-split',
          'Split the terminal',
          isBottom ? SquareSplitHorizontal : SquareSplitVertical,
          info === null || isFullTab,
        )}
        {tool('terminal-clear', 'Forget what scrolled away', Eraser, shown === null)}
        {tool(
          'terminal-place',
          isBottom ? 'Put it beside the document' : 'Put it below the document',
          isBottom ? PanelRight : PanelBottom,
        )}
        {tool(
          'terminal-full',
          isFull ? 'As large as before' : 'As large as the window',
          isFull ? Minimize2 : Maximize2,
        )}
        <button
          type="button"
          className="tool"
          aria-label="Hide the terminal"
          title={tooltip('Hide the terminal; what runs in it goes on', 'toggle-terminal')}
          onClick={() =>
            library.layout.setState(({ terminal }) => ({ terminal: { ...terminal, isOpen: false } }))
          }
        >
          <X className="icon" aria-hidden="true" />
        </button>
      </div>
      {failure !== null && (
        <Strip
          state="failed"
          icon={CircleX}
          title={failure}
          actions={<WaysOut />}
          onClose={() => terminals.set({ failure: null })}
        />
      )}
      {info === null ? (
        <Nothing isKnown={all !== null} directory={directory} />
      ) : (
        <TerminalParts info={info} isStacked={!isBottom && !isFull} directory={directory} onShown={onShown} />
      )}
    </section>
  );
}

/** What else can be opened where a shell or a folder is not there. */
function WaysOut(): JSX.Element | null {
  const context = useWindow();
  const refused = useStore(context.terminals.store, (model) => model.refused);
  if (refused === null) return null;
  const { profile: _profile, ...usual } = refused;
  const hasFolder = refused.directory !== undefined && refused.directory !== null;
  return (
    <>
      {hasFolder && (
        <button
          type="button"
          className="btn"
          onClick={() => openTerminal(context, { ...refused, directory: null })}
        >
          Open it in the home folder
        </button>
      )}
      {refused.profile !== undefined && (
        <button type="button" className="btn" onClick={() => openTerminal(context, usual)}>
          Open the usual shell
        </button>
      )}
    </>
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
