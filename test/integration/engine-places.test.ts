import { chmod, chown, mkdir, readdir, readFile, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readToken } from '../../electron/engine/handshake';
import { openLog } from '../../electron/engine/log';
import { readNotebook } from '../../shared/notebook/notebook-file';
import { DocumentView } from '../support/document-view';
import { writeNotebookFile } from '../support/notebooks';
import { makeProfile, type TestProfile } from '../support/profile';
import { until } from '../support/until';

let profile: TestProfile;
beforeEach(async () => {
  profile = await makeProfile();
});
afterEach(() => profile.dispose());

describe('a folder of the profile', () => {
  it.each(['runtime', 'state'] as const)('that others may enter is said and refused: %s', async (name) => {
    const folder = profile.places[name];
    await mkdir(folder, { recursive: true });
    await chmod(folder, 0o755);
    const { code, err } = await profile.cli(['kernels']);
    expect(code).not.toBe(0);
    expect(err).toContain(`${folder} can be entered by other users. Watchbook does not start with it`);
    expect(err).toMatch(/remove it, or set WATCHBOOK_PROFILE to another folder/);
    expect((await profile.cli(['engine', 'status'])).out).not.toMatch(/pid\s+\d/);
    await chmod(folder, 0o700);
    expect((await profile.cli(['kernels'])).code).toBe(0);
  });

  it('that is a link is said and refused', async () => {
    await mkdir(profile.folder, { recursive: true });
    await mkdir(join(profile.home, 'elsewhere'), { mode: 0o700 });
    await symlink(join(profile.home, 'elsewhere'), profile.places.runtime);
    const { code, err } = await profile.cli(['kernels']);
    expect(code).not.toBe(0);
    expect(err).toContain(`${profile.places.runtime} is not a folder of its own`);
    await unlink(profile.places.runtime);
  });

  it('that belongs to another user is said and refused', async () => {
    await mkdir(profile.places.runtime, { recursive: true, mode: 0o700 });
    if (process.getuid?.() === 0) await chown(profile.places.runtime, 65_534, 65_534);
    const foreign = process.getuid?.() === 0 ? profile.places.runtime : '/proc/1';
    const { checkPrivate } = await import('../../electron/engine/places');
    await expect(checkPrivate(foreign)).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringMatching(/belongs to another user\. Watchbook does not start with it/) as string,
    });
    if (process.getuid?.() === 0) await chown(profile.places.runtime, 0, 0);
  });

  it('with a token that others may read is not trusted', async () => {
    const engine = await profile.connect();
    await chmod(profile.places.token, 0o644);
    const { code, err } = await profile.cli(['kernels']);
    expect(code).not.toBe(0);
    expect(err).toContain(`${profile.places.token} is not private to this user. Remove it and start again.`);
    await chmod(profile.places.token, 0o600);
    engine.dispose();
  });
});

