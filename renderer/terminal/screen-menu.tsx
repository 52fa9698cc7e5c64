import { ContextMenu } from '@base-ui/react/context-menu';
import { useRef, type JSX, type ReactElement } from 'react';
import { useStore } from 'zustand';
import type { TerminalInfo } from '../../shared/terminal/contract';
import { useWindow } from '../app/window-context';
import { isMac } from '../notebook/key-words';
import { useKeyWords } from '../notebook/keys-in-use';
import { MenuLines, type MenuGroups } from '../ui/drop-down';
import { recordingEntries, useRunToRecord } from './recording';
import { MOST_PARTS, tabOf } from './splits';
import { splitTerminal } from './terminal-commands';
import { terminalFocus } from './terminal-focus';

/** The menu of a screen, by the right button or the menu key. */
export function ScreenMenu(props: {
  readonly info: TerminalInfo;
  /** What the place that was pressed has besides; it stands first. */
  readonly own: MenuGroups;
  /** The right button was pressed on it, before the menu is there. */
  readonly onPress: (event: { readonly clientY: number }) => void;
  /** It was left without a choice. */
  readonly onBack: () => void;
  readonly children: ReactElement;
}): JSX.Element {
  const { info, own, onPress, onBack, children } = props;
  const chosen = useRef<(() => void) | null>(null);
  return (
    <ContextMenu.Root
      onOpenChangeComplete={(isOpen) => {
        // The focus is the menu's until it has closed; what is pasted goes to what has the focus.
        if (isOpen) return;
        const act = chosen.current ?? onBack;
        chosen.current = null;
        act();
      }}
    >
      <ContextMenu.Trigger render={children} onContextMenu={onPress} />
      <ContextMenu.Portal>
        <ContextMenu.Positioner className="menu-place">
          <ContextMenu.Popup className="menu" finalFocus={false}>
            <Lines info={info} own={own} onChosen={(act) => (chosen.current = act)} />
          </ContextMenu.Popup>
        </ContextMenu.Positioner>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  );
}

/** Drawn when it opens: what is selected then counts. */
function Lines(props: {
  readonly info: TerminalInfo;
  readonly own: MenuGroups;
  readonly onChosen: (act: () => void) => void;
}): JSX.Element {
  const { info, own, onChosen } = props;
  const context = useWindow();
  const { terminals } = context;
  const splits = useStore(terminals.store, (model) => model.splits);
  const words = useKeyWords();
  const run = useRunToRecord(context);
  const key = (letter: string): string => (isMac() ? `Cmd ${letter}` : `Ctrl Shift ${letter}`);
  const shown = terminalFocus.shown;
  const hasEnded = info.ended !== null;
  const groups: MenuGroups = [
    ...own,
    [
      {
        label: 'Copy',
        // The same key copies the output of a selected command.
        keys: shown?.hasSelection === true || own.length === 0 ? key('C') : undefined,
        isOff: shown?.hasSelection !== true,
        act: () => {
          shown?.copy();
          shown?.focus();
        },
      },
      { label: 'Paste', keys: key('V'), isOff: hasEnded, act: () => shown?.paste() },
      {
        label: 'Select all',
        act: () => {
          shown?.selectAll();
          shown?.focus();
        },
      },
    ],
    [
      { label: 'Find…', keys: key('F'), act: () => shown?.find() },
      {
        label: 'Forget what scrolled away',
        keys: words('terminal-clear'),
        act: () => {
          shown?.clear();
          shown?.focus();
        },
      },
    ],
    recordingEntries(context, info, run, words).map(({ act, ...entry }) => ({
      ...entry,
      act: () => {
        act();
        shown?.focus();
      },
    })),
    [
      {
        label: 'Split the terminal',
        keys: words('terminal-split'),
        isOff: tabOf(splits, info.id).length >= MOST_PARTS,
        act: () => splitTerminal(context, null),
      },
      { label: 'Close', keys: words('terminal-close'), act: () => terminals.askClose(info.id) },
    ],
  ];
  return (
    <MenuLines
      groups={groups.map((group) => group.map((entry) => ({ ...entry, act: () => onChosen(entry.act) })))}
    />
  );
}
