import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineConnection } from '../../electron/engine/client/engine-connection';
import { makeProfile, type TestProfile } from './profile';
import { killHard } from './processes';
import { RunDriver } from './run-driver';
import { until } from './until';

/** A profile with a library of one configuration. Dispose it: its connections, engine and files go with it. */
export class RunLibrary {
  private readonly connections: EngineConnection[] = [];

  private constructor(
    readonly profile: TestProfile,
    readonly folder: string,
  ) {}

  /** `extra`: more variables for its engine and its commands. */
  static async make(config: object, extra: Readonly<Record<string, string>> = {}): Promise<RunLibrary> {
    const profile = await makeProfile(extra);
    const folder = join(profile.home, 'lib');
    await mkdir(folder);
    await writeFile(join(folder, 'watchbook.json'), JSON.stringify(config));
    return new RunLibrary(profile, folder);
  }

  at(...names: readonly string[]): string {
    return join(this.folder, ...names);
  }

  /** One more client of its engine. */
  async connect(): Promise<EngineConnection> {
    const engine = await this.profile.connect();
    this.connections.push(engine);
    return engine;
  }

  /** Starts a run as a new client. */
  async start(runbook: string, request: Parameters<typeof RunDriver.start>[2] = {}): Promise<RunDriver> {
    return RunDriver.start(await this.connect(), runbook, { environment: 'dev', ...request });
  }

  async dispose(): Promise<void> {
    for (const engine of this.connections.splice(0)) engine.dispose();
    await this.profile.dispose();
  }
}

/** A shell cell of a notebook with another kernel. */
export const shellCell = (source: string) => ({
  source,
  metadata: { vscode: { languageId: 'shellscript' } },
});

/** A cell with members of ours and with tags. */
export const markedCell = (source: string, watchbook: object, tags: readonly string[] = []) => ({
  source,
  metadata: { tags: [...tags], watchbook: { ...watchbook } },
});

export const gateCell = (source: string, gate: object, more: object = {}) => ({
  type: 'markdown' as const,
  source,
  metadata: { watchbook: { gate: { ...gate }, ...more } },
});

/** The engine of a run dies, and another one, known by its connection, opens the run. */
export async function reborn(run: RunDriver, connect: () => Promise<EngineConnection>): Promise<RunDriver> {
  const { pid } = await run.engine.request('engine.status', {});
  await killHard(pid);
  await run.engine.closed;
  return RunDriver.open(await connect(), run.folder);
}

/** Waits until a run stands at a position of this kind. */
export async function standsAt(run: RunDriver, kind: string): Promise<void> {
  await until(`it stands at ${kind}`, async () => (await run.position()).kind === kind);
}

export async function gateOpen(run: RunDriver, cell: string): Promise<void> {
  await until(`the gate ${cell} is open`, () => run.step(cell)?.gate?.isOpen === true);
}
