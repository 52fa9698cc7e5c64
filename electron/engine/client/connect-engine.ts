import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { WatchbookError } from '../../../shared/rpc/errors';
import type { ClientKind } from '../../../shared/rpc/protocol';
import { readToken } from '../handshake';
import { checkPrivate, makePlaces, type Places } from '../places';
import {
  openConnection,
  openRawConnection,
  type EngineConnection,
  type OpenOptions,
  type RawConnection,
} from './engine-connection';

export interface ConnectOptions {
  readonly places: Places;
  readonly kind: ClientKind;
  readonly version: string;
  /** Starts an engine when none runs. */
  readonly start: boolean;
  /** The engine's program, `engine.cjs`. */
  readonly program: string;
  /** How long one that was started is waited for, in milliseconds; the usual time where none is given. */
  readonly startMs?: number;
}

const START_MS = 20_000;
const RETRY_MS = 40;
/** So long a token may be an old one; after that what listens is not this profile's engine. */
const STALE_MS = 3_000;
/** One that was started may have given way to another, which then ended: after this long it is started again. */
const RESTART_MS = 5_000;

/**
 * Connects to the profile's engine; with `start` one is started when none runs. Of many that start one at the same
 * time exactly one stays: the engine itself takes the profile's lock.
 *
 * @throws WatchbookError `not-found` without `start`, `forbidden` for places that are not private, `timeout`
 */
export async function connectEngine(options: ConnectOptions): Promise<EngineConnection> {
  return connectWith(options, openConnection);
}

/** The same, as frames. */
export async function connectEngineRaw(options: ConnectOptions): Promise<RawConnection> {
  return connectWith(options, openRawConnection);
}

async function connectWith<C>(
  options: ConnectOptions,
  open: (options: OpenOptions) => Promise<C>,
): Promise<C> {
  const { places, kind, version, start, startMs = START_MS } = options;
  if (start) await makePlaces(places);
  const attempt = async (): Promise<C> => {
    await checkPrivate(places.runtime).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      throw new WatchbookError('not-found', 'No engine runs here.', { retryable: true });
    });
    const token = await readToken(places.token);
    return open({ socketPath: places.socket, token, kind, version });
  };
  const deadline = performance.now() + startMs;
  let startedAt: number | null = null;
  let staleSince: number | null = null;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      // Lost in the handshake: it was just ending, or just killed.
      const isAbsent =
        error instanceof WatchbookError && (error.code === 'not-found' || error.code === 'engine-lost');
      // An engine that is just starting has its socket a moment before its token is there.
      const isStale = error instanceof WatchbookError && error.code === 'unauthorized';
      if (isStale) {
        staleSince ??= performance.now();
        if (performance.now() - staleSince > STALE_MS) throw error;
        await pause();
        continue;
      }
      staleSince = null;
      if (!start || !isAbsent) throw error;
      if (performance.now() > deadline) {
        throw new WatchbookError(
          'timeout',
          `The engine did not start within ${startMs / 1000} s. Its log is in ${join(places.state, 'logs')}.`,
          { retryable: true, cause: error },
        );
      }
    }
    if (startedAt === null || performance.now() - startedAt > RESTART_MS) {
      await startEngine(options);
      startedAt = performance.now();
    }
    await pause();
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, RETRY_MS));
}

/** Starts the engine detached from this process: it outlives it, and holds nothing of it open. */
async function startEngine({ places, program }: ConnectOptions): Promise<void> {
  const child = spawn(process.execPath, [program], {
    detached: true,
    stdio: 'ignore',
    cwd: '/',
    windowsHide: true,
    env: { ...process.env, ...placesToEnvironment(places), ELECTRON_RUN_AS_NODE: '1' },
  });
  child.unref();
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) =>
      reject(
        new WatchbookError('internal', `The engine could not be started: ${error.message}.`, {
          cause: error,
        }),
      ),
    );
  });
}

/** The engine finds the same places whatever its client was told by options. */
function placesToEnvironment(places: Places): NodeJS.ProcessEnv {
  const profile = dirname(places.config);
  return dirname(places.state) === profile && places.config === join(profile, 'config')
    ? { WATCHBOOK_PROFILE: profile }
    : {};
}
