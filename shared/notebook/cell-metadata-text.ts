import type { Json, JsonObject } from '../rpc/contract';
import { jsonEquals } from './json-style';
import { elementsAt, indexJson, JsonTextError, membersAt, positionOf } from './json-text';
import type { Cell, CellType } from './model';
import { isJsonObject, member } from './notebook-values';
import type { Operation } from './operation';
import schema from './schema/nbformat.v4.5.schema.json' with { type: 'json' };

/** Something in a metadata text that keeps it from being taken; lines count from 1. */
export interface MetadataProblem {
  readonly line: number;
  readonly message: string;
}

export type MetadataReading =
  | { readonly kind: 'good'; readonly metadata: JsonObject }
  | { readonly kind: 'bad'; readonly problems: readonly MetadataProblem[] };

/** What of JSON Schema nbformat uses for a cell's metadata; a test holds that there is nothing else. */
export interface MetadataSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly Json[];
  readonly pattern?: string;
  readonly uniqueItems?: boolean;
  readonly items?: MetadataSchema;
  readonly properties?: Readonly<Record<string, MetadataSchema>>;
  readonly patternProperties?: Readonly<Record<string, MetadataSchema>>;
  readonly $ref?: string;
}

const FLAG: MetadataSchema = { type: 'boolean' };
const WORDS: MetadataSchema = { type: 'string' };

/** What nbformat says of these members in words only, and what we say of our own. */
const MORE: Readonly<Record<string, MetadataSchema>> = {
  editable: FLAG,
  deletable: FLAG,
  watchbook: { type: 'object', properties: { title: WORDS, note: WORDS } },
};
const JUPYTER: MetadataSchema = {
  type: 'object',
  properties: { source_hidden: FLAG, outputs_hidden: FLAG },
};

/** nbformat's own schema of the metadata of a kind of cell. */
export function nbformatMetadata(type: CellType): MetadataSchema {
  return schema.definitions[`${type}_cell`].properties.metadata as MetadataSchema;
}

/** The schema behind a reference into nbformat's definitions; those of cell metadata lead to `misc` alone. */
export function resolveMetadata(one: MetadataSchema): MetadataSchema {
  const name = one.$ref?.split('/').at(-1);
  if (name === undefined) return one;
  const found = (schema.definitions.misc as Readonly<Record<string, MetadataSchema>>)[name];
  if (found === undefined) throw new Error(`nbformat’s schema has no ${one.$ref}`);
  return found;
}

type Path = readonly (string | number)[];

interface Fault {
  readonly path: Path;
  readonly message: string;
}

/** Holds a metadata text against JSON and nbformat 4.5. Every problem has its line. */
export function readMetadataText(text: string, type: CellType): MetadataReading {
  try {
    const { duplicates } = indexJson(text, '');
    const value = JSON.parse(text) as Json;
    if (!isJsonObject(value)) return bad([{ line: 1, message: 'Metadata is an object, in braces.' }]);
    const twice = duplicates.map(({ path, offset }) => ({
      line: positionOf(text, offset).line,
      message: `“${path.at(-1)}” stands here a second time.`,
    }));
    const rules = { ...nbformatMetadata(type).properties, ...MORE, jupyter: JUPYTER };
    const faults = check(value, { type: 'object', properties: rules }, []);
    const all = [
      ...twice,
      ...faults.map(({ path, message }) => ({
        line: lineOf(text, path),
        message: `${nameOf(path)} ${message}`,
      })),
    ];
    return all.length === 0
      ? { kind: 'good', metadata: value }
      : bad(all.toSorted((a, b) => a.line - b.line));
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    return bad([{ line: positionOf(text, error.offset).line, message: `This is not JSON: ${error.reason}` }]);
  }
}

function bad(problems: readonly MetadataProblem[]): MetadataReading {
  return { kind: 'bad', problems };
}

const TYPES: Readonly<Record<string, { readonly word: string; readonly fits: (value: Json) => boolean }>> = {
  object: { word: 'an object', fits: isJsonObject },
  array: { word: 'a list', fits: Array.isArray },
  string: { word: 'a text', fits: (value) => typeof value === 'string' },
  boolean: { word: 'true or false', fits: (value) => typeof value === 'boolean' },
};

function check(value: Json, given: MetadataSchema, path: Path): readonly Fault[] {
  const rule = resolveMetadata(given);
  const fault = (message: string): readonly Fault[] => [{ path, message }];
  const type = typeof rule.type === 'string' ? TYPES[rule.type] : undefined;
  if (type !== undefined && !type.fits(value)) return fault(`must be ${type.word}.`);
  if (rule.enum !== undefined && !rule.enum.some((one) => jsonEquals(one, value)))
    return fault(`must be one of ${rule.enum.map((one) => JSON.stringify(one)).join(', ')}.`);
  if (rule.pattern !== undefined && typeof value === 'string' && !new RegExp(rule.pattern, 'u').test(value))
    return fault(value === '' ? 'is empty.' : `has a character that nbformat does not take here: ${value}.`);
  if (Array.isArray(value)) {
    const list = value as readonly Json[];
    const again = list.findIndex((one, at) => list.slice(0, at).some((earlier) => jsonEquals(earlier, one)));
    const faults = list.flatMap((one, at) =>
      rule.items === undefined ? [] : check(one, rule.items, [...path, at]),
    );
    if (rule.uniqueItems === true && again !== -1)
      return [...faults, { path: [...path, again], message: `holds ${JSON.stringify(list[again])} twice.` }];
    return faults;
  }
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const rules = [
      member((rule.properties ?? {}) as JsonObject, key) as MetadataSchema | undefined,
      ...Object.entries(rule.patternProperties ?? {})
        .filter(([pattern]) => new RegExp(pattern, 'u').test(key))
        .map(([, one]) => one),
    ];
    // A member that two rules find fault with is named once.
    const found = rules.map((one) => (one === undefined ? [] : check(inner, one, [...path, key])));
    return found.find((faults) => faults.length > 0) ?? [];
  });
}

/** `jupyter.source_hidden`, `tags[2]`. */
function nameOf(path: Path): string {
  return path.reduce<string>(
    (name, part) => (typeof part === 'number' ? `${name}[${part}]` : name === '' ? part : `${name}.${part}`),
    '',
  );
}

/** The line on which the value at a path begins, in a text that is JSON. */
function lineOf(text: string, path: Path): number {
  let start = text.search(/\S/);
  for (const part of path) {
    const inner =
      typeof part === 'number'
        ? elementsAt(text, start)[part]
        : membersAt(text, start).findLast(({ key }) => key === part);
    if (inner === undefined) break;
    start = inner.start;
  }
  return positionOf(text, start).line;
}

/** A cell's metadata as the text that people edit. */
export function metadataText(metadata: JsonObject): string {
  return JSON.stringify(metadata, null, 2);
}

/**
 * What a person changed between `base` and `edited`, as one edit of the cell; null for nothing. Members that only
 * somebody else changed meanwhile are not touched.
 */
export function metadataEdits(cell: Cell['id'], base: JsonObject, edited: JsonObject): Operation | null {
  const keys = [...new Set([...Object.keys(base), ...Object.keys(edited)])];
  const operations = keys.flatMap((key): Operation[] => {
    const value = member(edited, key);
    if (jsonEquals(member(base, key), value)) return [];
    return [{ kind: 'metadata', cell, path: [key], ...(value === undefined ? {} : { value }) }];
  });
  const [first, ...rest] = operations;
  if (first === undefined) return null;
  return rest.length === 0 ? first : { kind: 'group', operations: [first, ...rest] };
}
