import { ContextMenu } from '@base-ui/react/context-menu';
import { Columns2, SquareTerminal, X } from 'lucide-react';
import { useEffect, useRef, useState, type JSX } from 'react';
import { useStore } from 'zustand';
import type { TerminalInfo } from '../../shared/terminal/contract';
import { useWindow, type WindowContext } from '../app/window-context';
import { useKeyWords } from '../notebook/keys-in-use';
import { MenuLines, type MenuGroups } from '../ui/drop-down';
import { MOST_PARTS, type SplitTab } from './splits';
import { recordingEntries, useRunToRecord } from './recording';
import { RecordingMark } from './recording-badge';
import { endWords } from './terminal-bars';
import { knowsDirectory, placeWords } from './send-target';
import { splitTerminal } from './terminal-commands';

/** One tab: the terminal that gives it its name, how many others it shows beside that one, and its end. */
export function TerminalTab(props: {
  readonly tab: SplitTab;
  readonly infos: readonly TerminalInfo[];
  readonly directory: string | null;
  readonly onChosen: () => void;
}): JSX.Element | null {
  const { tab, infos, directory, onChosen } = props;
  const context = useWindow();
  const { terminals } = context;
  const { active, naming } = useStore(terminals.store);
  const keys = useKeyWords();
  const run = useRunToRecord(context);
  const [info] = infos;
  if (info === undefined) return null;
  if (info.id === naming) return <TitleField info={info} />;
  const { id, title, ended } = info;
  const isShown = tab.some(({ terminal }) => terminal === active);
  const isSplit = infos.length > 1;
  const recorded = infos.find(({ recording }) => recording !== null);
  return (
    <ContextMenu.Root>
      <ContextMenu.Trigger render={<span className="terminal-tab" data-active={isShown ? '' : undefined} />}>
        <button
          type="button"
          id={tabName(id)}
          role="tab"
          aria-selected={isShown}
          tabIndex={isShown ? 0 : -1}
          title={infos.map(tooltip).join('\n')}
          onClick={() => {
            terminals.showTab(tab);
            onChosen();
          }}
          onDoubleClick={() => terminals.set({ naming: id })}
          onKeyDown={(event) => {
            if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') {
              terminals.step(event.key === 'ArrowRight' ? 1 : -1);
              setTimeout(focusActiveTab);
            } else if (event.key === 'F2') terminals.set({ naming: id });
            else if (event.key === 'Delete') terminals.askCloseTab(tab);
            else return;
            event.preventDefault();
            event.stopPropagation();
          }}
        >
          {isSplit ? (
            <Columns2 className="icon icon-s" aria-hidden="true" />
          ) : (
            <SquareTerminal className="icon icon-s" aria-hidden="true" />
          )}
          <span className="cut">{title}</span>
          {recorded !== undefined && <RecordingMark info={recorded} />}
          {isSplit && <span className="muted">and {infos.length - 1} more</span>}
          {!isSplit && ended !== null && <span className="muted">{endWords(ended)}</span>}
        </button>
        <button
          type="button"
          className="terminal-tab-close"
          aria-label={isSplit ? `Close ${title} and ${infos.length - 1} more` : `Close ${title}`}
          title={isSplit ? `Close ${title} and ${infos.length - 1} more` : `Close ${title}`}
          tabIndex={-1}
          onClick={() => terminals.askCloseTab(tab)}
        >
          <X className="icon" aria-hidden="true" />
        </button>
      </ContextMenu.Trigger>
      <ContextMenu.Portal>
        <ContextMenu.Positioner className="menu-place">
          <ContextMenu.Popup className="menu" finalFocus={false}>
            <MenuLines
              groups={menuOf(tab, infos, context, directory, keys, recordingMenu(infos, context, run, keys))}
            />
          </ContextMenu.Popup>
        </ContextMenu.Positioner>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  );
}

function menuOf(
  tab: SplitTab,
  infos: readonly TerminalInfo[],
  context: WindowContext,
  directory: string | null,
  keys: (command: string) => string | undefined,
  recorded: MenuGroups,
): MenuGroups {
  const { terminals } = context;
  const rename = ({ id, title }: TerminalInfo): MenuGroups[number][number] => ({
    label: infos.length > 1 ? `Rename ${title}` : 'Rename',
    keys: infos.length > 1 ? undefined : 'F2',
    act: () => terminals.set({ naming: id }),
  });
  const [first] = infos;
  return [
    first === undefined ? [] : [rename(first)],
    [
      {
        label: 'Split the terminal',
        keys: keys('terminal-split'),
        isOff: infos.length >= MOST_PARTS,
        act: () => {
          terminals.showTab(tab);
          splitTerminal(context, directory);
        },
      },
      ...(infos.length < 2
        ? []
        : infos.map(({ id, title }, at) => ({
            label: `Move ${title}, ${at + 1} of ${infos.length}, to its own tab`,
            act: () => terminals.unsplit(id),
          }))),
    ],
    ...recorded,
    [{ label: 'Close', keys: 'Delete', act: () => terminals.askCloseTab(tab) }],
  ];
}

/** Of each terminal of a tab whether it is recorded, and the way to change that. The keys are those of the one in front. */
function recordingMenu(
  infos: readonly TerminalInfo[],
  context: WindowContext,
  run: ReturnType<typeof useRunToRecord>,
  keys: (command: string) => string | undefined,
): MenuGroups {
  const { active } = context.terminals.store.getState();
  return infos.map((info) => {
    const keysOf = (command: string): string | undefined => (info.id === active ? keys(command) : undefined);
    const entries = recordingEntries(context, info, run, keysOf);
    if (infos.length === 1) return entries;
    return entries.map(({ label, ...entry }) => ({ label: `${info.title}: ${within(label)}`, ...entry }));
  });
}

function within(label: string): string {
  return `${label.charAt(0).toLowerCase()}${label.slice(1)}`;
}

/** The id of a tab in the page. */
export function tabName(id: string): string {
  return `terminal-tab-${id}`;
}

/** The tab that is shown now; the others take no focus. */
function focusActiveTab(): void {
  document.querySelector<HTMLElement>('.terminal-tab [role=tab][aria-selected=true]')?.focus();
}

function tooltip(info: TerminalInfo): string {
  const { directory, command, phase } = info;
  if (!knowsDirectory(info)) return placeWords(info);
  return phase === 'running' && command?.text !== null && command !== null
    ? `${command.text}, in ${directory}`
    : directory;
}

/** Where a terminal's title is typed. Enter takes it, Escape leaves it as it was. */
function TitleField(props: { readonly info: TerminalInfo }): JSX.Element {
  const { id, title } = props.info;
  const { terminals } = useWindow();
  const [text, setText] = useState(title);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.select(), []);
  return (
    <input
      ref={input}
      className="terminal-title"
      aria-label="Name of the terminal"
      value={text}
      maxLength={100}
      spellCheck={false}
      onChange={({ target }) => setText(target.value)}
      onBlur={() => void terminals.rename(id, text)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Enter') void terminals.rename(id, text);
        else if (event.key === 'Escape') terminals.set({ naming: null });
      }}
    />
  );
}
