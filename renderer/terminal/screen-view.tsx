import { useEffect, useRef, useState, type JSX } from 'react';
import { flushSync } from 'react-dom';
import { toWireError } from '../../shared/rpc/errors';
import type { TerminalInfo } from '../../shared/terminal/contract';
import { readPaste, type Paste } from '../../shared/terminal/paste';
import { useWindow } from '../app/window-context';
import { isMac } from '../notebook/key-words';
import { useKeyWords } from '../notebook/keys-in-use';
import { settingsStore, useSetting } from '../settings/settings-store';
import { useStore } from 'zustand';
import { actOnCommands } from './command-actions';
import { CommandBar, pickedWords } from './command-bar';
import { actsThatFit, actWords } from './command-keys';
import { pick, picks } from './command-picks';
import { ScreenMenu } from './screen-menu';
import { CopyBar, EndBar, PasteBar } from './terminal-bars';
import { followTerminalLink } from './open-link';
import { runOf } from './run-of-terminal';
import { TerminalFind } from './terminal-find';
import { useThemeName } from './use-theme-name';
import type { ScreenSettings, XtermScreen } from './xterm-screen';

/** What the tools of the pane do to the terminal that is shown. */
export interface ShownTerminal {
  focus(): void;
  clear(): void;
  find(): void;
  /** Past commands can be selected: no program has the whole screen. */
  readonly hasCommands: boolean;
  /** Selects the command above or below. */
  stepCommand(by: 1 | -1): void;
  /** Leaves the commands that are selected. */
  leaveCommands(): void;
  readonly hasSelection: boolean;
  copy(): void;
  /** Pastes what is on the clipboard, right after a person's press. */
  paste(): void;
  selectAll(): void;
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
  const words = useKeyWords();
  const bar = useRef<HTMLDivElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const screen = useRef<XtermScreen | null>(null);
  const [paste, setPaste] = useState<Paste | null>(null);
  const [asked, setAsked] = useState<string | null>(null);
  const [isFinding, setFinding] = useState(false);
  const [matches, setMatches] = useState<readonly [number, number]>([0, 0]);
  const font = useSetting('terminalFont');
  const fontSize = useSetting('terminalFontSize');
  const blinks = useSetting('terminalCursorBlink');
  const scrollback = useSetting('terminalScrollback');
  const isForReaders = useSetting('terminalScreenReader');
  const theme = useThemeName();
  const { id } = info;

  useEffect(() => {
    let isGone = false;
    // At once, with the focus: what is typed next is meant for it and not for the shell.
    const openFind = (): void => flushSync(() => setFinding(true));
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
        find: openFind,
        picked: (picked) => pick(id, picked),
        bar: () => bar.current,
        failed: fail,
        counted: (at, of) => setMatches([at, of]),
      });
      screen.current = made;
      onShown({
        focus: () => made.focus(),
        clear: () => made.clear(),
        get hasCommands() {
          return made.hasCommands;
        },
        stepCommand: (by) => made.stepCommand(by),
        leaveCommands: () => made.leaveCommands(),
        find: openFind,
        get hasSelection() {
          return made.hasSelection;
        },
        copy: () => made.copySelection(),
        paste: () => {
          // The page reads no clipboard: the system's paste brings the text to what has the focus.
          made.focus();
          client.desktop('desktop.paste', {}).catch(fail);
        },
        selectAll: () => made.selectAll(),
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
  }, [font, fontSize, blinks, scrollback, isForReaders, theme]);
  const hasEnded = info.ended !== null;
  useEffect(() => {
    if (hasEnded) screen.current?.end();
  }, [hasEnded]);
  useEffect(() => screen.current?.showSize(info.columns, info.rows), [info.columns, info.rows]);

  const picked = useStore(picks, (model) => (model.picked?.terminal === id ? model.picked : null));
  const isElsewhere = useStore(picks, (model) => model.picked !== null && model.picked.terminal !== id);
  useEffect(() => {
    if (isElsewhere) screen.current?.leaveCommands();
  }, [isElsewhere]);
  // The bar has a place once it is drawn.
  useEffect(() => screen.current?.placeBar(), [picked]);
  const back = (): void => screen.current?.focus();
  const hasSeveral = (picked?.commands.length ?? 0) > 1;
  const ownActs = actsThatFit(runOf(id, context) !== null).map(({ act, label, command }) => ({
    label: actWords(label, hasSeveral),
    keys: words(command),
    isOff: act === 'run-again' && hasSeveral,
    act: () => void actOnCommands(act, context),
  }));
  return (
    <>
      {isFinding && (
        <TerminalFind
          matches={matches}
          onFind={(wanted, by, isTyped) => screen.current?.findText(wanted, by, isTyped)}
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
        <ScreenMenu
          info={info}
          own={picked === null ? [] : [ownActs]}
          onPress={(event) => {
            // What is selected stays to be copied.
            if (screen.current?.hasSelection !== true) screen.current?.pickCommandAt(event.clientY);
          }}
          onBack={back}
        >
          <div ref={box} className="terminal-screen" data-keys="terminal" />
        </ScreenMenu>
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
  const settings = settingsStore.getState();
  return {
    font: settings.terminalFont,
    fontSize: settings.terminalFontSize,
    blinks: settings.terminalCursorBlink,
    graphics: settings.terminalGraphics,
    scrollback: settings.terminalScrollback,
    isForReaders: settings.terminalScreenReader,
  };
}
