import {
  ChevronDown,
  ChevronRight,
  ListChecks,
  Pencil,
  Plus,
  ShieldCheck,
  SquareTerminal,
  Timer,
  TriangleAlert,
  Undo2,
} from 'lucide-react';
import { memo, useRef, type JSX, type MouseEvent, type ReactNode } from 'react';
import type { CellView } from '../../shared/notebook/contract';
import { isShellCell } from '../../shared/notebook/model';
import { offered } from '../../shared/runs/actions';
import type { StepRecord, StepState } from '../../shared/runs/model';
import type { PlanStep } from '../../shared/runs/plan';
import { latestStep, recordOf } from '../../shared/runs/position';
import { cellNote, notebookLanguage } from '../notebook/cell-facts';
import { useModel, useNotebook } from '../notebook/document-context';
import { selectOne } from '../notebook/selection';
import { clockTime, counterWords, durationWords, utcWords } from '../notebook/time-words';
import { useNow } from '../notebook/use-now';
import { RunsInTag } from './bound-step';
import { useAttempt, useReason, useRun, useRunModel } from './run-context';
import { askRerun, takeOffer } from './send-offer';
import { cellOf, stepTimes } from './run-rows';
import { estimateWords } from './about-words';
import { lastAttempt, rollbackName, stepName } from './step-names';
import { StepBody } from './step-body';
import { awaitsWords } from './step-words';
import { NODE_SIGNS, shownState } from './state-signs';
import { useCalmFold } from './use-calm-fold';
import { useEntryFocus } from './use-entry-focus';

/** States in which a step has the room, whatever a person folded before. */
const OPEN_STATES: ReadonlySet<StepState> = new Set<StepState>(['queued', 'running', 'failed', 'waiting']);

/** The time column: when it began and how long it took; an estimate for what is to come; a counter while it runs. */
function StepTime(props: {
  readonly cell: string;
  readonly state: StepState;
  readonly isFolded: boolean;
}): JSX.Element {
  const { cell, state, isFolded } = props;
  const record = useRunModel(({ run }) => (run === null ? undefined : recordOf(run, cell)));
  const usual = useRunModel(({ view }) => view?.estimates.seconds);
  const { from, lasted } = stepTimesOf(
    useRunModel(({ run }) => run),
    cell,
  );
  const isLive = state === 'running' || state === 'waiting';
  const now = useNow(isLive);
  if (state === 'queued') return <div className="entry-time">queued</div>;
  // Its gate is not open yet: what is counted begins when the last item is ticked.
  if (state === 'waiting' && record?.gate?.isOpen !== true) return <div className="entry-time" />;
  if (from === null || (state === 'todo' && record?.beforeRerun !== true)) {
    const seconds = usual !== undefined && Object.hasOwn(usual, cell) ? usual[cell] : undefined;
    return (
      <div className="entry-time muted">
        {seconds !== undefined && state === 'todo' && estimateWords(seconds)}
      </div>
    );
  }
  const shown = isLive
    ? counterWords(now - Date.parse(from))
    : lasted === null
      ? null
      : durationWords(lasted);
  return (
    <div className="entry-time" title={utcWords(from)}>
      <time dateTime={from}>{clockTime(from)}</time>
      {shown !== null && (isLive || !isFolded) && <span className="dur">{shown}</span>}
    </div>
  );
}

function stepTimesOf(
  run: Parameters<typeof stepTimes>[0] | null,
  cell: string,
): ReturnType<typeof stepTimes> {
  return run === null ? { from: null, to: null, lasted: null } : stepTimes(run, cell);
}

/** The sign of a step on the spine. */
export function RunNode(props: { readonly state: StepState }): JSX.Element {
  const Sign = NODE_SIGNS[props.state];
  return (
    <span className="node" data-state={props.state}>
      {Sign !== null && <Sign className="icon" aria-hidden="true" />}
    </span>
  );
}

function KindSign(props: { readonly step: PlanStep | null; readonly cell: CellView }): JSX.Element | null {
  const { step, cell } = props;
  const base = useModel((model) => notebookLanguage(model.metadata));
  const Sign =
    step?.kind === 'checklist'
      ? ListChecks
      : step?.gate?.kind === 'wait' || step?.gate?.kind === 'condition'
        ? Timer
        : step?.kind === 'gate'
          ? ShieldCheck
          : isShellCell(cell) && base !== 'shell'
            ? SquareTerminal
            : null;
  return Sign === null ? null : <Sign className="icon icon-s muted" aria-hidden="true" />;
}

