import { execFileSync } from 'node:child_process';
import { chmod, mkdir, open, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineConnection } from '../../electron/engine/client/engine-connection';
import type { ErrorCode } from '../../shared/rpc/errors';
import { makeProfile, type TestProfile } from '../support/profile';

const CELLS = '"cells":[{"cell_type":"raw","id":"a","metadata":{},"source":"x"}],"metadata":{}';
const GOOD = `{${CELLS},"nbformat":4,"nbformat_minor":5}`;

interface Refused {
  readonly name: string;
  readonly content: string | Buffer;
  readonly code: ErrorCode;
  /** What the message says beside the name: where, why, and the way out. */
  readonly says: RegExp;
}

const REFUSED: readonly Refused[] = [
  { name: 'empty', content: '', code: 'not-a-notebook', says: /the file is empty/ },
  { name: 'blank', content: ' \n\t\n', code: 'not-a-notebook', says: /only spaces/ },
  { name: 'text', content: 'hello\nworld', code: 'not-a-notebook', says: /line 1, column 1/ },
  {
    name: 'cut off',
    content: `${GOOD.slice(0, 40)}\n`,
    code: 'not-a-notebook',
    says: /line \d+, column \d+/,
  },
  { name: 'two values', content: `${GOOD}\n{}`, code: 'not-a-notebook', says: /line 2, column 1/ },
  { name: 'a list', content: '[]', code: 'not-a-notebook', says: /JSON, but not a notebook/ },
  { name: 'an object', content: '{"a":1}', code: 'not-a-notebook', says: /no “nbformat”/ },
  {
    name: 'no cells',
    content: '{"nbformat":4,"nbformat_minor":5,"metadata":{}}',
    code: 'not-a-notebook',
    says: /no list “cells”/,
  },
  {
    name: 'a cell that is none',
    content: '{"cells":[7],"metadata":{},"nbformat":4,"nbformat_minor":5}',
    code: 'not-a-notebook',
    says: /cells\[0\] is not an object/,
  },
  {
    name: 'a version that is none',
    content: `{${CELLS},"nbformat":"4"}`,
    code: 'not-a-notebook',
    says: /no version number/,
  },
  {
    name: 'NaN',
    content: '{"cells":[],"metadata":{"x":\nNaN},"nbformat":4,"nbformat_minor":5}',
    code: 'not-a-notebook',
    says: /line 2, column 1/,
  },
  {
    name: 'Infinity',
    content: '{"cells":[],"metadata":{"x":-Infinity},"nbformat":4,"nbformat_minor":5}',
    code: 'not-a-notebook',
    says: /line 1, column \d+/,
  },
  {
    name: 'a comment',
    content: `// hello\n${GOOD}`,
    code: 'not-a-notebook',
    says: /line 1, column 1/,
  },
  {
    name: 'nbformat 2',
    content: '{"worksheets":[],"metadata":{},"nbformat":2}',
    code: 'unsupported-format',
    says: /nbformat 2.*nbconvert/,
  },
  {
    name: 'nbformat 5',
    content: `{${CELLS},"nbformat":5,"nbformat_minor":0}`,
    code: 'unsupported-format',
    says: /nbformat 5, which is newer than this Watchbook/,
  },
  {
    name: 'UTF-16 with its mark',
    content: Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(GOOD, 'utf16le')]),
    code: 'unsupported-format',
    says: /UTF-16.*Save it as UTF-8/,
  },
  {
    name: 'UTF-16 big end first',
    content: Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(GOOD, 'utf16le').swap16()]),
    code: 'unsupported-format',
    says: /UTF-16.*Save it as UTF-8/,
  },
  {
    name: 'UTF-16 without a mark',
    content: Buffer.from(GOOD, 'utf16le'),
    code: 'unsupported-format',
    says: /UTF-16.*Save it as UTF-8/,
  },
  {
    name: 'Latin-1',
    content: Buffer.from(
      `{"cells":[],\n"metadata":{"a":"caf\u00e9"},"nbformat":4,"nbformat_minor":5}`,
      'latin1',
    ),
    code: 'not-a-notebook',
    says: /line 2, byte \d+ of the file: this is not valid UTF-8/,
  },
  {
    name: 'cut within a character',
    content: Buffer.from(GOOD.replace('"x"', '"é"')).subarray(0, GOOD.indexOf('"x"') + 2),
    code: 'not-a-notebook',
    says: /not valid UTF-8/,
  },
  {
    name: 'very deep lists',
    content: `{"cells":[],"metadata":{"x":${'['.repeat(200_000)}${']'.repeat(200_000)}},"nbformat":4,"nbformat_minor":5}`,
    code: 'too-large',
    says: /line 1, column \d+/,
  },
  {
    name: 'very deep objects, not closed',
    content: `{"cells":[],"metadata":${'{"a":'.repeat(200_000)}`,
    code: 'too-large',
    says: /line 1, column \d+/,
  },
];

