import {
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineConnection } from '../../electron/engine/client/engine-connection';
import { isDiskFull } from '../../electron/engine/notebook/disk-errors';
import { putFile, removeHalfWritten, writeOwnFile, writePersonsFile } from '../../electron/engine/whole-file';
import { writeExport } from '../../electron/main/write-export';
import { writeWindows } from '../../electron/main/window-memory';
import { forbidWriting, limitFiles, MAY_MOUNT, smallDisk } from '../support/full-disk';
import { makeProfile, type TestProfile } from '../support/profile';

let folder: string;
const undo: (() => Promise<void>)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'watchbook-whole-'));
});
afterEach(async () => {
  for (const action of undo.splice(0).toReversed()) await action();
  await rm(folder, { recursive: true, force: true });
});

/** A folder in which no file grows beyond some KiB. Who may not mount one has a folder that takes nothing. */
async function tightFolder(): Promise<string> {
  const tight = join(folder, 'tight');
  await mkdir(tight);
  if (MAY_MOUNT) undo.push(await smallDisk(tight, 64));
  return tight;
}

/** Called when what is there already is written. */
async function tighten(tight: string): Promise<void> {
  if (!MAY_MOUNT) undo.push(await forbidWriting(tight));
}

const LONG = 'x'.repeat(200_000);

describe('a file', () => {
  it('is replaced whole, for this user alone, and a link under its name is not followed', async () => {
    await writeFile(join(folder, 'elsewhere'), 'elsewhere');
    await symlink('elsewhere', join(folder, 'own'));
    await writeOwnFile(join(folder, 'own'), 'first');
    await writeOwnFile(join(folder, 'own'), [Buffer.from('sec'), Buffer.from('ond')]);
    expect(await readFile(join(folder, 'own'), 'utf8')).toBe('second');
    expect(await readFile(join(folder, 'elsewhere'), 'utf8')).toBe('elsewhere');
    expect((await lstat(join(folder, 'own'))).mode & 0o777).toBe(0o600);
    expect((await readdir(folder)).toSorted()).toEqual(['elsewhere', 'own']);
  });

  it('of the person stays a link, and keeps its permissions', async () => {
    await mkdir(join(folder, 'dotfiles'));
    await writeFile(join(folder, 'dotfiles', 'settings'), 'before', { mode: 0o640 });
    await symlink(join('dotfiles', 'settings'), join(folder, 'settings'));
    await writePersonsFile(join(folder, 'settings'), 'after');
    expect(await readlink(join(folder, 'settings'))).toBe(join('dotfiles', 'settings'));
    expect(await readFile(join(folder, 'dotfiles', 'settings'), 'utf8')).toBe('after');
    expect((await stat(join(folder, 'settings'))).mode & 0o777).toBe(0o640);
    await expect(writePersonsFile(join(folder, 'dotfiles'), 'x')).rejects.toMatchObject({
      code: 'not-writable',
      message: expect.stringContaining('is not a regular file. Nothing was written.') as string,
    });
  });

  it('is the last that was asked for, of several at once', async () => {
    const path = join(folder, 'own');
    await Promise.all(
      ['a'.repeat(3_000_000), 'b', 'c'.repeat(500_000), 'd'].map((text) => writeOwnFile(path, text)),
    );
    expect(await readFile(path, 'utf8')).toBe('d');
  });

  it('is as it was where what is to be in it fails in the middle, and where it is refused at the end', async () => {
    const path = join(folder, 'own');
    await writeOwnFile(path, 'before');
    const torn = function* (): Generator<Uint8Array> {
      yield Buffer.from('half');
      throw new Error('no more');
    };
    await expect(writeOwnFile(path, torn())).rejects.toThrow('no more');
    const check = (): Promise<void> => Promise.reject(new Error('changed meanwhile'));
    await expect(putFile(path, 'after', { mode: 0o600, check })).rejects.toThrow('changed meanwhile');
    expect(await readFile(path, 'utf8')).toBe('before');
    expect(await readdir(folder)).toEqual(['own']);
  });

  it('half written by a process that is gone is cleared away, one of a living process is not', async () => {
    const gone = `.watchbook-999999999-${'a'.repeat(12)}.tmp`;
    const alive = `.watchbook-${process.pid}-${'b'.repeat(12)}.tmp`;
    for (const name of [gone, alive, 'kept.tmp']) await writeFile(join(folder, name), 'half');
    await removeHalfWritten(folder);
    expect((await readdir(folder)).toSorted()).toEqual([alive, 'kept.tmp']);
  });
});