/** What a folded step tells of its result: what was met, what was printed last, or why it was decided. */
function ResultLine(props: {
  readonly record: StepRecord | undefined;
  readonly state: StepState;
}): JSX.Element | null {
  const { record, state } = props;
  const content = useAttempt(lastAttempt(record)?.finished?.content);
  const reason = useReason(record?.decision?.reason);
  if (record === undefined || state === 'todo') return null;
  if (record.decision !== null && (state === 'skipped' || record.byHand)) {
    return (
      <>
        by {record.decision.by}
        {reason === null ? '' : `: “${reason}”`}
      </>
    );
  }
  if (state === 'rolledback') return <>undone at {clockTime(record.at)}</>;
  const answer = record.gate?.answers.at(-1);
  if (answer !== undefined && answer.verdict !== 'passed') {
    return <>by {record.gate?.answers.map(({ approver, actor }) => approver ?? actor.name).join(', ')}</>;
  }
  if (state !== 'done') return null;
  return <>{content === null || content.line === '' ? 'done' : content.line}</>;
}

/** Tags of a step: what undoes it, that it destroys, what was done to it in this run. */
function StepTags(props: {
  readonly step: PlanStep | null;
  readonly record: StepRecord | undefined;
}): JSX.Element {
  const { step, record } = props;
  const plan = useRunModel((model) => model.plan);
  const content = useAttempt(lastAttempt(record)?.finished?.content);
  return (
    <>
      <RunsInTag step={step} content={content} />
      {record !== undefined && record.added !== null && (
        <span className="tag" title={`Added by ${record.added.by} at ${clockTime(record.added.at)}`}>
          <Plus className="icon" aria-hidden="true" />
          added
        </span>
      )}
      {(record?.adjustments.length ?? 0) > 0 && (
        <span className="tag">
          <Pencil className="icon" aria-hidden="true" />
          adjusted
        </span>
      )}
      {record?.beforeRerun === true && <span className="tag">before the re-run</span>}
      {step !== null && step.rollback.length > 0 && (
        <span className="tag tag-undo" title="What undoes this step">
          <Undo2 className="icon" aria-hidden="true" />
          rollback: {step.rollback.map((by) => rollbackName(plan, step.cell, by)).join(', ')}
        </span>
      )}
      {step?.isDestructive === true && (
        <span className="tag tag-danger">
          <TriangleAlert className="icon" aria-hidden="true" />
          destructive
        </span>
      )}
    </>
  );
}

/** One step of a run: its time, its node on the spine, its line, and what it holds while it is open. */
export const RunEntry = memo(function RunEntry(props: {
  readonly cell: CellView;
  readonly step: PlanStep | null;
  /** What a rollback cell is called: `7r`. */
  readonly name: string | null;
  readonly title: string;
  readonly state: StepState;
  readonly place: 'first' | 'between' | 'last' | 'only';
  /** Nothing has happened here yet, nor below. */
  readonly isAhead: boolean;
  readonly isActive: boolean;
}): JSX.Element {
  const { cell, step, name, title, state, place, isAhead, isActive } = props;
  const run = useRun();
  const { open } = useNotebook();
  const element = useRef<HTMLElement>(null);
  const record = useRunModel((model) => (model.run === null ? undefined : recordOf(model.run, cell.id)));
  const isCurrent = useRunModel(({ position }) => position !== null && cellOf(position) === cell.id);
  const isLatest = useRunModel(
    (model) => model.run !== null && latestStep(model.plan, model.run)?.cell === cell.id,
  );
  const byHand = useRunModel(({ opened }) => opened.get(cell.id));
  const isDrafted = useRunModel(({ drafts }) => drafts.has(cell.id));
  // What undoes the next step, and what is to run again, is read before it is sent.
  const isNamed = useRunModel(
    ({ position, form }) =>
      (position?.kind === 'rolling-back' && position.by === cell.id) ||
      (form?.kind === 'rerun' && form.cell === cell.id),
  );
  const isOpenByItself = OPEN_STATES.has(state) || isCurrent || isNamed || (isLatest && state === 'done');
  const wanted = isDrafted || (byHand ?? isOpenByItself);
  const isOpen = useCalmFold(wanted, byHand !== undefined, element);
  const shown = shownState(step, record, state);
  const attempts = record?.attempts.length ?? 0;
  const { lasted } = stepTimesOf(
    useRunModel((model) => model.run),
    cell.id,
  );
  useEntryFocus(element, isActive && !isDrafted);

  // What stands above the first section is under the title itself.
  const Heading = step !== null && step.section === null ? 'h2' : 'h3';
  const called = name ?? (step === null || step.number === null ? '' : `${step.number}`);
  const spoken = [
    name === null ? (step === null ? 'cell' : stepName(step).toLowerCase()) : `rollback ${name}`,
    title,
    shown.words,
    state === 'failed' && lasted !== null ? `after ${durationWords(lasted)}` : null,
  ];

  function select(event: MouseEvent): void {
    if (event.button === 0) open.set({ selection: selectOne(cell.id), mode: isDrafted ? 'edit' : 'command' });
  }

  return (
    <article
      ref={element}
      className={`entry run-entry${isActive ? ' is-selected is-active' : ''}${isCurrent ? ' is-current' : ''}`}
      data-state={shown.state}
      data-kind={step?.kind ?? 'code'}
      data-line={place}
      data-ahead={isAhead ? '' : undefined}
      data-fold={isOpen ? undefined : 'line'}
      data-cell={cell.id}
      tabIndex={isActive ? 0 : -1}
      aria-label={spoken.filter((part) => part !== null && part !== '').join(', ')}
      aria-current={isCurrent ? 'step' : undefined}
      onMouseDown={select}
    >
      <StepTime cell={cell.id} state={shown.state} isFolded={!isOpen} />
      <div className="entry-spine">
        <RunNode state={shown.state} />
      </div>
      <div className="entry-body">
        <header className="entry-head" onDoubleClick={() => run.fold(cell.id, !isOpen)}>
          <span className="entry-n">{called}</span>
          <KindSign step={step} cell={cell} />
          <Heading className="entry-title" title={title}>
            {title}
          </Heading>
          <span className="entry-sum cut" title={cellNote(cell) ?? undefined}>
            {!isOpen && <ResultLine record={record} state={state} />}
          </span>
          <span className="entry-side">
            {attempts > 1 && (
              <span className="small muted nowrap">
                {isOpen ? `attempt ${attempts}` : `${attempts} attempts`}
              </span>
            )}
            <StepTags step={step} record={record} />
            {isOpen && <RunAgain step={step} state={state} />}
            {isCurrent && <AddStepHere cell={cell.id} />}
            <Aside step={step} name={name} state={state} isOpen={isOpen} lasted={lasted}>
              <span className="state state-chip" data-state={shown.state}>
                <shown.sign className="icon" aria-hidden="true" />
                {shown.words}
              </span>
            </Aside>
            <FoldButton
              isOpen={isOpen}
              what={called === '' ? title : `step ${called}`}
              onFold={() => run.fold(cell.id, !isOpen)}
            />
          </span>
        </header>
        {isOpen && <StepBody cell={cell} step={step} record={record} state={state} isCurrent={isCurrent} />}
      </div>
    </article>
  );
});

