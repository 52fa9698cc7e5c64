import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VERSION } from '../../shared/version';
import { connectEngine } from '../../electron/engine/client/connect-engine';
import type { EngineConnection } from '../../electron/engine/client/engine-connection';
import { describeMachine, findPlaces, type Places } from '../../electron/engine/places';
import { testVariables, writeLoginFiles } from './environment';
import { stopEngine } from './stop-engine';

export const ROOT = join(__dirname, '..', '..');
const ENGINE = join(ROOT, 'out', 'engine', 'engine.cjs');
export const CLI = join(ROOT, 'out', 'cli', 'cli.cjs');

export interface CommandResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A profile of its own in a temporary home, with the tests' Python as a kernel. Dispose it: its engine ends then. */
export interface TestProfile {
  readonly folder: string;
  readonly home: string;
  readonly places: Places;
  readonly environment: Readonly<Record<string, string>>;
  connect(): Promise<EngineConnection>;
  cli(
    args: readonly string[],
    options?: {
      readonly cwd?: string;
      readonly input?: string;
      /** Added to the profile's own variables. */
      readonly environment?: Readonly<Record<string, string>>;
    },
  ): Promise<CommandResult>;
  /** Starts the command line and leaves it running. */
  /** `more`: added to the profile's own variables. */
  start(args: readonly string[], more?: Readonly<Record<string, string>>): ChildProcess;
  enginePid(): Promise<number | null>;
  dispose(): Promise<void>;
}

/** `extra`: more variables for its engine and its commands. */
export async function makeProfile(extra: Readonly<Record<string, string>> = {}): Promise<TestProfile> {
  const home = await mkdtemp(join(tmpdir(), 'wb-'));
  const folder = join(home, 'p');
  const environment = { ...testVariables(home, folder), ...extra };
  await writeLoginFiles(home, environment);
  const places = findPlaces({ ...describeMachine(), environment, home }, folder);
  const cli: TestProfile['cli'] = (args, { cwd, input, environment: more } = {}) =>
    new Promise((resolve) => {
      const child = execFile(
        process.execPath,
        [CLI, ...args],
        { cwd: cwd ?? home, env: { ...environment, ...more }, maxBuffer: 64 * 1024 * 1024 },
        (error, out, err) => {
          const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
          resolve({ code, out, err });
        },
      );
      child.stdin?.end(input ?? '');
    });
  return {
    folder,
    home,
    places,
    environment,
    connect: () => connectWith(environment, places),
    cli,
    start: (args, more = {}) =>
      spawn(process.execPath, [CLI, ...args], { cwd: home, env: { ...environment, ...more }, stdio: 'pipe' }),
    enginePid: async () => {
      const { out } = await cli(['engine', 'status', '--json']);
      const status = JSON.parse(out) as { readonly pid: number } | null;
      return status?.pid ?? null;
    },
    dispose: async () => {
      await stopEngine(places);
      await endWhatNames(`${home}/`);
      await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

/** The engine inherits this process's variables, so they are the profile's while it is started. */
async function connectWith(
  environment: Readonly<Record<string, string>>,
  places: Places,
): Promise<EngineConnection> {
  const before = { ...process.env };
  Object.assign(process.env, environment);
  try {
    return await connectEngine({ places, kind: 'cli', version: VERSION, start: true, program: ENGINE });
  } finally {
    for (const name of Object.keys(environment)) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
}

/** A kernel outlives an engine that a test has killed; nothing may outlive the test. Linux only. */
async function endWhatNames(folder: string): Promise<void> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    // A process may end while it is looked at.
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (!command.includes(folder)) continue;
    try {
      process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}