describe('a disk that has room for half of a file', () => {
  it('leaves the file before it as it was, and nothing beside it', async () => {
    const tight = await tightFolder();
    const path = join(tight, 'own');
    await writeOwnFile(path, 'before');
    await tighten(tight);
    const refused = await writeOwnFile(path, LONG).then(
      () => null,
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(Error);
    if (MAY_MOUNT) expect(isDiskFull(refused)).toBe(true);
    expect(await readFile(path, 'utf8')).toBe('before');
    expect(await readdir(tight)).toEqual(['own']);
  });

  it('is said where an export goes there, which is not half written', async () => {
    const tight = await tightFolder();
    const path = join(tight, 'book.html');
    await writeExport(path, 'before');
    await tighten(tight);
    await expect(writeExport(path, LONG)).rejects.toMatchObject(
      MAY_MOUNT
        ? { code: 'disk-full', message: expect.stringContaining('The notebook is kept as it is') as string }
        : { code: 'not-writable' },
    );
    expect(await readFile(path, 'utf8')).toBe('before');
    expect(await readdir(tight)).toEqual(['book.html']);
  });

  it('leaves the windows of the last time as they were', async () => {
    const tight = await tightFolder();
    await writeWindows(tight, []);
    const before = await readFile(join(tight, 'windows.json'), 'utf8');
    await tighten(tight);
    const many = Array.from({ length: 200 }, (_, index) => `/a/runbook/with/a/long/name/${index}.ipynb`);
    const size = { x: 0, y: 0, width: 900, height: 700, isMaximized: false, active: null, layout: null };
    const windows = Array.from({ length: 20 }, () => ({ ...size, documents: many }));
    await expect(writeWindows(tight, windows)).rejects.toThrow();
    expect(await readFile(join(tight, 'windows.json'), 'utf8')).toBe(before);
    expect(await readdir(tight)).toEqual(['windows.json']);
  });
});

describe('a disk that is full in the middle of a file of the engine', () => {
  let profile: TestProfile;
  let engine: EngineConnection;
  beforeEach(async () => {
    profile = await makeProfile();
    engine = await profile.connect();
    undo.push(async () => {
      engine.dispose();
      await profile.dispose();
    });
  });

  it('costs no setting: the file is as it was, it is said, and taken when there is room', async () => {
    const file = join(profile.places.config, 'settings.json');
    const before = `{\n${'  // what I want to remember of this\n'.repeat(400)}  "outputLines": 100\n}\n`;
    await writeFile(file, before);
    const { pid } = await engine.request('engine.status', {});
    await limitFiles(pid, 4_096);
    await expect(
      engine.request('settings.set', { changes: { outputLimitBytes: 2_000_000 } }),
    ).rejects.toMatchObject({
      code: 'disk-full',
      retryable: true,
      message: expect.stringContaining('The file is as it was; free some space and try again') as string,
    });
    expect(await readFile(file, 'utf8')).toBe(before);
    expect(await readdir(profile.places.config)).toEqual(['settings.json']);
    await limitFiles(pid, null);
    await engine.request('settings.set', { changes: { outputLimitBytes: 2_000_000 } });
    const after = await readFile(file, 'utf8');
    expect(after).toContain('"outputLimitBytes": 2000000');
    expect(after).toContain('what I want to remember of this');
  });
});
