import {
  CaseSensitive,
  ChevronDown,
  ChevronRight,
  ChevronUp,
  Regex,
  Search,
  WholeWord,
  X,
  type LucideIcon,
} from 'lucide-react';
import { useEffect, useRef, type JSX, type KeyboardEvent } from 'react';
import { useStore } from 'zustand';
import type { FindQuery } from '../../../shared/notebook/find';
import { useModel, useNotebook } from '../document-context';
import { useTooltip } from '../keys-in-use';
import type { PartCommandId } from '../part-commands';
import { useFindKeys, usePartKeys, type FindCommandId } from '../use-part-keys';
import { selectedCells } from '../selection';
import { ToolButton } from '../tool-button';
import { closeFind, goToMatch, showMatch, stepFind } from './find-actions';
import { mayReplace, replaceAll, replaceOne } from './find-replace';
import { findOf, type FindFound, type FindModel } from './find-store';
import { createMatchPainter, type MatchPainter } from './paint-matches';

/** After the last key press, and after the last change of the notebook, in milliseconds. */
const QUERY_PAUSE = 60;
const CHANGE_PAUSE = 250;

/** Find and replace above the cells; nothing while it is closed. */
export function FindBar(): JSX.Element | null {
  const { open } = useNotebook();
  const isOpen = useStore(findOf(open).store, (model) => model.isOpen);
  return isOpen ? <Bar /> : null;
}

const TOGGLES: readonly {
  readonly name: 'isCaseSensitive' | 'isWholeWord' | 'isPattern';
  readonly label: string;
  readonly command: PartCommandId;
  readonly icon: LucideIcon;
}[] = [
  {
    name: 'isCaseSensitive',
    label: 'Match upper and lower case',
    command: 'find-case',
    icon: CaseSensitive,
  },
  { name: 'isWholeWord', label: 'Whole words', command: 'find-words', icon: WholeWord },
  { name: 'isPattern', label: 'Regular expression', command: 'find-pattern', icon: Regex },
];

