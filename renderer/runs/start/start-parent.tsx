import type { JSX } from 'react';
import type { StartRequest } from '../../../shared/runs/contract';
import type { OpenDocument } from '../../notebook/document-store';

/** A run that stands at a failed step whose known error led to a runbook. */
export interface LeadingRun {
  readonly parent: NonNullable<StartRequest['parent']>;
  /** `Payments 4.18, step 3`. */
  readonly words: string;
  /** False once that run is over. */
  readonly isOpen: () => boolean;
}

const led = new WeakMap<OpenDocument, LeadingRun>();

/** Remembers that a run led to this runbook: a run started from there is linked with it. */
export function leadsTo(open: OpenDocument, from: LeadingRun): void {
  led.set(open, from);
}

/** The run that led to a runbook; null without one, and when it is over. */
export function leadingRun(open: OpenDocument): LeadingRun | null {
  const from = led.get(open);
  return from?.isOpen() === true ? from : null;
}

/** Whether the run to be started is linked with the one that led here. */
export function StartParent(props: {
  readonly from: LeadingRun;
  readonly isLinked: boolean;
  readonly onChange: (isLinked: boolean) => void;
}): JSX.Element {
  const { from, isLinked, onChange } = props;
  return (
    <label className="start-parent">
      <input type="checkbox" checked={isLinked} onChange={(event) => onChange(event.target.checked)} />
      <span>
        Linked with <b>{from.words}</b>, in both records
      </span>
    </label>
  );
}