describe('the log', () => {
  it('is rotated, bounded, private, and one line an entry', async () => {
    const folder = join(profile.home, 'logs-of-its-own');
    const log = openLog(folder, 'engine');
    const line = 'x'.repeat(1_900);
    for (let index = 0; index < 5_000; index += 1) log.write(`${index} ${line}`);
    log.write('two\nlines\r\n\u001b[31mred\u0000');
    await log.close();
    const names = await readdir(join(folder, 'logs'));
    const kept = names.filter((name) => name.endsWith('.log') || name.includes('engine'));
    expect(kept.length).toBeGreaterThan(1);
    expect(kept.length).toBeLessThanOrEqual(7);
    const { stat } = await import('node:fs/promises');
    let bytes = 0;
    for (const name of kept) {
      const info = await stat(join(folder, 'logs', name));
      bytes += info.size;
      expect(info.mode & 0o077, name).toBe(0);
    }
    expect(bytes).toBeLessThan(8 * 1024 * 1024);
    const last = await readFile(join(folder, 'logs', 'engine.log'), 'utf8');
    expect(last.trimEnd().split('\n').at(-1)).toMatch(/^\S+ \d+ two lines \[31mred$/);
  });

  it('holds no secret: neither token, typed input, password, source, nor output', async () => {
    const path = join(profile.home, 'book.ipynb');
    await writeNotebookFile(path, [
      "import getpass\nprint('output-4711')\nname = input('name: ')\nword = getpass.getpass('word: ')\nprint(len(word))",
      {
        source: 'read -r -s -p \'pin: \' pin; echo "${#pin}"',
        metadata: { vscode: { languageId: 'shellscript' } },
      },
      "raise ValueError('error-4711')",
    ]);
    const engine = await profile.connect();
    const book = await DocumentView.open(engine, path);
    const answers = ['typed-4711', 'getpass-4711', 'shell-4711'];
    let asked = 0;
    engine.on('notebook.inputRequested', ({ input }) => {
      const value = answers[asked];
      // The shell asks again and again while it reads: one answer each is enough.
      if (value === undefined) return;
      asked += 1;
      void engine
        .request('notebook.input', {
          document: book.document,
          request: input.request,
          value: `${value}\n`.trimEnd(),
        })
        .catch(() => undefined);
    });
    await book.run('c0', 'c1', 'c2');
    await book.finished('c2');
    expect(asked).toBe(3);
    await engine
      .request('notebook.input', { document: book.document, request: 'none', value: 'late-4711' })
      .catch(() => undefined);
    await engine
      .request('notebook.edit' as 'engine.status', { source: 'bad-4711' } as unknown as Record<string, never>)
      .catch(() => undefined);
    await book.save();
    const token = (await readToken(profile.places.token)).toString('hex');
    engine.dispose();
    await profile.cli(['engine', 'stop', '--force']);
    // The command answers when the engine took its leave; its last line comes after.
    const engineLog = (): Promise<string> =>
      readFile(join(profile.places.state, 'logs', 'engine.log'), 'utf8');
    await until('the engine wrote its last line', async () => (await engineLog()).includes('engine ended'));
    const log = await engineLog();
    expect(log).not.toContain('4711');
    expect(log).not.toContain(token);
    // What was typed is nowhere else either.
    const everything = await allText(profile.folder);
    for (const answer of answers) expect(everything).not.toContain(answer);
    expect(await readFile(path, 'utf8')).not.toMatch(/(?:typed|getpass|shell)-4711/);
    expect(readNotebook(await readFile(path), path).notebook.cells).toHaveLength(3);
  });
});

describe('settings', () => {
  it('with mistakes, unreadable or broken keep the engine going, and are not damaged', async () => {
    const file = join(profile.places.config, 'settings.json');
    await mkdir(file, { recursive: true });
    let engine = await profile.connect();
    expect(await engine.request('settings.get', {})).toMatchObject({
      settings: { theme: 'system' },
      mistakes: [{ message: expect.stringContaining('The defaults are used') as string }],
    });
    await expect(engine.request('settings.set', { changes: { theme: 'dark' } })).rejects.toMatchObject({
      code: 'not-writable',
      message: expect.stringContaining(file) as string,
    });
    await rm(file, { recursive: true });
    const broken = '{ "theme": "dark", // mine\n  oops\n';
    await writeFile(file, broken);
    await until('it is read', async () => (await engine.request('settings.get', {})).mistakes.length > 0);
    await expect(engine.request('settings.set', { changes: { theme: 'light' } })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('nothing was written') as string,
    });
    expect(await readFile(file, 'utf8')).toBe(broken);
    await writeFile(
      file,
      '{\n  // a comment\n  "unknown": [1],\n  "outputLimitBytes": 5,\n  "theme": "dark"\n}\n',
    );
    await until(
      'it is read',
      async () => (await engine.request('settings.get', {})).settings.theme === 'dark',
    );
    const { mistakes, settings } = await engine.request('settings.get', {});
    expect(mistakes.map(({ line, key }) => [line, key])).toEqual([
      [3, 'unknown'],
      [4, 'outputLimitBytes'],
    ]);
    expect(settings.outputLimitBytes).toBe(1_048_576);
    await Promise.all([
      engine.request('settings.set', { changes: { theme: 'light' } }),
      engine.request('settings.set', { changes: { saveAfterRun: true } }),
      engine.request('settings.set', { changes: { idleKernelMinutes: 7 } }),
    ]);
    expect(await readFile(file, 'utf8')).toBe(
      '{\n  // a comment\n  "unknown": [1],\n  "outputLimitBytes": 5,\n  "theme": "light",\n  "saveAfterRun": true,\n  "idleKernelMinutes": 7\n}\n',
    );
    engine.dispose();
  });
});

async function allText(folder: string): Promise<string> {
  let all = '';
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) all += await readFile(join(entry.parentPath, entry.name), 'latin1');
  }
  return all;
}