interface Opened {
  readonly name: string;
  readonly content: string;
  /** Codes of what is said on opening. */
  readonly findings: readonly string[];
}

const OPENED: readonly Opened[] = [
  { name: 'good', content: GOOD, findings: [] },
  { name: 'a byte order mark', content: `\ufeff${GOOD}`, findings: ['bom'] },
  {
    name: 'a newer minor',
    content: GOOD.replace('"nbformat_minor":5', '"nbformat_minor":9,"unknown":{"a":1.0}'),
    findings: ['newer-minor'],
  },
  {
    name: 'a key that stands twice',
    content: GOOD.replace('"metadata":{}}]', '"metadata":{"a":1,"a":2}}]'),
    findings: [],
  },
  {
    name: 'deep, but not too deep',
    content: `{"cells":[],"metadata":{"x":${'['.repeat(300)}${']'.repeat(300)}},"nbformat":4,"nbformat_minor":5}`,
    findings: [],
  },
  {
    name: 'nbformat 3',
    content:
      '{"metadata":{"name":"old"},"nbformat":3,"nbformat_minor":0,"worksheets":[{"cells":[{"cell_type":"markdown","metadata":{},"source":["x"]}],"metadata":{}}]}',
    findings: ['old-format'],
  },
];

describe('what is no good notebook', () => {
  let profile: TestProfile;
  let engine: EngineConnection;
  beforeAll(async () => {
    profile = await makeProfile();
    engine = await profile.connect();
  });
  afterAll(async () => {
    engine.dispose();
    await profile.dispose();
  });

  async function place(name: string, content: string | Buffer): Promise<string> {
    const path = join(profile.home, `${name}.ipynb`);
    await writeFile(path, content);
    return path;
  }

  it.each(REFUSED)('is refused with its place and reason: $name', async ({ name, content, code, says }) => {
    const path = await place(name, content);
    const before = await stat(path);
    const opening = engine.request('notebook.open', { path });
    await expect(opening).rejects.toMatchObject({ code });
    const message = await opening.catch((error: unknown) => (error as Error).message);
    expect(message).toContain(path);
    expect(message).toMatch(says);
    expect(message).toMatch(/The file was not changed\.$/);
    expect((await stat(path)).mtimeMs).toBe(before.mtimeMs);
    expect(await readFile(path)).toEqual(Buffer.from(content));
  });

  it('is named by the command line as it was typed, each with its reason', async () => {
    for (const { name, content } of REFUSED) await place(name, content);
    const { code, out, err } = await profile.cli(['check', ...REFUSED.map(({ name }) => `./${name}.ipynb`)]);
    expect(code).toBe(2);
    const lines = `${out}\n${err}`.split('\n');
    for (const { name, says } of REFUSED) {
      expect(lines.find((line) => line.startsWith(`./${name}.ipynb`))).toMatch(says);
    }
  });

  it.each(OPENED)('is opened, said, and saved unedited byte for byte: $name', async (each) => {
    const path = await place(each.name, each.content);
    const snapshot = await engine.request('notebook.open', { path });
    expect(snapshot.findings.map(({ code }) => code)).toEqual(
      expect.arrayContaining([...each.findings]) as string[],
    );
    const { document } = snapshot;
    const isOld = each.name === 'nbformat 3';
    await engine.request('notebook.save', { document, ...(isOld ? { convert: true } : {}) });
    expect(await readFile(path, 'utf8')).toBe(each.content);
    await engine.request('notebook.close', { document, discard: true });
  });

  it('says which key stands twice', async () => {
    const path = await place(
      'twice',
      '{"cells":[],"metadata":{"a":1,\n"a":2},"nbformat":4,"nbformat_minor":5}',
    );
    const { findings, metadata } = await engine.request('notebook.open', { path });
    expect(findings).toContainEqual(
      expect.objectContaining({ code: 'duplicate-key', place: 'metadata.a' }) as object,
    );
    expect(metadata).toEqual({ a: 2 });
  });

  it('refuses 1 GB at once, and without taking its memory', async () => {
    const path = join(profile.home, 'huge.ipynb');
    const file = await open(path, 'w');
    await file.truncate(1024 ** 3);
    await file.close();
    const { pid } = await engine.request('engine.status', {});
    const before = await residentBytes(pid);
    await expect(engine.request('notebook.open', { path })).rejects.toMatchObject({
      code: 'too-large',
      message: expect.stringMatching(/huge\.ipynb: the file has 1\.00 GiB.*up to 0\.5 GiB/) as string,
    });
    expect((await residentBytes(pid)) - before).toBeLessThan(64 * 1024 * 1024);
    expect((await stat(path)).size).toBe(1024 ** 3);
  });

  it('refuses what is no file: a folder, a pipe, a link that leads nowhere or back to itself', async () => {
    const at = (name: string): string => join(profile.home, name);
    await mkdir(at('folder.ipynb'));
    execFileSync('mkfifo', [at('pipe.ipynb')]);
    await symlink(at('nowhere.ipynb'), at('dangling.ipynb'));
    await symlink('loop.ipynb', at('loop.ipynb'));
    const cases: readonly (readonly [string, ErrorCode, RegExp])[] = [
      ['folder.ipynb', 'not-readable', /is a folder\. Open a notebook file in it/],
      ['pipe.ipynb', 'not-readable', /is not a regular file/],
      ['dangling.ipynb', 'not-found', /does not exist\. Check the name/],
      ['loop.ipynb', 'not-readable', /leads back to itself/],
      ['absent.ipynb', 'not-found', /does not exist\. Check the name/],
      ['huge.ipynb/inside.ipynb', 'not-found', /does not exist\. Check the name/],
      [`${'n'.repeat(300)}.ipynb`, 'not-found', /too long for a file name/],
      ['zero\0byte.ipynb', 'bad-request', /not a file name/],
    ];
    for (const [name, code, says] of cases) {
      const opening = engine.request('notebook.open', { path: at(name) });
      await expect(opening, name).rejects.toMatchObject({
        code,
        message: expect.stringMatching(says) as string,
      });
    }
  });

  it('says so when there is no permission, and harms nothing', async () => {
    // Root may read everything: an ordinary user of the system asks then.
    const path = await place('private', GOOD);
    await chmod(path, 0o000);
    const isRoot = process.getuid?.() === 0;
    if (!isRoot) {
      await expect(engine.request('notebook.open', { path })).rejects.toMatchObject({
        code: 'not-readable',
        message: expect.stringMatching(/private\.ipynb can not be read: you have no permission/) as string,
      });
    } else {
      const script = `
        const { loadNotebook } = require(process.argv[1]);
        loadNotebook(process.argv[2]).then(() => process.exit(9), (error) => {
          process.stdout.write(JSON.stringify({ code: error.code, message: error.message }));
        });`;
      await chmod(profile.home, 0o755);
      const bundle = await bundled(profile.home);
      const out = execFileSync(process.execPath, ['-e', script, bundle, path], {
        uid: 65_534,
        gid: 65_534,
        cwd: '/',
        encoding: 'utf8',
      });
      expect(JSON.parse(out)).toMatchObject({
        code: 'not-readable',
        message: expect.stringMatching(/private\.ipynb can not be read: you have no permission/) as string,
      });
      await chmod(profile.home, 0o700);
    }
    await chmod(path, 0o600);
    expect(await readFile(path, 'utf8')).toBe(GOOD);
  });
});

async function bundled(folder: string): Promise<string> {
  const { build } = await import('esbuild');
  const outfile = join(folder, 'notebook-disk.cjs');
  await build({
    entryPoints: ['electron/engine/notebook/notebook-disk.ts'],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile,
    logLevel: 'error',
  });
  await chmod(outfile, 0o644);
  return outfile;
}

async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024;
}
