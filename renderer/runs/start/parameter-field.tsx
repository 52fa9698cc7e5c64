import { ChevronDown, KeyRound } from 'lucide-react';
import { useId, type JSX } from 'react';
import { isDryRun } from '../../../shared/runs/parameters/declared';
import type { RunbookParameter } from '../../../shared/runs/parameters/runbook-parameters';
import { choiceText } from '../../../shared/runs/parameters/type-text';
import type { ParameterValue } from '../../../shared/runs/parameters/values';
import { fieldHint, fieldText } from './start-form';

/** One parameter: what it takes, its value, where that is from, and what is wrong with it. */
export function ParameterField(props: {
  readonly parameter: RunbookParameter;
  /** Null where it has no value yet. */
  readonly value: ParameterValue | null;
  readonly environment: string | null;
  readonly problem: string | null;
  readonly onChange: (text: string) => void;
}): JSX.Element {
  const { parameter, value, environment, problem, onChange } = props;
  const id = useId();
  const source = value?.source ?? null;
  const hint = fieldHint(parameter, source, environment);
  return (
    <div className="field" data-wrong={problem === null ? undefined : ''}>
      <label htmlFor={id} title={parameter.description ?? undefined}>
        <span className="field-name cut">{parameter.title ?? parameter.name}</span>
        <span className="field-hint cut" title={hint}>
          {hint}
        </span>
        {source === 'link' && <span className="tag start-link-tag">from link</span>}
      </label>
      <Control
        id={id}
        parameter={parameter}
        text={fieldText(value?.value)}
        describedBy={problem === null ? undefined : `${id}-problem`}
        onChange={onChange}
      />
      {problem !== null && (
        <p id={`${id}-problem`} className="field-problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

function Control(props: {
  readonly id: string;
  readonly parameter: RunbookParameter;
  readonly text: string;
  readonly describedBy: string | undefined;
  readonly onChange: (text: string) => void;
}): JSX.Element {
  const { id, parameter, text, describedBy, onChange } = props;
  const common = { id, 'aria-describedby': describedBy, 'aria-invalid': describedBy !== undefined };
  switch (parameter.type) {
    case 'boolean': {
      const isOn = text === 'true';
      return (
        <span className="start-switch-row">
          <button
            {...common}
            type="button"
            role="switch"
            className="switch"
            aria-checked={isOn}
            onClick={() => onChange(isOn ? 'false' : 'true')}
          >
            <span className="switch-knob" />
          </button>
          <span className="small secondary">{switchWords(parameter, isOn)}</span>
        </span>
      );
    }
    case 'choice': {
      const isKnown = parameter.choices.some((choice) => choiceText(choice) === text);
      return (
        <span className="select start-select">
          <select
            {...common}
            className="input mono"
            value={text}
            onChange={(event) => onChange(event.target.value)}
          >
            {!isKnown && <option value={text}>{text === '' ? 'choose one' : text}</option>}
            {parameter.choices.map((choice) => (
              <option key={choiceText(choice)} value={choiceText(choice)}>
                {choiceText(choice)}
              </option>
            ))}
          </select>
          <ChevronDown className="icon icon-s" aria-hidden="true" />
        </span>
      );
    }
    case 'secret':
      return (
        <span className="input start-secret">
          <KeyRound className="icon icon-s" aria-hidden="true" />
          <input
            {...common}
            className="mono"
            value={text}
            onChange={(event) => onChange(event.target.value)}
          />
        </span>
      );
    default:
      return text.includes('\n') ? (
        <textarea
          {...common}
          className="input mono start-lines"
          rows={3}
          value={text}
          onChange={(event) => onChange(event.target.value)}
        />
      ) : (
        <input
          {...common}
          className="input mono"
          inputMode={
            parameter.type === 'number' ? 'decimal' : parameter.type === 'integer' ? 'numeric' : undefined
          }
          value={text}
          onChange={(event) => onChange(event.target.value)}
        />
      );
  }
}

function switchWords(parameter: RunbookParameter, isOn: boolean): string {
  if (!isDryRun(parameter)) return isOn ? 'yes' : 'no';
  return isOn ? 'on: steps say what they would do' : 'off: steps do it';
}
