import { useEffect, useLayoutEffect, useRef, useState, type JSX } from 'react';
import type { CellView } from '../../../shared/notebook/contract';
import { useMarkdownHost } from '../use-markdown-host';
import { MarkdownView } from './markdown-view';

/** Milliseconds from a key press to the text that shows it; typing is never held up by rendering. */
const BEHIND = 120;

/** The value as it was a moment ago; while it keeps changing, anew every {@link BEHIND} milliseconds. */
function useBehind<T>(value: T): T {
  const [behind, setBehind] = useState(value);
  const latest = useRef(value);
  const timer = useRef<number | null>(null);
  useEffect(() => {
    latest.current = value;
    timer.current ??= window.setTimeout(() => {
      timer.current = null;
      setBehind(latest.current);
    }, BEHIND);
  }, [value]);
  useEffect(
    () => () => {
      if (timer.current !== null) clearTimeout(timer.current);
      timer.current = null;
    },
    [],
  );
  return behind;
}

/**
 * The text that is being written, as it will be shown: beside its source or below it.
 *
 * @param progress how far down the source the cursor stands, from 0 to 1; what is written there is kept in view
 */
export function MarkdownPreview(props: { readonly cell: CellView; readonly progress: number }): JSX.Element {
  const { cell, progress } = props;
  const host = useMarkdownHost();
  const source = useBehind(cell.source);
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const beyond = element.scrollHeight - element.clientHeight;
    if (beyond > 0)
      element.scrollTop = Math.max(0, element.scrollHeight * progress - element.clientHeight / 2);
  }, [source, progress]);
  return (
    <div ref={box} className="md-preview" role="region" aria-label="Preview of the text">
      {source.trim() === '' ? (
        <p className="muted">What you write is shown here.</p>
      ) : (
        <MarkdownView
          source={source}
          attachments={cell.attachments}
          scope={cell.id}
          cell={cell.id}
          host={host}
        />
      )}
    </div>
  );
}
