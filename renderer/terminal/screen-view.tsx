import { useEffect, useRef, useState, type JSX } from 'react';
import { toWireError } from '../../shared/rpc/errors';
import type { TerminalInfo } from '../../shared/terminal/contract';
import { readPaste, type Paste } from '../../shared/terminal/paste';
import { useWindow } from '../app/window-context';
import { isMac } from '../notebook/key-words';
import { settingsStore, useSetting } from '../settings/settings-store';
import { followTerminalLink } from './open-link';
import { CopyBar, EndBar, PasteBar } from './terminal-bars';
import { TerminalFind } from './terminal-find';
import { useThemeName } from './use-theme-name';
import type { ScreenSettings, XtermScreen } from './xterm-screen';

/** What the tools of the pane do to the terminal that is shown. */
export interface ShownTerminal {
  focus(): void;
  clear(): void;
  find(): void;
}

/** One terminal: its screen, and below it what a person is asked. Only what is shown is drawn; the engine keeps the rest. */
export function ScreenView(props: {
  readonly info: TerminalInfo;
  /** Called when the screen can be used, and with null when it goes. */
  readonly onShown: (shown: ShownTerminal | null) => void;
}): JSX.Element {
  const { info, onShown } = props;
  const { client, host: window, tabs, terminals } = useWindow();
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
        failed: fail,
        counted: (at, of) => setMatches([at, of]),
      });
      screen.current = made;
      onShown({
        focus: () => made.focus(),
        clear: () => made.clear(),
        find: () => setFinding(true),
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
  }, [client, tabs, terminals, window, id, onShown]);

  useEffect(() => {
    screen.current?.show(settingsNow());
  }, [fontSize, scrollback, isForReaders, theme]);
  useEffect(() => screen.current?.showSize(info.columns, info.rows), [info.columns, info.rows]);

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
      <div ref={box} className="terminal-screen" data-keys="terminal" />
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
