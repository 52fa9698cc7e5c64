import type { ErrorObject, ValidateFunction } from 'ajv';
import type { Json, JsonObject } from '../rpc/contract';
import type { Finding } from './contract';
import type { SchemaVersion } from './nbformat-schemas';
import { validatorsFor } from './nbformat-validators';
import { NEWEST_MINOR } from './nbformat-version';
import { isJsonObject, member } from './notebook-values';

/** More faults than this are counted, not listed. */
const MAX_FAULTS = 200;

const SCHEMA_MINORS: readonly SchemaVersion[] = ['v4.0', 'v4.1', 'v4.2', 'v4.3', 'v4.4', 'v4.5'];

/**
 * Holds a parsed notebook against the official nbformat schema of its version.
 *
 * For the engine and the command line only: a window's content policy forbids what {@link validatorsFor} may do. For a
 * minor newer than all schemas the newest is used, and members it does not know are no faults.
 */
export function validateNotebook(raw: JsonObject, major: number, minor: number): Finding[] {
  const validators = validatorsFor(versionOf(major, minor));
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

function versionOf(major: number, minor: number): SchemaVersion {
  const known = SCHEMA_MINORS[minor] ?? 'v4.5';
  return major === 3 ? 'v3' : known;
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
      return `nbformat does not know the member “${String(params['additionalProperty'])}” here.`;
    case 'required':
      return `The member “${String(params['missingProperty'])}” is missing.`;
    case 'discriminator':
      return `“${String(params['tag'])}” is missing or names a kind that nbformat does not know.`;
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
