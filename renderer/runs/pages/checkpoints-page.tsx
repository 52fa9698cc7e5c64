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
import { attemptContentSchema, reasonContentSchema, sourceContentSchema } from '../../../shared/runs/content';
import type { ContentRef } from '../../../shared/runs/events';
import type { Attempt, CheckpointRecord } from '../../../shared/runs/model';
import type { Plan } from '../../../shared/runs/plan';
import { DiffSides } from '../../notebook/diff-sides';
import { useTooltip } from '../../notebook/keys-in-use';
import { clockTime, utcWords } from '../../notebook/time-words';
import { outputText } from '../compare-rules';
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
  const isAdjusted = since.some(({ record }) => record.adjustments.some(({ at }) => at > checkpoint.at));
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
        <p className="small muted">Nothing. Every step is as it was.</p>
      ) : (
        <>
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
          <p className="small muted checkpoint-same">
            Parameters are the same. {isAdjusted ? 'Sources were adjusted.' : 'Sources are the same.'}
          </p>
          <button
            type="button"
            className="btn"
            aria-expanded={isComparing}
            onClick={() => setComparing(!isComparing)}
          >
            <GitCompare className="icon" aria-hidden="true" />
            {isComparing ? 'Hide the comparison' : 'Compare with now'}
          </button>
          {isComparing && since.map((one) => <StepCompared key={one.step.cell} run={run} one={one} />)}
        </>
      )}
      <GoBack run={run} checkpoint={checkpoint} title={title} />
    </section>
  );
}

function StepCompared(props: { readonly run: RunPort; readonly one: SinceThen }): JSX.Element | null {
  const { run, one } = props;
  const contents = useStore(run.store, (model) => model.contents);
  const { earlier, latest } = one;
  useEffect(() => run.want([earlier, latest].flatMap(refsOf)));
  const source = (attempt: Attempt | null): string | null =>
    attempt === null
      ? null
      : (sourceContentSchema.safeParse(contents.get(attempt.source.file)).data?.source ?? null);
  const output = (attempt: Attempt | null): string | null => {
    const ref = attempt?.finished?.content;
    const parsed =
      ref === undefined ? undefined : attemptContentSchema.safeParse(contents.get(ref.file)).data;
    return parsed === undefined ? null : outputText(parsed.outputs);
  };
  const [sourceThen, sourceNow] = [source(earlier), source(latest)];
  const [outputThen, outputNow] = [output(earlier), output(latest)];
  if (sourceThen === sourceNow && outputThen === outputNow) return null;
  return (
    <div className="checkpoint-compared">
      <p className="small">
        <b>
          {one.step.number} {one.step.title}
        </b>
      </p>
      {sourceThen !== sourceNow && (
        <DiffSides
          here={sourceThen}
          disk={sourceNow}
          language={one.step.session === 'shell' ? 'shell' : 'python'}
          hereHead="Source then"
          diskHead="Source now"
        />
      )}
      {outputThen !== outputNow && (
        <DiffSides
          here={outputThen}
          disk={outputNow}
          language="text"
          hereHead="Output then"
          diskHead="Output now"
        />
      )}
    </div>
  );
}

function refsOf(attempt: Attempt | null): readonly ContentRef[] {
  if (attempt === null) return [];
  return attempt.finished === null ? [attempt.source] : [attempt.source, attempt.finished.content];
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
            <AlertDialog.Title className="nb-dialog-title">Go back to {title}?</AlertDialog.Title>
            <AlertDialog.Description className="nb-dialog-body">
              Steps after it are to come again, and the record says so. The kernel’s memory and the world
              outside stay as they are: then choose where to go on, or restart and run up to there.
            </AlertDialog.Description>
            <div className="nb-dialog-foot">
              <AlertDialog.Close className="nb-button">Keep it as it is</AlertDialog.Close>
              <button
                type="button"
                className="nb-button nb-button-primary"
                onClick={() => {
                  setAsking(false);
                  void run
                    .act({ kind: 'restore', checkpoint: checkpoint.id })
                    .then((isDone) => isDone && run.set({ page: 'notebook' }));
                }}
              >
                Go back
              </button>
            </div>
          </AlertDialog.Popup>
        </AlertDialog.Portal>
      </AlertDialog.Root>
    </>
  );
}
