import { memo, useEffect, useRef, type JSX, type MouseEvent } from 'react';
import type { CellView } from '../../shared/notebook/contract';
import { placeInLine } from '../../shared/notebook/view';
import { CellBody } from './cell-body';
import { CellGuard } from './cell-guard';
import { CellNode } from './cell-node';
import { cellTitle } from './cell-facts';
import { nodeState, stateWords } from './cell-state';
import { CellTime } from './cell-time';
import { useModel, useNotebook } from './document-context';
import { isBesideAll } from './front-pane';
import { InsertRow } from './insert-row';
import { isPicking } from './pick-modifier';
import { FoldArrow } from './section-fold';
import { pickCell, selectedCells, selectOne } from './selection';
import { isDragHandle } from './use-cell-drag';

/** What a screen reader calls a cell: `step 7, deploy to the first batch, failed, exit status 7`. */
function entryName(cell: CellView, number: number | null, state: string): string {
  const kind = cell.type === 'code' ? `step ${number ?? ''}` : cell.type === 'markdown' ? 'text' : 'raw text';
  const title = cellTitle(cell);
  return [kind, title, cell.type === 'code' ? state : null].filter((part) => part !== null).join(', ');
}

/** One cell in the log: its time, its place on the spine, and what it holds. */
export const CellEntry = memo(function CellEntry(props: {
  readonly cell: CellView;
  readonly number: number | null;
  readonly isSelected: boolean;
  readonly isActive: boolean;
  readonly isEditing: boolean;
  readonly place: 'first' | 'between' | 'last' | 'only';
}): JSX.Element {
  const { cell, number, isSelected, isActive, isEditing, place } = props;
  const { open, host } = useNotebook();
  const run = useModel((model) => model.runs.get(cell.id));
  const inLine = useModel((model) => placeInLine(run, model.state?.queue.passed ?? 0));
  const element = useRef<HTMLElement>(null);
  const isCode = cell.type === 'code';
  const state = isCode ? nodeState(run) : 'none';

  useEffect(() => {
    const article = element.current;
    if (!isActive || isEditing || !article) return;
    // The focus follows the selection only while it is in the notebook or nowhere: never taken from elsewhere, nor
    // by the one of two notebooks that was just left.
    const holder = document.activeElement;
    const pane = article.closest('.notebook');
    const isNowhere = isBesideAll(holder);
    const isInside =
      !isNowhere &&
      holder !== null &&
      pane?.contains(holder) === true &&
      !article.contains(holder) &&
      holder.closest('.find-bar') === null;
    if (isInside || (isNowhere && host.isFront(open))) article.focus({ preventScroll: true });
  }, [isActive, isEditing, open, host]);

  const wasEditing = useRef(false);
  useEffect(() => {
    if (wasEditing.current && !isEditing && isActive) element.current?.focus({ preventScroll: true });
    wasEditing.current = isEditing;
  }, [isEditing, isActive]);

  function select(event: MouseEvent): void {
    if (event.button !== 0) return;
    const { selection, mode, order } = open.store.getState();
    const isInEditor = event.target instanceof Element && event.target.closest('.cm-editor') !== null;
    if (event.shiftKey && selection.active !== null && mode === 'command') {
      // The browser would select the text from there to here.
      event.preventDefault();
      open.set({ selection: { active: cell.id, anchor: selection.anchor ?? selection.active } });
      return;
    }
    if (isPicking(event) && !isInEditor) {
      event.preventDefault();
      open.set({ selection: pickCell(order, selection, cell.id), mode: 'command' });
      return;
    }
    if (isActive && isSelected) return;
    // One of several may be taken to drag them all; a click without a drag selects it alone.
    if (isSelected && mode === 'command' && isDragHandle(event.target)) return;
    open.set({ selection: selectOne(cell.id), mode: 'command' });
  }

  function selectAlone(event: MouseEvent): void {
    if (event.shiftKey || isPicking(event) || !isDragHandle(event.target)) return;
    const { order, selection } = open.store.getState();
    if (selectedCells(order, selection).length > 1) open.set({ selection: selectOne(cell.id) });
  }

  return (
    <>
      <article
        ref={element}
        className={`entry${isSelected ? ' is-selected' : ''}${isActive ? ' is-active' : ''}`}
        data-state={state}
        data-kind={cell.type}
        data-line={place}
        data-cell={cell.id}
        tabIndex={isActive ? 0 : -1}
        aria-label={entryName(cell, number, stateWords(run, inLine))}
        aria-current={isActive ? 'step' : undefined}
        aria-description={isSelected && !isActive ? 'selected' : undefined}
        onMouseDown={select}
        onClick={selectAlone}
      >
        {isCode ? (
          <CellTime run={run} place={inLine} />
        ) : (
          <div className="entry-time">
            <FoldArrow cell={cell} />
          </div>
        )}
        <div className="entry-spine">
          {isCode ? <CellNode state={nodeState(run)} /> : <span className="node node-note" />}
        </div>
        <div className="entry-body">
          <CellGuard cell={cell}>
            <CellBody cell={cell} number={number} run={run} isActive={isActive} isEditing={isEditing} />
          </CellGuard>
        </div>
      </article>
      <InsertRow after={cell.id} />
    </>
  );
});
