import { Plus, X } from 'lucide-react';
import { useState, type JSX } from 'react';
import type { Json } from '../../shared/rpc/contract';
import { argumentsOf, argumentText } from '../../shared/runs/environments/argument-text';
import { valueAt } from '../../shared/runs/environments/draft';
import { setValue, type ConfigPath } from './environments-store';
import { faultAt, placeName, type RulesDraft } from './rules-draft';
import { ChoiceField, FieldFault } from './rules-field';

const KINDS = [
  ['equals', 'is'],
  ['contains', 'contains'],
  ['matches', 'matches'],
] as const;

/** The checks of an environment: a command, and what it has to answer. */
export function CheckRows(props: { readonly draft: RulesDraft; readonly path: ConfigPath }): JSX.Element {
  const { draft, path } = props;
  const listed = valueAt(draft.value, path);
  const checks: readonly Json[] = Array.isArray(listed) ? listed : [];
  return (
    <div className="rules-field" role="group" aria-label="Checks">
      <span className="rules-label">Expected before the first and every destructive step</span>
      <div className="facts">
        {checks.map((check, index) => (
          // Their places are all that tells them apart.
          // oxlint-disable-next-line react/no-array-index-key
          <CheckRow key={index} draft={draft} check={check} number={index + 1} path={[...path, index]} />
        ))}
        <div className="facts-row">
          <button
            type="button"
            className="link rules-add"
            onClick={() =>
              setValue([...path, checks.length], {
                command: ['kubectl', 'config', 'current-context'],
                equals: '',
              })
            }
          >
            <Plus className="icon icon-s" aria-hidden="true" />
            Add a check
          </button>
        </div>
      </div>
    </div>
  );
}

function CheckRow(props: {
  readonly draft: RulesDraft;
  readonly check: Json;
  readonly number: number;
  readonly path: ConfigPath;
}): JSX.Element {
  const { draft, check, number, path } = props;
  const kind = KINDS.find(([key]) => valueAt(check, [key]) !== undefined)?.[0] ?? 'equals';
  const expected = valueAt(check, [kind]);
  const where = valueAt(check, ['in']);
  const fault = faultAt(draft, path);
  const faultId = `fault ${placeName(path)}`;
  return (
    <div className="facts-row rules-check">
      <CommandInput check={check} number={number} path={[...path, 'command']} isBad={fault !== null} />
      <ChoiceField
        label={`Check ${number}: what is expected`}
        isHeard
        path={[...path, 'kind']}
        value={kind}
        onChange={(next) => {
          setValue([...path, kind], undefined);
          setValue([...path, next], expected ?? '');
        }}
      >
        {KINDS.map(([key, word]) => (
          <option key={key} value={key}>
            {word}
          </option>
        ))}
      </ChoiceField>
      <input
        className="rules-input mono"
        aria-label={`Check ${number}: answer`}
        aria-invalid={fault !== null}
        aria-describedby={fault === null ? undefined : faultId}
        data-place={placeName([...path, kind])}
        spellCheck={false}
        value={typeof expected === 'string' ? expected : ''}
        onChange={({ target }) => setValue([...path, kind], target.value)}
      />
      <ChoiceField
        label={`Check ${number}: where it is asked`}
        isHeard
        path={[...path, 'in']}
        value={where === 'laptop' ? 'laptop' : 'step'}
        onChange={(next) => setValue([...path, 'in'], next === 'laptop' ? next : undefined)}
      >
        <option value="step">where the step runs</option>
        <option value="laptop">on this machine</option>
      </ChoiceField>
      <button
        type="button"
        className="tool"
        aria-label={`Remove check ${number}`}
        title={`Remove check ${number}`}
        onClick={() => setValue(path, undefined)}
      >
        <X className="icon" aria-hidden="true" />
      </button>
      <FieldFault id={faultId} fault={fault} />
    </div>
  );
}

/** What is typed is its own until it is an argument list again: a quote that is still open is none. */
function CommandInput(props: {
  readonly check: Json;
  readonly number: number;
  readonly path: ConfigPath;
  readonly isBad: boolean;
}): JSX.Element {
  const { check, number, path, isBad } = props;
  const command = valueAt(check, ['command']);
  const list = Array.isArray(command) ? (command as readonly Json[]).map(String) : [];
  const written = argumentText(list);
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <input
      className="rules-input mono rules-command"
      aria-label={`Check ${number}: command`}
      title="The program and its arguments. No shell reads them: quotes only keep blanks together"
      aria-invalid={isBad || (typed !== null && argumentsOf(typed) === null)}
      data-place={placeName(path)}
      spellCheck={false}
      value={typed ?? written}
      onChange={({ target }) => {
        setTyped(target.value);
        const next = argumentsOf(target.value);
        if (next !== null) setValue(path, [...next]);
      }}
      onBlur={() => setTyped(null)}
    />
  );
}
