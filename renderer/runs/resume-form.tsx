import { TriangleAlert } from 'lucide-react';
import { useState, type JSX } from 'react';
import type { Run } from '../../shared/runs/model';
import type { Plan, PlanStep } from '../../shared/runs/plan';
import { isPassed, recordOf } from '../../shared/runs/position';
import { goOnAt, jumpedOver, mayRepeat } from '../../shared/runs/run-above';
import { durationWords } from '../notebook/time-words';
import { FormFrame } from './form-frame';
import { useRun, useRunModel } from './run-context';
import { stepTimes } from './run-rows';
import { numbersWords } from './step-names';

/** What a person had chosen when the session was lost again; else the first step that is not done, nothing before it. */
function firstChoice(
  plan: Plan,
  run: Run | null,
): { readonly from: string; readonly isAll: boolean; readonly again: readonly string[] } {
  const { above = null, resumed = null } = run ?? {};
  const before = above === null ? null : (above.upTo ?? resumed?.from ?? null);
  if (above !== null && before !== null)
    return { from: before, isAll: above.upTo !== null, again: above.again };
  const next = run === null ? null : goOnAt(plan, run);
  return { from: next?.cell ?? '', isAll: false, again: [] };
}

/** Where to go on after a session ended, and which of the steps that had left something in it are run again before. */
export function ResumeForm(): JSX.Element | null {
  const run = useRun();
  const plan = useRunModel((model) => model.plan);
  const reduced = useRunModel((model) => model.run);
  const done = useRunModel(({ position }) => (position?.kind === 'lost' ? position.done : null));
  const [first] = useState(() => firstChoice(plan, reduced));
  const [from, setFrom] = useState(first.from);
  const [isAll, setAll] = useState(first.isAll);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(first.again));
  const to = plan.byCell.get(from);
  if (done === null || reduced === null) return null;
  const environment = reduced.started?.data.environment;
  const above = done.filter(
    (step) =>
      step.index < (to?.index ?? 0) &&
      (isPassed(recordOf(reduced, step.cell)?.state ?? 'todo') || first.again.includes(step.cell)),
  );
  const again = isAll ? [] : above.filter((step) => chosen.has(step.cell) && mayRepeat(environment, step));
  // What is not done is skipped with a reason, never jumped over.
  const open = jumpedOver(plan, reduced, (step) => isAll || again.includes(step));
  const isJump = open !== null && open.index < (to?.index ?? 0);
  const furthest = jumpedOver(plan, reduced, () => true)?.index ?? plan.steps.length;
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
              {environment?.guard === 'strict'
                ? 'in a strict environment each is run again at the step'
                : 'only what the rest needs'}
            </span>
          </div>
          {above.map((step) => (
            <LostStep
              key={step.cell}
              step={step}
              mayRepeat={mayRepeat(environment, step)}
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
        isReady={to !== undefined && !isJump}
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
              .filter(({ number, index }) => number !== null && index <= furthest)
              .map((step) => (
                <option key={step.cell} value={step.cell}>
                  step {step.number}, {step.title}
                </option>
              ))}
          </select>
          {isJump && (
            <span className="bar-warn">
              step {open.number} is not done: go on there, or run everything above first
            </span>
          )}
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