function Bar(): JSX.Element {
  const { open } = useNotebook();
  const find = findOf(open);
  const model = useStore(find.store);
  const { query, withReplace, replacement, withOutputs, cells, found, current, problem, done } = model;
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, [model.asked]);
  const isReadOnly = useModel((all) => (all.state?.readOnly ?? null) !== null);
  const tooltip = useTooltip();
  const bar = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const painter = usePainter(bar, model);
  useFollowing(bar, painter, model);

  const setQuery = (changes: Partial<FindQuery>): void =>
    find.set({ query: { ...query, ...changes }, done: null });
  const toggleCells = (): void => {
    const { order, selection } = open.store.getState();
    find.set({ cells: cells === null ? selectedCells(order, selection) : null, done: null });
  };
  const next = (by: 1 | -1): void => stepFind(open, by);
  const match = found?.matches[current];

  const ownKeys = usePartKeys();
  const findKeys = useFindKeys();

  function onKeyDown({ nativeEvent: event }: KeyboardEvent): void {
    if (event.isComposing) return;
    const at = event.timeStamp;
    const found = ownKeys.press(event, 'find', at) ?? findKeys.press(event, 'edit', at);
    if (event.key === 'Escape') closeFind(open);
    else if (found === null) return;
    else if (found !== 'pending') give(found.id);
    event.preventDefault();
    event.stopPropagation();
  }

  function give(id: PartCommandId | FindCommandId): void {
    const toggle = TOGGLES.find(({ command }) => command === id);
    if (toggle !== undefined) return setQuery({ [toggle.name]: !query[toggle.name] });
    switch (id) {
      case 'find-next':
        return next(1);
      case 'find-previous':
        return next(-1);
      case 'find-selected':
        return toggleCells();
      case 'find-outputs':
        return find.set({ withOutputs: !withOutputs, done: null });
      case 'find':
        field.current?.focus();
        return field.current?.select();
      case 'replace':
        return find.set({ withReplace: !withReplace });
      case 'replace-all':
        return void replaceAll(open, find);
      default:
        // Those of the compare view count in none of this bar's modes.
        return undefined;
    }
  }

  return (
    <div ref={bar} className="find-bar" role="search" aria-label="Find in the notebook" onKeyDown={onKeyDown}>
      <div className="find-row">
        <button
          type="button"
          className="tool"
          aria-expanded={withReplace}
          aria-label="Replace"
          title={tooltip('Replace', 'replace')}
          onClick={() => find.set({ withReplace: !withReplace })}
        >
          {withReplace ? (
            <ChevronDown className="icon" aria-hidden="true" />
          ) : (
            <ChevronRight className="icon" aria-hidden="true" />
          )}
        </button>
        <div className="find-box" data-state={problem === null ? undefined : 'failed'}>
          <Search className="icon icon-s" aria-hidden="true" />
          <input
            ref={field}
            className="find-field"
            aria-label="Find"
            placeholder="Find"
            spellCheck={false}
            value={query.text}
            aria-invalid={problem !== null}
            onChange={(event) => setQuery({ text: event.target.value })}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || event.ctrlKey || event.altKey || event.metaKey) return;
              event.preventDefault();
              next(event.shiftKey ? -1 : 1);
            }}
          />
          {TOGGLES.map(({ name, label, command, icon: Sign }) => (
            <button
              key={name}
              type="button"
              className="tool tool-choice"
              aria-pressed={query[name]}
              aria-label={label}
              title={tooltip(label, command)}
              onClick={() => setQuery({ [name]: !query[name] })}
            >
              <Sign className="icon" aria-hidden="true" />
            </button>
          ))}
        </div>
        <span className="find-count num" role="status">
          {countWords(model)}
        </span>
        <ToolButton
          label="Previous match"
          keys="Shift Enter"
          icon={ChevronUp}
          isOff={(found?.matches.length ?? 0) === 0}
          onClick={() => next(-1)}
        />
        <ToolButton
          label="Next match"
          keys="Enter"
          icon={ChevronDown}
          isOff={(found?.matches.length ?? 0) === 0}
          onClick={() => next(1)}
        />
        <Choice
          label="Outputs"
          title={tooltip('Search outputs too', 'find-outputs')}
          isOn={withOutputs}
          onClick={() => find.set({ withOutputs: !withOutputs, done: null })}
        />
        <Choice
          label={cells === null || cells.length === 1 ? 'Selected cell' : `${cells.length} selected cells`}
          title={tooltip('Search the selected cells alone', 'find-selected')}
          isOn={cells !== null}
          onClick={toggleCells}
        />
        <span className="grow" />
        <ToolButton label="Close" keys="Esc" icon={X} onClick={() => closeFind(open)} />
      </div>
      {withReplace && (
        <div className="find-row find-replace">
          <div className="find-box">
            <input
              className="find-field"
              aria-label="Replace with"
              placeholder="Replace with"
              spellCheck={false}
              value={replacement}
              onChange={(event) => find.set({ replacement: event.target.value })}
              onKeyDown={(event) => {
                if (event.key !== 'Enter' || event.ctrlKey || event.altKey || event.metaKey || event.repeat)
                  return;
                event.preventDefault();
                if (event.shiftKey) next(-1);
                else void replaceAndGo(open, find);
              }}
            />
          </div>
          <button
            type="button"
            className="nb-button"
            disabled={isReadOnly || !mayReplace(open, match)}
            title="Replace this match (Enter)"
            onClick={() => void replaceAndGo(open, find)}
          >
            Replace
          </button>
          <button
            type="button"
            className="nb-button"
            disabled={isReadOnly || found === null || found.matches.every((one) => one.output !== null)}
            title={tooltip('Replace all matches in sources', 'replace-all')}
            onClick={() => void replaceAll(open, find)}
          >
            Replace all
          </button>
          {isReadOnly && <span className="small muted">The notebook is open for reading.</span>}
        </div>
      )}
      {/* It is there before there is something to say, so that a screen reader says it. */}
      <div role="status">{done !== null && <p className="find-note">{done}</p>}</div>
      <Note found={found} current={current} problem={problem} />
    </div>
  );
}

function Choice(props: {
  readonly label: string;
  readonly title: string;
  readonly isOn: boolean;
  readonly onClick: () => void;
}): JSX.Element {
  const { label, title, isOn, onClick } = props;
  return (
    <button type="button" className="find-choice" aria-pressed={isOn} title={title} onClick={onClick}>
      {label}
    </button>
  );
}

