import { CaseSensitive, Regex, Search, WholeWord, type LucideIcon } from 'lucide-react';
import { useEffect, useRef, useState, type JSX, type KeyboardEvent } from 'react';
import { useStore } from 'zustand';
import { useWindow } from '../app/window-context';
import type { SearchedRunbook, SearchHit } from '../../shared/library/search-contract';
import { goToCell } from '../notebook/cell-actions';
import type { OpenDocument } from '../notebook/document-store';
import { addFolder } from './library-actions';
import { showCellSoon } from './open-link';
import { librarySearchOf, type LibrarySearch, type SearchModel } from './search-store';
import './search-page.css';

/** After the last key press, in milliseconds. */
const PAUSE = 150;

const TOGGLES: readonly {
  readonly name: 'isCaseSensitive' | 'isWholeWord' | 'isPattern';
  readonly label: string;
  readonly key: string;
  readonly icon: LucideIcon;
}[] = [
  { name: 'isCaseSensitive', label: 'Match upper and lower case', key: 'C', icon: CaseSensitive },
  { name: 'isWholeWord', label: 'Whole words', key: 'W', icon: WholeWord },
  { name: 'isPattern', label: 'Regular expression', key: 'R', icon: Regex },
];

/** Finding in all runbooks of the library. */
export function SearchPage(): JSX.Element {
  const context = useWindow();
  const { client, tabs, library } = context;
  const search = librarySearchOf(client);
  const model = useStore(search.store);
  const hasFolders = useStore(library.store, (all) => all.folders === null || all.folders.length > 0);
  const [text, setText] = useState(model.query.text);
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);

  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);
  useEffect(() => {
    if (text === search.store.getState().query.text) return undefined;
    const timer = setTimeout(() => search.ask({ text }), PAUSE);
    return () => clearTimeout(timer);
  }, [search, text]);

  const open = (runbook: SearchedRunbook, hit: SearchHit): void =>
    showHit(tabs.openFile(runbook.path, { forReading: true }), hit);
  function onKeyDown(event: KeyboardEvent): void {
    const toggle = event.altKey ? TOGGLES.find(({ key }) => event.code === `Key${key}`) : undefined;
    if (toggle !== undefined) search.ask({ [toggle.name]: !model.query[toggle.name] });
    else if (event.key === 'ArrowDown') move(search, 1);
    else if (event.key === 'ArrowUp') {
      if (!move(search, -1)) field.current?.focus();
    } else if (event.key === 'Escape' && model.isRunning) search.stop();
    else if (event.key === 'Escape' && event.target === field.current && text !== '') setText('');
    else if (event.key === 'Enter' && !(event.target instanceof HTMLButtonElement)) {
      if (text !== model.query.text) return search.ask({ text });
      const at = model.at ?? (model.hits > 0 ? { runbook: 0, hit: 0 } : null);
      const runbook = at === null ? undefined : model.runbooks[at.runbook];
      const hit = at === null ? undefined : runbook?.hits[at.hit];
      if (runbook !== undefined && hit !== undefined) open(runbook, hit);
    } else return undefined;
    event.preventDefault();
    return undefined;
  }

  const active = model.at === null ? undefined : hitId(model.at.runbook, model.at.hit);
  useEffect(() => {
    if (active !== undefined) document.getElementById(active)?.scrollIntoView({ block: 'nearest' });
  }, [active]);

  return (
    <div className="page" onKeyDown={onKeyDown}>
      <div className="page-body page-wide">
        <h1 className="page-title">Search the library</h1>
        <div className="search-head" role="search">
          <div className="field-search search-field">
            <Search className="icon icon-s" aria-hidden="true" />
            <input
              ref={field}
              aria-label="Find in all runbooks"
              aria-controls={model.runbooks.length > 0 ? 'search-results' : undefined}
              aria-activedescendant={active}
              placeholder="Find in all runbooks"
              spellCheck={false}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
            {TOGGLES.map(({ name, label, key, icon: Sign }) => (
              <button
                key={name}
                type="button"
                className="tool tool-choice"
                aria-pressed={model.query[name]}
                aria-label={label}
                title={`${label} (Alt ${key})`}
                onClick={() => search.ask({ [name]: !model.query[name] })}
              >
                <Sign className="icon" aria-hidden="true" />
              </button>
            ))}
          </div>
          <span className="small muted num" role="status">
            {countWords(model)}
          </span>
          {model.isRunning && (
            <button type="button" className="btn" title="Stop (Esc)" onClick={() => search.stop()}>
              Stop
            </button>
          )}
        </div>
        {model.problem !== null && (
          <p className="page-problem" role="alert">
            {model.problem}
          </p>
        )}
        {!hasFolders && (
          <div className="search-empty">
            <p className="secondary">
              The sources of all runbooks in the folders of your library are searched here. There is no folder
              yet.
            </p>
            <button type="button" className="btn btn-primary" onClick={() => void addFolder(context)}>
              Add a folder…
            </button>
          </div>
        )}
        {model.runbooks.length > 0 && (
          <div
            ref={list}
            id="search-results"
            className="search-results"
            role="listbox"
            aria-label="Places found"
          >
            {model.runbooks.map((runbook, index) => (
              <div key={runbook.path} role="group" aria-label={runbook.name}>
                <div className="search-runbook" title={runbook.path}>
                  <b className="cut">{runbook.name}</b>
                  <span className="small muted cut">{runbook.place}</span>
                  <span className="grow" />
                  <span className="small muted num nowrap">
                    {runbook.hits.length}
                    {runbook.more ? ' or more' : ''}
                  </span>
                </div>
                {runbook.hits.map((hit, at) => (
                  <div
                    key={`${hit.index} ${hit.line} ${hit.from} ${at}`}
                    id={hitId(index, at)}
                    role="option"
                    className="search-hit"
                    aria-selected={model.at?.runbook === index && model.at.hit === at}
                    onClick={() => {
                      search.store.setState({ at: { runbook: index, hit: at } });
                      open(runbook, hit);
                    }}
                  >
                    <span className="small muted num nowrap">{placeWords(hit)}</span>
                    <code className="cut">
                      {hit.text.slice(0, hit.from).trimStart()}
                      <mark>{hit.text.slice(hit.from, hit.to)}</mark>
                      {hit.text.slice(hit.to)}
                    </code>
                  </div>
                ))}
              </div>
            ))}
          </div>
        )}
        {model.isDone && model.passedOver.length > 0 && (
          <p className="small muted search-note">
            Passed over, since {model.passedOver.length === 1 ? 'it is' : 'they are'} too large or can not be
            read: {model.passedOver.slice(0, 5).join(', ')}
            {model.passedOver.length > 5 && ` and ${model.passedOver.length - 5} more`}
          </p>
        )}
      </div>
    </div>
  );
}

