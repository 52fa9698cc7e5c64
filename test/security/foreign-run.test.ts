import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { EngineConnection } from '../../electron/engine/client/engine-connection';
import { writeNotebookFile } from '../support/notebooks';
import { makeProfile, type TestProfile } from '../support/profile';
import { RunDriver } from '../support/run-driver';
import { until } from '../support/until';

const profiles: TestProfile[] = [];
const open: EngineConnection[] = [];

afterEach(async () => {
  for (const engine of open.splice(0)) engine.dispose();
  for (const profile of profiles.splice(0)) await profile.dispose();
});

async function person(): Promise<{ readonly profile: TestProfile; readonly engine: EngineConnection }> {
  const profile = await makeProfile();
  profiles.push(profile);
  const engine = await profile.connect();
  open.push(engine);
  return { profile, engine };
}

const CONFIG = {
  version: 1,
  environments: [
    {
      name: 'prod',
      colour: 'teal',
      guard: 'none',
      checks: [{ command: ['touch', 'TRACE'], contains: 'x' }],
    },
  ],
};

test('a run folder from elsewhere is read, and neither driven nor believed until a person takes it over', async () => {
  const mara = await person();
  const library = join(mara.profile.home, 'lib');
  const trace = join(mara.profile.home, 'trace');
  await mkdir(library);
  await writeFile(join(library, 'watchbook.json'), JSON.stringify(CONFIG).replace('TRACE', trace));
  const book = join(library, 'book.ipynb');
  await writeNotebookFile(book, ['echo one', 'echo two'], 'bash');
  const rules = await mara.engine.request('runs.config', { place: book });
  await mara.engine.request('runs.acceptCommands', {
    library: rules.library,
    digests: rules.commands.map(({ digest }) => digest),
  });
  const made = await RunDriver.start(mara.engine, book, { environment: 'prod' });
  mara.engine.dispose();

  const jonas = await person();
  const copy = join(jonas.profile.home, 'clone');
  await cp(library, copy, { recursive: true, filter: (path) => !path.endsWith('.lock') });
  const folder = join(copy, relative(library, made.folder));
  const before = await readFile(join(folder, 'journal.jsonl'));
  const seen = await RunDriver.open(jonas.engine, folder);
  expect(seen.view.readOnly).toMatch(/not started here/);
  await expect(seen.act({ kind: 'next', cell: 'c0' })).rejects.toMatchObject({ code: 'read-only' });
  await expect(seen.act({ kind: 'note', cell: null, text: 'mine' })).rejects.toMatchObject({
    code: 'read-only',
  });
  // The document beside it is no way round: its cells are the run's.
  const { document } = await jonas.engine.request('notebook.open', { path: join(folder, 'run.ipynb') });
  await expect(jonas.engine.request('notebook.run', { document, cells: ['c0'] })).rejects.toMatchObject({
    code: expect.stringMatching(/read-only|forbidden|conflict|bad-request/) as unknown,
  });
  expect(await readFile(join(folder, 'journal.jsonl'))).toEqual(before);

  await jonas.engine.request('runs.takeOver', { run: folder, driver: 'jonas' });
  const taken = await RunDriver.open(jonas.engine, folder);
  expect(taken.view.readOnly).toBeNull();
  expect(taken.run.driver).toBe('jonas');
  // What it says of its checks was seen by nobody here: it is not run, and blocks.
  await expect(taken.act({ kind: 'next', cell: 'c0' })).rejects.toMatchObject({ code: 'conflict' });
  await until('it is said why', () =>
    Promise.resolve(taken.live.trials.some(({ found }) => found?.includes('Nobody here has seen') === true)),
  );
  await expect(readFile(trace)).rejects.toMatchObject({ code: 'ENOENT' });
});
