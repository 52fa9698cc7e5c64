import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readArchive, type ArchivedFile } from '../support/asar';
import { testElectron } from '../support/environment';
import { writeNotebookFile } from '../support/notebooks';
import { makeProfile, ROOT, type CommandResult, type TestProfile } from '../support/profile';
import { until } from '../support/until';

const run = promisify(execFile);
const DIST = join(ROOT, 'build', 'dist.mjs');
const isOfficial = testElectron().startsWith(join(ROOT, 'node_modules', 'electron', 'dist'));
const NATIVE = [
  'node_modules/@lydell/node-pty-linux-x64/pty.node',
  'node_modules/@napi-rs/keyring-linux-x64-gnu/keyring.linux-x64-gnu.node',
  'node_modules/@parcel/watcher-linux-x64-glibc/watcher.node',
];

/** One package for all tests of this file: it takes half a minute. */
let output: string;
let home: string;
let program: string;
let command: string;
let files: readonly ArchivedFile[];
let profile: TestProfile;

beforeAll(async () => {
  output = await mkdtemp(join(tmpdir(), 'watchbook-package-'));
  profile = await makeProfile();
  await run(process.execPath, [DIST, '--dir', '--out', output]);
  home = join(output, 'linux-unpacked');
  program = join(home, 'watchbook');
  command = join(home, 'resources', 'bin', 'watchbook');
  files = await readArchive(join(home, 'resources', 'app.asar'));
});

afterAll(async () => {
  await profile.dispose();
  await rm(output, { recursive: true, force: true });
});

/** Runs the command that an installation has. */
async function watchbook(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  name = command,
): Promise<CommandResult> {
  const env = { ...profile.environment, ...environment };
  return new Promise((resolve) => {
    execFile(name, [...args], { cwd: profile.home, env }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, err });
    });
  });
}

describe('what is in the package', () => {
  test('the program is sealed', async () => {
    const wire = await getCurrentFuseWire(program);
    const { ENABLE, DISABLE } = FuseState;
    expect({
      runAsNode: wire[FuseV1Options.RunAsNode],
      cookies: wire[FuseV1Options.EnableCookieEncryption],
      nodeOptions: wire[FuseV1Options.EnableNodeOptionsEnvironmentVariable],
      inspect: wire[FuseV1Options.EnableNodeCliInspectArguments],
      integrity: wire[FuseV1Options.EnableEmbeddedAsarIntegrityValidation],
      archiveOnly: wire[FuseV1Options.OnlyLoadAppFromAsar],
      filePrivileges: wire[FuseV1Options.GrantFileProtocolExtraPrivileges],
    }).toEqual({
      runAsNode: ENABLE,
      cookies: ENABLE,
      nodeOptions: DISABLE,
      inspect: DISABLE,
      integrity: ENABLE,
      archiveOnly: ENABLE,
      filePrivileges: DISABLE,
    });
  });

  test('only what the program needs', () => {
    const own =
      /^(package\.json|out\/(main|preload|engine|cli)\/\w+\.cjs|out\/(renderer|frame)\/(assets\/[\w.-]+|\w+)\.(html|js|css|woff2)|assets\/runbooks\/([\w-]+\.ipynb|watchbook\.json))$/;
    const packages =
      /^node_modules\/(@lydell\/node-pty|@napi-rs\/keyring|@parcel\/watcher|zeromq|cmake-ts|detect-libc|is-glob|is-extglob|picomatch)/;
    const unneeded = /(^|\/)(test|tests|spec|__tests__|src|script|scripts)\/|\.(map|ts|md|h|c|cc|gyp)$/;
    const paths = files.map(({ path }) => path);
    expect(paths.filter((path) => !own.test(path) && !packages.test(path))).toEqual([]);
    expect(paths.filter((path) => unneeded.test(path))).toEqual([]);
    expect(paths).toContain('out/engine/engine.cjs');
    expect(paths).toContain('out/frame/index.html');
  });

  test('the native builds of this platform alone, beside the archive', () => {
    const native = files.filter(({ path }) => path.endsWith('.node'));
    const zeromq = /^node_modules\/zeromq\/build\/linux\/x64\/node\/glibc-\d+-Release\/addon\.node$/;
    expect(native.map(({ path }) => path).filter((path) => !zeromq.test(path))).toEqual(NATIVE);
    expect(native.some(({ path }) => zeromq.test(path))).toBe(true);
    expect(files.filter(({ isUnpacked }) => isUnpacked)).toEqual(native);
  });

  test('no name of a folder of the machine that made it', async () => {
    const bundles = files.filter(({ path }) => path.startsWith('out/') || path === 'package.json');
    for (const file of bundles) {
      const content = await file.read();
      for (const folder of [ROOT, join(homedir(), '.cache'), tmpdir() + '/watchbook-dist-']) {
        expect(content.includes(folder), `${file.path} names ${folder}`).toBe(false);
      }
    }
  });

  test('nothing beside the archive that the program would load', async () => {
    const names = await readdir(join(home, 'resources'));
    const known = ['app.asar', 'app.asar.unpacked', 'bin', 'app-update.yml'];
    expect(names.filter((name) => !known.includes(name))).toEqual([]);
  });

  // Electron compares these digests when it loads a file on macOS and Windows. On Linux it does not: there a changed
  // archive starts, and who may write into the installation has the program anyway. What holds everywhere is that the
  // digests are there and right.
  test('a digest of every file in the archive', async () => {
    for (const file of files) {
      const digest = createHash('sha256')
        .update(await file.read())
        .digest('hex');
      expect(file.sha256, file.path).toBe(digest);
    }
  });
});