function hitId(runbook: number, hit: number): string {
  return `search-hit-${runbook}-${hit}`;
}

/** Moves by one place; false where there is none before. */
function move({ store }: LibrarySearch, by: 1 | -1): boolean {
  const { runbooks, at } = store.getState();
  const places = runbooks.flatMap(({ hits }, runbook) => hits.map((_hit, hit) => ({ runbook, hit })));
  const now =
    at === null ? -1 : places.findIndex(({ runbook, hit }) => runbook === at.runbook && hit === at.hit);
  const next = places[now + by];
  if (next === undefined && by === -1) store.setState({ at: null });
  else if (next !== undefined) store.setState({ at: next });
  return next !== undefined;
}

function placeWords({ type, index, line }: SearchHit): string {
  const kind = type === 'code' ? 'code' : type === 'markdown' ? 'text' : 'raw text';
  return `cell ${index + 1}, ${kind}, line ${line}`;
}

function countWords({ query, runbooks, hits, isRunning, isDone, isCut }: SearchModel): string {
  if (query.text === '') return '';
  const found = `${hits.toLocaleString('en-US')}${isCut ? ' or more' : ''} in ${runbooks.length} ${runbooks.length === 1 ? 'runbook' : 'runbooks'}`;
  if (isRunning) return hits === 0 ? 'Searching…' : `${found}, searching on…`;
  if (hits > 0) return isDone ? found : `${found}, stopped`;
  return isDone ? 'nothing found' : '';
}

/** Shows the cell of a place; in a file without ids it is known by its number. */
function showHit(open: OpenDocument, { cell, index }: SearchHit): void {
  if (cell !== null) return showCellSoon(open, cell);
  const show = (): boolean => {
    const { phase, order } = open.store.getState();
    if (phase === 'opening') return false;
    const id = order[index];
    if (id !== undefined) setTimeout(() => goToCell(open, id, 'start'), 0);
    return true;
  };
  if (show()) return undefined;
  const off = open.store.subscribe(() => {
    if (show()) off();
  });
  return undefined;
}
