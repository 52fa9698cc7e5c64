import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LibraryMemory, type SeenRun } from '../../../electron/engine/runs/library-memory';
import { readLibraryConfig } from '../../../shared/runs/environments/read-library-config';

let folder: string;
const said: string[] = [];
const memory = (): LibraryMemory => new LibraryMemory(folder, (message) => said.push(message));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wb-memory-'));
  said.length = 0;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function run(environment: string, guard: 'strict' | 'confirm', hasGate: boolean): SeenRun {
  const { config } = readLibraryConfig(
    JSON.stringify({
      version: 1,
      environments: [
        { name: 'dev', colour: 'teal', guard: 'none' },
        { name: 'prod', colour: 'carmine', guard },
      ],
    }),
  );
  if (config === null) throw new Error('the file has a fault');
  const gate = { watchbook: { gate: { kind: 'approve' } } };
  const cell = { type: 'markdown', source: '# Go', outputs: [], executionCount: null } as const;
  const cells = hasGate ? [{ ...cell, id: 'go', metadata: gate }] : [];
  return { library: '/ops', runbook: 'a.ipynb', environment, config, notebook: { cells, metadata: {} } };
}

it('compares with the last start in the same environment, whatever was started elsewhere since', async () => {
  const first = memory();
  expect(await first.weaker(run('prod', 'confirm', false))).toEqual([]);
  await first.remember(run('prod', 'strict', true));
  // A rehearsal under weaker rules must not make them the ones that prod is compared with.
  await first.remember(run('dev', 'confirm', false));
  await first.dispose();
  expect(await memory().weaker(run('prod', 'confirm', false))).toEqual([
    'The guard of prod was strict, is confirm.',
    'The gate “Go” is gone.',
  ]);
  expect(await memory().weaker(run('dev', 'confirm', false))).toEqual([]);
});

it('compares a first start in an environment with the last one in any', async () => {
  const first = memory();
  await first.remember(run('dev', 'strict', true));
  expect(await first.weaker(run('prod', 'confirm', false))).toEqual([
    'The guard of prod was strict, is confirm.',
    'The gate “Go” is gone.',
  ]);
});

it('keeps what was accepted and the last good rules, of each library by itself', async () => {
  const first = memory();
  const digest = 'a'.repeat(64);
  await Promise.all([first.accept('/ops', [digest]), first.accept('/ops', ['b'.repeat(64)])]);
  await first.rememberGood('/ops', run('dev', 'strict', true).config);
  const again = memory();
  expect(await again.isAccepted('/ops', digest)).toBe(true);
  expect(await again.isAccepted('/ops', 'b'.repeat(64))).toBe(true);
  expect(await again.isAccepted('/other', digest)).toBe(false);
  expect((await again.good('/ops'))?.config.environments).toHaveLength(2);
});

it('says when it has to forget, and asks again', async () => {
  const digest = 'a'.repeat(64);
  await memory().accept('/ops', [digest]);
  const [file = ''] = await readdir(folder);
  await writeFile(join(folder, file), '{ "library": "/ops" ');
  expect(await memory().isAccepted('/ops', digest)).toBe(false);
  expect(said.join('\n')).toContain('what was seen of /ops is forgotten');
});
