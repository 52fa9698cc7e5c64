import { defaultRangeExtractor, useVirtualizer, type Range, type Virtualizer } from '@tanstack/react-virtual';
import {
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type JSX,
  type ReactNode,
} from 'react';
import { CellEntry } from './cell-entry';
import { cellNumbers, lineCount } from './cell-facts';
import { useModel, useNotebook } from './document-context';
import type { OpenDocument } from './document-store';
import { InsertRow } from './insert-row';
import { createShownOrder, revealCell } from './collapsing';
import { KernelMissing } from './kernel-missing';
import { guessOutputsHeight } from './outputs/guess-height';
import { isFolded } from './reveal';
import { keptReading } from './reading-memory';
import { rememberPlace, rememberedPlace } from './scroll-memory';
import { selectedCells } from './selection';
import { useKeptReading, useReturn } from './use-reading-place';
import { zoneWord } from './time-words';
import { useCellDrag } from './use-cell-drag';

const LINE = 20;
const HEADER = 32;
const HOUR_MS = 3_600_000;
/** Kept free below the last row; of cells that are longer than the view, where the next one is put. */
const FOOT = 24;
const FOOT_OF_LONG = 240;

/** A guess at a cell's height before it was ever drawn; the nearer, the calmer the scroll bar. */
function guessHeight(open: OpenDocument, id: string): number {
  const model = open.store.getState();
  const cell = model.byId.get(id);
  if (!cell) return HEADER;
  if (cell.type === 'markdown')
    return isFolded(model, cell, 'source')
      ? 40
      : 16 + Math.max(1, Math.ceil(cell.source.length / 110), lineCount(cell.source)) * 24;
  const source = isFolded(model, cell, 'source') ? 28 : 18 + Math.max(1, lineCount(cell.source)) * LINE;
  const outputs = guessOutputsHeight(open, id, model.outputs.get(id) ?? []);
  return HEADER + source + 12 + (isFolded(model, cell, 'outputs') && outputs > 0 ? 28 : outputs);
}

/** What is selected or asked for is never hidden: the headings over it open. */
function useReveal(open: OpenDocument): void {
  const active = useModel((model) => model.selection.active);
  const showCell = useModel((model) => model.showCell);
  const cells = useModel((model) => model.cells);
  useLayoutEffect(() => {
    if (active !== null) revealCell(open, active);
  }, [open, active, cells]);
  useLayoutEffect(() => {
    if (showCell !== null) revealCell(open, showCell.cell);
  }, [open, showCell]);
}

type CellVirtualizer = Virtualizer<HTMLDivElement, Element>;

/** Tells the model where the reader is: the active cell while it is in view, else the first one in view. */
function useReadCell(
  open: OpenDocument,
  virtual: CellVirtualizer,
  order: readonly string[],
  active: number,
): void {
  // Asked anew: that of the last drawing knows nothing of what has grown since.
  const range = virtual.calculateRange();
  const first = range?.startIndex ?? 0;
  const last = range?.endIndex ?? 0;
  const read = order[active >= first && active <= last ? active : first] ?? null;
  useEffect(() => {
    if (open.store.getState().readCell !== read) open.set({ readCell: read });
  }, [open, read]);
}

/** Keeps what is read in its place when cells above it come, go or are folded. */
function useStillView(virtual: CellVirtualizer, order: readonly string[]): void {
  const before = useRef({ order, first: 0, start: 0 });
  useLayoutEffect(() => {
    const was = before.current;
    const view = virtual.scrollElement;
    if (was.order === order || view === null) return;
    const place = order.indexOf(was.order[was.first] ?? '');
    const item = virtual.measurementsCache[place];
    if (item !== undefined && item.start !== was.start) view.scrollBy({ top: item.start - was.start });
  }, [virtual, order]);
  useLayoutEffect(() => {
    const first = virtual.range?.startIndex ?? 0;
    before.current = { order, first, start: virtual.measurementsCache[first]?.start ?? 0 };
  });
}

