import type { JSX } from 'react';
import type { StepState } from '../../shared/runs/model';

/** The steps of a run as one row of bars, in order. */
export function StepStrip(props: {
  readonly states: readonly StepState[];
  readonly label: string;
}): JSX.Element {
  return (
    <div className="step-strip" role="img" aria-label={props.label}>
      {props.states.map((state, index) => (
        <i key={index} data-state={state} />
      ))}
    </div>
  );
}
