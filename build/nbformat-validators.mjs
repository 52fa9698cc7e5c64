// Compiles the nbformat schemas while the product is built: each engine would spend a tenth of a second on it when its
// first notebook is opened, and would have to make code from text.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NOTEBOOK = join(dirname(fileURLToPath(import.meta.url)), '..', 'shared', 'notebook');

/** For esbuild: what the schemas compile to in the place of `nbformat-validators.ts`. */
export function compiledValidators() {
  return {
    name: 'compiled-nbformat-validators',
    setup: ({ onLoad, esbuild }) =>
      onLoad({ filter: /[\\/]nbformat-validators\.ts$/ }, async () => ({
        contents: await compile(esbuild),
        loader: 'js',
        resolveDir: NOTEBOOK,
      })),
  };
}

/** The text of the module. */
export async function compile(esbuild) {
  const { AJV_OPTIONS, SCHEMA_VERSIONS, schemasOf } = await load(
    esbuild,
    join(NOTEBOOK, 'nbformat-schemas.ts'),
  );
  const { Ajv } = await import('ajv');
  const { default: standalone } = await import('ajv/dist/standalone/index.js');
  const ajv = new Ajv({ ...AJV_OPTIONS, code: { source: true, esm: true } });
  const exported = {};
  for (const version of SCHEMA_VERSIONS) {
    for (const [part, schema] of Object.entries(schemasOf(version))) {
      ajv.addSchema(schema, `${part} ${version}`);
      exported[nameOf(part, version)] = `${part} ${version}`;
    }
  }
  const rows = SCHEMA_VERSIONS.map(
    (version) =>
      `'${version}': { notebook: ${nameOf('notebook', version)}, cell: ${nameOf('cell', version)} },`,
  );
  return `${standalone.default(ajv, exported)}
const VALIDATORS = {
${rows.join('\n')}
};
export const validatorsFor = (version) => VALIDATORS[version];
`;
}

const nameOf = (part, version) => `${part}_${version.replace('.', '_')}`;

/** A module of the product's sources that needs nothing but data. */
async function load(esbuild, path) {
  const { outputFiles } = await esbuild.build({
    entryPoints: [path],
    bundle: true,
    format: 'esm',
    write: false,
    logLevel: 'warning',
  });
  const text = Buffer.from(outputFiles[0].contents).toString('base64');
  return import(`data:text/javascript;base64,${text}`);
}
