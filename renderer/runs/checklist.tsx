import { Check } from 'lucide-react';
import { useId, type JSX } from 'react';
import type { TaskItem } from '../../shared/runs/task-items';
import type { StepRecord } from '../../shared/runs/model';
import { MarkdownView } from '../notebook/markdown/markdown-view';
import { clockTime, utcWords } from '../notebook/time-words';
import { useMarkdownHost } from '../notebook/use-markdown-host';
import { useRun, useRunModel } from './run-context';

/** The tasks of a gate or a checklist: each tick with who and when beside it; the others required or optional. */
export function Checklist(props: {
  readonly cell: string;
  readonly title: string;
  readonly items: readonly TaskItem[];
  readonly required: readonly number[];
  readonly record: StepRecord | undefined;
  /** False where nothing can be ticked any more, or not yet. */
  readonly isLive: boolean;
}): JSX.Element {
  const { cell, items, required, record, isLive } = props;
  const run = useRun();
  const host = useMarkdownHost();
  const group = useId();
  const isSending = useRunModel((model) => model.isSending);
  const ticks = record?.ticks ?? {};
  const done = required.filter((item) => Object.hasOwn(ticks, String(item))).length;
  return (
    <div className="facts run-checklist" role="group" aria-label={props.title}>
      <div className="facts-head">
        {props.title}
        <span className="facts-count muted">
          {required.length === 0 ? 'all optional' : `${done} of ${required.length} required`}
        </span>
      </div>
      {items.map(({ item, text }) => {
        const tick = Object.hasOwn(ticks, String(item)) ? ticks[String(item)] : undefined;
        const isRequired = required.includes(item);
        return (
          <div key={item} className="facts-row">
            <button
              id={`${group}-${item}`}
              type="button"
              role="checkbox"
              className="run-check"
              aria-checked={tick !== undefined}
              aria-label={`${text}${isRequired ? ', required' : ', optional'}`}
              disabled={!isLive}
              onClick={() => {
                if (!isSending) void run.act({ kind: 'tick', cell, item, on: tick === undefined });
              }}
            >
              <span className="run-check-box">
                {tick !== undefined && <Check className="icon" aria-hidden="true" />}
              </span>
            </button>
            {/* A press on the words is one on the box; links in them are links. */}
            <label className="run-item grow" htmlFor={`${group}-${item}`}>
              <MarkdownView source={text} scope={`${cell}-${item}`} cell={cell} host={host} />
            </label>
            <span className="who">
              {tick === undefined ? (
                <span>{isRequired ? 'required' : 'optional'}</span>
              ) : (
                <>
                  <span>{tick.by}</span>
                  <time className="time" dateTime={tick.at} title={utcWords(tick.at)}>
                    {clockTime(tick.at)}
                  </time>
                </>
              )}
            </span>
          </div>
        );
      })}
    </div>
  );
}
