import { Lock, Pencil } from 'lucide-react';
import { memo, useState, type JSX } from 'react';
import type { CellView } from '../../shared/notebook/contract';
import type { StepRecord } from '../../shared/runs/model';
import { cellLanguage, notebookLanguage } from '../notebook/cell-facts';
import { StillCode } from '../notebook/code/still-code';
import { DiffSides } from '../notebook/diff-sides';
import { useModel } from '../notebook/document-context';
import { useLineNumbers } from '../notebook/line-numbers';
import { clockTime, utcWords } from '../notebook/time-words';
import { DraftSource } from './draft-source';
import { useRunModel, useSource } from './run-context';
import { lastAttempt } from './step-names';
import { adjustmentWords } from './step-words';

type Adjustment = StepRecord['adjustments'][number];

/** Who adjusted a step before which attempt, and what became what; the two texts beside each other on demand. */
function AdjustmentLine(props: {
  readonly adjustment: Adjustment;
  readonly onShow: () => void;
  readonly isShown: boolean;
}): JSX.Element | null {
  const { adjustment, isShown, onShow } = props;
  const before = useSource(adjustment.before);
  const after = useSource(adjustment.after);
  if (before === null || after === null) return null;
  const words = adjustmentWords(before, after);
  return (
    <div className="source-foot">
      <Pencil className="icon" aria-hidden="true" />
      <span className="cut">
        Adjusted by {adjustment.by} before attempt {adjustment.beforeAttempt}:{' '}
        {'line' in words ? (
          <>
            line {words.line}, {words.was === '' ? 'added ' : words.is === '' ? 'removed ' : ''}
            {words.was !== '' && <code className="mono">{words.was}</code>}
            {words.was !== '' && words.is !== '' && ' became '}
            {words.is !== '' && <code className="mono">{words.is}</code>}
          </>
        ) : (
          `${words.lines} ${words.lines === 1 ? 'line' : 'lines'} changed`
        )}
      </span>
      <span className="grow" />
      <button type="button" className="out-link" aria-expanded={isShown} onClick={onShow}>
        {isShown ? 'Hide change' : 'Show change'}
      </button>
    </div>
  );
}

function Change(props: { readonly cell: CellView; readonly adjustment: Adjustment }): JSX.Element | null {
  const { cell, adjustment } = props;
  const base = useModel((model) => notebookLanguage(model.metadata));
  const before = useSource(adjustment.before);
  const after = useSource(adjustment.after);
  if (before === null || after === null) return null;
  return (
    <div className="entry-part">
      <DiffSides
        here={before}
        disk={after}
        language={cellLanguage(cell, base)}
        hereHead="Before"
        diskHead="After"
      />
    </div>
  );
}

/** The source of a step: as it was sent, under lock; what will be sent, below it where it is another text. */
export const RunSource = memo(function RunSource(props: {
  readonly cell: CellView;
  readonly record: StepRecord | undefined;
  readonly isRunning: boolean;
}): JSX.Element {
  const { cell, record, isRunning } = props;
  const base = useModel((model) => notebookLanguage(model.metadata));
  const wrap = useModel((model) => model.wrapLines);
  const lineNumbers = useLineNumbers();
  const attempt = lastAttempt(record);
  const sent = useSource(attempt?.source) ?? cell.source;
  const isDrafted = useRunModel(({ drafts }) => drafts.has(cell.id));
  const [isChangeShown, setChangeShown] = useState(false);
  const adjustment = record?.adjustments.at(-1);
  const language = cellLanguage(cell, base);
  const isAdjusted = attempt !== undefined && sent !== cell.source && !isRunning;
  // The last change belongs to what was sent, or to what will be.
  const isOfSent =
    adjustment !== undefined && attempt !== undefined && adjustment.beforeAttempt <= attempt.number;
  const line = (
    <>
      {adjustment !== undefined && (
        <AdjustmentLine
          adjustment={adjustment}
          isShown={isChangeShown}
          onShow={() => setChangeShown(!isChangeShown)}
        />
      )}
    </>
  );
  return (
    <>
      {(attempt !== undefined || !isDrafted) && (
        <div className="entry-part">
          <div className="source is-fixed run-sent">
            <StillCode
              source={attempt === undefined ? cell.source : sent}
              language={language}
              wrap={wrap}
              lineNumbers={lineNumbers}
            />
            {attempt !== undefined && (
              <span className="source-note" title={utcWords(attempt.startedAt)}>
                <Lock className="icon" aria-hidden="true" />
                {attempt.isCaptured === true ? 'as typed' : 'as sent'} {clockTime(attempt.startedAt)}
              </span>
            )}
            {(isOfSent || attempt === undefined) && line}
          </div>
        </div>
      )}
      {isAdjusted && !isDrafted && (
        <div className="entry-part">
          <div className="source is-fixed run-next">
            <StillCode source={cell.source} language={language} wrap={wrap} lineNumbers={lineNumbers} />
            <span className="source-note">
              <Pencil className="icon" aria-hidden="true" />
              adjusted, sent next
            </span>
            {!isOfSent && line}
          </div>
        </div>
      )}
      {isChangeShown && adjustment !== undefined && <Change cell={cell} adjustment={adjustment} />}
      {isDrafted && <DraftSource cell={cell} wasSent={attempt !== undefined} />}
    </>
  );
});
