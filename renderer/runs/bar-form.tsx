import { useState, type JSX } from 'react';
import { useStore } from 'zustand';
import { cellMembers } from '../../shared/runs/cell-metadata';
import { assertNever } from '../../shared/rpc/errors';
import { AddStepForm } from './add-step-form';
import { Count, FormFrame, Words } from './form-frame';
import { ApproveForm, ConfirmForm, RejectForm } from './gate-forms';
import { useRun, useRunModel } from './run-context';
import { RollBackForm } from './roll-back-form';
import { ResumeForm } from './resume-form';
import type { BarForm } from './run-store';
import { sendOffer } from './send-offer';
import { TypedWords } from './typed-words';

/** The form that is open in the bar. */
export function BarFormView(props: { readonly form: BarForm }): JSX.Element | null {
  const { form } = props;
  const run = useRun();
  const { cell } = form;
  switch (form.kind) {
    case 'next':
    case 'retry':
    case 'roll-back-next':
    case 'rerun':
      return <SendForm form={form} kind={form.kind} />;
    case 'skip':
      return (
        <ReasonForm
          label="Skip the step"
          field="Why it is skipped"
          action="Skip the step"
          onSend={(reason) =>
            cell === null ? Promise.resolve(false) : run.act({ kind: 'skip', cell, reason })
          }
        />
      );
    case 'mark-done':
      return <ByHandForm cell={cell} />;
    case 'abort':
      return (
        <ReasonForm
          label="Abort the run"
          field="Why the run is aborted"
          action="Abort the run"
          role="danger"
          onSend={(reason) => run.act({ kind: 'abort', reason })}
        />
      );
    case 'cut-wait':
      return (
        <ReasonForm
          label="Cut the wait short"
          field="Why it is cut short"
          action="Cut the wait short"
          onSend={(reason) =>
            cell === null ? Promise.resolve(false) : run.act({ kind: 'cut-wait', cell, reason })
          }
        />
      );
    case 'override': {
      const { trial } = form;
      return (
        <ReasonForm
          label="Override the check"
          field="Why it may go on all the same"
          action="Override the check"
          role="danger"
          onSend={(reason) =>
            trial === undefined ? Promise.resolve(false) : run.answer({ kind: 'override', trial, reason })
          }
        />
      );
    }
    case 'note':
      return (
        <ReasonForm
          label="Add a note"
          field="Note"
          action="Add the note"
          role="primary"
          keep="Cancel"
          onSend={(text) => run.act({ kind: 'note', cell, text })}
        />
      );
    case 'checkpoint':
      return (
        <ReasonForm
          label="Keep a checkpoint"
          field="Its name"
          action="Keep the checkpoint"
          role="primary"
          keep="Cancel"
          onSend={(name) => run.act({ kind: 'checkpoint', name })}
        />
      );
    case 'take-over':
      return <TakeOverForm />;
    case 'retry-later':
      return <RetryForm cell={cell} />;
    case 'confirm':
      return <ConfirmForm cell={cell} />;
    case 'approve':
      return <ApproveForm cell={cell} />;
    case 'reject':
      return <RejectForm cell={cell} />;
    case 'roll-back':
      return <RollBackForm />;
    case 'roll-back-by-hand':
      return (
        <ReasonForm
          label="The step was undone by hand"
          field="What was done in its place"
          action="It is undone"
          onSend={(reason) =>
            cell === null ? Promise.resolve(false) : run.act({ kind: 'roll-back-by-hand', cell, reason })
          }
        />
      );
    case 'add-step':
      return <AddStepForm cell={cell} />;
    case 'resume':
      return <ResumeForm />;
    default:
      return assertNever(form.kind, 'form of the bar');
  }
}

/** One reason, then the deed. */
function ReasonForm(props: {
  readonly label: string;
  readonly field: string;
  readonly action: string;
  readonly role?: 'primary' | 'plain' | 'danger';
  /** The way back, where nothing else is being decided. */
  readonly keep?: string;
  readonly onSend: (words: string) => Promise<boolean>;
}): JSX.Element {
  const [words, setWords] = useState('');
  return (
    <FormFrame
      label={props.label}
      action={props.action}
      isReady={words.trim() !== ''}
      role={props.role ?? 'plain'}
      {...(props.keep === undefined ? {} : { keep: props.keep })}
      onSend={() => props.onSend(words.trim())}
    >
      <Words label={props.field} value={words} onChange={setWords} autoFocus />
    </FormFrame>
  );
}

