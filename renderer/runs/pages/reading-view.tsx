import { useEffect, useMemo, type JSX } from 'react';
import { useStore } from 'zustand';
import { attemptContentSchema, reasonContentSchema } from '../../../shared/runs/content';
import type { StepState } from '../../../shared/runs/model';
import { standingState } from '../../../shared/runs/position';
import { stateSentence } from '../../../shared/runs/status-update';
import { clockTime, durationWords, utcWords, zoneWord } from '../../notebook/time-words';
import { MarkdownView } from '../../notebook/markdown/markdown-view';
import { useMarkdownHost } from '../../notebook/use-markdown-host';
import { useNow } from '../../notebook/use-now';
import { STEP_SIGNS } from '../run-parts';
import { progressOf, readingParts, type ReadingPart } from './reading-rules';
import type { RunPort } from './run-port';

/** A run for people who do not run it: headings, the runbook's own text, one line of result a step. No code. */
export function ReadingView(props: { readonly run: RunPort }): JSX.Element | null {
  const { run } = props;
  const { run: reduced, plan, live, position, view } = useStore(run.store);
  const cells = useStore(run.document.store, (model) => model.cells);
  const now = useNow(reduced?.finished === null);
  const host = useMarkdownHost();
  const queue = live?.queue;
  const parts = useMemo(
    () => (reduced === null ? [] : readingParts(cells, plan, reduced, queue ?? [])),
    [cells, plan, reduced, queue],
  );
  useEffect(() =>
    run.want(
      parts.flatMap((part) => {
        if (part.kind !== 'step' || part.record === null) return [];
        const content = part.record.attempts.at(-1)?.finished?.content;
        const reason = part.record.decision?.reason;
        return [...(content === undefined ? [] : [content]), ...(reason === undefined ? [] : [reason])];
      }),
    ),
  );
  if (reduced === null || live === null || position === null || view === null) return null;
  const { done, of } = progressOf(plan, reduced, live.queue);
  const clock = (instant: string): string => `${clockTime(instant)} ${zoneWord(new Date(instant))}`;
  const started = reduced.started?.at ?? null;
  const end = reduced.finished === null ? now : Date.parse(reduced.finished.at);
  return (
    <div className="report-scroll" tabIndex={0} role="document" aria-label="The run, for reading">
      <div className="reading">
        <h2 className="reading-state">{stateSentence({ plan, run: reduced, live, position, now, clock })}</h2>
        <dl className="reading-facts">
          <div>
            <dt>Progress</dt>
            <dd>
              {done} of {of} steps
            </dd>
          </div>
          {started !== null && (
            <div>
              <dt>{reduced.finished === null ? 'Running since' : 'Began'}</dt>
              <dd title={utcWords(started)}>
                {clock(started)}{' '}
                <span className="small muted">{durationWords(end - Date.parse(started))}</span>
              </dd>
            </div>
          )}
          <div>
            <dt>Environment</dt>
            <dd>{reduced.started?.data.environment.name ?? ''}</dd>
          </div>
          <div>
            <dt>Driver</dt>
            <dd>{reduced.driver ?? view.details.driver}</dd>
          </div>
        </dl>
        {parts.map((part) =>
          part.kind === 'text' ? (
            <div key={part.key} className="reading-text">
              <MarkdownView source={part.source} scope={`read-${part.key}`} cell={part.key} host={host} />
            </div>
          ) : (
            <StepLine
              key={part.key}
              run={run}
              part={{ ...part, state: standingState(position, part.step.cell, part.state) }}
            />
          ),
        )}
      </div>
    </div>
  );
}

const WORDS: Readonly<Record<StepState, string>> = {
  todo: 'to come',
  queued: 'queued',
  running: 'running',
  done: 'done',
  failed: 'failed',
  waiting: 'waiting',
  skipped: 'skipped',
  rolledback: 'rolled back',
};

function StepLine(props: {
  readonly run: RunPort;
  readonly part: Extract<ReadingPart, { readonly kind: 'step' }>;
}): JSX.Element {
  const { run, part } = props;
  const { step, state, record } = part;
  const contents = useStore(run.store, (model) => model.contents);
  const Sign = STEP_SIGNS[state];
  const last = record?.attempts.at(-1);
  const content = last?.finished?.content;
  const line =
    content === undefined ? undefined : attemptContentSchema.safeParse(contents.get(content.file)).data?.line;
  const decision = record?.decision ?? null;
  const reason =
    decision === null
      ? undefined
      : reasonContentSchema.safeParse(contents.get(decision.reason.file)).data?.text;
  const finished = last?.finished ?? null;
  const attempts = record?.attempts.length ?? 0;
  const told = [
    attempts > 1 ? `Attempt ${attempts}` : '',
    record?.byHand === true ? 'done by hand' : '',
    reason === undefined ? '' : `“${reason}”`,
    line ?? '',
  ].filter((words) => words !== '');
  return (
    <div className="reading-step" data-state={state}>
      <div className="reading-time">
        {last !== undefined && <span title={utcWords(last.startedAt)}>{clockTime(last.startedAt)}</span>}
        {finished !== null && <span className="muted">{durationWords(finished.durationMs)}</span>}
      </div>
      <Sign className="icon" aria-hidden="true" />
      <div>
        <p className="reading-title">
          {step.number}. {step.title} <span className="reading-word">{WORDS[state]}</span>
        </p>
        {told.length > 0 && <p className="reading-line">{told.join('; ')}</p>}
      </div>
    </div>
  );
}
