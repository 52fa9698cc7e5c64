import { AlertDialog } from '@base-ui/react/alert-dialog';
import {
  ArrowRight,
  Bookmark,
  Check,
  GitCompare,
  Play,
  RotateCcw,
  ShieldCheck,
  TriangleAlert,
  type LucideIcon,
} from 'lucide-react';
import { useEffect, useState, type JSX } from 'react';
import { useStore } from 'zustand';
import type { Json } from '../../../shared/rpc/contract';
import { reasonContentSchema } from '../../../shared/runs/content';
import type { CheckpointRecord } from '../../../shared/runs/model';
import type { Plan } from '../../../shared/runs/plan';
import { useTooltip } from '../../notebook/keys-in-use';
import { clockTime, utcWords } from '../../notebook/time-words';
import { CheckpointCompared, sameWords, useCheckpointDifferences } from './checkpoint-compared';
import { sinceCheckpoint, type SinceThen } from './checkpoint-rules';
import { mayWrite, type RunPort } from './run-port';
import './timeline.css';
import './checkpoints.css';

/** The moments of a run that can be looked at, compared with now, and gone back to. */
export function CheckpointsPage(props: { readonly run: RunPort }): JSX.Element {
  const { run } = props;
  const { run: reduced, plan, contents } = useStore(run.store);
  const [named, setNamed] = useState(false);
  const [chosen, setChosen] = useState<string | null>(null);
  const all = (reduced?.checkpoints ?? []).toReversed();
  const shown = named ? all.filter(({ name }) => name !== null) : all;
  const current = all.find(({ id }) => id === chosen) ?? shown[0] ?? null;
  useEffect(() => run.want(all.flatMap(({ name }) => name ?? [])));
  return (
    <div className="checkpoint-split">
      <section className="timeline" aria-label="Checkpoints">
        <div className="timeline-bar">
          <button type="button" className="chip" aria-pressed={!named} onClick={() => setNamed(false)}>
            All <span className="num muted">{all.length}</span>
          </button>
          <button type="button" className="chip" aria-pressed={named} onClick={() => setNamed(true)}>
            Named <span className="num muted">{all.filter(({ name }) => name !== null).length}</span>
          </button>
          <span className="grow" />
          <KeepNow run={run} />
        </div>
        {shown.length === 0 ? (
          <p className="timeline-none muted">
            A checkpoint is kept before every step and at every gate, and whenever you keep one.
          </p>
        ) : (
          <ul className="checkpoint-list" aria-label="Checkpoints">
            {shown.map((checkpoint) => (
              <li key={checkpoint.id}>
                <CheckpointRow
                  checkpoint={checkpoint}
                  plan={plan}
                  name={nameOf(checkpoint, contents)}
                  isChosen={checkpoint.id === current?.id}
                  onChoose={() => setChosen(checkpoint.id)}
                />
              </li>
            ))}
          </ul>
        )}
      </section>
      {current !== null && reduced !== null && (
        <Details
          key={current.id}
          run={run}
          checkpoint={current}
          title={titleOf(current, plan, nameOf(current, contents))}
          since={sinceCheckpoint(plan, reduced, current)}
        />
      )}
    </div>
  );
}

/** The name of a checkpoint; null where it has none, or while it is not read. */
function nameOf({ name }: CheckpointRecord, contents: ReadonlyMap<string, Json>): string | null {
  if (name === null) return null;
  return reasonContentSchema.safeParse(contents.get(name.file)).data?.text ?? null;
}

function titleOf({ why, cell }: CheckpointRecord, plan: Plan, name: string | null): string {
  if (name !== null) return `“${name}”`;
  const number = cell === null ? null : (plan.byCell.get(cell)?.number ?? null);
  if (why === 'gate') return number === null ? 'At a gate' : `Gate ${number} opened`;
  if (why === 'person') return 'Kept by hand';
  return number === null ? 'Before the parameters' : `Before step ${number}`;
}