/** A match that is not in sight, or what was not searched, or why nothing was. */
function Note(props: {
  readonly found: FindFound | null;
  readonly current: number;
  readonly problem: string | null;
}): JSX.Element | null {
  const { found, current, problem } = props;
  const { open } = useNotebook();
  const match = found?.matches[current];
  if (problem !== null) {
    return (
      <p className="find-note" role="alert" data-state="failed">
        {problem}
      </p>
    );
  }
  if (match?.kind === 'hidden') {
    return (
      <p className="find-note">
        In line {(match.line + 1).toLocaleString('en-US')} of an output, which is not shown here.{' '}
        <button
          type="button"
          className="out-link"
          onClick={() => open.set({ fullOutput: { cell: match.cell, key: match.output, line: match.line } })}
        >
          Open full output
        </button>
      </p>
    );
  }
  if (found?.isPartial !== true) return null;
  return <p className="find-note">Of long outputs only what is shown was searched.</p>;
}

/** `3 of 41`, `nothing found`. */
function countWords({ query, found, current, problem }: FindModel): string {
  if (query.text === '' || problem !== null || found === null) return '';
  const { matches, hasMore } = found;
  if (matches.length === 0) return 'nothing found';
  const of = `${matches.length.toLocaleString('en-US')}${hasMore ? ' or more' : ''}`;
  return `${(current + 1).toLocaleString('en-US')} of ${of}`;
}

async function replaceAndGo(
  open: ReturnType<typeof useNotebook>['open'],
  find: ReturnType<typeof findOf>,
): Promise<void> {
  if (!(await replaceOne(open, find))) {
    stepFind(open, 1);
    return;
  }
  const { current } = find.store.getState();
  if (current !== -1) goToMatch(open, current);
}

/** Marks what is found, as long as the bar is there. */
function usePainter(
  bar: React.RefObject<HTMLElement | null>,
  { found, current }: FindModel,
): React.RefObject<MatchPainter | null> {
  const painter = useRef<MatchPainter | null>(null);
  useEffect(() => {
    const pane = bar.current?.closest('.notebook') ?? null;
    if (pane === null) return undefined;
    const made = createMatchPainter(pane);
    painter.current = made;
    return () => {
      painter.current = null;
      made.dispose();
    };
  }, [bar]);
  useEffect(() => {
    painter.current?.show(found, found?.matches[current] ?? null);
  }, [found, current]);
  return painter;
}

/** Searches anew when something else is asked, or the notebook has changed; and shows what is found first. */
function useFollowing(
  bar: React.RefObject<HTMLElement | null>,
  painter: React.RefObject<MatchPainter | null>,
  model: FindModel,
): void {
  const { open } = useNotebook();
  const find = findOf(open);
  const { query, withOutputs, cells, found, current, steps } = model;
  const allCells = useModel((all) => all.cells);
  const outputs = useModel((all) => all.outputs);

  const asked = useRef({ query, withOutputs, cells });
  useEffect(() => {
    const before = asked.current;
    if (before.query === query && before.withOutputs === withOutputs && before.cells === cells)
      return undefined;
    asked.current = { query, withOutputs, cells };
    const cell = cells?.[0] ?? open.store.getState().selection.active ?? '';
    const timer = setTimeout(() => void find.search({ cell, from: 0 }), QUERY_PAUSE);
    return () => clearTimeout(timer);
  }, [open, find, query, withOutputs, cells]);

  const seen = useRef({ allCells, outputs });
  useEffect(() => {
    if (seen.current.allCells === allCells && seen.current.outputs === outputs) return undefined;
    seen.current = { allCells, outputs };
    const timer = setTimeout(() => void find.search(null), CHANGE_PAUSE);
    return () => clearTimeout(timer);
  }, [find, allCells, outputs]);

  // While a person types or steps, the view goes along; not when the notebook changes by itself.
  const match = found?.matches[current] ?? null;
  const followed = useRef(steps);
  useEffect(() => {
    const isStep = followed.current !== steps;
    followed.current = steps;
    if (match === null || (!isStep && bar.current?.contains(document.activeElement) !== true)) return;
    showMatch(open, match);
    painter.current?.reveal(match);
  }, [open, bar, painter, match, steps]);
}
