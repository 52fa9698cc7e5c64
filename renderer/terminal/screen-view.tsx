import { useEffect, useRef, useState, type JSX } from 'react';
import { toWireError } from '../../shared/rpc/errors';
import type { TerminalInfo } from '../../shared/terminal/contract';
import { readPaste, type Paste } from '../../shared/terminal/paste';
import { useWindow } from '../app/window-context';
import { isMac } from '../notebook/key-words';
import { settingsStore, useSetting } from '../settings/settings-store';
import { followTerminalLink } from './open-link';
import { ContextMenu } from '@base-ui/react/context-menu';
import { useStore } from 'zustand';
import { MenuLines } from '../ui/drop-down';
import { actOnCommands } from './command-actions';
import { CommandBar, pickedWords } from './command-bar';
import { actKeys, COMMAND_ACTS } from './command-keys';
import { pick, picks } from './command-picks';
import { CopyBar, EndBar, PasteBar } from './terminal-bars';
import { TerminalFind } from './terminal-find';
import { useThemeName } from './use-theme-name';
import type { ScreenSettings, XtermScreen } from './xterm-screen';

/** What the tools of the pane do to the terminal that is shown. */
export interface ShownTerminal {
  focus(): void;
  clear(): void;
  find(): void;
  /** Selects the command above or below. */
  stepCommand(by: 1 | -1): void;
  /** Leaves the commands that are selected. */
  leaveCommands(): void;
}

/** One terminal: its screen, and below it what a person is asked. Only what is shown is drawn; the engine keeps the rest. */
export function ScreenView(props: {
  readonly info: TerminalInfo;
  /** Called when the screen can be used, and with null when it goes. */
  readonly onShown: (shown: ShownTerminal | null) => void;
}): JSX.Element {
  const { info, onShown } = props;
  const context = useWindow();
  const { client, host: window, tabs, terminals } = context;
  const bar = useRef<HTMLDivElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const screen = useRef<XtermScreen | null>(null);
  const [paste, setPaste] = useState<Paste | null>(null);
  const [asked, setAsked] = useState<string | null>(null);
  const [isFinding, setFinding] = useState(false);
  const [matches, setMatches] = useState<readonly [number, number]>([0, 0]);
  const fontSize = useSetting('terminalFontSize');
  const scrollback = useSetting('terminalScrollback');
  const isForReaders = useSetting('terminalScreenReader');
  const theme = useThemeName();
  const { id } = info;

  useEffect(() => {
    let isGone = false;
    const fail = (error: unknown): void => terminals.set({ failure: toWireError(error).message });
    // Loaded when the first terminal is shown: a window without one does not wait for it.
    import('./xterm-screen').then(({ XtermScreen: Screen }) => {
      const element = box.current;
      if (isGone || element === null) return;
      const made = new Screen(element, {
        client,
        terminal: id,
        settings: settingsNow(),
        isMac: isMac(),
        openLink: (target) => void followTerminalLink({ client, host: window, tabs }, id, target).catch(fail),
        copy: (text) => void window.copyText(text).catch(fail),
        paste: (text) => {
          const read = readPaste(text);
          if (read.isAsked) setPaste(read);
          else made.paste(read.text);
        },
        find: () => setFinding(true),
        picked: (picked) => pick(id, picked),
        bar: () => bar.current,
        act: (act) => void actOnCommands(act, context),
        failed: fail,
        counted: (at, of) => setMatches([at, of]),
      });
      screen.current = made;
      onShown({
        focus: () => made.focus(),
        clear: () => made.clear(),
        find: () => setFinding(true),
        stepCommand: (by) => made.stepCommand(by),
        leaveCommands: () => made.leaveCommands(),
      });
    }, fail);
    const off = client.on('terminal.copyAsked', ({ terminal, text }) => {
      if (terminal === id) setAsked(text);
    });
    return () => {
      isGone = true;
      off();
      onShown(null);
      screen.current?.dispose();
      screen.current = null;
    };
  }, [context, client, tabs, terminals, window, id, onShown]);

  useEffect(() => {
    screen.current?.show(settingsNow());
  }, [fontSize, scrollback, isForReaders, theme]);
  useEffect(() => screen.current?.showSize(info.columns, info.rows), [info.columns, info.rows]);

  const picked = useStore(picks, (model) => (model.picked?.terminal === id ? model.picked : null));
  const isElsewhere = useStore(picks, (model) => model.picked !== null && model.picked.terminal !== id);
  useEffect(() => {
    if (isElsewhere) screen.current?.leaveCommands();
  }, [isElsewhere]);
  // The bar has a place once it is drawn.
  useEffect(() => screen.current?.placeBar(), [picked]);
  const back = (): void => screen.current?.focus();
  return (
    <>
      {isFinding && (
        <TerminalFind
          matches={matches}
          onFind={(text, by, isTyped) => screen.current?.findText(text, by, isTyped)}
          onClose={() => {
            setFinding(false);
            screen.current?.endSearch();
            back();
          }}
        />
      )}
      <div className="terminal-stage">
        <p className="heard" role="status" aria-label="Selected commands">
          {picked === null ? '' : pickedWords(picked)}
        </p>
        <ContextMenu.Root>
          <ContextMenu.Trigger
            render={<div ref={box} className="terminal-screen" data-keys="terminal" />}
            onContextMenu={(event) => {
              if (screen.current?.pickCommandAt(event.clientY) === true) return;
              event.preventDefault();
              event.preventBaseUIHandler();
            }}
          />
          <ContextMenu.Portal>
            <ContextMenu.Positioner className="menu-place">
              <ContextMenu.Popup className="menu">
                <MenuLines
                  groups={[
                    COMMAND_ACTS.map(({ act, label, letter }) => ({
                      label,
                      keys: actKeys(letter, isMac()),
                      act: () => void actOnCommands(act, context),
                    })),
                  ]}
                />
              </ContextMenu.Popup>
            </ContextMenu.Positioner>
          </ContextMenu.Portal>
        </ContextMenu.Root>
        {picked !== null && (
          <CommandBar
            ref={bar}
            picked={picked}
            onBack={(isLeft) => {
              if (isLeft) screen.current?.leaveCommands();
              // What came of an act may have the keys by now.
              if (isLeft || picks.getState().picked !== null) back();
            }}
            onStep={(by, isExtending) => screen.current?.stepCommand(by, isExtending)}
          />
        )}
      </div>
      {asked !== null && (
        <CopyBar
          text={asked}
          onCopy={() => {
            void window.copyText(asked);
            setAsked(null);
            back();
          }}
          onClose={() => {
            setAsked(null);
            back();
          }}
        />
      )}
      {paste !== null && (
        <PasteBar
          paste={paste}
          onPaste={() => {
            screen.current?.paste(paste.text);
            setPaste(null);
          }}
          onLine={(line, isEnded) => screen.current?.typeLine(line, isEnded)}
          onClose={() => {
            setPaste(null);
            back();
          }}
        />
      )}
      {info.ended !== null && <EndBar info={info} end={info.ended} />}
    </>
  );
}

function settingsNow(): ScreenSettings {
  const { terminalFontSize, terminalScrollback, terminalScreenReader } = settingsStore.getState();
  return {
    fontSize: terminalFontSize,
    scrollback: terminalScrollback,
    isForReaders: terminalScreenReader,
  };
}
