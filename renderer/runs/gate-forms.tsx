import { useState, type JSX } from 'react';
import { WatchbookError } from '../../shared/rpc/errors';
import { useWindow } from '../app/window-context';
import type { Client } from '../rpc/client';
import { FormFrame, Words } from './form-frame';
import { useRun, useRunModel } from './run-context';
import type { OpenRun } from './run-store';

export function ConfirmForm(props: { readonly cell: string | null }): JSX.Element {
  const { cell } = props;
  const run = useRun();
  const step = useRunModel(({ plan }) => (cell === null ? undefined : plan.byCell.get(cell)));
  return (
    <FormFrame
      label="Confirm"
      action={`Confirm step ${step?.number ?? ''}`}
      isReady
      role="primary"
      onSend={async () => cell !== null && run.answer({ kind: 'confirm', cell })}
    >
      <span className="bar-question">{step?.title}: is it so?</span>
    </FormFrame>
  );
}

/** The system's own confirmation, where it has one; refused, it is said and nothing is sent. */
async function isConfirmed(run: OpenRun, client: Client, reason: string): Promise<boolean> {
  const { answer } = await client.desktop('desktop.confirmPerson', { reason });
  if (answer !== 'refused') return true;
  run.document.say(
    new WatchbookError(
      'forbidden',
      'The system did not confirm who is there. Nothing was approved; approve it again.',
    ),
  );
  return false;
}

export function ApproveForm(props: { readonly cell: string | null }): JSX.Element {
  const { cell } = props;
  const run = useRun();
  const { client } = useWindow();
  const step = useRunModel(({ plan }) => (cell === null ? undefined : plan.byCell.get(cell)));
  const [approver, setApprover] = useState('');
  const [reason, setReason] = useState('');
  return (
    <FormFrame
      label="Approve on this laptop"
      action="Approve"
      isReady={approver.trim() !== ''}
      role="primary"
      onSend={async () => {
        if (cell === null) return false;
        const words = reason.trim();
        const more = words === '' ? {} : { reason: words };
        const who = approver.trim();
        if (!(await isConfirmed(run, client, `approve step ${step?.number ?? ''} as ${who}`))) return false;
        return run.answer({ kind: 'approve', cell, approver: who, ...more });
      }}
    >
      <Words label="Name of the approver" value={approver} onChange={setApprover} autoFocus isNarrow />
      <Words label="Reason, optional" value={reason} onChange={setReason} />
    </FormFrame>
  );
}

export function RejectForm(props: { readonly cell: string | null }): JSX.Element {
  const { cell } = props;
  const run = useRun();
  const [approver, setApprover] = useState('');
  const [reason, setReason] = useState('');
  return (
    <FormFrame
      label="Reject"
      action="Reject"
      isReady={approver.trim() !== '' && reason.trim() !== ''}
      role="danger"
      onSend={async () =>
        cell !== null &&
        run.answer({ kind: 'reject', cell, approver: approver.trim(), reason: reason.trim() })
      }
    >
      <Words label="Name" value={approver} onChange={setApprover} autoFocus isNarrow />
      <Words label="Why it is rejected" value={reason} onChange={setReason} />
    </FormFrame>
  );
}
