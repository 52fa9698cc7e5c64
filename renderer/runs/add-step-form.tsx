import { useId, useState, type JSX } from 'react';
import { planOf } from '../../shared/runs/plan';
import { placeBefore } from '../../shared/runs/added-place';
import { goToCell } from '../notebook/cell-actions';
import { focusActiveCell } from '../notebook/focus-cell';
import { FormFrame } from './form-frame';
import { useRun, useRunModel } from './run-context';
import type { OpenRun } from './run-store';

/** The step that was added last; null where none was. */
function lastAdded(run: OpenRun): string | null {
  const steps = Object.values(run.store.getState().run?.steps ?? {}).filter(({ added }) => added !== null);
  return steps.toSorted((a, b) => ((a.added?.at ?? '') < (b.added?.at ?? '') ? 1 : -1))[0]?.cell ?? null;
}

/** One more step where the run stands: its source, where it runs, and whether it destroys. */
export function AddStepForm(props: { readonly cell: string | null }): JSX.Element | null {
  const { cell } = props;
  const run = useRun();
  const id = useId();
  const step = useRunModel(({ plan }) => (cell === null ? undefined : plan.byCell.get(cell)));
  const kernel = useRunModel((model) => model.run?.started?.data.kernel ?? null);
  const [source, setSource] = useState('');
  const [isAfter, setAfter] = useState(false);
  const [language, setLanguage] = useState<'kernel' | 'shell'>(kernel === 'bash' ? 'shell' : 'kernel');
  const [isDestructive, setDestructive] = useState(false);
  if (step === undefined) return null;
  const add = async (): Promise<boolean> => {
    const { cells, metadata } = run.document.store.getState();
    const plan = planOf({ cells: cells.map((one) => ({ ...one, outputs: [] })), metadata });
    const after = isAfter ? step.cell : placeBefore(cells, plan, step.cell);
    const isAdded = await run.act({ kind: 'add-step', after, language, source, isDestructive });
    if (!isAdded) return false;
    // Its notebook may come a moment after the record.
    const added = lastAdded(run);
    if (added !== null) goToCell(run.document, added);
    setTimeout(focusActiveCell, 0);
    return true;
  };
  return (
    <FormFrame
      label="Add a step"
      action={`Add it ${isAfter ? 'after' : 'before'} step ${step.number ?? ''}`}
      isReady={source.trim() !== ''}
      role="primary"
      onSend={add}
    >
      <span className="bar-area">
        <label htmlFor={id}>Source of the step</label>
        <textarea
          id={id}
          className="bar-input mono"
          rows={3}
          spellCheck={false}
          autoFocus
          value={source}
          title="Control Enter adds it"
          onChange={(event) => setSource(event.target.value)}
        />
      </span>
      <label className="bar-field is-narrow">
        <span>Place</span>
        <select
          className="bar-input"
          value={isAfter ? 'after' : 'before'}
          onChange={(event) => setAfter(event.target.value === 'after')}
        >
          <option value="before">before step {step.number}, it is next</option>
          <option value="after">after step {step.number}</option>
        </select>
      </label>
      {kernel !== 'bash' && (
        <label className="bar-field is-narrow">
          <span>Runs in</span>
          <select
            className="bar-input"
            value={language}
            onChange={(event) => setLanguage(event.target.value === 'shell' ? 'shell' : 'kernel')}
          >
            <option value="kernel">the kernel</option>
            <option value="shell">the shell beside it</option>
          </select>
        </label>
      )}
      <label className="bar-tick">
        <input
          type="checkbox"
          checked={isDestructive}
          onChange={(event) => setDestructive(event.target.checked)}
        />
        It destroys something
      </label>
    </FormFrame>
  );
}
