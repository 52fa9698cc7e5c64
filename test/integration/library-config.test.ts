import { mkdir, readFile, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineConnection } from '../../electron/engine/client/engine-connection';
import { formatNewNotebook } from '../../shared/notebook/new-notebook';
import type { LibraryState } from '../../shared/runs/config-contract';
import { makeProfile, type TestProfile } from '../support/profile';

const CONFIG = `{
  "version": 1, // ours
  "parameters": { "batch_percent": { "type": "number", "max": 50 } },
  "environments": [
    { "name": "dev", "colour": "teal", "guard": "none" },
    { "name": "prod", "colour": "carmine", "guard": "strict",
      "checks": [{ "command": ["hostname"], "equals": "bastion" }],
      "values": { "batch_percent": 5 } }
  ]
}
`;

let profile: TestProfile;
let connection: EngineConnection;
let library: string;
let file: string;
let runbook: string;

beforeEach(async () => {
  profile = await makeProfile();
  connection = await profile.connect();
  library = join(profile.home, 'ops');
  await mkdir(join(library, 'releases'), { recursive: true });
  file = join(library, 'watchbook.json');
  runbook = join(library, 'releases', 'a.ipynb');
  await writeFile(runbook, formatNewNotebook('bash', []));
});
afterEach(async () => {
  connection.dispose();
  await profile.dispose();
});

const asked = (place = runbook): Promise<LibraryState> => connection.request('runs.config', { place });
const names = ({ config }: LibraryState): readonly string[] | undefined =>
  config?.environments.map(({ name }) => name);

/** The next state that is told and fits. */
function told(fits: (state: LibraryState) => boolean): Promise<LibraryState> {
  return new Promise((resolve) => {
    const stop = connection.on('runs.configChanged', (state) => {
      if (!fits(state)) return;
      stop();
      resolve(state);
    });
  });
}

describe('the rules of a library', () => {
  it('are local alone without a file, are read beside it, and a change by hand is told', async () => {
    const none = await asked();
    expect([none.exists, names(none), none.findings]).toEqual([false, ['local'], []]);
    await writeFile(file, CONFIG);
    expect(names(await asked())).toEqual(['dev', 'prod']);
    const nearest = await asked(library);
    expect([nearest.library, nearest.file]).toEqual([library, file]);
    const changed = told((state) => names(state)?.length === 1);
    // As editors do: another file in its place.
    await writeFile(
      `${file}~`,
      '{ "version": 1, "environments": [{ "name": "only", "colour": "moss", "guard": "none" }] }',
    );
    await rename(`${file}~`, file);
    expect(names(await changed)).toEqual(['only']);
  });

  it('stay the last good ones while the file has a fault, also for the next engine', async () => {
    await writeFile(file, CONFIG);
    expect((await asked()).goodSince).toBeNull();
    await writeFile(file, CONFIG.replace('"batch_percent": 5', '\n"batch_percent": 400'));
    const state = await asked();
    expect(state.findings).toEqual([
      expect.objectContaining({
        severity: 'fault',
        line: 9,
        message: 'batch_percent is 400, at most 50.',
        path: ['environments', 1, 'values', 'batch_percent'],
      }),
    ]);
    expect(state.goodSince).not.toBeNull();
    expect(names(state)).toEqual(['dev', 'prod']);
    expect(state.config?.environments[1]?.values).toEqual([{ name: 'batch_percent', value: 5 }]);
    await connection.request('engine.stop', { force: true });
    await connection.closed;
    connection = await profile.connect();
    expect(names(await asked())).toEqual(['dev', 'prod']);
  });

  it('are none at all where the file never was good', async () => {
    await writeFile(file, CONFIG.replace('"strict"', '"stict"'));
    expect((await asked()).config).toBeNull();
  });

  it('are changed in place, where the window may write, and on the text that was read', async () => {
    await writeFile(file, CONFIG);
    const { digest } = await asked();
    const edits = [{ kind: 'set' as const, path: ['environments', 1, 'guard'], value: 'confirm' }];
    const save = (on: string | null, what = edits): Promise<LibraryState> =>
      connection.request('runs.saveConfig', { library, digest: on, edits: what });
    await expect(save(digest)).rejects.toMatchObject({ code: 'forbidden' });
    expect(await readFile(file, 'utf8')).toBe(CONFIG);
    await connection.request('library.addFolder', { path: library });
    const saved = await save(digest);
    expect(await readFile(file, 'utf8')).toBe(CONFIG.replace('"strict"', '"confirm"'));
    await expect(save(digest)).rejects.toMatchObject({ code: 'conflict' });
    await expect(
      save(saved.digest, [
        { kind: 'set', path: ['environments', 1, 'values', 'batch_percent'], value: '400' },
      ]),
    ).rejects.toMatchObject({
      code: 'bad-request',
      message: 'Nothing was written. batch_percent is “400”, and must be a number.',
    });
    await rm(file);
    await save(null, [
      { kind: 'set', path: ['environments'], value: [{ name: 'x', colour: 'moss', guard: 'none' }] as never },
    ]);
    expect(names(await asked())).toEqual(['x']);
  });

  it('may be changed beside an open runbook', async () => {
    await writeFile(file, CONFIG);
    await connection.request('notebook.open', { path: runbook });
    const { digest } = await asked();
    await connection.request('runs.saveConfig', {
      library,
      digest,
      edits: [{ kind: 'set', path: ['environments', 0, 'colour'], value: 'slate' }],
    });
    expect(await readFile(file, 'utf8')).toBe(CONFIG.replace('teal', 'slate'));
  });

  it('have commands that are asked about once, and again after a change', async () => {
    await writeFile(file, CONFIG);
    const accepted = async (): Promise<readonly boolean[]> =>
      (await asked()).commands.map((one) => one.accepted);
    const { commands } = await asked();
    expect(commands.map(({ command, purpose }) => [purpose, ...command])).toEqual([
      ['Check in prod', 'hostname'],
    ]);
    expect(await accepted()).toEqual([false]);
    await connection.request('runs.acceptCommands', {
      library,
      digests: commands.map(({ digest }) => digest),
    });
    expect(await accepted()).toEqual([true]);
    await writeFile(file, CONFIG.replace('["hostname"]', '["hostname", "-f"]'));
    expect(await accepted()).toEqual([false]);
  });

  it('are never read through a link that leads out of the library', async () => {
    const elsewhere = join(profile.home, 'elsewhere.json');
    await writeFile(elsewhere, CONFIG);
    await symlink(elsewhere, file);
    const state = await asked();
    expect([state.config, state.raw]).toEqual([null, null]);
    expect(state.findings[0]?.message).toBe(
      'The file is a link that leads out of the library. It was not read.',
    );
    await connection.request('library.addFolder', { path: library });
    await expect(
      connection.request('runs.saveConfig', {
        library,
        digest: null,
        edits: [{ kind: 'set', path: ['version'], value: 1 }],
      }),
    ).rejects.toMatchObject({ code: 'not-writable' });
    expect(await readFile(elsewhere, 'utf8')).toBe(CONFIG);
    // A link inside of it is the person's own order.
    await unlink(file);
    await writeFile(join(library, 'releases', 'rules.json'), CONFIG);
    await symlink(join('releases', 'rules.json'), file);
    expect(names(await asked())).toEqual(['dev', 'prod']);
  });
});
