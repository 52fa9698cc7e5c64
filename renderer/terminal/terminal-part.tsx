import { useCallback, type JSX } from 'react';
import { useStore } from 'zustand';
import type { TerminalInfo } from '../../shared/terminal/contract';
import { useWindow } from '../app/window-context';
import { useOtherRun } from './other-run';
import { OtherRunBar } from './other-run-bar';
import { ScreenView, type ShownTerminal } from './screen-view';
import { SendBars } from './send-bars';
import { CloseBar } from './terminal-bars';
import { terminalFocus } from './terminal-focus';
import { TerminalHead } from './terminal-head';

/** One terminal of the tab that is shown: its bar, its screen, and what is asked about it. */
export function TerminalPart(props: {
  readonly info: TerminalInfo;
  /** `2 of 3` where a tab shows several; null where it is alone. */
  readonly place: string | null;
  readonly isActive: boolean;
  /** Where a new one begins; null for the home folder. */
  readonly directory: string | null;
  /** Called when its screen can be used, and with null when it goes. */
  readonly onShown: (id: string, shown: ShownTerminal | null) => void;
}): JSX.Element {
  const { info, place, isActive, directory, onShown } = props;
  const { id, title } = info;
  const context = useWindow();
  const { terminals } = context;
  const other = useOtherRun(context, info);
  const closing = useStore(terminals.store, (model) => (model.closing?.id === id ? model.closing : null));
  const shown = useCallback((made: ShownTerminal | null) => onShown(id, made), [id, onShown]);
  return (
    <div
      className="terminal-pane"
      role={place === null ? undefined : 'group'}
      aria-label={place === null ? undefined : `${title}, ${place}`}
      data-active={isActive ? '' : undefined}
      onFocusCapture={() => terminals.activate(id)}
    >
      <TerminalHead info={info} onClose={place === null ? null : () => terminals.askClose(id)} />
      {other !== null && <OtherRunBar key={other.recording.run} {...other} directory={directory} />}
      {/* A hand that meant the run in front would type into this one. */}
      {other?.isHidden !== true && <ScreenView info={info} onShown={shown} />}
      <SendBars terminal={id} />
      {closing !== null && (
        <CloseBar
          key={closing.why}
          info={info}
          why={closing.why}
          onKeep={() => {
            terminals.set({ closing: null });
            terminalFocus.ask();
          }}
        />
      )}
    </div>
  );
}