/** A done step can be run again; it is asked for in the bar. */
function RunAgain(props: { readonly step: PlanStep | null; readonly state: StepState }): JSX.Element | null {
  const { step, state } = props;
  const run = useRun();
  const mayRerun = useRunModel(
    ({ view, run: reduced, position }) =>
      view?.readOnly === null && reduced?.finished === null && position?.kind !== 'running',
  );
  const isDone = step !== null && step.kind === 'code' && state === 'done';
  if (!isDone || !mayRerun) return null;
  return (
    <button type="button" className="link small" onClick={() => askRerun(run, step)}>
      Run again…
    </button>
  );
}

/** One more step where the run stands; its form is in the bar. */
function AddStepHere(props: { readonly cell: string }): JSX.Element | null {
  const run = useRun();
  const offer = useRunModel(({ view, offers }) =>
    view?.readOnly === null ? offered(offers, 'add-step', props.cell) : null,
  );
  if (offer === null) return null;
  return (
    <button
      type="button"
      className="link small"
      title="Add a step (Alt N)"
      aria-keyshortcuts="Alt+N"
      onClick={() => takeOffer(run, offer)}
    >
      Add a step…
    </button>
  );
}

/** At the right of the line: what it waits for, how long it took, or its state in sign and word. */
function Aside(props: {
  readonly step: PlanStep | null;
  readonly name: string | null;
  readonly state: StepState;
  readonly isOpen: boolean;
  readonly lasted: number | null;
  readonly children: ReactNode;
}): JSX.Element | null {
  const { step, name, state, isOpen, lasted } = props;
  if (state === 'todo') {
    const words = name === null ? (step === null ? null : awaitsWords(step)) : 'only when rolling back';
    return words === null ? null : <span className="small muted">{words}</span>;
  }
  if (!isOpen && (state === 'done' || state === 'rolledback')) {
    return <span className="dur">{lasted === null ? '' : durationWords(lasted)}</span>;
  }
  return <>{props.children}</>;
}

function FoldButton(props: {
  readonly isOpen: boolean;
  readonly what: string;
  readonly onFold: () => void;
}): JSX.Element {
  const { isOpen, what, onFold } = props;
  const words = isOpen ? `Fold ${what}` : `Open ${what}`;
  return (
    <button
      type="button"
      className="tool run-fold"
      aria-expanded={isOpen}
      aria-label={words}
      title={`${words} (${isOpen ? 'Left' : 'Right'} arrow)`}
      onClick={onFold}
    >
      {isOpen ? (
        <ChevronDown className="icon" aria-hidden="true" />
      ) : (
        <ChevronRight className="icon" aria-hidden="true" />
      )}
    </button>
  );
}
