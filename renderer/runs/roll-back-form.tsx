import { TriangleAlert, Undo2 } from 'lucide-react';
import { useState, type JSX } from 'react';
import { useStore } from 'zustand';
import { cellTags } from '../../shared/notebook/model';
import type { PlanStep } from '../../shared/runs/plan';
import { recordOf, undoPlan, type UndoStep } from '../../shared/runs/position';
import { cellTitle } from '../notebook/cell-facts';
import { durationWords } from '../notebook/time-words';
import { FormFrame } from './form-frame';
import { useRun, useRunModel } from './run-context';
import { rollbackName } from './step-names';
import { TypedWords } from './typed-words';

/** What rolling back does, step by step in its order, before it begins; a step without a rollback is named. */
export function RollBackForm(): JSX.Element | null {
  const run = useRun();
  const plan = useRunModel((model) => model.plan);
  const reduced = useRunModel((model) => model.run);
  const environment = reduced?.started?.data.environment;
  const asked = useRunModel(({ form }) => form?.cell ?? null);
  const undoable = reduced === null ? [] : undoPlan(plan, reduced, plan.steps[0]?.cell ?? '');
  const targets = plan.steps.filter(({ cell }) => undoable.some((one) => one.cell === cell));
  const nearest = targets.findLast(({ rollback }) => rollback.length > 0) ?? targets.at(-1);
  const [to, setTo] = useState(asked ?? nearest?.cell ?? '');
  const [typed, setTyped] = useState('');
  if (reduced === null || environment === undefined) return null;
  const steps = undoPlan(plan, reduced, to);
  const words = environment.guard === 'strict' ? environment.name : null;
  const first = steps.find(({ by }) => by !== null);
  const start =
    first === undefined || first.by === null
      ? 'Start'
      : `Start with ${rollbackName(plan, first.cell, first.by)}`;
  return (
    <div className="bar-undo">
      <p className="bar-undo-to">
        <label className="bar-field is-narrow">
          Back to before
          <select className="bar-input" value={to} onChange={(event) => setTo(event.target.value)}>
            {targets.map((step) => (
              <option key={step.cell} value={step.cell}>
                step {step.number}, {step.title}
              </option>
            ))}
          </select>
        </label>
      </p>
      <div className="facts bar-list" role="table" aria-label="What is undone">
        <div className="facts-head undo-row" role="row">
          <span role="columnheader" className="heard">
            Order
          </span>
          <span role="columnheader" className="undo-what">
            What was done
          </span>
          <span role="columnheader">What undoes it</span>
          <span role="columnheader" className="undo-about">
            About
          </span>
          <span role="columnheader" className="undo-note">
            Note
          </span>
        </div>
        {steps.map((step, index) => (
          <UndoRow
            key={`${step.cell} ${step.by ?? ''}`}
            undo={step}
            number={index + 1}
            step={plan.byCell.get(step.cell)}
          />
        ))}
      </div>
      <FormFrame
        label="Roll back"
        action={start}
        isReady={steps.length > 0 && (words === null || typed === words)}
        role={words === null ? 'primary' : 'plain'}
        onSend={() => run.act({ kind: 'roll-back', to })}
      >
        {words !== null && <TypedWords words={words} value={typed} onChange={setTyped} autoFocus />}
      </FormFrame>
    </div>
  );
}

function UndoRow(props: {
  readonly undo: UndoStep;
  readonly number: number;
  readonly step: PlanStep | undefined;
}): JSX.Element {
  const { undo, number, step } = props;
  const { document } = useRun();
  const plan = useRunModel((model) => model.plan);
  const reduced = useRunModel((model) => model.run);
  const usual = useRunModel(({ view }) => view?.estimates.seconds);
  const by = useStore(document.store, ({ byId }) => (undo.by === null ? undefined : byId.get(undo.by)));
  const seconds =
    undo.by !== null && usual !== undefined && Object.hasOwn(usual, undo.by) ? usual[undo.by] : undefined;
  const isHalf = reduced !== null && recordOf(reduced, undo.cell)?.state === 'failed';
  const isDestructive =
    step?.isDestructive === true || (by !== undefined && cellTags(by).includes('destructive'));
  const Sign = undo.by === null ? TriangleAlert : Undo2;
  return (
    <div className="facts-row undo-row" role="row" data-state={undo.by === null ? 'waiting' : 'rolledback'}>
      <span role="cell" className="undo-number">
        <span className="entry-n">{number}</span>
        <Sign className="icon icon-s" aria-hidden="true" />
      </span>
      <span role="cell" className="cut">
        <b>{step?.number}</b> {step?.title}
      </span>
      <span role="cell" className="cut">
        {undo.by === null ? (
          <b>nothing is named</b>
        ) : (
          `${rollbackName(plan, undo.cell, undo.by)} ${(by && cellTitle(by)) ?? ''}`
        )}
      </span>
      <span role="cell" className="time muted undo-about">
        {seconds === undefined ? '' : durationWords(seconds * 1000)}
      </span>
      <span role="cell" className="undo-note">
        {undo.by === null ? (
          <span className="state" data-state="waiting">
            you confirm by hand
          </span>
        ) : isDestructive ? (
          <span className="tag tag-danger">
            <TriangleAlert className="icon" aria-hidden="true" />
            destructive
          </span>
        ) : (
          isHalf && <span className="small muted">half done, undone fully</span>
        )}
      </span>
    </div>
  );
}
