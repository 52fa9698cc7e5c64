import { useState, type JSX } from 'react';
import { Search } from 'lucide-react';
import { NOTEBOOK_COMMANDS } from '../notebook/commands';
import { appCommands, keyWords } from './app-commands';
import { useWindow } from './window-context';

/** Every key, to look up and to search. */
export function KeysPage(): JSX.Element {
  const context = useWindow();
  const [text, setText] = useState('');
  const window = appCommands(context, null, () => undefined).filter(({ keys }) => keys.length > 0);
  const groups = [
    {
      title: 'In a notebook',
      rows: NOTEBOOK_COMMANDS.filter(({ keys }) => keys.length > 0).map(({ id, title, keys, when }) => ({
        id,
        title,
        keys: keys.map(keyWords),
        where: when === 'both' ? 'anywhere' : when === 'edit' ? 'in a source' : 'among the cells',
      })),
    },
    {
      title: 'In the window',
      rows: [
        ...window.map(({ id, title, keys }) => ({ id, title, keys, where: 'anywhere' })),
        { id: 'f6', title: 'Go to the next part of the window', keys: ['F6'], where: 'anywhere' },
      ],
    },
  ];
  return (
    <div className="page">
      <div className="page-body">
        <h1 className="page-title">Keys</h1>
        <label className="field-search">
          <Search className="icon icon-s" aria-hidden="true" />
          <input
            aria-label="Find a key"
            placeholder="Find a key or a command"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </label>
        {groups.map(({ title, rows }) => {
          const shown = rows.filter((row) =>
            `${row.title} ${row.keys.join(' ')}`.toLowerCase().includes(text.trim().toLowerCase()),
          );
          if (shown.length === 0) return null;
          return (
            <section key={title}>
              <h2 className="page-heading">{title}</h2>
              <div className="facts">
                {shown.map((row) => (
                  <div key={row.id} className="facts-row">
                    <span className="cut">{row.title}</span>
                    <span className="who">
                      <span className="muted">{row.where}</span>
                      {row.keys.map((key) => (
                        <span key={key} className="kbds">
                          {key.split(' ').map((cap, index) => (
                            <kbd key={index} className="kbd">
                              {cap}
                            </kbd>
                          ))}
                        </span>
                      ))}
                    </span>
                  </div>
                ))}
              </div>
            </section>
          );
        })}
      </div>
    </div>
  );
}
