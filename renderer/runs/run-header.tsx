import { MessageSquarePlus, PanelRight } from 'lucide-react';
import type { JSX } from 'react';
import { useTooltip } from '../notebook/keys-in-use';
import { fileName } from '../notebook/file-name';
import { EnvBadge } from './env-badge';
import { useRun, useRunModel } from './run-context';
import type { RunPage } from './run-store';
import type { Json } from '../../shared/rpc/contract';

const PAGES: readonly (readonly [RunPage, string])[] = [
  ['notebook', 'Notebook'],
  ['timeline', 'Timeline'],
  ['checkpoints', 'Checkpoints'],
  ['report', 'Report'],
];

/** What run this is: its environment, title, driver and origin; its pinned parameters; its four views. */
export function RunHeader(): JSX.Element {
  const run = useRun();
  const tooltip = useTooltip();
  const view = useRunModel((model) => model.view);
  const reduced = useRunModel((model) => model.run);
  const page = useRunModel((model) => model.page);
  const isRecordOpen = useRunModel((model) => model.isRecordOpen);
  const started = reduced?.started?.data;
  const details = view?.details;
  const pinned = details?.parameters.filter((one) => one.pinned) ?? [];
  const mayNote = view?.readOnly === null && reduced?.finished === null;
  const driver = reduced?.driver ?? details?.driver ?? '';
  return (
    <div className="context run-context">
      <div className="grow">
        <div className="row">
          {started !== undefined && <EnvBadge environment={started.environment} />}
          <h1 className="cut" title={details?.title}>
            {details?.title ?? 'Run'}
          </h1>
          {started?.environment.gates === 'confirm' && <span className="tag">rehearsal</span>}
        </div>
        <div className="context-sub">
          {view !== null && (
            <span>
              Run <span className="mono">{view.short}</span>
            </span>
          )}
          {driver !== '' && (
            <span>
              driver {driver}
              {view?.readOnly === null ? ' (you)' : ''}
            </span>
          )}
          {started !== undefined && (
            <span className="cut" title={started.runbook}>
              from {fileName(started.runbook)}
              {started.commit !== null && (
                <>
                  {' at '}
                  <span className="mono">{started.commit.slice(0, 7)}</span>
                </>
              )}
            </span>
          )}
          {details?.links.map(({ text }) => (
            <span key={text} className="hide-narrow cut">
              {text}
            </span>
          ))}
        </div>
        {pinned.length > 0 && (
          <dl className="run-pinned" aria-label="Pinned parameters">
            {pinned.map(({ name, value }) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd className="mono" title={valueWords(value)}>
                  {valueWords(value)}
                </dd>
              </div>
            ))}
          </dl>
        )}
      </div>
      <div className="segments" role="tablist" aria-label="Views of the run">
        {PAGES.map(([id, title]) => (
          <button
            key={id}
            type="button"
            role="tab"
            aria-selected={page === id}
            tabIndex={page === id ? 0 : -1}
            onClick={() => run.set({ page: id })}
            onKeyDown={(event) => {
              const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
              if (by === 0) return;
              event.preventDefault();
              const at = PAGES.findIndex(([one]) => one === page);
              const next = PAGES[(at + by + PAGES.length) % PAGES.length];
              if (next === undefined) return;
              run.set({ page: next[0] });
              const list = event.currentTarget.parentElement;
              setTimeout(() => list?.querySelector<HTMLElement>('[aria-selected=true]')?.focus(), 0);
            }}
          >
            {title}
          </button>
        ))}
      </div>
      {mayNote && (
        <button
          type="button"
          className="nb-button hide-narrow"
          title={tooltip('Add a note with the time', 'run-note')}
          onClick={() => run.set({ form: { kind: 'note', cell: null, words: null } })}
        >
          <MessageSquarePlus className="icon" aria-hidden="true" />
          Note
        </button>
      )}
      <button
        type="button"
        className="tool tool-large"
        aria-pressed={isRecordOpen}
        aria-label="Record beside the run"
        title="Record beside the run"
        onClick={() => run.set({ isRecordOpen: !isRecordOpen })}
      >
        <PanelRight className="icon" aria-hidden="true" />
      </button>
    </div>
  );
}

/** A parameter's value as text, short. */
function valueWords(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
