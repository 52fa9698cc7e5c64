import { Dialog } from '@base-ui/react/dialog';
import { useEffect, useRef, useState, type JSX, type KeyboardEvent } from 'react';
import { useStore } from 'zustand';
import type { TerminalInfo } from '../../shared/terminal/contract';
import type { SendRefusal } from '../../shared/terminal/send';
import { useWindow } from '../app/window-context';
import '../app/palette.css';
import { RecordingBadge } from './recording-badge';
import './send-chooser.css';
import { sendChoice, type SendChoice } from './send-choice';
import { placeWords, standWords } from './send-target';
import { tabsOf } from './splits';

/** Asks in which terminal a text is to run, where there are several and none was chosen before. */
export function SendChooser(): JSX.Element | null {
  const asked = useStore(sendChoice, (model) => model.asked);
  return asked === null ? null : <Chooser choice={asked} />;
}

function Chooser(props: { readonly choice: SendChoice }): JSX.Element {
  const { text, first, send } = props.choice;
  const { terminals } = useWindow();
  const { terminals: known, splits } = useStore(terminals.store);
  const [chosen, setChosen] = useState(first);
  const stand = useStanding(known);
  const list = useRef<HTMLDivElement>(null);
  // In the order of their tabs.
  const all = tabsOf(
    (known ?? []).map(({ id }) => id),
    splits,
  )
    .flat()
    .flatMap(({ terminal }) => known?.find(({ id }) => id === terminal) ?? []);
  const close = (): void => sendChoice.setState({ asked: null });
  const take = (info: TerminalInfo | undefined): void => {
    if (info === undefined || info.ended !== null) return;
    close();
    // The dialog gives the focus back first: what is said about the sending may take it.
    setTimeout(() => send(info.id), 0);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const at = all.findIndex(({ id }) => id === chosen);
    const next = stepped(all, at, event.key);
    if (next !== null) setChosen(next);
    else if (/^[1-9]$/.test(event.key) && !event.repeat) take(all[Number(event.key) - 1]);
    else if (event.key === 'Enter' && !event.repeat) take(all[at]);
    else return;
    event.preventDefault();
  };
  const isLong = text.includes('\n');
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && close()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="scrim" />
        <Dialog.Popup className="dialog palette send-chooser" initialFocus={list}>
          <Dialog.Title className="palette-field">Send to which terminal?</Dialog.Title>
          <pre className="send-text" tabIndex={isLong ? 0 : undefined} aria-label="What is sent">
            {text}
          </pre>
          <div
            ref={list}
            className="palette-list"
            role="listbox"
            aria-label="Terminals"
            aria-activedescendant={chosen === null ? undefined : rowName(chosen)}
            tabIndex={0}
            onKeyDown={onKeyDown}
          >
            {all.map((info, at) => (
              <div
                key={info.id}
                id={rowName(info.id)}
                role="option"
                aria-selected={info.id === chosen}
                aria-disabled={info.ended !== null}
                className="palette-row"
                ref={(element) => {
                  if (info.id === chosen) element?.scrollIntoView({ block: 'nearest' });
                }}
                onPointerMove={() => info.ended === null && setChosen(info.id)}
                onClick={() => take(info)}
              >
                {at < 9 && <kbd className="kbd">{at + 1}</kbd>}
                <b className="cut">{info.title}</b>
                <span className="grow cut secondary" title={placeWords(info)}>
                  {placeWords(info)}
                </span>
                <RecordingBadge info={info} />
                <span className="send-stand" title={info.command?.text ?? undefined}>
                  {standWords(info, stand.get(info.id))}
                </span>
              </div>
            ))}
          </div>
          <div className="palette-foot">
            <span>
              <kbd className="kbd">1</kbd> to <kbd className="kbd">{Math.min(all.length, 9)}</kbd> or{' '}
              <kbd className="kbd">Enter</kbd> send
            </span>
            <span>
              <kbd className="kbd">Esc</kbd> send nothing
            </span>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** The terminal that an arrow comes to, past those that have ended; null for another key. */
function stepped(all: readonly TerminalInfo[], at: number, key: string): string | null {
  if (key !== 'ArrowDown' && key !== 'ArrowUp') return null;
  const beyond = key === 'ArrowDown' ? all.slice(at + 1) : all.slice(0, Math.max(at, 0)).toReversed();
  return (beyond.find(({ ended }) => ended === null) ?? all[at])?.id ?? null;
}

/** Why nothing can be sent to each of them now, asked anew when one of them changed. */
function useStanding(
  known: readonly TerminalInfo[] | null,
): ReadonlyMap<string, SendRefusal | null | undefined> {
  const { client } = useWindow();
  const [stand, setStand] = useState<ReadonlyMap<string, SendRefusal | null>>(new Map());
  useEffect(() => {
    let isOld = false;
    client.request('terminal.standing', {}).then(
      (answer) => {
        if (isOld) return;
        setStand(new Map(answer.terminals.map(({ terminal, refusal }) => [terminal, refusal])));
      },
      // The connection has its own banner; the list is of use without.
      () => undefined,
    );
    return () => {
      isOld = true;
    };
  }, [client, known]);
  return stand;
}

function rowName(terminal: string): string {
  return `send-to-${terminal}`;
}
