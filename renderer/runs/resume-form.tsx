import { TriangleAlert } from 'lucide-react';
import { useState, type JSX } from 'react';
import type { PlanStep } from '../../shared/runs/plan';
import { isPassed, recordOf, stateOf } from '../../shared/runs/position';
import { durationWords } from '../notebook/time-words';
import { FormFrame } from './form-frame';
import { useRun, useRunModel } from './run-context';
import { stepTimes } from './run-rows';
import { lastAttempt, numbersWords } from './step-names';

/** Which steps may be run again by themselves: never one that destroys, in a strict environment none. */
function mayRepeat(step: PlanStep, guard: string | undefined): boolean {
  return guard !== 'strict' && !step.isDestructive;
}

/** Where to go on after a session ended, and which of the steps that had left something in it are run again before. */
export function ResumeForm(): JSX.Element | null {
  const run = useRun();
  const plan = useRunModel((model) => model.plan);
  const reduced = useRunModel((model) => model.run);
  const done = useRunModel(({ position }) => (position?.kind === 'lost' ? position.done : null));
  const cut = plan.steps.find((step) => {
    const attempt = reduced === null ? undefined : lastAttempt(recordOf(reduced, step.cell));
    return attempt !== undefined && attempt.finished?.status !== 'done';
  });
  const [from, setFrom] = useState((cut ?? done?.at(-1))?.cell ?? '');
  const [isAll, setAll] = useState(false);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const to = plan.byCell.get(from);
  if (done === null || reduced === null) return null;
  // What is not done is skipped with a reason, never jumped over.
  const last =
    plan.steps.find((step) => step.kind !== 'setup' && !isPassed(stateOf(plan, reduced, step, [])))?.index ??
    plan.steps.length;
  const guard = reduced.started?.data.environment.guard;
  const above = done.filter(
    (step) => step.index < (to?.index ?? 0) && isPassed(recordOf(reduced, step.cell)?.state ?? 'todo'),
  );
  const again = isAll ? [] : above.filter((step) => chosen.has(step.cell) && mayRepeat(step, guard));
  const numbers = again.flatMap(({ number }) => (number === null ? [] : [number]));
  const destroying = above.flatMap(({ isDestructive, number }) =>
    isDestructive && number !== null ? [number] : [],
  );
  const toggle = (cell: string): void => {
    const next = new Set(chosen);
    if (!next.delete(cell)) next.add(cell);
    setChosen(next);
  };
  const action = isAll
    ? 'Run all above, then stop there'
    : numbers.length > 0
      ? `Run ${numbersWords(numbers)} again, then stop there`
      : 'Go on there';
  return (
    <div className="bar-undo">
      {above.length > 0 && (
        <div className="facts bar-list" role="group" aria-label="What had left something in it">
          <div className="facts-head">
            Run again before it
            <span className="facts-count muted">
              {guard === 'strict'
                ? 'in a strict environment each is run again at the step'
                : 'only what the rest needs'}
            </span>
          </div>
          {above.map((step) => (
            <LostStep
              key={step.cell}
              step={step}
              mayRepeat={mayRepeat(step, guard)}
              isChosen={isAll || chosen.has(step.cell)}
              isFixed={isAll}
              onToggle={() => toggle(step.cell)}
            />
          ))}
        </div>
      )}
      <FormFrame
        label="Choose where to go on"
        action={action}
        isReady={to !== undefined}
        role={isAll || numbers.length > 0 ? 'plain' : 'primary'}
        onSend={() =>
          run.act({ kind: 'resume', from, rerunAbove: isAll, again: again.map(({ cell }) => cell) })
        }
      >
        <label className="bar-field is-narrow">
          <span>Go on at</span>
          <select
            className="bar-input"
            value={from}
            autoFocus
            onChange={(event) => setFrom(event.target.value)}
          >
            {plan.steps
              .filter(({ number, index }) => number !== null && index <= last)
              .map((step) => (
                <option key={step.cell} value={step.cell}>
                  step {step.number}, {step.title}
                </option>
              ))}
          </select>
        </label>
        <label className="bar-tick">
          <input type="checkbox" checked={isAll} onChange={(event) => setAll(event.target.checked)} />
          Run everything above it first
          {isAll && destroying.length > 0 && (
            <span className="bar-warn">
              it stops before {numbersWords(destroying)}, which{' '}
              {destroying.length === 1 ? 'destroys' : 'destroy'}
            </span>
          )}
        </label>
      </FormFrame>
    </div>
  );
}

/** One step whose memory is gone. */
function LostStep(props: {
  readonly step: PlanStep;
  readonly mayRepeat: boolean;
  readonly isChosen: boolean;
  readonly isFixed: boolean;
  readonly onToggle: () => void;
}): JSX.Element {
  const { step, isFixed, onToggle } = props;
  const lasted = useRunModel(({ run }) => (run === null ? null : stepTimes(run, step.cell).lasted));
  return (
    <label className="facts-row lost-row">
      <input
        type="checkbox"
        checked={props.isChosen && props.mayRepeat}
        disabled={isFixed || !props.mayRepeat}
        onChange={onToggle}
        aria-label={`Run step ${step.number ?? ''} again, ${step.title}`}
      />
      <span className="cut">
        <b>{step.number}</b> {step.title}
      </span>
      <span className="who">
        {step.isDestructive && (
          <span className="tag tag-danger">
            <TriangleAlert className="icon" aria-hidden="true" />
            destructive, run again at the step
          </span>
        )}
        <span className="time muted">{lasted === null ? '' : durationWords(lasted)}</span>
      </span>
    </label>
  );
}
