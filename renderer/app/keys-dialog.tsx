import { Dialog } from '@base-ui/react/dialog';
import { Search, TriangleAlert, X } from 'lucide-react';
import { useRef, useState, type JSX } from 'react';
import { NOTEBOOK_COMMANDS, type NotebookCommandId } from '../notebook/commands';
import { useKeyMistakes, useKeysInUse } from '../notebook/keys-in-use';
import { isMac, keyWords } from '../notebook/key-words';
import { PART_COMMANDS, type PartCommand } from '../notebook/part-commands';
import { SOURCE_KEYS } from '../notebook/source-keys';
import { KeyCaps } from '../ui/key-caps';
import { searchFieldKeys } from '../ui/search-keys';
import { appCommands } from './app-commands';
import { KEY_GROUPS } from './key-groups';
import { useWindow, type WindowContext } from './window-context';
import './keys-dialog.css';

interface Row {
  readonly id: string;
  readonly title: string;
  /** As a person reads them. */
  readonly keys: readonly string[];
  /** A command that can be given other keys. */
  readonly isCommand: boolean;
}

interface Group {
  readonly title: string;
  readonly rows: readonly Row[];
}

const SOURCE_ROWS: readonly Row[] = SOURCE_KEYS.map(({ id, title, keys }) => ({
  id,
  title,
  keys: keys.map((key) => keyWords(key)),
  isCommand: false,
}));

const HEADINGS: readonly NotebookCommandId[] = [
  'heading-1',
  'heading-2',
  'heading-3',
  'heading-4',
  'heading-5',
  'heading-6',
];

/** The six keys for headings are one line, as long as they are Jupyter's. */
function withOneHeading(rows: readonly Row[]): readonly Row[] {
  const own = rows.filter(({ id, keys }) => keys.length === 1 && id === `heading-${keys[0] ?? ''}`);
  if (own.length !== HEADINGS.length) return rows;
  const one = { id: 'heading-1', title: 'Heading 1 to 6, in a text', keys: ['1 … 6'], isCommand: true };
  return [...rows.filter((row) => !own.includes(row)), one];
}

function notebookGroups(keys: ReadonlyMap<string, readonly string[]>): readonly Group[] {
  const byId = new Map(NOTEBOOK_COMMANDS.map((command) => [command.id, command]));
  const rowOf = (id: NotebookCommandId): readonly Row[] => {
    const command = byId.get(id);
    const words = [...new Set((keys.get(id) ?? command?.keys ?? []).map((key) => keyWords(key)))];
    return command === undefined ? [] : [{ id, title: command.title, keys: words, isCommand: true }];
  };
  const listed = new Set(KEY_GROUPS.flatMap(({ ids }) => ids));
  const others = NOTEBOOK_COMMANDS.filter(({ id }) => !listed.has(id)).flatMap(({ id }) => rowOf(id));
  return [
    ...KEY_GROUPS.map(({ title, ids }) => ({
      title,
      rows: withOneHeading([
        ...ids.flatMap(rowOf),
        ...(title === 'In a source' ? SOURCE_ROWS : []),
        ...(title === 'Find' ? partRows('find', keys) : []),
      ]),
    })),
    { title: 'Compare with the disk', rows: partRows('compare', keys) },
    // What has no key of its own may be given one.
    { title: 'Others', rows: others },
  ];
}

function partRows(part: PartCommand['when'], keys: ReadonlyMap<string, readonly string[]>): readonly Row[] {
  return PART_COMMANDS.filter(({ when }) => when === part).map((command) => ({
    id: command.id,
    title: command.title,
    keys: (keys.get(command.id) ?? command.keys).map((key) => keyWords(key)),
    isCommand: true,
  }));
}

/** What a terminal takes before the shell does, beside its commands. */
const TERMINAL_ROWS: readonly Row[] = [
  ['Copy what is selected', 'Mod-Shift-C', 'Mod-C'],
  ['Paste', 'Mod-Shift-V', 'Mod-V'],
  ['Find in the terminal', 'Mod-Shift-F', 'Mod-F'],
  ['Command above', 'Ctrl-ArrowUp', 'Ctrl-ArrowUp'],
  ['Command below', 'Ctrl-ArrowDown', 'Ctrl-ArrowDown'],
].map(([title = '', key = '', onMac = '']) => ({
  id: `terminal:${key}`,
  title,
  keys: [keyWords(isMac() ? onMac : key)],
  isCommand: false,
}));

function windowGroups(
  context: WindowContext,
  keys: ReadonlyMap<string, readonly string[]>,
): readonly Group[] {
  const inTerminal = partRows('terminal', keys);
  const rows = appCommands(context, null)
    .filter(({ id }) => inTerminal.every((row) => row.id !== id))
    .map(({ id, title, keys }) => ({
      id,
      title,
      keys,
      isCommand: true,
    }));
  const next: Row = { id: 'f6', title: 'Next part of the window', keys: ['F6'], isCommand: false };
  return [
    { title: 'The window', rows: [...rows, next] },
    { title: 'In a terminal', rows: [...inTerminal, ...TERMINAL_ROWS] },
  ];
}

/** Every key in columns, to look up and to search; where a key is changed is one click away. */
export function KeysDialog(props: { readonly onClose: () => void }): JSX.Element {
  const { onClose } = props;
  const context = useWindow();
  const keys = useKeysInUse();
  const mistakes = useKeyMistakes();
  const [text, setText] = useState('');
  const [part, setPart] = useState<'notebook' | 'window'>('notebook');
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const wanted = text.trim().toLowerCase();
  const [notebook, ofWindow] = [notebookGroups(keys), windowGroups(context, keys)];
  const groups = wanted !== '' ? [...notebook, ...ofWindow] : part === 'notebook' ? notebook : ofWindow;
  const shown = groups
    .map(({ title, rows }) => ({
      title,
      rows: rows.filter((row) => `${row.title} ${row.keys.join(' ')}`.toLowerCase().includes(wanted)),
    }))
    .filter(({ rows }) => rows.length > 0);
  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="scrim" />
        <Dialog.Popup className="dialog keys-dialog" initialFocus={input}>
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
              {(['notebook', 'window'] as const).map((one) => (
                <button
                  key={one}
                  type="button"
                  aria-pressed={wanted === '' && part === one}
                  onClick={() => {
                    setPart(one);
                    setText('');
                  }}
                >
                  {one === 'notebook' ? 'Notebook' : 'Window'}
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
                    <KeyRow key={row.id} row={row} />
                  ))}
                </section>
              ))}
            </div>
            {shown.length === 0 && <p className="muted">No key and no command has these letters.</p>}
          </div>
          <div className="dialog-foot keys-foot">
            <span>A held key never runs, deletes or asks twice.</span>
            <span className="grow" />
            <span>The same as in Jupyter</span>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function KeyRow(props: { readonly row: Row }): JSX.Element {
  const { id, title, keys, isCommand } = props.row;
  return (
    <p title={isCommand ? `In the settings: ${id}` : undefined}>
      <span className="cut">{title}</span>
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
