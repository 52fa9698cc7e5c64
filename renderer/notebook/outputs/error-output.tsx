import { ChevronRight } from 'lucide-react';
import { memo, useMemo, type JSX } from 'react';
import {
  errorWords,
  failingFrame,
  headingLines,
  tracebackFrames,
} from '../../../shared/notebook/outputs/traceback';
import type { OutputView, TextView } from '../../../shared/notebook/view';
import { useNotebook } from '../document-context';
import { copyAsText } from './output-actions';
import { useFold } from './output-memory';
import { linesWords, TextBlock, type OpenFull } from './text-block';

type ErrorView = Extract<OutputView, { kind: 'error' }>;

const BRIEF_LINES = 12;

/** A failure: what it is first, then the line it happened at, then the way there. */
export const ErrorOutput = memo(function ErrorOutput(props: {
  readonly cell: string;
  readonly error: ErrorView;
  readonly onOpen: OpenFull;
}): JSX.Element {
  const { cell, error, onOpen } = props;
  const { open, host } = useNotebook();
  const { ename, evalue, traceback, key } = error;
  const text = traceback.omittedLines > 0 ? '' : traceback.head;
  const frames = useMemo(() => tracebackFrames(text), [text]);
  const hits = useMemo(() => new Set(frames.flatMap(({ hit }) => (hit === null ? [] : [hit.at]))), [frames]);
  const failing = failingFrame(frames);
  // Other programs' words are not folded while they are few.
  const isBrief = frames.length === 0 && traceback.lines <= BRIEF_LINES;
  const [isOpen, toggle] = useFold(`${cell} ${key}`, isBrief);

  if (ename === 'ExitStatus') return <ExitStatus evalue={evalue} traceback={traceback} />;
  const words = errorWords(evalue);
  const isWordsOnly = isRepeat(error);
  const others = frames.length - 1;
  return (
    <div className="out-error">
      <pre className="out-text out-error-name">
        <b>{ename === '' ? 'Error' : ename}</b>
        {words.text !== '' && `: ${words.text}`}
        {words.isCut && '…'}
      </pre>
      {failing?.hit && !isOpen && (
        <pre className="out-text">
          <span className="out-row is-hit">
            <span className="out-hit-place">
              {placeWords(failing.isCell, failing.head, failing.hit.line)}
            </span>
            {failing.hit.source}
          </span>
        </pre>
      )}
      {isOpen && !isWordsOnly && (
        <TextBlock view={traceback} hits={hits} skip={headingLines(traceback.head)} onOpen={onOpen} />
      )}
      {!isWordsOnly && (
        <div className="out-foot">
          <button type="button" className="out-fold" aria-expanded={isOpen} onClick={toggle}>
            <ChevronRight className={isOpen ? 'icon icon-s is-open' : 'icon icon-s'} aria-hidden="true" />
            {isOpen ? 'Fold the traceback' : foldedWords(others, traceback.lines)}
          </button>
          {traceback.omittedLines > 0 && (
            <button type="button" className="out-link" onClick={() => onOpen(0)}>
              Open full output, {linesWords(traceback.lines)}
            </button>
          )}
          <button type="button" className="out-link" onClick={() => void copyAsText(open, host, cell, error)}>
            Copy
          </button>
        </div>
      )}
    </div>
  );
});

/** `line 3:`, or where in a file the innermost call was. */
function placeWords(isCell: boolean, head: string, line: number | null): string {
  if (isCell) return line === null ? '' : `line ${line}:  `;
  return `${head.replace(/^File /, '')}  `;
}

function foldedWords(others: number, lines: number): string {
  if (others > 0)
    return `${others} more ${others === 1 ? 'call' : 'calls'}, ${linesWords(lines)} of traceback`;
  return `Traceback, ${linesWords(lines)}`;
}

/** True when the traceback says nothing that the headline does not. */
function isRepeat({ ename, evalue, traceback }: ErrorView): boolean {
  const bare = traceback.head.trim();
  return bare === '' || bare === evalue.trim() || bare === ename || bare === `${ename}: ${evalue}`.trim();
}

/** A command that failed: what it printed stands above, and this is all there is to say. */
function ExitStatus(props: { readonly evalue: string; readonly traceback: TextView }): JSX.Element {
  const { evalue, traceback } = props;
  const [, ...more] = traceback.head.trim().split('\n');
  return (
    <div className="out-error">
      <pre className="out-text out-error-name is-status">exit status {errorWords(evalue).text}</pre>
      {more.length > 0 && <pre className="out-text muted">{more.join('\n')}</pre>}
    </div>
  );
}
