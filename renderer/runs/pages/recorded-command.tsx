import { useMemo, useState, type JSX } from 'react';
import { useStore } from 'zustand';
import { viewRows } from '../../../shared/notebook/outputs/text-rows';
import { viewOfText } from '../../../shared/notebook/outputs/text-view';
import { commandContentSchema, type CommandContent } from '../../../shared/runs/content';
import type { RunEventOf } from '../../../shared/runs/events';
import { visibleControls } from '../../../shared/terminal/shown-text';
import { AnsiText } from '../../notebook/outputs/ansi-text';
import { linesWords } from '../../notebook/outputs/text-block';
import type { RunPort } from './run-port';

/** What a recorded command printed: as a terminal showed it, or all that was written, whatever was drawn over it. */
export function RecordedCommand(props: {
  readonly run: RunPort;
  readonly event: RunEventOf<'terminal-command'>;
}): JSX.Element | null {
  const { run, event } = props;
  const [isRaw, setRaw] = useState(false);
  const file = event.data.content?.file;
  const value = useStore(run.store, ({ contents }) => (file === undefined ? undefined : contents.get(file)));
  const content = useMemo(() => commandContentSchema.safeParse(value).data ?? null, [value]);
  if (content === null) return null;
  const text = isRaw ? rawText(content) : content.shown;
  return (
    <section className="tl-printed" aria-label="What the command printed">
      <div className="tl-printed-head">
        <b className="mono small cut">{content.command}</b>
        <span className="muted cut">{content.directory}</span>
        <span className="grow" />
        <button
          type="button"
          className="chip"
          aria-pressed={isRaw}
          title="All that was written, with what was drawn over"
          onClick={() => setRaw(!isRaw)}
        >
          Raw
        </button>
      </div>
      <Printed text={text} />
    </section>
  );
}

function Printed(props: { readonly text: string }): JSX.Element {
  const { text } = props;
  const view = useMemo(() => viewOfText(text), [text]);
  const { head, tail } = useMemo(() => viewRows(view), [view]);
  if (text.trim() === '') return <p className="tl-printed-text muted">It printed nothing.</p>;
  const rows = (of: typeof head): JSX.Element => (
    <pre className="out-text">
      {of.map(({ number, text: line, entry }) => (
        <span key={number}>
          <AnsiText text={line} entry={entry} />
          {'\n'}
        </span>
      ))}
    </pre>
  );
  return (
    <div className="tl-printed-text" tabIndex={0} role="group" aria-label="Output">
      {rows(head)}
      {view.omittedLines > 0 && <p className="muted small">{linesWords(view.omittedLines)} not shown</p>}
      {tail.length > 0 && rows(tail)}
    </div>
  );
}

function rawText({ raw }: CommandContent): string {
  return visibleControls(
    raw
      .map(([, text]) => text)
      .join('')
      .replaceAll('\r\n', '\n'),
  );
}
