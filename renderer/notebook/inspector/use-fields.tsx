import type { JSX } from 'react';
import { valueAt } from '../../../shared/notebook/metadata-path';
import { Choice } from './form-fields';
import { memberText, NumberField, type MemberFields } from './member-fields';
import { TextField } from './text-field';

/** How often and how late a failed step is tried again: what the form of the action bar begins with. */
export function RetryFields(fields: MemberFields): JSX.Element {
  const { cell, isOff, set } = fields;
  const count = memberText(cell, 'retry', 'count');
  return (
    <fieldset className="field-group step-fields">
      <legend>Retry with wait</legend>
      <TextField
        label="Times at most"
        value={count}
        hint="Offered when the step fails; a destructive one is never tried again by itself."
        isOff={isOff}
        faultOf={(text) => (/^([1-9]\d{0,2}|1000)?$/.test(text) ? null : 'A whole number from 1 to 1000')}
        onSet={(text) => {
          const wait = Number(memberText(cell, 'retry', 'wait') || 30);
          set(['retry'], text === '' ? undefined : { count: Number(text), wait });
        }}
      />
      {count !== '' && <NumberField {...fields} label="Seconds between" path={['retry', 'wait']} least={0} />}
    </fieldset>
  );
}

/** Which secrets a step asks for, by name. Their values are never in a notebook. */
export function SecretsField({ cell, isOff, set }: MemberFields): JSX.Element {
  const listed = valueAt(cell.metadata, ['watchbook', 'secrets']);
  const names = Array.isArray(listed) ? listed.filter((one) => typeof one === 'string') : [];
  return (
    <TextField
      label="Secrets"
      value={names.join(', ')}
      hint="Names, with commas; they are asked for before the step starts."
      isOff={isOff}
      onSet={(text) => {
        const next = [...new Set(text.split(',').map((one) => one.trim()))].filter(Boolean);
        set(['secrets'], next.length === 0 ? undefined : next);
      }}
    />
  );
}

/** Which terminal a step belongs to: none, a shell of this machine, or a host of the person's own list. */
export function TerminalFields({ cell, isOff, set }: MemberFields): JSX.Element {
  const host = memberText(cell, 'terminal', 'host');
  const shell = memberText(cell, 'terminal', 'shell');
  const kind = host !== '' ? 'host' : shell !== '' ? 'shell' : '';
  return (
    <>
      <Choice
        label="Terminal"
        value={kind}
        choices={[
          ['', 'None'],
          ['shell', 'A shell on this machine'],
          ['host', 'A host of your own list'],
        ]}
        isOff={isOff}
        onSet={(next) =>
          set(['terminal'], next === '' ? undefined : next === 'host' ? { host: 'host' } : { shell: 'bash' })
        }
      />
      {kind === 'shell' && (
        <TextField
          label="Shell of the terminal"
          value={shell}
          isOff={isOff}
          faultOf={(text) => (text === '' ? 'The name of a shell' : null)}
          onSet={(text) => set(['terminal'], { shell: text })}
        />
      )}
      {kind === 'host' && (
        <TextField
          label="Host of the terminal"
          value={host}
          hint="A name of your own list, never an address of the runbook’s."
          isOff={isOff}
          faultOf={(text) =>
            text === '' || text.startsWith('-') ? 'A name that does not begin with a dash' : null
          }
          onSet={(text) => set(['terminal'], { host: text })}
        />
      )}
    </>
  );
}
