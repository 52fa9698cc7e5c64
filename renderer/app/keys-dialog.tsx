import { Dialog } from '@base-ui/react/dialog';
import { Search, TriangleAlert, X } from 'lucide-react';
import { useRef, useState, type JSX } from 'react';
import { useKeyMistakes, useKeysInUse } from '../notebook/keys-in-use';
import { useReturnFocus } from '../notebook/use-return-focus';
import { KeyCaps } from '../ui/key-caps';
import { searchFieldKeys } from '../ui/search-keys';
import { matchingGroups, type KeyRow } from './key-groups';
import { KEY_PARTS, keyGroups, type KeyPart } from './key-rows';
import { useWindow } from './window-context';
import './keys-dialog.css';

const PART_WORDS: Readonly<Record<KeyPart, string>> = {
  notebook: 'Notebook',
  run: 'Run',
  terminal: 'Terminal',
  window: 'Window',
};

/** What is to be known of the keys of each part. */
const PART_NOTES: Readonly<Record<KeyPart, string>> = {
  notebook: 'The same as in Jupyter',
  run: 'Keys of the bar rest for half a second after it changed by itself, and while you type',
  terminal: 'With the keys in a terminal, its own come first',
  window: 'In a terminal only those that lead out of it count',
};

/** Every key in columns, to look up and to search; where a key is changed is one click away. */
export function KeysDialog(props: {
  /** Where a person is: those keys come first. */
  readonly first: KeyPart;
  readonly onClose: () => void;
}): JSX.Element {
  const { first, onClose } = props;
  const context = useWindow();
  const keys = useKeysInUse();
  const mistakes = useKeyMistakes();
  const [text, setText] = useState('');
  const [part, setPart] = useState<KeyPart>(first);
  const input = useRef<HTMLInputElement>(null);
  const finalFocus = useReturnFocus();
  const list = useRef<HTMLDivElement>(null);
  const isSearched = text.trim() !== '';
  const groups = keyGroups(context, keys);
  // What is searched for is found wherever it counts.
  const shown = matchingGroups(isSearched ? KEY_PARTS.flatMap((one) => groups[one]) : groups[part], text);
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="scrim" />
        <Dialog.Popup className="dialog keys-dialog" initialFocus={input} finalFocus={finalFocus}>
          <div className="keys-head">
            <Dialog.Title className="keys-title">Keys</Dialog.Title>
            <label className="field-search keys-search">
              <Search className="icon icon-s" aria-hidden="true" />
              <input
                ref={input}
                aria-label="Type a key or what it does"
                placeholder="Type a key or what it does"
                value={text}
                onChange={(event) => setText(event.target.value)}
                onKeyDown={(event) =>
                  searchFieldKeys(
                    event,
                    () => setText(''),
                    () => list.current?.focus(),
                  )
                }
              />
            </label>
            <span className="segments" role="group" aria-label="Keys of">
              {KEY_PARTS.map((one) => (
                <button
                  key={one}
                  type="button"
                  aria-pressed={!isSearched && part === one}
                  onClick={() => {
                    setPart(one);
                    setText('');
                  }}
                >
                  {PART_WORDS[one]}
                </button>
              ))}
            </span>
            <span className="grow" />
            <button
              type="button"
              className="link small"
              title="Opens the settings file. Each command’s name for it is in its tooltip here"
              onClick={() => void context.client.desktop('desktop.openSettingsFile', {})}
            >
              Change keys…
            </button>
            <Dialog.Close className="btn btn-icon" aria-label="Close" title="Close (Esc)">
              <X className="icon" aria-hidden="true" />
            </Dialog.Close>
          </div>
          {mistakes.length > 0 && (
            <p className="keys-mistake" data-state="waiting">
              <TriangleAlert className="icon icon-s" aria-hidden="true" />
              {mistakes.length === 1
                ? mistakes[0]?.message
                : `${mistakes.length} keys of the settings file are not used. Settings names them by their lines.`}
            </p>
          )}
          <div ref={list} className="keys-body" tabIndex={0} role="region" aria-label="The keys">
            <div className="keys">
              {shown.map(({ title, rows }) => (
                <section key={title}>
                  <h3>{title}</h3>
                  {rows.map((row) => (
                    <KeyLine key={row.id} row={row} />
                  ))}
                </section>
              ))}
            </div>
            {shown.length === 0 && <p className="muted">No key and no command has these letters.</p>}
          </div>
          <div className="dialog-foot keys-foot">
            <span>A held key never runs, deletes or asks twice.</span>
            <span className="grow" />
            {!isSearched && <span>{PART_NOTES[part]}</span>}
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function KeyLine(props: { readonly row: KeyRow }): JSX.Element {
  const { id, title, keys, isCommand } = props.row;
  return (
    <p title={isCommand ? `In the settings: ${id}` : undefined}>
      <span className="keys-words">{title}</span>
      <span className="keys-caps">
        {keys.slice(0, 2).map((key, index) => (
          <span key={key} className="keys-caps">
            {index > 0 && <span className="muted">or</span>}
            <KeyCaps keys={key} />
          </span>
        ))}
        {keys.length === 0 && <span className="muted">no key</span>}
      </span>
    </p>
  );
}
