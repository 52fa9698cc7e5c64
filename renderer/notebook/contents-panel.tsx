import { memo, useEffect, useMemo, useRef, type JSX, type KeyboardEvent } from 'react';
import { useStore } from 'zustand';
import { summariseSection, type SectionState } from '../../shared/notebook/sections';
import { goToCell } from './cell-actions';
import { focusActiveCell } from './focus-cell';
import { setCollapsed } from './collapsing';
import { contentsOf } from './contents';
import type { DocumentModel } from './document-model';
import type { OpenDocument } from './document-store';
import { SectionStateSign } from './section-state';
import { useSlowly } from './use-slowly';
import './contents.css';

/** While cells run, how the sections stand is told this often: a long list is not drawn anew for each of them. */
const FOLLOW_MS = 200;
/** While somebody scrolls, the current heading is shown this often: a long list costs a part of each frame. */
const READ_MS = 100;

const cellsOf = (model: DocumentModel): DocumentModel['cells'] => model.cells;
const runsOf = (model: DocumentModel): DocumentModel['runs'] => model.runs;
const readOf = (model: DocumentModel): string | null => model.readCell ?? model.selection.active;

/** One heading. Its parts are plain values, so that it is drawn again only when one of them is another. */
const ContentsRow = memo(function ContentsRow(props: {
  readonly open: OpenDocument;
  readonly cell: string;
  readonly text: string;
  readonly level: number;
  readonly isCurrent: boolean;
  readonly isEntered: boolean;
  readonly isFolded: boolean;
  readonly steps: number;
  readonly done: number;
  readonly state: SectionState;
}): JSX.Element {
  const { open, cell, text, level, isCurrent, isEntered, isFolded, steps, done, state } = props;
  return (
    <button
      type="button"
      className="toc-row"
      data-level={level}
      aria-current={isCurrent ? 'true' : undefined}
      tabIndex={isEntered ? 0 : -1}
      title={text}
      onClick={(event) => {
        // The cell takes the keys over, as soon as it is drawn: it does while nothing else has them.
        event.currentTarget.blur();
        goToCell(open, cell, 'start');
        requestAnimationFrame(focusActiveCell);
      }}
    >
      <span className="cut">{text}</span>
      {isFolded && <span className="heard">, folded</span>}
      <span className="toc-count">
        <SectionStateSign summary={{ steps, done, state }} />
      </span>
    </button>
  );
});

/** The headings of a notebook and how their steps stand, for the side. It follows the view; a click goes there. */
export function ContentsPanel(props: { readonly open: OpenDocument }): JSX.Element {
  const { open } = props;
  const cells = useSlowly(open.store, cellsOf, FOLLOW_MS);
  const order = useStore(open.store, (model) => model.order);
  const runs = useSlowly(open.store, runsOf, FOLLOW_MS);
  const collapsed = useStore(open.store, (model) => model.collapsed);
  const read = useSlowly(open.store, readOf, READ_MS);
  const entries = useMemo(() => contentsOf(cells), [cells]);
  const summaries = useMemo(
    () => entries.map((entry) => summariseSection(entry.steps.map((cell) => runs.get(cell)))),
    [entries, runs],
  );
  const at = read === null ? -1 : order.indexOf(read);
  const current = useMemo(() => {
    const before = new Set(order.slice(0, at + 1));
    return entries.findLast((entry) => before.has(entry.cell));
  }, [entries, order, at]);
  const list = useRef<HTMLElement>(null);
  const isEmpty = entries.length === 0;
  useEffect(() => {
    const view = list.current?.parentElement;
    const follow = (): void =>
      list.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
    if (isEmpty || !view) return undefined;
    follow();
    // Also where there is less room than before.
    const observer = new ResizeObserver(follow);
    observer.observe(view);
    return () => observer.disconnect();
  }, [current?.cell, current?.slug, isEmpty]);
  const top = Math.min(...entries.map((entry) => entry.level), 6);
  if (isEmpty) {
    return <p className="toc-empty">Headings of the texts will be listed here.</p>;
  }

  function onKeyDown(event: KeyboardEvent): void {
    const rows = [...(list.current?.querySelectorAll<HTMLElement>('.toc-row') ?? [])];
    const here = rows.findIndex((row) => row === document.activeElement);
    const entry = entries[here];
    if (entry === undefined || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    const next = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (next !== undefined) rows[next]?.focus();
    else if (event.key === 'ArrowLeft') setCollapsed(open, entry.cell, true);
    else if (event.key === 'ArrowRight') setCollapsed(open, entry.cell, false);
    else return;
    event.preventDefault();
  }
  const entered = current ?? entries[0];
  return (
    <nav ref={list} className="toc" aria-label="Contents" onKeyDown={onKeyDown}>
      {entries.map((entry, index) => (
        <ContentsRow
          key={`${entry.cell} ${entry.slug}`}
          open={open}
          cell={entry.cell}
          text={entry.text}
          level={Math.min(entry.level - top, 4)}
          isCurrent={entry === current}
          isEntered={entry === entered}
          isFolded={collapsed.has(entry.cell)}
          {...(summaries[index] ?? summariseSection([]))}
        />
      ))}
    </nav>
  );
}
