import { Search } from 'lucide-react';
import { useState, type JSX } from 'react';
import { NOTEBOOK_COMMANDS } from '../notebook/commands';
import { KeyCaps } from '../ui/key-caps';
import { appCommands, keyWords } from './app-commands';
import { KEY_GROUPS } from './key-groups';
import { useWindow } from './window-context';
import './keys-page.css';

interface Row {
  readonly id: string;
  readonly title: string;
  readonly keys: readonly string[];
}

const EDITOR_ROWS: readonly Row[] = [
  { id: 'complete', title: 'Complete from the kernel', keys: ['Tab'] },
  { id: 'inspect', title: 'Documentation from the kernel', keys: ['Shift Tab'] },
];

/** Every key, to look up and to search. */
export function KeysPage(): JSX.Element {
  const context = useWindow();
  const [text, setText] = useState('');
  const byId = new Map(NOTEBOOK_COMMANDS.map((command) => [command.id, command]));
  const groups: readonly { readonly title: string; readonly rows: readonly Row[] }[] = [
    ...KEY_GROUPS.map(({ title, ids }) => ({
      title,
      rows: [
        ...ids.flatMap((id): readonly Row[] => {
          const command = byId.get(id);
          return command === undefined
            ? []
            : [{ id, title: command.title, keys: command.keys.map((key) => keyWords(key)) }];
        }),
        ...(title === 'In a source' ? EDITOR_ROWS : []),
      ],
    })),
    {
      title: 'The window',
      rows: [
        ...appCommands(context, null, () => undefined).filter(({ keys }) => keys.length > 0),
        { id: 'f6', title: 'Next part of the window', keys: ['F6'] },
      ],
    },
  ];
  const wanted = text.trim().toLowerCase();
  const shown = groups
    .map(({ title, rows }) => ({
      title,
      rows: rows.filter((row) => `${row.title} ${row.keys.join(' ')}`.toLowerCase().includes(wanted)),
    }))
    .filter(({ rows }) => rows.length > 0);
  return (
    <div className="page">
      <div className="page-body page-wide">
        <div className="page-head keys-head">
          <h1 className="page-title">Keys</h1>
          <label className="field-search keys-search">
            <Search className="icon icon-s" aria-hidden="true" />
            <input
              aria-label="Type a key or what it does"
              placeholder="Type a key or what it does"
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          </label>
        </div>
        <div className="keys">
          {shown.map(({ title, rows }) => (
            <section key={title}>
              <h2>{title}</h2>
              {rows.map((row) => (
                <p key={row.id}>
                  <span className="cut">{row.title}</span>
                  {row.keys.length > 0 && (
                    <span className="keys-caps" title={row.keys.length > 1 ? row.keys.join(', ') : undefined}>
                      {row.keys.slice(0, 2).map((key, index) => (
                        <span key={key} className="keys-caps">
                          {index > 0 && <span className="muted">or</span>}
                          <KeyCaps keys={key} />
                        </span>
                      ))}
                    </span>
                  )}
                </p>
              ))}
            </section>
          ))}
        </div>
        {shown.length === 0 && <p className="muted">No key and no command has these letters.</p>}
        <p className="small muted page-foot">
          The same as in Jupyter. A held key never runs, deletes or asks twice.
        </p>
      </div>
    </div>
  );
}
