import { ChevronDown, ChevronRight, CircleCheck, CircleStop, OctagonX } from 'lucide-react';
import { useState, type JSX } from 'react';
import { isJsonObject } from '../../shared/notebook/notebook-values';
import { SGR_DEFAULT } from '../../shared/notebook/outputs/sgr';
import type { CellView } from '../../shared/notebook/contract';
import type { AttemptContent } from '../../shared/runs/content';
import type { Attempt } from '../../shared/runs/model';
import type { Json, JsonObject } from '../../shared/rpc/contract';
import { cellLanguage, notebookLanguage } from '../notebook/cell-facts';
import { StillCode } from '../notebook/code/still-code';
import { DiffSides } from '../notebook/diff-sides';
import { useModel } from '../notebook/document-context';
import { AnsiText } from '../notebook/outputs/ansi-text';
import { clockTime, durationWords } from '../notebook/time-words';
import { useAttempt, useSource } from './run-context';

/** A text of nbformat, which is one string or a list of them. */
function textOf(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.filter((part) => typeof part === 'string').join('') : '';
}

/** What of a kept output can be read as text; null for a picture and the like. */
function readable(output: JsonObject): string | null {
  switch (output['output_type']) {
    case 'stream':
      return textOf(output['text']);
    case 'error': {
      const { traceback } = output;
      return Array.isArray(traceback) ? traceback.map(textOf).join('\n') : textOf(output['evalue']);
    }
    case 'display_data':
    case 'execute_result': {
      const { data } = output;
      const isBundle = isJsonObject(data);
      const plain = isBundle ? textOf(data['text/plain']) : '';
      return plain === '' ? null : plain;
    }
    default:
      return null;
  }
}

/** The outputs of an earlier attempt, as text. */
export function KeptOutputs(props: { readonly outputs: AttemptContent['outputs'] }): JSX.Element {
  return (
    <div className="output">
      {props.outputs.map((output, index) => {
        const text = readable(output);
        return text === null ? (
          <p key={index} className="muted small">
            A picture or another kind of output is kept in the record.
          </p>
        ) : (
          <pre key={index} className="out-text">
            <AnsiText text={text} entry={SGR_DEFAULT} />
          </pre>
        );
      })}
    </div>
  );
}

const SIGNS = { done: CircleCheck, failed: OctagonX, interrupted: CircleStop } as const;
const WORDS = { done: 'done', failed: 'failed', interrupted: 'was interrupted' } as const;

/** An earlier attempt in one line; its source and output below, and beside the next one, on demand. */
export function EarlierAttempt(props: {
  readonly cell: CellView;
  readonly attempt: Attempt;
  readonly next: Attempt;
}): JSX.Element {
  const { cell, attempt, next } = props;
  const [shown, setShown] = useState<'line' | 'whole' | 'compared'>('line');
  const { finished } = attempt;
  const content = useAttempt(finished?.content);
  const status = finished?.status ?? 'interrupted';
  const Sign = SIGNS[status];
  const result = content?.failure ?? content?.line ?? '';
  const words = finished === null ? 'has no end in the record' : WORDS[status];
  return (
    <div className="entry-part">
      <div className="attempt">
        <button
          type="button"
          className="tool"
          aria-expanded={shown === 'whole'}
          aria-label={`Attempt ${attempt.number}, source and output`}
          title={shown === 'whole' ? 'Fold the attempt' : 'Show source and output of the attempt'}
          onClick={() => setShown(shown === 'whole' ? 'line' : 'whole')}
        >
          {shown === 'whole' ? (
            <ChevronDown className="icon" aria-hidden="true" />
          ) : (
            <ChevronRight className="icon" aria-hidden="true" />
          )}
        </button>
        <span className="state" data-state={status === 'interrupted' ? 'skipped' : status}>
          <Sign className="icon" aria-hidden="true" />
          Attempt {attempt.number} {words}
        </span>
        <time className="time muted" dateTime={attempt.startedAt}>
          {clockTime(attempt.startedAt)}
        </time>
        {finished !== null && <span className="time muted">{durationWords(finished.durationMs)}</span>}
        <span className="cut muted attempt-words" title={result}>
          {result}
        </span>
        <button
          type="button"
          className="out-link"
          aria-expanded={shown === 'compared'}
          onClick={() => setShown(shown === 'compared' ? 'line' : 'compared')}
        >
          Compare with attempt {next.number}
        </button>
      </div>
      {shown === 'whole' && <Whole cell={cell} attempt={attempt} content={content} />}
      {shown === 'compared' && <Compared cell={cell} attempt={attempt} next={next} />}
    </div>
  );
}

function Whole(props: {
  readonly cell: CellView;
  readonly attempt: Attempt;
  readonly content: AttemptContent | null;
}): JSX.Element {
  const base = useModel((model) => notebookLanguage(model.metadata));
  const source = useSource(props.attempt.source);
  return (
    <div className="attempt-whole">
      <div className="source is-fixed">
        <StillCode
          source={source ?? ''}
          language={cellLanguage(props.cell, base)}
          wrap={false}
          lineNumbers={false}
        />
      </div>
      {props.content !== null && <KeptOutputs outputs={props.content.outputs} />}
    </div>
  );
}

function Compared(props: {
  readonly cell: CellView;
  readonly attempt: Attempt;
  readonly next: Attempt;
}): JSX.Element | null {
  const { cell, attempt, next } = props;
  const base = useModel((model) => notebookLanguage(model.metadata));
  const before = useSource(attempt.source);
  const after = useSource(next.source);
  if (before === null || after === null) return null;
  if (before === after) {
    return <p className="attempt-whole small muted">Both attempts sent the same source.</p>;
  }
  return (
    <DiffSides
      here={before}
      disk={after}
      language={cellLanguage(cell, base)}
      hereHead={`Attempt ${attempt.number}`}
      diskHead={`Attempt ${next.number}`}
    />
  );
}
