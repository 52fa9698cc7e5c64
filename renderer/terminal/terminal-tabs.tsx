import { Plus, SquareTerminal, X } from 'lucide-react';
import { useEffect, useRef, useState, type JSX } from 'react';
import { useStore } from 'zustand';
import type { TerminalInfo } from '../../shared/terminal/contract';
import { useWindow } from '../app/window-context';
import { DropDown, type MenuEntry } from '../ui/drop-down';
import { endWords } from './terminal-bars';
import { openTerminal } from './terminal-commands';

/** The terminals as tabs, and what another one can be opened with. */
export function TerminalTabs(props: {
  readonly directory: string | null;
  readonly onChosen: () => void;
}): JSX.Element {
  const { directory, onChosen } = props;
  const context = useWindow();
  const { terminals } = context;
  const { terminals: all, active, profiles, naming } = useStore(terminals.store);
  const entries = (kind: 'shell' | 'command' | 'ssh'): readonly MenuEntry[] =>
    profiles
      .filter((profile) => profile.kind === kind)
      .map(({ id, title, isUsual }) => ({
        label: isUsual ? `${title}, the usual one` : kind === 'ssh' ? `ssh ${title}` : title,
        act: () => openTerminal(context, { profile: id, directory: kind === 'ssh' ? null : directory }),
      }));
  return (
    <>
      {/* A list of tabs holds tabs alone; their close buttons stand beside them, where they are seen. */}
      <div
        role="tablist"
        aria-label="Terminals"
        aria-owns={(all ?? []).flatMap(({ id }) => (id === naming ? [] : [tabName(id)])).join(' ')}
      />
      <div className="terminal-tablist">
        {(all ?? []).map((info) =>
          info.id === naming ? (
            <TitleField key={info.id} info={info} />
          ) : (
            <span key={info.id} className="terminal-tab" data-active={info.id === active ? '' : undefined}>
              <button
                type="button"
                id={tabName(info.id)}
                role="tab"
                aria-selected={info.id === active}
                tabIndex={info.id === active ? 0 : -1}
                title={tooltip(info)}
                onClick={() => {
                  terminals.activate(info.id);
                  onChosen();
                }}
                onDoubleClick={() => terminals.set({ naming: info.id })}
                onKeyDown={(event) => {
                  if (event.key === 'ArrowRight' || event.key === 'ArrowLeft') {
                    terminals.step(event.key === 'ArrowRight' ? 1 : -1);
                    setTimeout(focusActiveTab);
                  } else if (event.key === 'F2') terminals.set({ naming: info.id });
                  else if (event.key === 'Delete') terminals.askClose(info.id);
                  else return;
                  event.preventDefault();
                  event.stopPropagation();
                }}
              >
                <SquareTerminal className="icon icon-s" aria-hidden="true" />
                <span className="cut">{info.title}</span>
                {info.ended !== null && <span className="muted">{endWords(info.ended)}</span>}
              </button>
              <button
                type="button"
                className="terminal-tab-close"
                aria-label={`Close ${info.title}`}
                title={`Close ${info.title}`}
                tabIndex={-1}
                onClick={() => terminals.askClose(info.id)}
              >
                <X className="icon" aria-hidden="true" />
              </button>
            </span>
          ),
        )}
      </div>
      <DropDown
        name="New terminal"
        sign={Plus}
        align="start"
        after="stays"
        groups={[entries('shell'), entries('command'), entries('ssh')]}
      />
    </>
  );
}

function tabName(id: string): string {
  return `terminal-tab-${id}`;
}

/** The tab that is shown now; the others take no focus. */
function focusActiveTab(): void {
  document.querySelector<HTMLElement>('.terminal-tab [role=tab][aria-selected=true]')?.focus();
}

function tooltip({ directory, command, phase }: TerminalInfo): string {
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
