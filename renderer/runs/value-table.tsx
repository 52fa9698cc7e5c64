import { useState, type JSX } from 'react';
import type { Json } from '../../shared/rpc/contract';
import { valueAt } from '../../shared/runs/environments/draft';
import { plainParameter, type DeclaredParameter } from '../../shared/runs/parameters/declared';
import { choiceText, typeText } from '../../shared/runs/parameters/type-text';
import { setValue, type ConfigPath } from './environments-store';
import { parameterWords } from './parameter-words';
import { faultAt, placeName, type RulesDraft } from './rules-draft';
import { ChoiceField, FieldFault } from './rules-field';

/** The values of the parameters in one environment: those the library declares, and what the file holds besides. */
export function ValueTable(props: {
  readonly draft: RulesDraft;
  readonly path: ConfigPath;
  readonly environment: string;
}): JSX.Element {
  const { draft, path, environment } = props;
  const values = valueAt(draft.value, path);
  const own =
    typeof values === 'object' && values !== null && !Array.isArray(values) ? Object.keys(values) : [];
  const { parameters } = draft.config;
  const others = own.filter((name) => !parameters.some((one) => one.name === name));
  const all = [...parameters, ...others.map((name) => plainParameter(name))];
  return (
    <div className="rules-field">
      <span className="rules-label">Parameters</span>
      {all.length === 0 ? (
        <p className="rules-hint">
          The library declares none. Parameters that only one runbook has are declared in the runbook.
        </p>
      ) : (
        <table className="rules-table">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Type</th>
              <th scope="col">Value in {environment}</th>
            </tr>
          </thead>
          <tbody>
            {all.map((declared) => (
              <tr key={declared.name}>
                <td className="mono small">{declared.name}</td>
                <td>{others.includes(declared.name) ? 'of a runbook' : parameterWords(declared)}</td>
                <td>
                  <ValueField draft={draft} declared={declared} path={[...path, declared.name]} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}

function ValueField(props: {
  readonly draft: RulesDraft;
  readonly declared: DeclaredParameter;
  readonly path: ConfigPath;
}): JSX.Element {
  const { draft, declared, path } = props;
  const value = valueAt(draft.value, path);
  const fault = faultAt(draft, path);
  const faultId = `fault ${placeName(path)}`;
  const text = value === undefined ? '' : choiceText(value);
  const set = (typed: string): void => setValue(path, typed === '' ? undefined : typeText(declared, typed));
  const options: readonly Json[] = declared.type === 'boolean' ? [true, false] : declared.choices;
  const fallback =
    declared.default === null ? 'not set' : `as declared: ${choiceText(declared.default.value)}`;
  return (
    <div className="rules-value">
      {declared.type === 'boolean' || declared.type === 'choice' ? (
        <ChoiceField
          label={declared.name}
          isHeard
          path={path}
          value={text}
          isBad={fault !== null}
          onChange={set}
        >
          <option value="">{fallback}</option>
          {options.map((option) => (
            <option key={choiceText(option)} value={choiceText(option)}>
              {choiceText(option)}
            </option>
          ))}
          {/* What is there and not allowed is shown all the same. */}
          {text !== '' && !options.some((option) => choiceText(option) === text) && (
            <option value={text}>{text}</option>
          )}
        </ChoiceField>
      ) : (
        <ValueInput
          name={declared.name}
          path={path}
          text={text}
          placeholder={fallback}
          faultId={fault === null ? null : faultId}
          onChange={set}
        />
      )}
      <FieldFault id={faultId} fault={fault} />
    </div>
  );
}

/** What is typed stays as it was typed until the field is left: `5.` is on its way to a number. */
function ValueInput(props: {
  readonly name: string;
  readonly path: ConfigPath;
  readonly text: string;
  readonly placeholder: string;
  readonly faultId: string | null;
  readonly onChange: (text: string) => void;
}): JSX.Element {
  const { name, path, text, placeholder, faultId, onChange } = props;
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <input
      className="rules-input mono"
      aria-label={name}
      aria-invalid={faultId !== null}
      aria-describedby={faultId ?? undefined}
      data-place={placeName(path)}
      placeholder={placeholder}
      spellCheck={false}
      value={typed ?? text}
      onChange={({ target }) => {
        setTyped(target.value);
        onChange(target.value);
      }}
      onBlur={() => setTyped(null)}
    />
  );
}