const SIGNS: Readonly<Record<CheckpointRecord['why'], LucideIcon>> = {
  step: Play,
  gate: ShieldCheck,
  person: Bookmark,
};

function CheckpointRow(props: {
  readonly checkpoint: CheckpointRecord;
  readonly plan: Plan;
  readonly name: string | null;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}): JSX.Element {
  const { checkpoint, plan, name, isChosen, onChoose } = props;
  const Sign = SIGNS[checkpoint.why];
  return (
    <button
      type="button"
      className="checkpoint-row"
      aria-current={isChosen ? 'true' : undefined}
      onClick={onChoose}
    >
      <span className="time" title={utcWords(checkpoint.at)}>
        {clockTime(checkpoint.at)}
      </span>
      <span className="tl-line" />
      <Sign className="icon" aria-hidden="true" />
      <span className="cut">
        <span className={name === null ? undefined : 'checkpoint-name'}>
          {titleOf(checkpoint, plan, name)}
        </span>{' '}
        <span className="muted small">
          {checkpoint.why === 'person' ? `by ${checkpoint.by}` : 'by itself'}
        </span>
      </span>
    </button>
  );
}

function KeepNow(props: { readonly run: RunPort }): JSX.Element | null {
  const { run } = props;
  const canWrite = useStore(run.store, mayWrite);
  const isKeeping = useStore(run.store, (model) => model.isKeeping);
  const tooltip = useTooltip();
  const [name, setName] = useState('');
  const close = (): void => {
    setName('');
    run.set({ isKeeping: false });
  };
  // Who leaves the page has left the question.
  useEffect(() => () => run.set({ isKeeping: false }), [run]);
  if (!canWrite) return null;
  if (!isKeeping)
    return (
      <button
        type="button"
        className="btn"
        title={tooltip('Keep how the run stands now', 'keep-checkpoint')}
        onClick={() => run.set({ isKeeping: true })}
      >
        <Bookmark className="icon" aria-hidden="true" />
        Checkpoint now…
      </button>
    );
  return (
    <form
      className="checkpoint-now"
      onSubmit={(event) => {
        event.preventDefault();
        close();
        void run.act({ kind: 'checkpoint', name: name.trim() === '' ? null : name.trim() });
      }}
    >
      <input
        className="checkpoint-field"
        aria-label="Name of the checkpoint"
        placeholder="Name, or none"
        autoFocus
        maxLength={200}
        value={name}
        onChange={(event) => setName(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && close()}
      />
      <button type="submit" className="btn btn-primary">
        Keep it
      </button>
    </form>
  );
}

function Details(props: {
  readonly run: RunPort;
  readonly checkpoint: CheckpointRecord;
  readonly title: string;
  readonly since: readonly SinceThen[];
}): JSX.Element {
  const { run, checkpoint, title, since } = props;
  const [isComparing, setComparing] = useState(false);
  const { differences, problem } = useCheckpointDifferences(run, checkpoint.id);
  const isOther = (differences?.cells.length ?? 0) > 0 || (differences?.parameters.length ?? 0) > 0;
  return (
    <section className="checkpoint-aside" aria-label={title} tabIndex={0}>
      <h2 className="checkpoint-aside-title">{title}</h2>
      <p className="small muted">
        {clockTime(checkpoint.at)}, {checkpoint.by}, after event {checkpoint.seq},{' '}
        <span className="mono small" title={checkpoint.state.sha256}>
          {checkpoint.state.sha256.slice(0, 4)}…{checkpoint.state.sha256.slice(-2)}
        </span>
      </p>
      <h3>Different from now</h3>
      {since.length === 0 ? (
        <p className="small muted">
          {isOther ? 'Every step stands as it did.' : 'Nothing. Every step is as it was.'}
        </p>
      ) : (
        <div className="facts">
          {since.map(({ step, words }) => (
            <div key={step.cell} className="facts-row" data-state="todo">
              <ArrowRight className="icon icon-s" aria-hidden="true" />
              <span className="num muted">{step.number ?? ''}</span>
              <span className="cut">{step.title}</span>
              <span className="who nowrap">{words}</span>
            </div>
          ))}
        </div>
      )}
      {problem !== null && (
        <p className="small checkpoint-problem" role="alert">
          {problem}
        </p>
      )}
      {differences !== null && <p className="small muted checkpoint-same">{sameWords(differences)}</p>}
      {(since.length > 0 || isOther) && (
        <button
          type="button"
          className="btn"
          aria-expanded={isComparing}
          onClick={() => setComparing(!isComparing)}
        >
          <GitCompare className="icon" aria-hidden="true" />
          {isComparing ? 'Hide the comparison' : 'Compare with now'}
        </button>
      )}
      {isComparing && <CheckpointCompared run={run} differences={differences} since={since} />}
      <GoBack run={run} checkpoint={checkpoint} title={title} />
    </section>
  );
}

const KEPT: readonly (readonly ['done' | 'waiting', string])[] = [
  ['done', 'Cells, ticks and sources as they were'],
  ['done', 'The record goes on; nothing in it is removed'],
  ['waiting', 'The kernel’s memory stays as it is now'],
  ['waiting', 'The world outside stays as it is now'],
];

function GoBack(props: {
  readonly run: RunPort;
  readonly checkpoint: CheckpointRecord;
  readonly title: string;
}): JSX.Element {
  const { run, checkpoint, title } = props;
  const canWrite = useStore(run.store, mayWrite);
  const isBusy = useStore(run.store, ({ run: reduced }) => (reduced?.running.length ?? 0) > 0);
  const [isAsking, setAsking] = useState(false);
  const goBack = (restart: boolean): void => {
    setAsking(false);
    void run.act({ kind: 'restore', checkpoint: checkpoint.id, restart }).then((isDone) => {
      // Whoever went to another page meanwhile stays there.
      if (isDone && run.store.getState().page === 'checkpoints') run.set({ page: 'notebook' });
    });
  };
  return (
    <>
      <h3>Go back to it</h3>
      <div className="facts">
        {KEPT.map(([state, words]) => (
          <div key={words} className="facts-row" data-state={state}>
            {state === 'done' ? (
              <Check className="icon icon-s" aria-hidden="true" />
            ) : (
              <TriangleAlert className="icon icon-s" aria-hidden="true" />
            )}
            <span>{words}</span>
          </div>
        ))}
      </div>
      <button
        type="button"
        className="btn checkpoint-back"
        disabled={!canWrite || isBusy}
        title={
          isBusy ? 'A step runs' : canWrite ? 'Go back to this checkpoint' : 'This run is only read here'
        }
        onClick={() => setAsking(true)}
      >
        <RotateCcw className="icon" aria-hidden="true" />
        Go back to this checkpoint…
      </button>
      <AlertDialog.Root open={isAsking} onOpenChange={setAsking}>
        <AlertDialog.Portal>
          <AlertDialog.Backdrop className="nb-scrim" />
          <AlertDialog.Popup className="nb-dialog">
            <AlertDialog.Title className="nb-dialog-title">
              Go back to {title.startsWith('“') ? title : `“${title}”`}?
            </AlertDialog.Title>
            <AlertDialog.Description className="nb-dialog-body">
              Steps after it are to come again, and the record says so. The kernel’s memory is not brought
              back, nor is the world outside. A restart gives fresh sessions and runs the steps above again in
              them; it stops at gates, at destructive steps, and in a strict environment before the first.
            </AlertDialog.Description>
            <div className="nb-dialog-foot">
              <AlertDialog.Close className="nb-button">Keep it as it is</AlertDialog.Close>
              <button type="button" className="nb-button" onClick={() => goBack(true)}>
                Go back and run up to there
              </button>
              <button type="button" className="nb-button nb-button-primary" onClick={() => goBack(false)}>
                Go back
              </button>
            </div>
          </AlertDialog.Popup>
        </AlertDialog.Portal>
      </AlertDialog.Root>
    </>
  );
}
