import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { EngineConnection } from '../../electron/engine/client/engine-connection';
import type { DocumentSnapshot } from '../../shared/notebook/contract';
import { ERROR_CODES, toWireError } from '../../shared/rpc/errors';
import { makeProfile, type TestProfile } from './profile';

/** A small picture. */
export const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** A notebook's text with these cells, as a hostile program would write it: nothing is escaped. */
export const book = (cells: string, metadata = '{}', rest = '"nbformat": 4, "nbformat_minor": 5'): string =>
  `{"cells": [${cells}], "metadata": ${metadata}, ${rest}}`;
export const code = (source: string, members = ''): string =>
  `{"cell_type": "code", "id": "c0", "source": ${JSON.stringify(source)}, "metadata": {}, "outputs": [], "execution_count": null${members}}`;

/** An empty library before each test, a picture beside it that nobody is to reach, and one engine for all of them. */
export class HostileFiles {
  profile!: TestProfile;
  engine!: EngineConnection;
  library!: string;
  secret!: string;

  /** Makes it for the tests of this file. After each of them the engine must live, and nothing run. */
  static forEachTest(): HostileFiles {
    const here = new HostileFiles();
    beforeAll(async () => {
      here.profile = await makeProfile();
      here.engine = await here.profile.connect();
    });
    afterAll(async () => {
      here.engine.dispose();
      await here.profile.dispose();
    });
    beforeEach(async () => {
      const folder = join(here.profile.home, 'case');
      await rm(folder, { recursive: true, force: true });
      here.library = join(folder, 'library');
      await mkdir(here.library, { recursive: true });
      here.secret = join(folder, 'secret.png');
      await writeFile(here.secret, PNG);
    });
    afterEach(async () => {
      const status = await here.engine.request('engine.status', {});
      expect(status).toMatchObject({ pid: here.engine.enginePid, kernels: 0, busy: 0 });
    });
    return here;
  }

  at(name: string): string {
    return join(this.library, name);
  }

  async open(name: string, text?: string | Uint8Array): Promise<DocumentSnapshot> {
    if (text !== undefined) await writeFile(this.at(name), text);
    return this.engine.request('notebook.open', { path: this.at(name) });
  }
}

/** Why something was refused: never by our own mistake, each is foreseen and has words of its own. */
export async function refusal(work: Promise<unknown>): Promise<ReturnType<typeof toWireError>> {
  const thrown: unknown = await work.then(
    () => null,
    (error: unknown) => error,
  );
  expect(thrown, 'it was not refused').not.toBeNull();
  const wire = toWireError(thrown);
  expect(ERROR_CODES).toContain(wire.code);
  expect(wire.code, wire.detail).not.toBe('internal');
  return wire;
}
