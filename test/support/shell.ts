import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startShell } from '../../electron/engine/kernels/shell/start-shell';
import { KernelSession } from './kernel-session';

/** A built-in shell in a folder of its own, without an engine around it. */
export interface TestShell extends KernelSession {
  readonly folder: string;
  dispose(): Promise<void>;
}

/** `isInteractive`: a person is there to answer. The variables are added to a small environment. */
export async function openShell(
  isInteractive: boolean,
  variables: Readonly<Record<string, string>> = {},
): Promise<TestShell> {
  const folder = await mkdtemp(join(tmpdir(), 'wb-'));
  const handle = await startShell({
    document: 'test',
    path: join(folder, 'test.ipynb'),
    cwd: folder,
    interactive: isInteractive,
    runtimeFolder: folder,
    log: () => undefined,
    environment: {
      PATH: process.env['PATH'] ?? '/usr/bin:/bin',
      HOME: folder,
      LANG: 'C.UTF-8',
      ...variables,
    },
  });
  const session = new KernelSession(handle, isInteractive);
  return Object.assign(session, {
    folder,
    dispose: async () => {
      await session.shutdown();
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  });
}
