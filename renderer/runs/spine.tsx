import { ChevronDown, ChevronRight, CircleStop, Flag } from 'lucide-react';
import { useMemo, useRef, type JSX } from 'react';
import type { CellView } from '../../shared/notebook/contract';
import { recordOf } from '../../shared/runs/position';
import { taskItems } from '../../shared/runs/task-items';
import { cellTitle } from '../notebook/cell-facts';
import { CellRows, type RowPlace } from '../notebook/cell-list';
import { CellResults } from '../notebook/cell-results';
import { CellSource } from '../notebook/cell-source';
import { useModel, useNotebook } from '../notebook/document-context';
import { MarkdownView } from '../notebook/markdown/markdown-view';
import { selectOne } from '../notebook/selection';
import { clockTime, durationWords, utcWords } from '../notebook/time-words';
import { useMarkdownHost } from '../notebook/use-markdown-host';
import { Checklist } from './checklist';
import { GapMarker, PauseMarker } from './gap-marker';
import { useRun, useRunModel } from './run-context';
import { RunEntry, RunNode } from './run-entry';
import { runRows, type RunRow } from './run-rows';
import { numbersWords, rollbackName } from './step-names';
import { StartTrials } from './start-trials';
import { useEntryFocus } from './use-entry-focus';

const HEADER = 34;
const LINE = 20;

/** The rows of the run around, in their order. */
function useRows(): readonly RunRow[] {
  const plan = useRunModel((model) => model.plan);
  const run = useRunModel((model) => model.run);
  const queue = useRunModel((model) => model.live?.queue);
  const position = useRunModel((model) => model.position);
  const opened = useRunModel((model) => model.opened);
  const cells = useModel((model) => model.cells);
  const active = useModel((model) => model.selection.active);
  return useMemo(
    () =>
      run === null || position === null || queue === undefined
        ? []
        : runRows({ cells, plan, run, queue, position, opened, active }),
    [cells, plan, run, queue, position, opened, active],
  );
}

const DAY = new Intl.DateTimeFormat('en-GB', {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
});

/** The written spine: the runbook as it went, with what happened between its steps. */
export function Spine(): JSX.Element {
  const rows = useRows();
  const byKey = useMemo(() => new Map(rows.map((row) => [row.key, row])), [rows]);
  const order = useKept(rows.map(({ key }) => key));
  const byId = useModel((model) => model.byId);
  const active = useModel((model) => model.selection.active);
  const started = useRunModel(({ run }) => run?.started?.at ?? null);
  const ahead = useMemo(() => rows.slice(rows.findLastIndex(isWritten) + 1), [rows]);
  return (
    <CellRows
      order={order}
      label="Steps"
      isFixed
      day={started === null ? '' : DAY.format(new Date(started)).replace(',', '')}
      above={<StartTrials />}
      guess={(open, key) => {
        const row = byKey.get(key);
        const source = open.store.getState().byId.get(key)?.source ?? '';
        return row?.kind === 'text' ? 16 + LINE * Math.max(1, Math.ceil(source.length / 110)) : HEADER;
      }}
      draw={(key, _index, place) => {
        const row = byKey.get(key);
        if (row === undefined) return null;
        return (
          <Row
            row={row}
            cell={byId.get(key)}
            place={place}
            isAhead={ahead.includes(row)}
            isActive={key === active}
          />
        );
      }}
    />
  );
}

/** True for a row at which something has happened. */
function isWritten(row: RunRow): boolean {
  if (row.kind === 'step' || row.kind === 'rollback') return row.state !== 'todo';
  return row.kind === 'section' || row.kind === 'pause' || row.kind === 'gap' || row.kind === 'end';
}

/** No id of a cell has it. */
const BETWEEN = '\u0000';

/** The same array while its values are the same: the list compares by identity. */
function useKept(order: readonly string[]): readonly string[] {
  const joined = order.join(BETWEEN);
  return useMemo(() => (joined === '' ? [] : joined.split(BETWEEN)), [joined]);
}

