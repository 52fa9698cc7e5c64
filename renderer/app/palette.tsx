import { Dialog } from '@base-ui/react/dialog';
import { Search } from 'lucide-react';
import { useMemo, useRef, useState, type JSX, type KeyboardEvent } from 'react';
import { useReturnFocus } from '../notebook/use-return-focus';
import { KeyCaps } from '../ui/key-caps';
import type { AppCommand } from './app-commands';
import { fuzzyPlaces, fuzzyScore } from './fuzzy';
import { otherScore } from './other-words';
import { commandGiven, lastCommands, recency } from './recent-commands';
import './palette.css';

interface Row {
  readonly command: AppCommand;
  /** What it is listed under: how it was found, or what it acts on. */
  readonly heading: string;
}

/** The commands that fit, grouped as shown, so that the arrows go down the screen. */
function rowsFor(commands: readonly AppCommand[], text: string, ofDocument: string): readonly Row[] {
  const rowOf = (command: AppCommand): Row => ({
    command,
    heading: command.group === 'Notebook' ? ofDocument : 'The window',
  });
  if (text.trim() === '') {
    const recent = lastCommands().flatMap((id) => commands.find((command) => command.id === id) ?? []);
    return [
      ...recent.map((command): Row => ({ command, heading: 'Used last' })),
      ...commands.filter((command) => !recent.includes(command)).map(rowOf),
    ];
  }
  const fitting = commands
    .map((command) => ({
      row: rowOf(command),
      score: Math.max(fuzzyScore(text, command.title), otherScore(text, command.id)),
    }))
    .filter(({ score }) => score > 0)
    // Of two that fit alike, the one that was given lately.
    .map(({ row, score }) => ({ row, score: score + recency(row.command.id) }))
    .toSorted((a, b) => b.score - a.score)
    .map(({ row }) => row);
  // The group with the best fit is first.
  const best = fitting[0]?.heading;
  return [
    ...fitting.filter(({ heading }) => heading === best),
    ...fitting.filter(({ heading }) => heading !== best),
  ];
}

/** Every command with its key, found by a few of its letters. */
export function Palette(props: {
  readonly commands: readonly AppCommand[];
  /** The document that the notebook's commands act on; null where none is open. */
  readonly document: string | null;
  readonly isRun: boolean;
  readonly onClose: () => void;
}): JSX.Element {
  const { commands, document, isRun, onClose } = props;
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const finalFocus = useReturnFocus();
  const found = useMemo(
    () => rowsFor(commands, text, isRun ? 'This run' : 'This notebook'),
    [commands, text, isRun],
  );
  const at = Math.min(chosen, found.length - 1);
  const run = (row: Row | undefined): void => {
    if (row === undefined) return;
    const { command } = row;
    onClose();
    commandGiven(command.id);
    // The dialog gives the focus back first: a command may move it.
    setTimeout(() => command.run(), 0);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown') setChosen(Math.min(at + 1, found.length - 1));
    else if (event.key === 'ArrowUp') setChosen(Math.max(at - 1, 0));
    else if (event.key === 'Enter' && !event.repeat) run(found[at]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="scrim" />
        <Dialog.Popup
          className="dialog palette"
          aria-label="Search or run a command"
          initialFocus={input}
          finalFocus={finalFocus}
        >
          <div className="palette-field">
            <Search className="icon muted" aria-hidden="true" />
            <input
              ref={input}
              role="combobox"
              aria-expanded="true"
              aria-controls="palette-list"
              aria-activedescendant={found[at] === undefined ? undefined : rowId(found[at])}
              aria-label="Search or run a command"
              placeholder="Search or run a command"
              value={text}
              onChange={(event) => {
                setText(event.target.value);
                setChosen(0);
              }}
              onKeyDown={onKeyDown}
            />
            {document !== null && <span className="small muted nowrap">in {document}</span>}
          </div>
          {/* A list that holds nothing is none to who hears it; the field still names it. */}
          <div
            className="palette-list"
            id="palette-list"
            role={found.length === 0 ? undefined : 'listbox'}
            aria-label={found.length === 0 ? undefined : 'Commands'}
          >
            {found.map((row, index) => (
              <div key={rowId(row)} role="presentation">
                {row.heading !== found[index - 1]?.heading && (
                  <div className="palette-group" role="presentation">
                    {row.heading}
                  </div>
                )}
                <div
                  id={rowId(row)}
                  role="option"
                  aria-selected={index === at}
                  className="palette-row"
                  ref={(element) => {
                    if (index === at) element?.scrollIntoView({ block: 'nearest' });
                  }}
                  onPointerMove={() => setChosen(index)}
                  onClick={() => run(row)}
                >
                  <span className="grow cut">
                    <MarkedTitle title={row.command.title} letters={text} />
                  </span>
                  {row.command.keys[0] !== undefined && <KeyCaps keys={row.command.keys[0]} />}
                </div>
              </div>
            ))}
          </div>
          {found.length === 0 && (
            <p className="palette-none" role="status">
              No command has these letters in its name.
            </p>
          )}
          <div className="palette-foot">
            <span>
              <kbd className="kbd">Enter</kbd> run
            </span>
            <span>
              <kbd className="kbd">Esc</kbd> close
            </span>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** A title with the letters that were typed in bold. */
function MarkedTitle(props: { readonly title: string; readonly letters: string }): JSX.Element {
  const { title, letters } = props;
  const places = fuzzyPlaces(letters, title);
  const parts: { readonly isMeant: boolean; text: string }[] = [];
  [...title].forEach((letter, at) => {
    const last = parts.at(-1);
    if (last?.isMeant === places.has(at)) last.text += letter;
    else parts.push({ isMeant: places.has(at), text: letter });
  });
  return <>{parts.map(({ isMeant, text }, index) => (isMeant ? <b key={index}>{text}</b> : text))}</>;
}

function rowId({ command }: Row): string {
  return `palette-${command.group}-${command.id}`;
}
