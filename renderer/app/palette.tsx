import { Dialog } from '@base-ui/react/dialog';
import { Search } from 'lucide-react';
import { useMemo, useRef, useState, type JSX, type KeyboardEvent } from 'react';
import type { AppCommand } from './app-commands';
import { fuzzyScore } from './fuzzy';

/** Every command with its key, found by a few of its letters. */
export function Palette(props: {
  readonly commands: readonly AppCommand[];
  readonly onClose: () => void;
}): JSX.Element {
  const { commands, onClose } = props;
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const found = useMemo(() => {
    const scored = commands.map((command) => ({ command, score: fuzzyScore(text, command.title) }));
    return scored
      .filter(({ score }) => score > 0)
      .toSorted((a, b) => b.score - a.score)
      .map(({ command }) => command);
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
    else if (event.key === 'Enter') run(found[at]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="scrim" />
        <Dialog.Popup className="dialog palette" aria-label="Commands" initialFocus={input}>
          <div className="palette-field">
            <Search className="icon" aria-hidden="true" />
            <input
              ref={input}
              role="combobox"
              aria-expanded="true"
              aria-controls="palette-list"
              aria-activedescendant={
                found[at] === undefined ? undefined : `palette-${found[at].group}-${found[at].id}`
              }
              aria-label="Search or run a command"
              placeholder="Search or run a command"
              value={text}
              onChange={(event) => {
                setText(event.target.value);
                setChosen(0);
              }}
              onKeyDown={onKeyDown}
            />
          </div>
          <div className="palette-list" id="palette-list" role="listbox" aria-label="Commands">
            {found.map((command, index) => (
              <div
                key={`${command.group}-${command.id}`}
                id={`palette-${command.group}-${command.id}`}
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
                <span className="small muted">{command.group}</span>
                <Keys keys={command.keys} />
              </div>
            ))}
            {found.length === 0 && <p className="palette-none">No command has these letters in its name.</p>}
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** The first key of a command as caps. */
export function Keys(props: { readonly keys: readonly string[] }): JSX.Element | null {
  const [first] = props.keys;
  if (first === undefined) return null;
  return (
    <span className="kbds">
      {first.split(' ').map((cap, index) => (
        <kbd key={index} className="kbd">
          {cap}
        </kbd>
      ))}
    </span>
  );
}