function Row(props: {
  readonly row: RunRow;
  readonly cell: CellView | undefined;
  readonly place: RowPlace;
  readonly isAhead: boolean;
  readonly isActive: boolean;
}): JSX.Element | null {
  const { row, cell, place, isAhead, isActive } = props;
  const plan = useRunModel((model) => model.plan);
  switch (row.kind) {
    case 'pause':
      return <PauseMarker lasted={row.lasted} notes={row.notes} />;
    case 'gap':
      return <GapMarker gap={row.gap} />;
    case 'end':
      return <End />;
    case 'section':
      return <FoldedSection row={row} isActive={isActive} />;
    case 'heading':
      return <Heading row={row} isAhead={isAhead} isActive={isActive} />;
    default:
      break;
  }
  if (cell === undefined) return null;
  switch (row.kind) {
    case 'step':
      return (
        <RunEntry
          cell={cell}
          step={row.step}
          name={null}
          title={row.step.kind === 'setup' ? (cellTitle(cell) ?? 'Parameters') : row.step.title}
          state={row.state}
          place={place}
          isAhead={isAhead}
          isActive={isActive}
        />
      );
    case 'rollback':
      return (
        <RunEntry
          cell={cell}
          step={null}
          name={row.of === null ? 'r' : rollbackName(plan, row.of.cell, cell.id)}
          title={cellTitle(cell) ?? (row.of === null ? 'Rollback' : `Undo step ${row.of.number ?? ''}`)}
          state={row.state}
          place={place}
          isAhead={isAhead}
          isActive={isActive}
        />
      );
    case 'text':
    case 'aside':
      return <TextRow cell={cell} isAhead={isAhead} isActive={isActive} />;
  }
}

const NONE: readonly number[] = [];

/** The runbook's own words between the steps; what they ask for is ticked there, and cells that take no part. */
function TextRow(props: {
  readonly cell: CellView;
  readonly isAhead: boolean;
  readonly isActive: boolean;
}): JSX.Element {
  const { cell, isAhead, isActive } = props;
  const { open } = useNotebook();
  const host = useMarkdownHost();
  const record = useRunModel(({ run }) => (run === null ? undefined : recordOf(run, cell.id)));
  const mayTick = useRunModel(({ view, run }) => view?.readOnly === null && run?.finished === null);
  const { items, rest } = useMemo(() => taskItems(cell.source), [cell.source]);
  const element = useRef<HTMLElement>(null);
  useEntryFocus(element, isActive);
  return (
    <article
      ref={element}
      className={isActive ? 'entry is-selected is-active' : 'entry'}
      data-kind={cell.type}
      data-ahead={isAhead ? '' : undefined}
      data-cell={cell.id}
      tabIndex={isActive ? 0 : -1}
      aria-label={cellTitle(cell) ?? 'text'}
      onMouseDown={() => open.set({ selection: selectOne(cell.id), mode: 'command' })}
    >
      <div className="entry-time" />
      <div className="entry-spine">
        <span className="node node-note" />
      </div>
      <div className="entry-body">
        {cell.type === 'markdown' ? (
          <>
            {rest.trim() !== '' && (
              <div className="entry-text">
                <MarkdownView
                  source={rest}
                  attachments={cell.attachments}
                  scope={cell.id}
                  cell={cell.id}
                  host={host}
                  hasSections
                />
              </div>
            )}
            {items.length > 0 && (
              <div className="entry-part">
                <Checklist
                  cell={cell.id}
                  title="Checklist"
                  items={items}
                  required={NONE}
                  record={record}
                  isLive={mayTick}
                />
              </div>
            )}
          </>
        ) : (
          <>
            <p className="small muted run-aside">takes no part in the run</p>
            <CellSource cell={cell} run={undefined} isEditing={false} />
            <CellResults cell={cell} run={undefined} />
          </>
        )}
      </div>
    </article>
  );
}

