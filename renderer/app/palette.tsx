import { Dialog } from '@base-ui/react/dialog';
import { Search } from 'lucide-react';
import { useMemo, useRef, useState, type JSX, type KeyboardEvent } from 'react';
import { KeyCaps } from '../ui/key-caps';
import type { AppCommand } from './app-commands';
import { fuzzyScore } from './fuzzy';
import './palette.css';

/** Every command with its key, found by a few of its letters. */
export function Palette(props: {
  readonly commands: readonly AppCommand[];
  /** The document that the notebook's commands act on; null where none is open. */
  readonly document: string | null;
  readonly onClose: () => void;
}): JSX.Element {
  const { commands, document, onClose } = props;
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const found = useMemo(() => {
    const scored = commands.map((command) => ({ command, score: fuzzyScore(text, command.title) }));
    const fitting = scored.filter(({ score }) => score > 0).toSorted((a, b) => b.score - a.score);
    // Grouped as shown, so that the arrows go down the screen; the group with the best fit is first.
    const [best] = fitting;
    return [
      ...fitting.filter(({ command }) => command.group === best?.command.group),
      ...fitting.filter(({ command }) => command.group !== best?.command.group),
    ].map(({ command }) => command);
  }, [commands, text]);
  const at = Math.min(chosen, found.length - 1);
  const run = (command: AppCommand | undefined): void => {
    if (command === undefined) return;
    onClose();
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
        <Dialog.Popup className="dialog palette" aria-label="Search or run a command" initialFocus={input}>
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
          <div className="palette-list" id="palette-list" role="listbox" aria-label="Commands">
            {found.map((command, index) => (
              <div key={rowId(command)} role="presentation">
                {command.group !== found[index - 1]?.group && (
                  <div className="palette-group" role="presentation">
                    {command.group === 'Notebook' ? 'This notebook' : 'The window'}
                  </div>
                )}
                <div
                  id={rowId(command)}
                  role="option"
                  aria-selected={index === at}
                  className="palette-row"
                  ref={(element) => {
                    if (index === at) element?.scrollIntoView({ block: 'nearest' });
                  }}
                  onPointerMove={() => setChosen(index)}
                  onClick={() => run(command)}
                >
                  <span className="grow cut">{command.title}</span>
                  {command.keys[0] !== undefined && <KeyCaps keys={command.keys[0]} />}
                </div>
              </div>
            ))}
            {found.length === 0 && <p className="palette-none">No command has these letters in its name.</p>}
          </div>
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

function rowId({ group, id }: AppCommand): string {
  return `palette-${group}-${id}`;
}