/** When all sources are folded, or outputs moved beside them, every height is another; the cell that is read keeps its place. */
function useOtherHeights(open: OpenDocument, virtual: CellVirtualizer, order: readonly string[]): void {
  const codeHidden = useModel((model) => model.codeHidden);
  const outputsBeside = useModel((model) => model.outputsBeside);
  const before = useRef({ codeHidden, outputsBeside });
  useLayoutEffect(() => {
    const was = before.current;
    if (was.codeHidden === codeHidden && was.outputsBeside === outputsBeside) return;
    before.current = { codeHidden, outputsBeside };
    virtual.measure();
    // What is drawn is asked at once: nobody tells of a row that is as high as before.
    for (const row of virtual.scrollElement?.querySelectorAll<HTMLElement>('.log-row') ?? [])
      virtual.resizeItem(Number(row.dataset['index']), row.offsetHeight);
    const place = order.indexOf(open.store.getState().readCell ?? '');
    if (place !== -1) virtual.scrollToIndex(place, { align: 'start' });
  }, [open, virtual, order, codeHidden, outputsBeside]);
}

/** The cells of a runbook, of which only those near the view are drawn. */
export function CellList(): JSX.Element {
  const { open } = useNotebook();
  const order = useModel(useMemo(createShownOrder, []));
  useReveal(open);
  const byId = useModel((model) => model.byId);
  const cells = useModel((model) => model.cells);
  const allCells = useModel((model) => model.order);
  const selection = useModel((model) => model.selection);
  const mode = useModel((model) => model.mode);

  const types = cells.map((cell) => cell.type).join('');
  // Numbers depend on kinds and order alone, not on every key press.
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  const numbers = useMemo(() => cellNumbers(cells), [allCells, types]);
  const selected = useMemo(() => new Set(selectedCells(allCells, selection)), [allCells, selection]);
  return (
    <CellRows
      order={order}
      label="Cells"
      guess={guessHeight}
      isFixed={false}
      above={<KernelMissing />}
      empty={
        allCells.length === 0 && (
          <div className="log-empty" role="listitem">
            <p>This runbook has no cells yet. Begin with one of these:</p>
            <InsertRow after={null} isShown />
          </div>
        )
      }
      draw={(id, index, place) => {
        const cell = byId.get(id);
        if (!cell) return null;
        const isActive = cell.id === selection.active;
        return (
          <>
            {index === 0 && <InsertRow after={null} />}
            <CellEntry
              cell={cell}
              number={numbers.get(cell.id) ?? null}
              isSelected={selected.has(cell.id)}
              isActive={isActive}
              isEditing={isActive && mode === 'edit'}
              place={place}
            />
          </>
        );
      }}
    />
  );
}

/** Where a row stands on the spine. */
export type RowPlace = 'first' | 'between' | 'last' | 'only';

