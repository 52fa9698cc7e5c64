import { useState, type JSX } from 'react';
import { FormFrame } from './bar-form';
import { useRun, useRunModel } from './run-context';
import { lastAttempt, numbersWords } from './run-words';
import { recordOf } from '../../shared/runs/position';

/** Where to go on after a session ended with what steps had left in it. */
export function ResumeForm(): JSX.Element | null {
  const run = useRun();
  const plan = useRunModel((model) => model.plan);
  const reduced = useRunModel((model) => model.run);
  const done = useRunModel(({ position }) => (position?.kind === 'lost' ? position.done : null));
  const cut = plan.steps.find((step) => {
    const attempt = reduced === null ? undefined : lastAttempt(recordOf(reduced, step.cell));
    return attempt !== undefined && attempt.finished?.status !== 'done';
  });
  const stopped = cut ?? done?.at(-1);
  const [from, setFrom] = useState(stopped?.cell ?? '');
  const [rerun, setRerun] = useState(false);
  const to = plan.byCell.get(from);
  if (done === null) return null;
  const destructive = done.filter((step) => step.isDestructive && step.index < (to?.index ?? 0));
  const numbers = destructive.flatMap(({ number }) => (number === null ? [] : [number]));
  return (
    <FormFrame
      label="Choose where to go on"
      action={rerun ? 'Run above, then stop there' : 'Go on there'}
      isReady={to !== undefined}
      role={rerun ? 'plain' : 'primary'}
      onSend={() => run.act({ kind: 'resume', from, rerunAbove: rerun })}
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
            .filter(({ number }) => number !== null)
            .map((step) => (
              <option key={step.cell} value={step.cell}>
                step {step.number}, {step.title}
              </option>
            ))}
        </select>
      </label>
      <label className="bar-tick">
        <input type="checkbox" checked={rerun} onChange={(event) => setRerun(event.target.checked)} />
        Run everything above it first
        {rerun && numbers.length > 0 && (
          <span className="bar-warn">{numbersWords(numbers)} would run again, and destroys</span>
        )}
      </label>
    </FormFrame>
  );
}
