import type * as z from 'zod';
import type { Json } from '../../rpc/contract';
import type { parameterSourceSchema } from '../content';
import { isRehearsal, type Environment } from '../environments/library-config';
import { checkValue } from './check-value';
import { isDryRun, judgeParameterName, plainParameter } from './declared';
import type { RunbookParameter } from './runbook-parameters';
import { typeText } from './type-text';

export type ParameterSource = z.infer<typeof parameterSourceSchema>;

/** A value with where it came from, as the record keeps it. For a secret the value is its name. */
export interface ParameterValue {
  readonly name: string;
  readonly value: Json;
  readonly source: ParameterSource;
  readonly isSecret: boolean;
  readonly pinned: boolean;
  /** The runbook knows the name; others pass through for programs that it starts. */
  readonly inRunbook: boolean;
}

export interface ValueProblem {
  readonly name: string;
  /** A fault keeps the run from starting. */
  readonly severity: 'fault' | 'note';
  readonly message: string;
}

export interface GivenValue {
  readonly name: string;
  readonly value: Json;
  readonly source: 'given' | 'link';
}

export interface ValueInput {
  readonly parameters: readonly RunbookParameter[];
  readonly environment: Pick<Environment, 'name' | 'gates' | 'values'>;
  /** What the last run was started with, and where. */
  readonly last: { readonly environment: string; readonly values: Readonly<Record<string, Json>> } | null;
  readonly given: readonly GivenValue[];
}

export interface ResolvedValues {
  /** Those that have one, in the order of the parameters; then what was given without being declared. */
  readonly values: readonly ParameterValue[];
  readonly problems: readonly ValueProblem[];
}

/**
 * The values a run is started with: a parameter's default, over it the environment's value, over it that of the last
 * run, over it what was given by hand or by a link.
 *
 * A last value of another environment never goes over one that this environment sets, and a dry run is never taken
 * from another time: on in rehearsals and as declared elsewhere, unless the environment or a person says otherwise.
 */
export function resolveValues({ parameters, environment, last, given }: ValueInput): ResolvedValues {
  const values: ParameterValue[] = [];
  const problems: ValueProblem[] = [];
  const declared = new Set(parameters.map(({ name }) => name));
  for (const parameter of parameters) {
    const found = valueOf(parameter, { environment, last, given });
    const { name, pinned, inRunbook } = parameter;
    const common = { name, isSecret: parameter.type === 'secret', pinned, inRunbook };
    if (found === null) {
      if (parameter.required)
        problems.push({
          name: parameter.name,
          severity: 'fault',
          message: `${parameter.name} has no value.`,
        });
      continue;
    }
    const wrong = checkValue(parameter, found.value);
    if (wrong !== null) problems.push({ name, severity: 'fault', message: `${wrong}.` });
    values.push({ ...common, ...found });
  }
  for (const { name, value, source } of new Map(given.map((one) => [one.name, one])).values()) {
    if (declared.has(name)) continue;
    const wrong = judgeParameterName(name) ?? checkUndeclared(name, value);
    if (source === 'link')
      problems.push({
        name,
        severity: 'note',
        message: `“${name.slice(0, 64)}” came with the link and is no parameter here. It is left out.`,
      });
    else if (wrong !== null) problems.push({ name, severity: 'fault', message: wrong });
    else {
      problems.push({
        name,
        severity: 'note',
        message: `“${name}” is declared nowhere. It is passed on as it was given.`,
      });
      values.push({ name, value, source, isSecret: false, pinned: false, inRunbook: true });
    }
  }
  return { values, problems };
}

/** Values given as text: each by the type of its parameter, where it is declared. */
export function givenValues(
  parameters: readonly RunbookParameter[],
  texts: readonly (readonly [name: string, text: string])[],
  source: GivenValue['source'],
): readonly GivenValue[] {
  return texts.map(([name, text]) => ({
    name,
    value: typeText(parameters.find((one) => one.name === name) ?? null, text),
    source,
  }));
}

function valueOf(
  parameter: RunbookParameter,
  { environment, last, given }: Omit<ValueInput, 'parameters'>,
): { readonly value: Json; readonly source: ParameterSource } | null {
  const byHand = given.findLast(({ name }) => name === parameter.name);
  if (byHand !== undefined) return { value: byHand.value, source: byHand.source };
  const here = environment.values.find(({ name }) => name === parameter.name);
  if (last !== null && !isDryRun(parameter) && Object.hasOwn(last.values, parameter.name)) {
    const value = last.values[parameter.name];
    const isOfHere = here === undefined || last.environment === environment.name;
    // It is only offered: one that is allowed no more is not.
    if (value !== undefined && isOfHere && checkValue(parameter, value) === null)
      return { value, source: 'last' };
  }
  if (here !== undefined) return { value: here.value, source: 'environment' };
  if (isDryRun(parameter) && isRehearsal(environment)) return { value: true, source: 'default' };
  return parameter.default === null ? null : { value: parameter.default.value, source: 'default' };
}

function checkUndeclared(name: string, value: Json): string | null {
  const wrong = checkValue(plainParameter(name), value);
  return wrong === null ? null : `${wrong}.`;
}
