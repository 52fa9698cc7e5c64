import {
  Circle,
  CircleCheck,
  CirclePause,
  CircleStop,
  LoaderCircle,
  OctagonX,
  SkipForward,
  Undo2,
  Unplug,
  type LucideIcon,
} from 'lucide-react';
import type { JSX } from 'react';
import type { RunSummary } from '../../shared/runs/contract';
import type { StepState } from '../../shared/runs/model';
import { colourOf, stateWords, stripOf } from './run-list';
import './run-parts.css';

const SIGNS: Readonly<Record<RunSummary['state'], LucideIcon>> = {
  ready: Circle,
  running: LoaderCircle,
  failed: OctagonX,
  waiting: CirclePause,
  done: CircleCheck,
  aborted: CircleStop,
  broken: Unplug,
};

/** The signs of the states of steps (look.md section 4). */
export const STEP_SIGNS: Readonly<Record<StepState, LucideIcon>> = {
  todo: Circle,
  queued: Circle,
  running: LoaderCircle,
  done: CircleCheck,
  failed: OctagonX,
  waiting: CirclePause,
  skipped: SkipForward,
  rolledback: Undo2,
};

/** A run's state as sign, words and colour. */
export function RunState(props: { readonly run: RunSummary }): JSX.Element {
  const { run } = props;
  const Sign = SIGNS[run.state];
  return (
    <span className="run-state" data-state={colourOf(run)} title={run.fault ?? undefined}>
      <Sign className={run.state === 'running' ? 'icon run-turning' : 'icon'} aria-hidden="true" />
      <span className="cut">{stateWords(run)}</span>
    </span>
  );
}

/** More steps than this are no strip any more. */
const MOST_MARKS = 32;

/** The steps of a run as a row of marks; its shape tells what its colour tells. */
export function RunStrip(props: { readonly run: Pick<RunSummary, 'state' | 'steps'> }): JSX.Element {
  const { steps } = props.run;
  if (steps.of > MOST_MARKS)
    return (
      <span className="small muted num">
        {steps.done} of {steps.of}
      </span>
    );
  return (
    <span className="run-strip" role="img" aria-label={`${steps.done} of ${steps.of} steps`}>
      {stripOf(props.run).map((state, index) => (
        <i key={index} data-state={state} />
      ))}
    </span>
  );
}