function Heading(props: {
  readonly row: Extract<RunRow, { kind: 'heading' }>;
  readonly isAhead: boolean;
  readonly isActive: boolean;
}): JSX.Element {
  const { row, isAhead, isActive } = props;
  const run = useRun();
  const { open } = useNotebook();
  const element = useRef<HTMLElement>(null);
  useEntryFocus(element, isActive);
  return (
    <article
      ref={element}
      className={isActive ? 'entry is-selected is-active' : 'entry'}
      data-cell={row.key}
      data-kind="heading"
      data-ahead={isAhead ? '' : undefined}
      tabIndex={isActive ? 0 : -1}
      aria-label={`section, ${row.title}`}
      onMouseDown={() => open.set({ selection: selectOne(row.key), mode: 'command' })}
    >
      <div className="entry-time" />
      <div className="entry-spine" />
      <div className="entry-body">
        <div className="run-section-head">
          <h2 className="section-title">{row.title}</h2>
          {row.canFold && (
            <button
              type="button"
              className="tool run-fold"
              aria-label={`Fold section ${row.title}`}
              title={`Fold section ${row.title} (Left arrow)`}
              onClick={() => run.fold(row.key, false)}
            >
              <ChevronDown className="icon" aria-hidden="true" />
            </button>
          )}
        </div>
      </div>
    </article>
  );
}

function FoldedSection(props: {
  readonly row: Extract<RunRow, { kind: 'section' }>;
  readonly isActive: boolean;
}): JSX.Element {
  const { row, isActive } = props;
  const { section, from, lasted } = row;
  const run = useRun();
  const { open } = useNotebook();
  const element = useRef<HTMLElement>(null);
  useEntryFocus(element, isActive);
  const numbers = section.steps.flatMap(({ number }) => (number === null ? [] : [number]));
  const words = `${numbersWords(numbers)} done`;
  return (
    <article
      ref={element}
      className={isActive ? 'entry is-selected is-active' : 'entry'}
      data-state="done"
      data-fold="line"
      data-cell={row.key}
      tabIndex={isActive ? 0 : -1}
      aria-label={`section, ${section.title}, ${words}`}
      onMouseDown={() => open.set({ selection: selectOne(row.key), mode: 'command' })}
    >
      <div className="entry-time" title={from === null ? undefined : utcWords(from)}>
        {from !== null && <time dateTime={from}>{clockTime(from)}</time>}
      </div>
      <div className="entry-spine">
        <RunNode state="done" />
      </div>
      <div className="entry-body">
        <header className="entry-head" onDoubleClick={() => run.fold(row.key, true)}>
          <button
            type="button"
            className="tool run-section-open"
            aria-expanded="false"
            aria-label={`Open section ${section.title}`}
            title={`Open section ${section.title} (Right arrow)`}
            onClick={() => run.fold(row.key, true)}
          >
            <ChevronRight className="icon" aria-hidden="true" />
          </button>
          <h3 className="entry-title">{section.title}</h3>
          <span className="entry-sum cut">{words}</span>
          <span className="entry-side">
            <span className="dur">{lasted === null ? '' : durationWords(lasted)}</span>
          </span>
        </header>
      </div>
    </article>
  );
}

/** Where the record is closed. */
function End(): JSX.Element | null {
  const finished = useRunModel(({ run }) => run?.finished ?? null);
  if (finished === null) return null;
  const isDone = finished.status === 'done';
  const Sign = isDone ? Flag : CircleStop;
  return (
    <div className="entry run-end" data-line="last">
      <div className="entry-time" title={utcWords(finished.at)}>
        {clockTime(finished.at)}
      </div>
      <div className="entry-spine">
        <span className="node node-end">
          <Sign className="icon" aria-hidden="true" />
        </span>
      </div>
      <div className="entry-body">
        <p className="entry-head">
          <span className="entry-n" />
          <span className="entry-title">{isDone ? 'Finished' : 'Aborted'}</span>
          <span className="entry-sum">by {finished.by}, the record is closed</span>
        </p>
      </div>
    </div>
  );
}
