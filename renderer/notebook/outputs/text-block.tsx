import { memo, useMemo, type JSX } from 'react';
import type { Sgr } from '../../../shared/notebook/outputs/sgr';
import { viewRows, type TextRow } from '../../../shared/notebook/outputs/text-rows';
import { VIEW_HEAD_LINES, type TextView } from '../../../shared/notebook/view';
import { AnsiText } from './ansi-text';

/** Opens the full output with this line (from 0) in view. */
export type OpenFull = (line: number) => void;

const Row = memo(function Row(props: {
  readonly number: number;
  readonly text: string;
  readonly entry: Sgr;
  readonly isCut: boolean;
  readonly isHit: boolean;
  readonly onOpen: OpenFull;
}): JSX.Element {
  const { number, text, entry, isCut, isHit, onOpen } = props;
  return (
    <span className={isHit ? 'out-row is-hit' : 'out-row'}>
      <AnsiText text={text} entry={entry} />
      {isCut && (
        <button type="button" className="out-link" onClick={() => onOpen(number)}>
          the line goes on: open full output
        </button>
      )}
      {/* A marked line is a block and ends by itself. */}
      {isHit ? null : '\n'}
    </span>
  );
});

function Rows(props: {
  readonly rows: readonly TextRow[];
  readonly hits: ReadonlySet<number> | undefined;
  readonly onOpen: OpenFull;
}): JSX.Element {
  const { rows, hits, onOpen } = props;
  return (
    <pre className="out-text">
      {rows.map(({ number, text, entry, isCut }) => (
        <Row
          key={number}
          number={number}
          text={text}
          entry={entry}
          isCut={isCut}
          isHit={hits?.has(number) ?? false}
          onOpen={onOpen}
        />
      ))}
    </pre>
  );
}

/** `1,240 lines`, `1 line`. */
export function linesWords(count: number): string {
  return count === 1 ? '1 line' : `${count.toLocaleString('en-US')} lines`;
}

/** A text in its colours: all of it, or both ends with what is left out between. */
export const TextBlock = memo(function TextBlock(props: {
  readonly view: TextView;
  /** Lines to mark, by their number in the whole text. */
  readonly hits?: ReadonlySet<number>;
  /** Lines at the top that are left out. */
  readonly skip?: number;
  readonly onOpen: OpenFull;
}): JSX.Element {
  const { view, hits, skip = 0, onOpen } = props;
  const { head, tail } = useMemo(() => viewRows(view), [view]);
  const isLeftOut = view.omittedLines > 0;
  return (
    <>
      <Rows rows={skip === 0 ? head : head.slice(skip)} hits={hits} onOpen={onOpen} />
      {isLeftOut && (
        <div className="out-between">
          <span className="num">
            {linesWords(view.omittedLines)} not shown:{' '}
            <button
              type="button"
              className="out-link"
              onClick={() => onOpen(Math.min(head.length, VIEW_HEAD_LINES))}
            >
              open full output
            </button>
          </span>
        </div>
      )}
      {tail.length > 0 && <Rows rows={tail} hits={hits} onOpen={onOpen} />}
    </>
  );
});
