import { Trash2 } from 'lucide-react';
import type { JSX } from 'react';
import type { Json } from '../../shared/rpc/contract';
import { COLOURS, type Environment, type Guard } from '../../shared/runs/environments/library-config';
import { valueAt } from '../../shared/runs/environments/draft';
import { CheckRows } from './check-rows';
import { colourSet } from './environment';
import { environmentsStore, setValue } from './environments-store';
import { faultAt, placeName, type RulesDraft } from './rules-draft';
import { ChoiceField, FieldFault, TextField } from './rules-field';
import { ValueTable } from './value-table';

const GUARDS: readonly (readonly [Guard, string, string])[] = [
  ['none', 'None', 'Runs like any notebook'],
  ['confirm', 'Confirm', 'Asks once at start'],
  ['strict', 'Strict', 'Frame, typed name, checks, no run-all'],
];

/** One environment as a form; what is changed waits until it is saved. */
export function EnvironmentForm(props: {
  readonly draft: RulesDraft;
  readonly index: number;
  readonly environment: Environment;
  readonly isLocked: boolean;
}): JSX.Element {
  const { draft, index, environment, isLocked } = props;
  const path = ['environments', index];
  const text = (key: string): string => {
    const value = valueAt(draft.value, [...path, key]);
    return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
  };
  const optional = (key: string) => (typed: string) =>
    setValue([...path, key], typed === '' ? undefined : typed);
  const isImplied = valueAt(draft.value, ['environments']) === undefined;
  const gates = text('gates');
  return (
    <fieldset className="rules-form" disabled={isLocked} data-env={colourSet(environment)}>
      <legend className="heard">Environment {environment.name}</legend>
      <div className="rules-pair">
        <TextField
          draft={draft}
          path={[...path, 'name']}
          label="Name"
          isCode
          value={isImplied ? environment.name : text('name')}
          onChange={(typed) => setValue([...path, 'name'], typed)}
        />
        <TextField
          draft={draft}
          path={[...path, 'description']}
          label="Description"
          value={text('description')}
          onChange={optional('description')}
        />
        <TextField
          draft={draft}
          path={[...path, 'kernel']}
          label="Kernel"
          isCode
          hint="Empty: the one that the runbook names"
          value={text('kernel')}
          onChange={optional('kernel')}
        />
        <div className="rules-field">
          <ChoiceField
            label="Approvals"
            path={[...path, 'gates']}
            value={gates}
            isBad={faultAt(draft, [...path, 'gates']) !== null}
            onChange={optional('gates')}
          >
            <option value="">
              {environment.gates === 'real' ? 'Real, by its place' : 'Confirmations, by its place'}
            </option>
            <option value="real">Real</option>
            <option value="confirm">Confirmations: a rehearsal</option>
          </ChoiceField>
          <FieldFault id={`${placeName(path)} gates`} fault={faultAt(draft, [...path, 'gates'])} />
        </div>
      </div>
      <Colours draft={draft} path={[...path, 'colour']} value={environment.colour} />
      <Guards draft={draft} path={[...path, 'guard']} value={environment.guard} />
      <CheckRows draft={draft} path={[...path, 'checks']} />
      <ValueTable draft={draft} path={[...path, 'values']} environment={environment.name} />
      <div className="rules-foot">
        <button
          type="button"
          className="btn"
          disabled={isImplied || draft.config.environments.length < 2}
          onClick={() => {
            setValue(path, undefined);
            environmentsStore.setState({ selected: Math.max(0, index - 1) });
          }}
        >
          <Trash2 className="icon" aria-hidden="true" />
          Remove this environment
        </button>
        <span className="rules-hint">Nothing is changed in the file before it is saved.</span>
      </div>
    </fieldset>
  );
}

function Colours(props: {
  readonly draft: RulesDraft;
  readonly path: readonly (string | number)[];
  readonly value: string;
}): JSX.Element {
  const { draft, path, value } = props;
  return (
    <div className="rules-field" role="radiogroup" aria-label="Colour">
      <span className="rules-label">Colour</span>
      <div className="rules-colours">
        {COLOURS.map((colour) => (
          <label key={colour} className="rules-colour" data-env={colourSet({ colour })}>
            <input
              type="radio"
              name={placeName(path)}
              data-place={colour === value ? placeName(path) : undefined}
              checked={colour === value}
              onChange={() => setValue(path, colour satisfies Json)}
            />
            <span className="rules-swatch" aria-hidden="true" />
            {colour}
          </label>
        ))}
      </div>
      <FieldFault id={`${placeName(path)} fault`} fault={faultAt(draft, path)} />
      <span className="rules-hint">
        Six that also stay apart in red-green colour blindness. The name is always written beside the colour.
      </span>
    </div>
  );
}

function Guards(props: {
  readonly draft: RulesDraft;
  readonly path: readonly (string | number)[];
  readonly value: string;
}): JSX.Element {
  const { draft, path, value } = props;
  return (
    <div className="rules-field" role="radiogroup" aria-label="Guard">
      <span className="rules-label">Guard</span>
      <div className="rules-guards">
        {GUARDS.map(([guard, title, word]) => (
          <label key={guard} className="rules-guard" data-checked={guard === value ? '' : undefined}>
            <input
              type="radio"
              name={placeName(path)}
              data-place={guard === value ? placeName(path) : undefined}
              checked={guard === value}
              onChange={() => setValue(path, guard satisfies Json)}
            />
            <span>
              <span className="rules-guard-title">{title}</span>
              <span className="small muted">{word}</span>
            </span>
          </label>
        ))}
      </div>
      <FieldFault id={`${placeName(path)} fault`} fault={faultAt(draft, path)} />
    </div>
  );
}
