import type { JSX } from 'react';
import { memberText, NumberField, patternFault, type MemberFields } from './member-fields';
import { TextField } from './text-field';

/** What an output or an answer has to show: its status, what is in it and what is not, a number within limits. */
export function ExpectFields(
  props: MemberFields & {
    /** Where it stands below `watchbook`. */
    readonly path: readonly string[];
    /** `Output`, `Answer`. */
    readonly what: string;
    readonly hint?: string;
  },
): JSX.Element {
  const { path, what, hint, ...fields } = props;
  const { cell, isOff, set } = fields;
  const text = (label: string, key: string, faultOf?: (typed: string) => string | null): JSX.Element => (
    <TextField
      label={label}
      value={memberText(cell, ...path, key)}
      isOff={isOff}
      {...(faultOf === undefined ? {} : { faultOf })}
      onSet={(typed) => set([...path, key], typed === '' ? undefined : typed)}
    />
  );
  const number = [...path, 'number'];
  const pattern = memberText(cell, ...number, 'pattern');
  return (
    <>
      <NumberField
        {...fields}
        label="Exit status"
        path={[...path, 'exitStatus']}
        isWhole
        {...(hint === undefined ? {} : { hint })}
      />
      {text(`${what} contains`, 'contains')}
      {text(`${what} does not contain`, 'notContains')}
      {text(`${what} matches`, 'matches', patternFault)}
      <TextField
        label={`Number in the ${what.toLowerCase()}`}
        value={pattern}
        hint="A pattern; its first group is the number."
        isOff={isOff}
        faultOf={patternFault}
        onSet={(typed) => (typed === '' ? set(number, undefined) : set([...number, 'pattern'], typed))}
      />
      {pattern !== '' && (
        <>
          <NumberField {...fields} label="Number, at least" path={[...number, 'min']} />
          <NumberField {...fields} label="Number, at most" path={[...number, 'max']} />
        </>
      )}
    </>
  );
}
