import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { Json, JsonObject } from '../rpc/contract';
import type { Finding } from './contract';
import { NEWEST_MINOR } from './nbformat-version';
import { isJsonObject, member } from './notebook-values';
import schema3 from './schema/nbformat.v3.schema.json' with { type: 'json' };
import schema40 from './schema/nbformat.v4.0.schema.json' with { type: 'json' };
import schema41 from './schema/nbformat.v4.1.schema.json' with { type: 'json' };
import schema42 from './schema/nbformat.v4.2.schema.json' with { type: 'json' };
import schema43 from './schema/nbformat.v4.3.schema.json' with { type: 'json' };
import schema44 from './schema/nbformat.v4.4.schema.json' with { type: 'json' };
import schema45 from './schema/nbformat.v4.5.schema.json' with { type: 'json' };

const MINORS: readonly object[] = [schema40, schema41, schema42, schema43, schema44, schema45];

/** More faults than this are counted, not listed. */
const MAX_FAULTS = 200;

interface Validators {
  readonly notebook: ValidateFunction;
  readonly cell: ValidateFunction;
}

const compiled = new Map<string, Validators>();

/**
 * Holds a parsed notebook against the official nbformat schema of its version.
 *
 * Compiles code from the schemas, which a window's content policy forbids: for the engine and the command line only.
 * For a minor newer than all schemas the newest is used, and members it does not know are no faults.
 */
export function validateNotebook(raw: JsonObject, major: number, minor: number): Finding[] {
  const validators = validatorsFor(major, Math.min(minor, NEWEST_MINOR));
  const isNewer = major === 4 && minor > NEWEST_MINOR;
  const faults: Finding[] = [];
  let more = 0;
  const check = (validate: ValidateFunction, value: Json, cell: number | null, prefix: string): void => {
    if (validate(value)) return;
    for (const error of essential(validate.errors ?? [], isNewer)) {
      if (isAboutId(error)) continue;
      if (faults.length < MAX_FAULTS) faults.push(toFinding(error, cell, prefix));
      else more += 1;
    }
  };
  check(validators.notebook, withoutCells(raw), null, '');
  cellsOf(raw, major).forEach(({ value, place }, index) => check(validators.cell, value, index, place));
  if (more > 0) {
    faults.push({
      severity: 'fault',
      code: 'schema',
      message: `${more} more faults of the same sorts.`,
      cell: null,
      place: null,
    });
  }
  return faults;
}

function withoutCells(raw: JsonObject): JsonObject {
  const replaced = Object.entries(raw).map(([key, value]): [string, Json] => {
    if (key === 'cells' && Array.isArray(value)) return [key, []];
    if (key !== 'worksheets' || !Array.isArray(value)) return [key, value];
    return [
      key,
      (value as readonly Json[]).map((sheet) => (isJsonObject(sheet) ? { ...sheet, cells: [] } : sheet)),
    ];
  });
  return Object.fromEntries(replaced);
}

function cellsOf(
  raw: JsonObject,
  major: number,
): readonly { readonly value: Json; readonly place: string }[] {
  const listed = (value: Json | undefined, place: string): { value: Json; place: string }[] =>
    Array.isArray(value)
      ? (value as readonly Json[]).map((cell, index) => ({ value: cell, place: `${place}[${index}]` }))
      : [];
  if (major === 4) return listed(member(raw, 'cells'), 'cells');
  const sheets = member(raw, 'worksheets');
  return (Array.isArray(sheets) ? (sheets as readonly Json[]) : []).flatMap((sheet, index) =>
    isJsonObject(sheet) ? listed(member(sheet, 'cells'), `worksheets[${index}].cells`) : [],
  );
}

function validatorsFor(major: number, minor: number): Validators {
  const key = `${major}.${minor}`;
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const validators = compile(major === 3 ? schema3 : (MINORS[minor] ?? schema45), major);
  compiled.set(key, validators);
  return validators;
}

interface SchemaObject {
  [key: string]: unknown;
}

/**
 * The schemas choose between kinds of cells and outputs by trial, so that a fault is reported once for each kind. Told
 * by which member to choose, ajv names the one fault that counts.
 */
function compile(source: object, major: number): Validators {
  const schema = structuredClone(source) as { definitions: Record<string, SchemaObject> } & SchemaObject;
  // ajv knows no draft 4, and nothing here differs between the drafts.
  delete schema['$schema'];
  const { definitions } = schema;
  const cell = major === 3 ? cellOf3(definitions) : definitions['cell'];
  if (cell !== undefined) cell['discriminator'] = { propertyName: 'cell_type' };
  const output = definitions['output'];
  if (output !== undefined) output['discriminator'] = { propertyName: 'output_type' };
  const ajv = new Ajv({
    allErrors: true,
    discriminator: true,
    strict: false,
    validateSchema: false,
    logger: false,
  });
  return {
    notebook: ajv.compile(schema),
    cell: ajv.compile({ definitions, ...cell }),
  };
}

function cellOf3(definitions: Record<string, SchemaObject>): SchemaObject | undefined {
  const worksheet = definitions['worksheet'] as
    { properties?: { cells?: { items?: SchemaObject } } } | undefined;
  return worksheet?.properties?.cells?.items;
}

/** Ids are looked at where they are given, over all cells at once. */
function isAboutId(error: ErrorObject): boolean {
  const params = error.params as Readonly<Record<string, unknown>>;
  return error.instancePath === '/id' || (error.instancePath === '' && params['missingProperty'] === 'id');
}

/** Leaves out what follows from another fault: the branches of a choice that failed as a whole. */
function essential(errors: readonly ErrorObject[], isNewer: boolean): readonly ErrorObject[] {
  const choices = errors.filter((error) => error.keyword === 'oneOf').map((error) => error.instancePath);
  return errors.filter((error) => {
    if (isNewer && (error.keyword === 'additionalProperties' || error.keyword === 'discriminator'))
      return false;
    if (error.keyword === 'oneOf') return true;
    return !choices.some((path) => error.instancePath === path || error.instancePath.startsWith(`${path}/`));
  });
}

function toFinding(error: ErrorObject, cell: number | null, prefix: string): Finding {
  return {
    severity: 'fault',
    code: 'schema',
    message: explain(error),
    cell,
    place: jsonPath(prefix, error.instancePath) || 'the top level',
  };
}

function explain(error: ErrorObject): string {
  const params = error.params as Readonly<Record<string, unknown>>;
  switch (error.keyword) {
    case 'additionalProperties':
      return `nbformat does not know the member "${String(params['additionalProperty'])}" here.`;
    case 'required':
      return `The member "${String(params['missingProperty'])}" is missing.`;
    case 'discriminator':
      return `"${String(params['tag'])}" is missing or names a kind that nbformat does not know.`;
    case 'oneOf':
      return 'This is neither a text nor a list of texts.';
    case 'enum':
      return `This is none of the values that nbformat allows: ${JSON.stringify(params['allowedValues'])}.`;
    default:
      return `This ${error.message ?? 'does not fit nbformat'}.`;
  }
}

/** `cells[3].metadata.tags[0]` from ajv's JSON pointer. */
function jsonPath(prefix: string, pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, part) => {
      if (/^\d+$/.test(part)) return `${path}[${part}]`;
      return path === '' ? part : `${path}.${part}`;
    }, prefix);
}