function ByHandForm(props: { readonly cell: string | null }): JSX.Element {
  const { cell } = props;
  const run = useRun();
  const [reason, setReason] = useState('');
  const [evidence, setEvidence] = useState('');
  return (
    <FormFrame
      label="Mark the step done by hand"
      action="Mark done by hand"
      isReady={reason.trim() !== ''}
      role="plain"
      onSend={async () => {
        if (cell === null) return false;
        const shown = evidence.trim();
        const more = shown === '' ? {} : { evidence: shown };
        return run.act({ kind: 'mark-done', cell, reason: reason.trim(), ...more });
      }}
    >
      <Words label="What was done by hand" value={reason} onChange={setReason} autoFocus />
      <Words label="Evidence, optional" value={evidence} onChange={setEvidence} isNarrow />
    </FormFrame>
  );
}

function TakeOverForm(): JSX.Element {
  const run = useRun();
  const [name, setName] = useState('');
  return (
    <FormFrame
      label="Take the run over"
      action="Take the run over"
      isReady={name.trim() !== ''}
      role="plain"
      onSend={() => run.takeOver(name.trim())}
      keep="Only read it"
    >
      <Words label="Who drives it from now on" value={name} onChange={setName} autoFocus isNarrow />
    </FormFrame>
  );
}

function RetryForm(props: { readonly cell: string | null }): JSX.Element {
  const { cell } = props;
  const run = useRun();
  const hint = useRunModel(({ live }) => live?.hints.find(({ retry }) => retry !== null)?.retry ?? null);
  const before = useRunModel((model) => model.run?.retry ?? null);
  const own = useStore(run.document.store, ({ byId }) => {
    const view = cell === null ? undefined : byId.get(cell);
    return view === undefined ? null : (cellMembers(view).retry ?? null);
  });
  const [wait, setWait] = useState(String(before?.wait ?? hint?.wait ?? own?.wait ?? 30));
  const [count, setCount] = useState(String(before?.left ?? hint?.count ?? own?.count ?? 3));
  const isGood = /^\d{1,5}$/.test(wait) && /^[1-9]\d{0,2}$/.test(count);
  return (
    <FormFrame
      label="Retry with wait"
      action="Retry by itself"
      isReady={isGood && Number(wait) <= 86_400}
      role="plain"
      onSend={async () =>
        cell !== null && run.act({ kind: 'retry-later', cell, count: Number(count), wait: Number(wait) })
      }
    >
      <Count label="Seconds between" value={wait} onChange={setWait} autoFocus />
      <Count label="Times at most" value={count} onChange={setCount} />
    </FormFrame>
  );
}

/** What a button of this kind does with the step of this number. */
function sendWords(kind: SendKind, number: number | string): string {
  switch (kind) {
    case 'next':
      return `Run step ${number}`;
    case 'retry':
      return `Retry step ${number}`;
    case 'roll-back-next':
      return `Undo step ${number}`;
    case 'rerun':
      return `Run step ${number} again`;
  }
}

type SendKind = 'next' | 'retry' | 'roll-back-next' | 'rerun';

/** What is asked before something is sent: the words of a strict environment, else only whether it is meant. */
function SendForm(props: { readonly form: BarForm; readonly kind: SendKind }): JSX.Element {
  const { form, kind } = props;
  const { cell, words } = form;
  const run = useRun();
  const [typed, setTyped] = useState('');
  const step = useRunModel(({ plan }) => (cell === null ? undefined : plan.byCell.get(cell)));
  return (
    <FormFrame
      label={words === null ? sendWords(kind, step?.number ?? '') : 'Type the words'}
      action={sendWords(kind, step?.number ?? '')}
      isReady={words === null || typed === words}
      role="plain"
      onSend={async () => {
        if (kind !== 'rerun') return sendOffer(run, { kind, cell }, typed);
        return cell !== null && run.act({ kind, cell, ...(words === null ? {} : { typed }) });
      }}
    >
      {words === null ? (
        <span className="bar-question">{step?.title}: run it once more?</span>
      ) : (
        <TypedWords words={words} value={typed} onChange={setTyped} autoFocus />
      )}
    </FormFrame>
  );
}
