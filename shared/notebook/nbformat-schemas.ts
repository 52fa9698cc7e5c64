import schema3 from './schema/nbformat.v3.schema.json' with { type: 'json' };
import schema40 from './schema/nbformat.v4.0.schema.json' with { type: 'json' };
import schema41 from './schema/nbformat.v4.1.schema.json' with { type: 'json' };
import schema42 from './schema/nbformat.v4.2.schema.json' with { type: 'json' };
import schema43 from './schema/nbformat.v4.3.schema.json' with { type: 'json' };
import schema44 from './schema/nbformat.v4.4.schema.json' with { type: 'json' };
import schema45 from './schema/nbformat.v4.5.schema.json' with { type: 'json' };

const SCHEMAS = {
  v3: schema3,
  'v4.0': schema40,
  'v4.1': schema41,
  'v4.2': schema42,
  'v4.3': schema43,
  'v4.4': schema44,
  'v4.5': schema45,
} as const;

/** A version of nbformat that has a schema. Those of nbformat 3 share one. */
export type SchemaVersion = keyof typeof SCHEMAS;

/** All of them, oldest first. */
export const SCHEMA_VERSIONS = Object.keys(SCHEMAS) as readonly SchemaVersion[];

/** How ajv is to read the schemas; {@link schemasOf} are made for it. */
export const AJV_OPTIONS = {
  allErrors: true,
  discriminator: true,
  strict: false,
  validateSchema: false,
  logger: false,
} as const;

interface SchemaObject {
  [key: string]: unknown;
}

/**
 * The official schema of a version in two: of a notebook whose cells were taken out, and of one cell.
 *
 * It chooses between kinds of cells and outputs by trial, so that a fault is reported once for each kind. Told by which
 * member to choose, ajv names the one fault that counts.
 */
export function schemasOf(version: SchemaVersion): { readonly notebook: object; readonly cell: object } {
  const schema = structuredClone<object>(SCHEMAS[version]) as {
    definitions: Record<string, SchemaObject>;
  } & SchemaObject;
  // ajv knows no draft 4, and nothing here differs between the drafts.
  delete schema['$schema'];
  const { definitions } = schema;
  const cell = version === 'v3' ? cellOf3(definitions) : definitions['cell'];
  if (cell !== undefined) cell['discriminator'] = { propertyName: 'cell_type' };
  const output = definitions['output'];
  if (output !== undefined) output['discriminator'] = { propertyName: 'output_type' };
  return {
    notebook: { ...schema, definitions: { ...definitions, cell: {} } },
    cell: { definitions, ...cell },
  };
}

function cellOf3(definitions: Record<string, SchemaObject>): SchemaObject | undefined {
  const worksheet = definitions['worksheet'] as
    { properties?: { cells?: { items?: SchemaObject } } } | undefined;
  return worksheet?.properties?.cells?.items;
}
