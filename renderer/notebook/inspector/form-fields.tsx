import { Checkbox } from '@base-ui/react/checkbox';
import { Check, ChevronDown } from 'lucide-react';
import { useId, type JSX } from 'react';

/** Something that is so or is not. */
export function Tick(props: {
  readonly label: string;
  readonly hint?: string;
  readonly isOn: boolean;
  readonly isOff: boolean;
  readonly onSet: (isOn: boolean) => void;
}): JSX.Element {
  const { label, hint, isOn, isOff, onSet } = props;
  const id = useId();
  return (
    <div className="tick">
      <Checkbox.Root
        id={id}
        className="tick-box"
        checked={isOn}
        disabled={isOff}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onCheckedChange={onSet}
      >
        <Checkbox.Indicator className="tick-sign">
          <Check className="icon" aria-hidden="true" />
        </Checkbox.Indicator>
      </Checkbox.Root>
      <div>
        <label htmlFor={id}>{label}</label>
        {hint !== undefined && (
          <p className="hint" id={`${id}-hint`}>
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}

/** One of few. */
export function Choice(props: {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly (readonly [string, string])[];
  readonly isOff: boolean;
  readonly onSet: (value: string) => void;
}): JSX.Element {
  const { label, value, choices, isOff, onSet } = props;
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <span className="select">
        <select
          id={id}
          className="input"
          value={value}
          disabled={isOff}
          onChange={({ target }) => onSet(target.value)}
        >
          {choices.map(([name, words]) => (
            <option key={name} value={name}>
              {words}
            </option>
          ))}
        </select>
        <ChevronDown className="icon icon-s" aria-hidden="true" />
      </span>
    </div>
  );
}
