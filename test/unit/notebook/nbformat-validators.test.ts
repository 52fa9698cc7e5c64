import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SCHEMA_VERSIONS } from '../../../shared/notebook/nbformat-schemas';
import { validatorsFor } from '../../../shared/notebook/nbformat-validators';
import { caseCount } from '../../support/environment';

const ROOT = join(__dirname, '..', '..', '..');

let folder = '';
let built: typeof validatorsFor;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wb-validators-'));
  const text = await bundled('nbformat-validators.ts');
  const file = join(folder, 'validators.mjs');
  await writeFile(file, text);
  ({ validatorsFor: built } = (await import(file)) as { validatorsFor: typeof validatorsFor });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Values that are a notebook, a cell, an output or something like them, well formed or not. */
const { notebook: notebooks, cell: cells } = fc.letrec<{ notebook: unknown; cell: unknown }>(() => {
  const text = fc.oneof(fc.string(), fc.array(fc.string(), { maxLength: 2 }), fc.integer());
  const metadata = fc.oneof(
    fc.record(
      { tags: fc.array(fc.constantFrom('a', 'a b', 'a,b', 7)), collapsed: fc.anything() },
      { requiredKeys: [] },
    ),
    fc.anything(),
  );
  const output = fc.record(
    {
      output_type: fc.constantFrom('stream', 'display_data', 'execute_result', 'error', 'pyout', 'other'),
      name: fc.oneof(fc.constant('stdout'), fc.integer()),
      text,
      data: fc.dictionary(fc.constantFrom('text/plain', 'application/json', 'image/png'), text),
      metadata,
      execution_count: fc.option(fc.integer()),
      ename: text,
      evalue: text,
      traceback: fc.oneof(fc.array(text, { maxLength: 2 }), text),
    },
    { requiredKeys: ['output_type'] },
  );
  return {
    cell: fc.record(
      {
        cell_type: fc.constantFrom('code', 'markdown', 'raw', 'heading', 'other'),
        id: fc.oneof(fc.constant('c1'), fc.constant('a b'), fc.integer()),
        source: text,
        input: text,
        language: fc.string(),
        level: fc.integer(),
        metadata,
        attachments: fc.anything(),
        outputs: fc.array(output, { maxLength: 2 }),
        execution_count: fc.option(fc.integer()),
        more: fc.anything(),
      },
      { requiredKeys: ['cell_type'] },
    ),
    notebook: fc.record(
      {
        nbformat: fc.integer({ min: 2, max: 5 }),
        nbformat_minor: fc.integer({ min: -1, max: 7 }),
        metadata,
        cells: fc.constant([]),
        worksheets: fc.constant([{ cells: [] }]),
        more: fc.anything(),
      },
      { requiredKeys: [] },
    ),
  };
});

test.each(SCHEMA_VERSIONS)('what the build puts in its place says the same: %s', (version) => {
  for (const [part, values] of [['notebook', notebooks] as const, ['cell', cells] as const]) {
    const [own, other] = [validatorsFor(version)[part], built(version)[part]];
    let faulty = 0;
    fc.assert(
      fc.property(values, (value) => {
        expect(other(value)).toBe(own(value));
        expect(other.errors ?? []).toEqual(own.errors ?? []);
        faulty += own.errors === null ? 0 : 1;
      }),
      { numRuns: caseCount(400) },
    );
    expect(faulty, part).toBeGreaterThan(0);
  }
});

test('no code is made from text when a notebook is opened', async () => {
  expect(await bundled('notebook-schema.ts')).not.toMatch(/new Function|\beval\(/);
});

/** As the product's own bundles have it. */
async function bundled(file: string): Promise<string> {
  const { compiledValidators } = (await import(join(ROOT, 'build', 'nbformat-validators.mjs'))) as {
    compiledValidators: () => esbuild.Plugin;
  };
  const { outputFiles } = await esbuild.build({
    entryPoints: [join(ROOT, 'shared', 'notebook', file)],
    bundle: true,
    format: 'esm',
    write: false,
    plugins: [compiledValidators()],
  });
  return outputFiles.map(({ text }) => text).join('');
}
