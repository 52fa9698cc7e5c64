import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chmod, copyFile, cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from '@playwright/test';
import { testElectron } from '../support/environment';
import { allProcesses, childrenOf, type Process } from '../support/processes';
import { test as base } from '../support/screen';
import { until } from '../support/until';

const run = promisify(execFile);
const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
/** What the built program needs beside its bundles, because it is machine code. */
const NATIVE = ['zeromq', 'cmake-ts', '@lydell'];

/** Somebody without any right of the system's, and how to start a program as them. */
interface Person {
  readonly home: string;
  start(program: string, args: readonly string[], environment: NodeJS.ProcessEnv): ChildProcess;
}

const test = base.extend<{ person: Person }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the names of the fixtures from the pattern
  person: async ({}, use) => {
    const home = await mkdtemp(join(tmpdir(), 'wb-person-'));
    const isRoot = process.getuid?.() === 0;
    const name = `wbtest${process.pid}`;
    // As anybody but root the test is that person itself.
    const words = isRoot ? ['setpriv', '--reuid', name, '--regid', name, '--init-groups', '--'] : [];
    if (isRoot)
      await run('useradd', [
        '--no-create-home',
        '--user-group',
        '--home-dir',
        home,
        '--shell',
        '/bin/bash',
        name,
      ]);
    try {
      if (isRoot) await run('chown', [`${name}:${name}`, home]);
      await chmod(home, 0o755);
      await use({
        home,
        start: (program, args, environment) => {
          const [first = program, ...rest] = [...words, program, ...args];
          return spawn(first, rest, { cwd: home, env: environment, stdio: 'ignore' });
        },
      });
    } finally {
      for (const { pid, command } of await allProcesses()) if (command.includes(home)) kill(pid);
      if (isRoot) await run('userdel', ['--force', name]);
      await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    }
  },
});
// A machine that does much else at once takes its time for these.
test.describe.configure({ timeout: 300_000 });

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** `Seccomp: 2` and the like, of one process; null when it is gone. */
async function statusOf(pid: number): Promise<ReadonlyMap<string, string> | null> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => null);
  if (text === null) return null;
  return new Map(
    text
      .split('\n')
      .map((line): [string, string] => [line.split(':')[0] ?? '', line.slice(line.indexOf(':') + 1).trim()]),
  );
}

test('an ordinary user’s pages run in Chromium’s sandbox', async ({ person }) => {
  const { home } = person;
  // The runtime and the build may lie where only their owner can read.
  const electron = join(home, 'electron');
  await cp(dirname(testElectron()), electron, { recursive: true, verbatimSymlinks: true });
  const app = join(home, 'app');
  await mkdir(app);
  for (const name of ['out', 'assets']) await cp(join(ROOT, name), join(app, name), { recursive: true });
  for (const name of NATIVE)
    await cp(join(ROOT, 'node_modules', name), join(app, 'node_modules', name), { recursive: true });
  await copyFile(join(ROOT, 'package.json'), join(app, 'package.json'));
  const cookie = process.env['XAUTHORITY'];
  if (cookie !== undefined) await copyFile(cookie, join(home, 'display'));
  await run('chmod', ['-R', 'a+rX', home]);
  const profile = join(home, 'profile');
  const environment: NodeJS.ProcessEnv = {
    PATH: '/usr/bin:/bin',
    HOME: home,
    DISPLAY: process.env['DISPLAY'],
    WATCHBOOK_PROFILE: profile,
    ...(cookie === undefined ? {} : { XAUTHORITY: join(home, 'display') }),
  };
  if (process.getuid?.() === 0) {
    await run('chown', ['-R', '--reference', home, join(home, 'display')]).catch(() => undefined);
  }
  const desktop = person.start(
    join(electron, testElectron().slice(dirname(testElectron()).length + 1)),
    [app],
    environment,
  );
  const pid = desktop.pid ?? 0;
  let renderers: readonly Process[] = [];
  await until('a page runs', async () => {
    renderers = (await childrenOf(pid)).filter(({ command }) => command.includes('--type=renderer'));
    return renderers.length > 0;
  });
  for (const renderer of renderers) {
    expect(renderer.command).not.toContain('--no-sandbox');
    await until('its sandbox is closed', async () => (await statusOf(renderer.pid))?.get('Seccomp') === '2');
    const status = await statusOf(renderer.pid);
    expect(status?.get('NoNewPrivs')).toBe('1');
    expect(status?.get('Uid')?.split(/\s+/)[0]).not.toBe('0');
    // It is in a process namespace of its own: it has a second number there.
    expect(status?.get('NSpid')?.split(/\s+/).length).toBeGreaterThan(1);
  }
  // The counterpart: the desktop itself is in no such sandbox, so that the look can tell.
  expect((await statusOf(pid))?.get('Seccomp')).toBe('0');
  // And it works: the window has reached an engine of that user.
  await until('an engine runs for the window', async () => {
    const all = await allProcesses();
    return all.some(({ command }) => command.includes(join(app, 'out', 'engine', 'engine.cjs')));
  });
  desktop.kill('SIGKILL');
});