/** Rows along the spine, of which only those near the view are drawn. The view keeps its place whatever grows above it. */
export function CellRows(props: {
  /** A row for each; the id of its cell where it is one. */
  readonly order: readonly string[];
  readonly label: string;
  /** A row's height before it was ever drawn. */
  readonly guess: (open: OpenDocument, id: string) => number;
  /** Rows stay where they are, whatever is dragged. */
  readonly isFixed: boolean;
  readonly above?: ReactNode;
  /** The day, at the head of the spine. */
  readonly day?: string;
  readonly empty?: ReactNode;
  readonly draw: (id: string, index: number, place: RowPlace) => ReactNode;
}): JSX.Element {
  const { order, guess, isFixed, draw } = props;
  const { open } = useNotebook();
  const selection = useModel((model) => model.selection);
  const showCell = useModel((model) => model.showCell);
  const scroller = useRef<HTMLDivElement>(null);
  const place = useMemo(() => rememberedPlace(open), [open]);
  // What was asked for before the list was drawn comes first.
  const kept = useMemo(
    () => (place === null && open.store.getState().showCell === null ? keptReading(open.path) : null),
    [open, place],
  );

  const above = useRef<HTMLDivElement>(null);
  const [margin, setMargin] = useState(0);
  const [viewHeight, setViewHeight] = useState(0);
  useLayoutEffect(() => {
    const element = above.current;
    const view = scroller.current;
    if (!element || !view) return undefined;
    const observer = new ResizeObserver(() => {
      setMargin(element.offsetHeight);
      setViewHeight(view.clientHeight);
    });
    observer.observe(element);
    observer.observe(view);
    return () => observer.disconnect();
  }, []);

  const activeIndex = selection.active === null ? -1 : order.indexOf(selection.active);

  // Its functions change with the list and are called where it is drawn alone.
  // oxlint-disable-next-line react/incompatible-library
  const virtual = useVirtualizer({
    count: order.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => guess(open, order[index] ?? ''),
    getItemKey: useCallback((index: number) => order[index] ?? index, [order]),
    overscan: 6,
    scrollMargin: margin,
    paddingStart: 34,
    // Where rows are written, not edited, nothing is to be put below the last one.
    paddingEnd: isFixed ? FOOT : FOOT_OF_LONG,
    scrollPaddingStart: 24,
    scrollPaddingEnd: 48,
    initialOffset: place?.offset ?? 0,
    initialMeasurementsCache: place === null ? [] : [...place.measurements],
    // The active cell stays: it holds the focus, and the one live editor.
    rangeExtractor: useCallback(
      (range: Range) => {
        const shown = defaultRangeExtractor(range);
        if (activeIndex === -1 || shown.includes(activeIndex)) return shown;
        return [...shown, activeIndex].toSorted((a, b) => a - b);
      },
      [activeIndex],
    ),
  });

  useReadCell(open, virtual, order, activeIndex);
  useStillView(virtual, order);
  useReturn(open, virtual, order, kept);
  useKeptReading(open, virtual, order);
  useOtherHeights(open, virtual, order);

  useEffect(
    () => () =>
      rememberPlace(open, { offset: virtual.scrollOffset ?? 0, measurements: virtual.measurementsCache }),
    [open, virtual],
  );

  // A wish of before this list was drawn has been followed; the view comes back to where it was.
  const followed = useRef(place === null ? null : showCell);
  useEffect(() => {
    if (showCell === null || showCell === followed.current) return;
    const index = order.indexOf(showCell.cell);
    const view = scroller.current;
    // Below a folded heading: it is opened first.
    if (index === -1 || !view) return;
    followed.current = showCell;
    const item = virtual.measurementsCache[index];
    const top = view.scrollTop;
    const bottom = top + view.clientHeight;
    if (item && showCell.align === 'auto') {
      // A cell higher than the view, of which some part is seen, stays where it is.
      const isSeen = item.start >= top && item.end <= bottom;
      const fills = item.size > view.clientHeight - 72 && item.start < bottom - 60 && item.end > top + 60;
      if (isSeen || fills) return;
    }
    virtual.scrollToIndex(index, { align: showCell.align });
  }, [showCell, order, open, virtual]);

  const drag = useCellDrag(open, scroller);
  // What is seen whole needs no scroll bar.
  const height = virtual.getTotalSize();
  const least = isFixed ? height : height - FOOT_OF_LONG + FOOT;
  const outputsBeside = useModel((model) => model.outputsBeside);
  // Summer time comes and goes by the hour; the words are asked of three calendars.
  const hour = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
  const zone = useMemo(() => zoneWord(new Date(hour)), [hour]);
  return (
    <div
      ref={scroller}
      className="doc"
      tabIndex={-1}
      onPointerDown={isFixed ? undefined : drag.onPointerDown}
    >
      <div ref={above}>{props.above}</div>
      <div
        className={outputsBeside ? 'log is-beside' : 'log'}
        role="list"
        aria-label={props.label}
        style={{ height: margin + least <= viewHeight ? least : height }}
      >
        <div className="log-head" role="presentation">
          <span title="The zone of all times below">{zone}</span>
          <span />
          <span className="log-day">{props.day}</span>
        </div>
        {drag.line !== null && <div className="drop-line" role="presentation" style={{ top: drag.line }} />}
        {props.empty}
        {virtual.getVirtualItems().map((item) => {
          const id = order[item.index];
          const drawn = id === undefined ? null : draw(id, item.index, placeOf(item.index, order.length));
          if (drawn === null) return null;
          return (
            <div
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              role="listitem"
              className="log-row"
              style={{ top: item.start - margin }}
            >
              {drawn}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function placeOf(index: number, count: number): RowPlace {
  if (count === 1) return 'only';
  if (index === 0) return 'first';
  return index === count - 1 ? 'last' : 'between';
}
