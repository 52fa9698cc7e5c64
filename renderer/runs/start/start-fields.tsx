import { TriangleAlert } from 'lucide-react';
import { useState, type JSX } from 'react';
import { EnvBadge } from '../env-badge';
import { colourSet } from '../environment';
import { ParameterField } from './parameter-field';
import { valuesOf, type LinkKind, type StartForm, type StartGiven } from './start-form';

const GUARD_WORDS = { none: 'no guard', confirm: 'confirm', strict: 'strict' } as const;

interface PartProps {
  readonly given: StartGiven;
  readonly form: StartForm;
  readonly onChange: (changes: Partial<StartForm>) => void;
}

/** Where it runs: the environments of the library in their order. */
export function Environments({ given, form, onChange }: PartProps): JSX.Element {
  const named = given.link?.environment ?? null;
  return (
    <fieldset className="start-set">
      <legend>Environment</legend>
      {given.config.environments.map((environment) => (
        <label
          key={environment.name}
          className="choice"
          data-env={colourSet(environment)}
          data-chosen={form.environment === environment.name ? '' : undefined}
        >
          <input
            type="radio"
            name="environment"
            checked={form.environment === environment.name}
            onChange={() => onChange({ environment: environment.name, words: '' })}
          />
          <EnvBadge environment={environment} />
          <span className="cut grow" title={environment.description ?? undefined}>
            {environment.description ?? ''}
          </span>
          {given.link?.environment === environment.name && (
            <span className="tag start-link-tag">from link</span>
          )}
          <span className="small muted nowrap">{GUARD_WORDS[environment.guard]}</span>
        </label>
      ))}
      {named !== null && !given.config.environments.some(({ name }) => name === named) && (
        <p className="field-problem">The link names the environment “{named}”, which is not here.</p>
      )}
    </fieldset>
  );
}

/** One line of text, and whether a link filled it in. */
export function TextField(props: {
  readonly label: string;
  readonly value: string;
  readonly isFromLink?: boolean;
  readonly onChange: (value: string) => void;
}): JSX.Element {
  const id = `start-${props.label.toLowerCase()}`;
  return (
    <div className="field">
      <label htmlFor={id}>
        {props.label}
        {props.isFromLink === true && <span className="tag start-link-tag">from link</span>}
      </label>
      <input
        id={id}
        className="input"
        value={props.value}
        onChange={(event) => props.onChange(event.target.value)}
      />
    </div>
  );
}

/** The runbook's own parameters, and those of the library where somebody wants to see them. */
export function Parameters({ given, form, onChange }: PartProps): JSX.Element {
  const [showsAll, setShowsAll] = useState(false);
  const { values, problems } = valuesOf(given, form);
  const isOwn = ({ name, inRunbook, pinned }: StartGiven['parameters'][number]): boolean =>
    inRunbook || pinned || values.some((value) => value.name === name && value.source === 'link');
  const others = given.parameters.filter((parameter) => !isOwn(parameter)).length;
  const shown = showsAll ? given.parameters : given.parameters.filter(isOwn);
  const notes = problems.filter(({ name }) => !given.parameters.some((parameter) => parameter.name === name));
  return (
    <>
      {shown.map((parameter) => {
        const problem = problems.find(
          ({ name, severity }) => name === parameter.name && severity === 'fault',
        );
        const isOpenNeed = problem?.message === `${parameter.name} has no value.`;
        return (
          <ParameterField
            key={parameter.name}
            parameter={parameter}
            value={values.find(({ name }) => name === parameter.name) ?? null}
            environment={form.environment}
            problem={problem === undefined || isOpenNeed ? null : problem.message}
            onChange={(text) => onChange({ typed: { ...form.typed, [parameter.name]: text } })}
          />
        );
      })}
      {notes.length > 0 && (
        <ul className="start-notes">
          {notes.map(({ name, message }) => (
            <li key={name}>
              <TriangleAlert className="icon icon-s" aria-hidden="true" />
              {message}
            </li>
          ))}
        </ul>
      )}
      {others > 0 && (
        <button type="button" className="link start-others" onClick={() => setShowsAll(!showsAll)}>
          {showsAll ? 'Hide' : 'Show'} {others} of the library that this runbook does not name
        </button>
      )}
    </>
  );
}

const LINKS: readonly (readonly [LinkKind, string])[] = [
  ['incident', 'Incident'],
  ['change', 'Change'],
  ['release', 'Release'],
];

/** What the run belongs to, in somebody's other systems. */
export function Links({ given, form, onChange }: PartProps): JSX.Element {
  return (
    <>
      {LINKS.map(([kind, label]) => (
        <TextField
          key={kind}
          label={label}
          value={form.links[kind]}
          isFromLink={form.links[kind] !== '' && form.links[kind] === given.link?.link}
          onChange={(text) => onChange({ links: { ...form.links, [kind]: text } })}
        />
      ))}
    </>
  );
}
