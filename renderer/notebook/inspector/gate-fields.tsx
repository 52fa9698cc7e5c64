import type { JSX } from 'react';
import { valueAt } from '../../../shared/notebook/metadata-path';
import type { Json } from '../../../shared/rpc/contract';
import { argumentsOf, argumentText } from '../../../shared/runs/environments/argument-text';
import { ExpectFields } from './expect-fields';
import { Choice, Tick } from './form-fields';
import { memberText, NumberField, type MemberFields } from './member-fields';
import { TextField } from './text-field';

const KINDS = [
  ['', 'None: only text'],
  ['confirm', 'Confirmed by the driver'],
  ['approve', 'Approved by others'],
  ['wait', 'Waits for a time'],
  ['condition', 'Waits for a condition'],
] as const;

/** What a text blocks until, in a run. Each kind has its own fields. */
export function GateFields(fields: MemberFields): JSX.Element {
  const { cell, isOff, set } = fields;
  const kind = memberText(cell, 'gate', 'kind');
  return (
    <fieldset className="field-group step-fields">
      <legend>Gate</legend>
      <Choice
        label="In a run this text is"
        value={kind}
        choices={KINDS}
        isOff={isOff}
        onSet={(next) => set(['gate'], next === '' ? undefined : begun(next))}
      />
      {kind === 'approve' && <Approval {...fields} />}
      {kind === 'wait' && <Wait {...fields} />}
      {kind === 'condition' && <Condition {...fields} />}
    </fieldset>
  );
}

/** A new gate of a kind with what it can not be without. */
function begun(kind: string): Json {
  if (kind === 'wait') return { kind, duration: 60 };
  return kind === 'condition' ? { kind, command: ['true'], expect: { exitStatus: 0 } } : { kind };
}

function Approval(fields: MemberFields): JSX.Element {
  const { cell, isOff, set } = fields;
  const by = valueAt(cell.metadata, ['watchbook', 'gate', 'by']);
  const names = Array.isArray(by) ? by.filter((one) => typeof one === 'string') : [];
  return (
    <>
      <TextField
        label="By"
        value={names.join(', ')}
        hint="People and roles of watchbook.json, with commas; empty: anybody."
        isOff={isOff}
        onSet={(text) => {
          const list = text.split(',').map((one) => one.trim());
          const next = list.filter(Boolean);
          set(['gate', 'by'], next.length === 0 ? undefined : next);
        }}
      />
      <NumberField
        {...fields}
        label="How many"
        path={['gate', 'minimum']}
        least={1}
        isWhole
        hint="Else one."
      />
      <NumberField
        {...fields}
        label="Asked anew after seconds"
        path={['gate', 'timeout']}
        least={1}
        hint="Empty: it does not run out."
      />
      <Tick
        label="The driver may approve"
        isOn={valueAt(cell.metadata, ['watchbook', 'gate', 'selfApprove']) === true}
        isOff={isOff}
        onSet={(isOn) => set(['gate', 'selfApprove'], isOn || undefined)}
      />
      <Tick
        label="Signed with a key"
        hint="Where it is not, the record says so."
        isOn={valueAt(cell.metadata, ['watchbook', 'gate', 'signed']) === true}
        isOff={isOff}
        onSet={(isOn) => set(['gate', 'signed'], isOn || undefined)}
      />
    </>
  );
}

function Wait(fields: MemberFields): JSX.Element {
  const { cell, isOff, set } = fields;
  return (
    <>
      <NumberField {...fields} label="For seconds" path={['gate', 'duration']} least={1} />
      <TextField
        label="Until"
        value={memberText(cell, 'gate', 'until')}
        hint="A time of the day here, 03:10, or an instant with its zone."
        isOff={isOff}
        onSet={(text) => set(['gate', 'until'], text === '' ? undefined : text)}
      />
    </>
  );
}

function Condition(fields: MemberFields): JSX.Element {
  const { cell, isOff, set } = fields;
  const command = valueAt(cell.metadata, ['watchbook', 'gate', 'command']);
  const list = Array.isArray(command) ? command.filter((one) => typeof one === 'string') : [];
  return (
    <>
      <TextField
        label="Command"
        value={argumentText(list)}
        hint="A program and its arguments, asked again and again; no shell reads them."
        isOff={isOff}
        faultOf={(text) =>
          (argumentsOf(text) ?? []).length > 0 ? null : 'A program, with all quotes closed'
        }
        onSet={(text) => set(['gate', 'command'], [...(argumentsOf(text) ?? [])])}
      />
      <ExpectFields {...fields} path={['gate', 'expect']} what="Answer" />
    </>
  );
}
