import { isJsonObject, member } from '../../notebook/notebook-values';
import type { Json, JsonObject } from '../../rpc/contract';
import { checkValue, isDate } from './check-value';
import { judgeParameterName, plainParameter, type DeclaredParameter, type ParameterType } from './declared';

/** Something that a declaration says and that can not be used, as a sentence. */
export interface ParameterFinding {
  readonly name: string;
  readonly message: string;
}

export interface Declarations {
  readonly parameters: readonly DeclaredParameter[];
  readonly findings: readonly ParameterFinding[];
}

export const NO_DECLARATIONS: Declarations = { parameters: [], findings: [] };
const MOST_PARAMETERS = 500;

/**
 * Parameters from a JSON Schema of an object: a runbook's `metadata.watchbook.parameters` (with `pinned`, a list of
 * names) and unSkript's `metadata.parameterSchema`. What a schema may say beyond a form's fields is passed over.
 */
export function fromSchema(schema: Json | undefined): Declarations {
  if (!isJsonObject(schema)) return NO_DECLARATIONS;
  const properties = member(schema, 'properties');
  if (!isJsonObject(properties)) return NO_DECLARATIONS;
  const required = textsOf(member(schema, 'required'));
  const pinned = textsOf(member(schema, 'pinned'));
  const parameters: DeclaredParameter[] = [];
  const findings: ParameterFinding[] = [];
  for (const [name, property] of Object.entries(properties).slice(0, MOST_PARAMETERS)) {
    const wrongName = judgeParameterName(name);
    if (wrongName !== null) {
      findings.push({ name, message: wrongName });
      continue;
    }
    const declared = isJsonObject(property) ? readProperty(name, property) : plainParameter(name);
    const value = isJsonObject(property) ? member(property, 'default') : undefined;
    const wrong = value === undefined ? null : checkValue(declared, value);
    if (wrong !== null) findings.push({ name, message: `The default can not be used: ${wrong}.` });
    parameters.push({
      ...declared,
      default: value === undefined || wrong !== null ? null : { value },
      required: required.has(name),
      pinned: pinned.has(name) || (isJsonObject(property) && member(property, 'pinned') === true),
    });
  }
  return { parameters, findings };
}

function readProperty(name: string, property: JsonObject): DeclaredParameter {
  const choices = member(property, 'enum');
  const type: ParameterType =
    Array.isArray(choices) && choices.length > 0
      ? 'choice'
      : typeOf(member(property, 'type'), member(property, 'format'));
  const limit = (key: 'minimum' | 'maximum', exclusive: string): number | string | null => {
    const value = member(property, key);
    if (type === 'date') return typeof value === 'string' && isDate(value) ? value : null;
    if (type !== 'number' && type !== 'integer') return null;
    const beyond = member(property, exclusive);
    if (type === 'integer' && typeof beyond === 'number') return key === 'minimum' ? beyond + 1 : beyond - 1;
    return typeof value === 'number' ? value : null;
  };
  const title = member(property, 'title');
  const description = member(property, 'description');
  return {
    ...plainParameter(name, type),
    title: typeof title === 'string' && title !== '' && title !== name ? title.slice(0, 200) : null,
    description: typeof description === 'string' && description !== '' ? description.slice(0, 2_000) : null,
    choices: type === 'choice' && Array.isArray(choices) ? (choices as readonly Json[]).slice(0, 1_000) : [],
    min: limit('minimum', 'exclusiveMinimum'),
    max: limit('maximum', 'exclusiveMaximum'),
  };
}

function typeOf(type: Json | undefined, format: Json | undefined): ParameterType {
  switch (type) {
    case 'string':
      if (format === 'date') return 'date';
      return format === 'secret' || format === 'password' ? 'secret' : 'string';
    case 'number':
    case 'integer':
    case 'boolean':
    case 'date':
    case 'secret':
      return type;
    case 'array':
    case 'object':
      return 'json';
    default:
      // Several types at once, or one that is not known: whatever is given is passed on.
      return 'any';
  }
}

function textsOf(value: Json | undefined): ReadonlySet<string> {
  return new Set(Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []);
}
