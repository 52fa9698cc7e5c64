import { CircleCheck, CircleDashed, CircleX, RotateCcw, Stamp, Timer, UserCheck } from 'lucide-react';
import type { JSX } from 'react';
import type { Cell } from '../../shared/notebook/model';
import type { GateAnswer, GateRecord, StepRecord } from '../../shared/runs/model';
import type { PlanStep } from '../../shared/runs/plan';
import { taskItems } from '../../shared/runs/task-items';
import { MarkdownView } from '../notebook/markdown/markdown-view';
import { clockTime, utcWords } from '../notebook/time-words';
import { useMarkdownHost } from '../notebook/use-markdown-host';
import { Checklist } from './checklist';
import { useReason, useRunModel } from './run-context';

const VOIDED: Readonly<Record<GateRecord['voided'][number]['why'], string>> = {
  text: 'the text of the gate changed',
  tick: 'a tick changed',
  source: 'a step that it covers changed',
  parameters: 'a parameter changed',
  'rolled-back': 'a step before it was rolled back',
  'new-attempt': 'a step before it ran again',
  timeout: 'its time was over',
};

function Answer(props: { readonly answer: GateAnswer }): JSX.Element {
  const { answer } = props;
  const reason = useReason(answer.reason);
  const who = answer.approver ?? answer.actor.name;
  const isGood = answer.verdict !== 'rejected';
  const Sign = isGood ? CircleCheck : CircleX;
  const did = {
    approved: 'approved',
    confirmed: 'confirmed',
    rejected: 'rejected',
    passed: 'passed by itself',
    cut: 'cut the wait short',
  }[answer.verdict];
  return (
    <div className="facts-row" data-state={isGood ? 'done' : 'failed'}>
      <Sign className="icon icon-s" aria-hidden="true" />
      <span className="nowrap">
        {answer.how === 'time' || answer.how === 'condition' ? null : <b>{who} </b>}
        {did}
      </span>
      <HowTag answer={answer} />
      {reason !== null && reason !== '' && <span className="cut secondary">“{reason}”</span>}
      <span className="who">
        <time className="time" dateTime={answer.at} title={utcWords(answer.at)}>
          {clockTime(answer.at)}
        </time>
      </span>
    </div>
  );
}

/** How an answer came; a name that was typed here never looks like a signature. */
function HowTag(props: { readonly answer: GateAnswer }): JSX.Element {
  const { how, actor } = props.answer;
  switch (how) {
    case 'laptop':
      return (
        <span className="tag">
          <UserCheck className="icon" aria-hidden="true" />
          typed on {actor.host}, not signed
        </span>
      );
    case 'rehearsal':
      return <span className="tag">in a rehearsal</span>;
    case 'import':
      return (
        <span className="tag">
          <Stamp className="icon" aria-hidden="true" />
          by file
        </span>
      );
    case 'time':
    case 'condition':
      return (
        <span className="tag">
          <Timer className="icon" aria-hidden="true" />
          {how === 'time' ? 'the time had come' : 'the condition held'}
        </span>
      );
  }
}

function Approvals(props: { readonly step: PlanStep; readonly gate: GateRecord }): JSX.Element {
  const { step, gate } = props;
  const driver = useRunModel(({ run }) => run?.driver ?? null);
  const given = gate.answers.filter(({ verdict }) => verdict === 'approved').length;
  const from = step.gate?.by?.join(', ') ?? null;
  const missing = Math.max(0, gate.minimum - given);
  const isApproval = gate.kind === 'approve';
  return (
    <div className="facts" role="group" aria-label={isApproval ? 'Approvals' : 'Answers'}>
      <div className="facts-head">
        {isApproval ? 'Approvals' : 'Answer'}
        {isApproval && (
          <span className="facts-count muted">
            {given} of {gate.minimum}
            {from === null ? '' : `, from ${from}`}
          </span>
        )}
        <span className="grow" />
        {gate.isOpen && gate.until !== null && (
          <span className="facts-count muted" title={utcWords(gate.until)}>
            {isApproval
              ? `until ${clockTime(gate.until)}, then asks again`
              : `until ${clockTime(gate.until)}`}
          </span>
        )}
      </div>
      {gate.voided.map(({ at, why }) => (
        <div key={at} className="facts-row" data-state="waiting">
          <RotateCcw className="icon icon-s" aria-hidden="true" />
          <span>What was approved counts no more: {VOIDED[why]}</span>
          <span className="who">
            <time className="time" dateTime={at}>
              {clockTime(at)}
            </time>
          </span>
        </div>
      ))}
      {gate.answers.map((answer) => (
        <Answer key={answer.seq} answer={answer} />
      ))}
      {gate.isOpen && isApproval && missing > 0 && (
        <div className="facts-row" data-state="todo">
          <CircleDashed className="icon icon-s" aria-hidden="true" />
          <span className="secondary">
            {missing === 1 ? 'One more' : `${missing} more`} of <b>{from ?? 'anybody'}</b>
          </span>
          <span className="who">
            {step.gate?.selfApprove !== true && driver !== null && (
              <span>{driver} drives this run and cannot approve it</span>
            )}
          </span>
        </div>
      )}
    </div>
  );
}

/** The text of a gate or a checklist, its items, and who answered what. */
export function GateBlock(props: {
  readonly step: PlanStep;
  readonly cell: Pick<Cell, 'id' | 'source' | 'attachments'>;
  readonly record: StepRecord | undefined;
  readonly isLive: boolean;
}): JSX.Element {
  const { step, cell, record, isLive } = props;
  const host = useMarkdownHost();
  const { items, rest } = taskItems(cell.source);
  // The first heading is the title in the header already.
  const text = rest.replace(/^\s*#{1,6}\s[^\n]*\n?/, '').trim();
  const gate = record?.gate ?? null;
  return (
    <>
      {text !== '' && (
        <div className="entry-part run-prose">
          <MarkdownView
            source={text}
            attachments={cell.attachments}
            scope={cell.id}
            cell={cell.id}
            host={host}
          />
        </div>
      )}
      {items.length > 0 && (
        <div className="entry-part">
          <Checklist
            cell={cell.id}
            title={
              step.gate?.kind === 'approve'
                ? 'Before you approve'
                : step.gate === null
                  ? 'Checklist'
                  : 'Before you confirm'
            }
            items={items}
            required={step.required}
            record={record}
            isLive={isLive}
          />
        </div>
      )}
      {gate !== null && (gate.kind === 'approve' || gate.answers.length > 0 || gate.voided.length > 0) && (
        <div className="entry-part">
          <Approvals step={step} gate={gate} />
        </div>
      )}
    </>
  );
}
