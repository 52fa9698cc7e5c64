import { useMemo, type JSX } from 'react';
import type { CellView } from '../../../shared/notebook/contract';
import { metadataEdit } from '../../../shared/notebook/metadata-edit';
import { valueAt } from '../../../shared/notebook/metadata-path';
import type { Operation } from '../../../shared/notebook/operation';
import type { Json } from '../../../shared/rpc/contract';
import { isRollback } from '../../../shared/runs/is-rollback';
import { rollbackEdits } from '../../../shared/runs/rollback-edit';
import { taskItems } from '../../../shared/runs/task-items';
import { cellNumbers, cellTitle } from '../cell-facts';
import { useModel } from '../document-context';
import { Choice } from './form-fields';
import { ExpectFields } from './expect-fields';
import { GateFields } from './gate-fields';
import { HintFields } from './hint-fields';
import { memberText, numberFault, type MemberFields } from './member-fields';
import { TextField } from './text-field';
import { RetryFields, SecretsField, TerminalFields } from './use-fields';

/** What a cell is in a run, as a form: what it has to show, how long it may take, what it undoes, what it waits for. */
export function StepForm(props: {
  readonly cell: CellView;
  readonly isReadOnly: boolean;
  readonly onEdit: (edits: readonly (Operation | null)[]) => void;
}): JSX.Element {
  const { cell, isReadOnly, onEdit } = props;
  const fields: MemberFields = {
    cell,
    isOff: isReadOnly,
    set: (path, value) => onEdit([metadataEdit(cell, ['watchbook', ...path], value)]),
  };
  if (cell.type === 'markdown')
    return (
      <>
        <GateFields {...fields} />
        <RequiredItems {...fields} />
      </>
    );
  return (
    <>
      <Expected {...fields} />
      <TimeLimit {...fields} />
      <Undoes cell={cell} isOff={isReadOnly} onEdit={onEdit} />
      <HintFields {...fields} />
      <RetryFields {...fields} />
      <fieldset className="field-group step-fields">
        <legend>Uses</legend>
        <SecretsField {...fields} />
        <TerminalFields {...fields} />
      </fieldset>
    </>
  );
}

function Expected(fields: MemberFields): JSX.Element {
  return (
    <fieldset className="field-group step-fields">
      <legend>Expected result</legend>
      <ExpectFields
        {...fields}
        path={['expect']}
        what="Output"
        hint="The step is green only when all of these hold."
      />
    </fieldset>
  );
}

function TimeLimit({ cell, isOff, set }: MemberFields): JSX.Element {
  const seconds = memberText(cell, 'limit', 'seconds');
  const then = memberText(cell, 'limit', 'then') === 'interrupt' ? 'interrupt' : 'warn';
  return (
    <fieldset className="field-group step-fields">
      <legend>Time limit</legend>
      <TextField
        label="Seconds"
        value={seconds}
        isOff={isOff}
        faultOf={(text) => numberFault(text, 1)}
        // The contract's name; what is written here is data and never awaited.
        // oxlint-disable-next-line unicorn/no-thenable
        onSet={(text) => set(['limit'], text === '' ? undefined : { seconds: Number(text), then })}
      />
      {seconds !== '' && (
        <Choice
          label="After it"
          value={then}
          choices={[
            ['warn', 'Say so and go on'],
            ['interrupt', 'Interrupt the step'],
          ]}
          isOff={isOff}
          onSet={(value) => set(['limit', 'then'], value)}
        />
      )}
    </fieldset>
  );
}

function Undoes(props: {
  readonly cell: CellView;
  readonly isOff: boolean;
  readonly onEdit: (edits: readonly (Operation | null)[]) => void;
}): JSX.Element {
  const { cell, isOff, onEdit } = props;
  const cells = useModel((model) => model.cells);
  const choices = useMemo(() => {
    const numbers = cellNumbers(cells);
    return cells
      .filter((one) => one.type === 'code' && one.id !== cell.id && !isRollback(one))
      .map((one): readonly [string, string] => [
        one.id,
        `${numbers.get(one.id) ?? ''} ${cellTitle(one) ?? 'code'}`,
      ]);
  }, [cells, cell.id]);
  const of = memberText(cell, 'rollbackOf');
  const isLost = of !== '' && !choices.some(([id]) => id === of);
  return (
    <Choice
      label="Undoes the step"
      value={of}
      choices={[
        ['', 'None: an ordinary step'],
        ...(isLost ? [[of, 'A step that is gone'] as const] : []),
        ...choices,
      ]}
      isOff={isOff}
      onSet={(id) => onEdit(rollbackEdits(cell, id === '' ? null : id))}
    />
  );
}

/** Which items of a checklist block what follows: those of the text, counted from 1. */
function RequiredItems({ cell, isOff, set }: MemberFields): JSX.Element | null {
  const count = useMemo(() => taskItems(cell.source).items.length, [cell.source]);
  const required = valueAt(cell.metadata, ['watchbook', 'checklist', 'required']);
  const list: readonly Json[] = Array.isArray(required) ? required : [];
  if (count === 0 && list.length === 0) return null;
  const numbersOf = (text: string): readonly number[] =>
    text
      .split(/[\s,]+/)
      .filter(Boolean)
      .map(Number);
  return (
    <TextField
      label="Items that have to be ticked"
      value={list.join(', ')}
      hint={`Their numbers, of ${count}; what follows waits for them.`}
      isOff={isOff}
      faultOf={(text) =>
        numbersOf(text).every((item) => Number.isInteger(item) && item >= 1 && item <= count)
          ? null
          : `Numbers from 1 to ${count}`
      }
      onSet={(text) =>
        set(
          ['checklist'],
          text === '' ? undefined : { required: [...new Set(numbersOf(text))].toSorted((a, b) => a - b) },
        )
      }
    />
  );
}
