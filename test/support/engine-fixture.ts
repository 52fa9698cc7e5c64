import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { EngineConnection } from '../../electron/engine/client/engine-connection';
import { toWireError } from '../../shared/rpc/errors';
import type { Settings } from '../../shared/settings/contract';
import { DocumentView } from './document-view';
import { makeProfile, type TestProfile } from './profile';

/** What the tests of a file or of a `describe` work with: an engine, and the place of a notebook. */
export class EngineFixture {
  /** The place of the test's notebook; nothing is there yet. */
  path = '';
  private current: { readonly profile: TestProfile; readonly folder: string } | null = null;
  private main: EngineConnection | null = null;
  /** Whether the main connection is of no use any more. */
  private isLost = false;
  private readonly more: EngineConnection[] = [];
  /** What settings were before the test changed them. */
  private changed: Partial<Settings> = {};

  get profile(): TestProfile {
    return this.set.profile;
  }

  /** The test's own connection, the first one. */
  get engine(): EngineConnection {
    if (this.main === null) throw new Error('There is no connection before a test');
    return this.main;
  }

  /** A place in the test's own folder. */
  at(...names: readonly string[]): string {
    return join(this.set.folder, ...names);
  }

  /** Opens a notebook by the test's own connection. */
  open(path = this.path): Promise<DocumentView> {
    return DocumentView.open(this.engine, path);
  }

  /** Changes settings for this test alone. */
  async setting(changes: Partial<Settings>): Promise<void> {
    const { settings } = await this.engine.request('settings.get', {});
    const before = Object.keys(changes).map((name) => [name, settings[name as keyof Settings]]);
    this.changed = { ...Object.fromEntries(before), ...this.changed };
    await this.engine.request('settings.set', { changes });
  }

  /** One more client of the engine. */
  async connect(): Promise<EngineConnection> {
    const engine = await this.profile.connect();
    this.more.push(engine);
    return engine;
  }

  /** Opens a notebook as one more client. */
  async openApart(path = this.path): Promise<DocumentView> {
    return DocumentView.open(await this.connect(), path);
  }

  /** Leaves the engine, or what is left of it, and connects anew: to the next one where it is gone. */
  async reconnect(): Promise<EngineConnection> {
    this.main?.dispose();
    const main = await this.profile.connect();
    this.main = main;
    this.isLost = false;
    void main.closed.then(() => (this.isLost ||= this.main === main));
    return main;
  }

  /** Takes back what a test left in an engine that goes on: kernels and settings. */
  async tidy(): Promise<void> {
    const engine = this.isLost ? await this.reconnect() : this.engine;
    if (Object.keys(this.changed).length > 0) await engine.request('settings.set', { changes: this.changed });
    this.changed = {};
    const { kernels } = await engine.request('kernels.running', {});
    for (const { id } of kernels)
      await engine.request('kernels.end', { id }).catch((error: unknown) => {
        // One that was ending anyway.
        if (toWireError(error).code !== 'not-found') throw error;
      });
  }

  /** A test begins, in a folder of its own. */
  async begin(profile: TestProfile, folder: string): Promise<void> {
    await mkdir(folder, { recursive: true });
    this.current = { profile, folder };
    this.path = join(folder, 'book.ipynb');
    await this.reconnect();
  }

  /** A test ends: its connections go. */
  leave(): void {
    for (const engine of [this.main, ...this.more.splice(0)]) engine?.dispose();
    this.main = null;
  }

  private get set(): { readonly profile: TestProfile; readonly folder: string } {
    if (this.current === null) throw new Error('There is no engine before a test');
    return this.current;
  }
}

/** A profile and an engine for each test: for tests that ask what an engine needs, or change it for all. */
export function engineEach(extra: Readonly<Record<string, string>> = {}): EngineFixture {
  const here = new EngineFixture();
  beforeEach(async () => {
    const profile = await makeProfile(extra);
    await here.begin(profile, profile.home);
  });
  afterEach(async () => {
    here.leave();
    await here.profile.dispose();
  });
  return here;
}

/** One profile and one engine for all tests, with a folder for each: a test may kill the engine, the next has another. */
export function engineShared(extra: Readonly<Record<string, string>> = {}): EngineFixture {
  const here = new EngineFixture();
  let profile: TestProfile;
  let count = 0;
  beforeAll(async () => {
    profile = await makeProfile(extra);
  });
  beforeEach(async () => {
    count += 1;
    await here.begin(profile, join(profile.home, `${count}`));
  });
  afterEach(async () => {
    await here.tidy();
    here.leave();
  });
  afterAll(() => profile.dispose());
  return here;
}