describe('the packaged command', () => {
  test('says its version, and whether it is a development build', async () => {
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
      readonly version: string;
    };
    const expected = isOfficial ? version : `${version}-development`;
    expect(await watchbook(['--version'])).toEqual({ code: 0, out: `${expected}\n`, err: '' });
    const about = JSON.parse(
      (await files.find(({ path }) => path === 'package.json')!.read()).toString('utf8'),
    ) as { readonly productName: string; readonly version: string };
    expect(about.version).toBe(expected);
    expect(about.productName).toBe(isOfficial ? 'Watchbook' : 'Watchbook Development');
  });

  test('is found by a link in another folder', async () => {
    const link = join(profile.home, 'linked');
    await symlink(command, link);
    expect((await watchbook(['--version'], {}, link)).code).toBe(0);
  });

  test('runs a notebook, by an engine from inside the archive', async () => {
    const path = join(profile.home, 'shell.ipynb');
    await writeNotebookFile(path, ['x=41', 'echo "answer $((x + 1))"'], 'bash');
    const result = await watchbook(['run', path]);
    expect(result).toMatchObject({ code: 0, out: `${join(profile.home, 'shell.executed.ipynb')}\n` });
    const executed = await readFile(join(profile.home, 'shell.executed.ipynb'), 'utf8');
    expect(executed).toContain('answer 42');
    const { out } = await watchbook(['engine', 'status', '--json']);
    const { pid } = JSON.parse(out) as { readonly pid: number };
    const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
    expect(await readlink(`/proc/${pid}/exe`)).toBe(program);
    expect(words[1]).toBe(join(home, 'resources', 'app.asar', 'out', 'engine', 'engine.cjs'));
  });

  test('runs a notebook of Python over the sockets of the native module', async () => {
    const path = join(profile.home, 'python.ipynb');
    await writeNotebookFile(path, ['print("from python", 6 * 7)']);
    expect(await watchbook(['run', path])).toMatchObject({ code: 0 });
    expect(await readFile(join(profile.home, 'python.executed.ipynb'), 'utf8')).toContain('from python 42');
  });

  test('finds the sample runbooks in the archive', async () => {
    const engine = await profile.connect();
    try {
      const { samples } = await engine.request('library.samples', {});
      expect(samples.map(({ name }) => name)).toContain('first-response');
      const { path } = await engine.request('library.copySample', { name: 'first-response' });
      const original = await readFile(join(ROOT, 'assets', 'runbooks', 'first-response.ipynb'), 'utf8');
      expect(await readFile(path, 'utf8')).toBe(original);
    } finally {
      engine.dispose();
    }
  });

  test('takes no code from NODE_OPTIONS', async () => {
    const evil = join(profile.home, 'evil.cjs');
    const mark = join(profile.home, 'evil-ran');
    await writeFile(evil, `require('node:fs').writeFileSync(${JSON.stringify(mark)}, '')`);
    expect((await watchbook(['--version'], { NODE_OPTIONS: `--require ${evil}` })).code).toBe(0);
    expect(existsSync(mark)).toBe(false);
  });
});

describe('the packaged window', () => {
  test('starts, loads its page from the archive and reaches its engine', async () => {
    const child = startWindow();
    try {
      // The page tells what it shows once it is there and has its port: that is what is remembered.
      await until(
        'the window is remembered',
        () => existsSync(join(profile.places.state, 'windows.json')),
        90,
      );
      const status = async (): Promise<number> => {
        const { out } = await watchbook(['engine', 'status', '--json']);
        return (JSON.parse(out) as { readonly clients: number } | null)?.clients ?? 0;
      };
      // One is the question itself.
      await until('the window is a client of the engine', async () => (await status()) > 1, 60);
    } finally {
      await end(child);
    }
  });
});

function startWindow(): ChildProcess {
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const env: Record<string, string> = { ...profile.environment };
  if (process.env['DISPLAY'] !== undefined) env['DISPLAY'] = process.env['DISPLAY'];
  const [name, ...all] =
    env['DISPLAY'] === undefined ? ['xvfb-run', '-a', program, ...args] : [program, ...args];
  return spawn(name!, all, { env, cwd: profile.home, stdio: 'ignore', detached: true });
}

/** The window and, where there is one, its display. */
async function end(child: ChildProcess): Promise<void> {
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  process.kill(-child.pid!, 'SIGTERM');
  const timer = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), 10_000);
  await ended;
  clearTimeout(timer);
}

describe('a release', () => {
  test('is refused with a runtime that is not the official one', async () => {
    const env = { ...process.env, ELECTRON_OVERRIDE_DIST_PATH: join(testElectron(), '..') };
    const failure = (await run(process.execPath, [DIST, '--out', output], { env }).catch(
      (error: unknown) => error,
    )) as { readonly code: number; readonly stderr: string };
    expect(failure.code).toBe(1);
    expect(failure.stderr).toContain('A release takes the official Electron runtime alone');
    expect(failure.stderr).toContain('npm run dist -- --dir');
  });
});
