import { memo, useLayoutEffect, useRef, useState, type JSX, type Ref } from 'react';
import { linesInView, scrollTopOf } from '../../../shared/notebook/outputs/line-window';
import type { Sgr } from '../../../shared/notebook/outputs/sgr';
import { AnsiText } from './ansi-text';
import type { FullLines } from './full-lines';

const ROW = 20;
/** Characters of a line that are drawn; the whole of it is in the file that "save" writes. */
const MOST_DRAWN = 20_000;

/** The lines in view of a text of any length. All rows are equally tall; long lines run on to the right. */
export function FullLineList(props: {
  readonly ref: Ref<HTMLDivElement>;
  readonly lines: FullLines;
  readonly total: number;
  /** The line to begin with, from 0. */
  readonly first: number;
  readonly wanted: string;
  readonly caseSensitive: boolean;
  /** The line to bring into view, and to mark. */
  readonly current: number | null;
}): JSX.Element {
  const { ref, lines, total, first, wanted, caseSensitive, current } = props;
  const box = useRef<HTMLDivElement>(null);
  const [scroll, setScroll] = useState({ top: 0, height: 0 });

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(() =>
      setScroll({ top: element.scrollTop, height: element.clientHeight }),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const shown = useRef<number | null>(null);
  useLayoutEffect(() => {
    const element = box.current;
    const target = current ?? shown.current ?? first;
    if (!element || total === 0 || scroll.height === 0 || shown.current === target) return;
    shown.current = target;
    element.scrollTop = scrollTopOf(target, { total, rowHeight: ROW, viewHeight: scroll.height });
  }, [first, current, total, scroll.height]);

  const view = linesInView({ total, rowHeight: ROW, viewHeight: scroll.height, scrollTop: scroll.top });
  const numbers = Array.from({ length: Math.max(0, view.to - view.from) }, (_, index) => view.from + index);
  const gutter = Math.max(3, total.toLocaleString('en-US').length);
  return (
    <div
      ref={(element) => {
        box.current = element;
        if (typeof ref === 'function') ref(element);
        else if (ref !== null) ref.current = element;
      }}
      className="full-lines"
      tabIndex={0}
      role="document"
      aria-label="Lines of the output"
      onScroll={({ currentTarget }) =>
        setScroll({ top: currentTarget.scrollTop, height: currentTarget.clientHeight })
      }
    >
      <div className="full-box" style={{ height: view.height }}>
        <div className="full-rows" style={{ transform: `translateY(${view.top}px)` }}>
          {numbers.map((number) => {
            const row = lines.row(number);
            return (
              <Line
                key={number}
                number={number}
                gutter={gutter}
                text={row?.text ?? ''}
                entry={row?.entry ?? null}
                wanted={wanted}
                caseSensitive={caseSensitive}
                isCurrent={number === current}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

const Line = memo(function Line(props: {
  readonly number: number;
  readonly gutter: number;
  readonly text: string;
  readonly entry: Sgr | null;
  readonly wanted: string;
  readonly caseSensitive: boolean;
  readonly isCurrent: boolean;
}): JSX.Element {
  const { number, gutter, text, entry, wanted, caseSensitive, isCurrent } = props;
  const isLong = text.length > MOST_DRAWN;
  return (
    <div className={isCurrent ? 'full-row is-current' : 'full-row'} data-line={number + 1}>
      <span className="full-number" style={{ width: `${gutter}ch` }} aria-hidden="true">
        {(number + 1).toLocaleString('en-US')}
      </span>
      {entry !== null && (
        <span className="full-text">
          <AnsiText
            text={isLong ? text.slice(0, MOST_DRAWN) : text}
            entry={entry}
            wanted={wanted}
            caseSensitive={caseSensitive}
          />
          {isLong && (
            <span className="muted">
              {' '}
              … {text.length.toLocaleString('en-US')} characters; save the output to see all
            </span>
          )}
        </span>
      )}
    </div>
  );
});
