import type { JSX } from 'react';
import type { CellView } from '../../shared/notebook/contract';
import { cellMembers } from '../../shared/runs/cell-metadata';
import type { AttemptContent } from '../../shared/runs/content';
import type { Attempt, StepRecord, StepState } from '../../shared/runs/model';
import type { PlanStep } from '../../shared/runs/plan';
import { CellInputs } from '../notebook/cell-inputs';
import { CellResults } from '../notebook/cell-results';
import { useModel } from '../notebook/document-context';
import { clockTime } from '../notebook/time-words';
import { EarlierAttempt } from './attempts';
import { ConfirmedBy } from './bound-step';
import { ExpectedResult, ExpectedWhenItEnds } from './expected-result';
import { GateBlock } from './gate-block';
import { useAttempt, useReason, useRunModel } from './run-context';
import { RunSource } from './run-source';
import { TypedLine } from './typed-line';

/** True where neither an expectation nor an error in the output says why it failed. */
function isFailureToTell(
  attempt: Attempt | undefined,
  { failure, expectations, outputs }: AttemptContent,
): boolean {
  if (failure === null || !expectations.every(({ holds }) => holds)) return false;
  const isStopped = attempt?.limitPassedAt !== undefined;
  return isStopped || !outputs.some((output) => output['output_type'] === 'error');
}

/** What an open step holds: its attempts, its source as it was sent, what it printed, and what was expected. */
export function StepBody(props: {
  readonly cell: CellView;
  readonly step: PlanStep | null;
  readonly record: StepRecord | undefined;
  readonly state: StepState;
  readonly isCurrent: boolean;
}): JSX.Element {
  const { cell, step, record, state, isCurrent } = props;
  const mayDrive = useRunModel(({ view, run }) => view?.readOnly === null && run?.finished === null);
  const document = useModel((model) => model.runs.get(cell.id));
  const reason = useReason(record?.decision?.reason);
  const attempts = record?.attempts ?? [];
  const content = useAttempt(attempts.at(-1)?.finished?.content);
  if (cell.type === 'markdown' && step !== null) {
    return (
      <GateBlock
        step={step}
        cell={cell}
        record={record}
        isLive={mayDrive && (isCurrent || state === 'waiting' || step.kind === 'checklist')}
      />
    );
  }
  const { expect, limit } = cellMembers(cell);
  const isOver = (attempts.at(-1)?.finished ?? null) !== null;
  return (
    <>
      {attempts.slice(0, -1).map((attempt, index) => {
        const next = attempts[index + 1];
        return next === undefined ? null : (
          <EarlierAttempt key={attempt.number} cell={cell} attempt={attempt} next={next} />
        );
      })}
      {record !== undefined && record.decision !== null && (
        <p className="entry-part run-decision">
          {state === 'skipped' ? 'Skipped' : 'Marked done by hand'} by {record.decision.by} at{' '}
          {clockTime(record.decision.at)}
          {reason === null ? '.' : `: “${reason}”`}
        </p>
      )}
      {attempts[0]?.isCaptured === true && <TypedLine attempt={attempts[0]} />}
      <RunSource cell={cell} record={record} isRunning={state === 'running' || state === 'queued'} />
      <CellResults cell={cell} run={document === undefined ? undefined : { ...document, edited: false }} />
      <CellInputs cell={cell.id} />
      {isOver && <ConfirmedBy content={content} />}
      {isOver && content !== null && <ExpectedResult results={content.expectations} />}
      {isOver && content !== null && isFailureToTell(attempts.at(-1), content) && (
        <p className="entry-part run-decision" data-state="failed">
          {content.failure}
        </p>
      )}
      {!isOver && <ExpectedWhenItEnds expect={expect} limit={limit} />}
    </>
  );
}
