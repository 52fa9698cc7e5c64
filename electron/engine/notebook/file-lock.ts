import { createHash, randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, realpath, rename, rm } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { instantSchema } from '../../../shared/rpc/contract';
import { PROTOCOL } from '../../../shared/rpc/protocol';
import { isRunning } from '../is-running';
import { processStart } from '../process-identity';
import { isDiskFull, isSystemError } from './disk-errors';

/** Who has a document open for writing, as its lock file says. */
export const fileLockSchema = z.object({
  pid: z.number().int(),
  host: z.string(),
  protocol: z.number().int(),
  /** The person's name on this machine; of a run, who drives it. */
  driver: z.string(),
  since: instantSchema,
  /** When the process began, in the platform's own terms; a pid alone may be used again. */
  started: z.string().nullable(),
  /** Tells one holding from another of the same process. */
  holding: z.string(),
});
export type FileLockInfo = z.infer<typeof fileLockSchema>;

/** No lock is longer. */
const MOST_BYTES = 65_536;

/** A document that only this engine may write. */
export interface FileLock {
  readonly info: FileLockInfo;
  /** Gives it back. Does nothing when it was lost meanwhile. */
  release(): Promise<void>;
}

export interface AcquiredLock {
  /** Null when somebody else holds it. */
  readonly lock: FileLock | null;
  /** Who holds it, as a sentence. */
  readonly heldBy: string | null;
}

/**
 * Locks a document against other engines of this profile, also those of another protocol.
 *
 * The lock is a file in `locks/` of the state folder, made exclusively. One whose process is gone, or is another one
 * with the same pid, is taken over; one of another host is respected.
 */
export async function acquireFileLock(stateFolder: string, path: string): Promise<AcquiredLock> {
  const folder = join(stateFolder, 'locks');
  const file = join(folder, `${await lockName(path)}.json`);
  const info = await ownInfo(userInfo().username);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return await acquire(file, info);
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    // On a full disk a runbook is needed more than a lock: a save still looks at what is on disk before it writes.
    return { lock: { info, release: () => Promise.resolve() }, heldBy: null };
  }
}

/**
 * Takes a lock whose file lies at a place of its own, as that of a run does in its folder. `driver` is who drives.
 * Rejects as writing does where nothing can be written there.
 */
export async function acquireLockFile(file: string, driver: string): Promise<AcquiredLock> {
  return acquire(file, await ownInfo(driver));
}

async function acquire(file: string, info: FileLockInfo): Promise<AcquiredLock> {
  // Twice: once more after a stale lock was taken away. Whoever else takes it away meanwhile has won.
  for (let attempt = 0; attempt < 3; attempt += 1) {
    if (await create(file, info)) return { lock: { info, release: () => release(file, info) }, heldBy: null };
    const holder = await readLock(file);
    if (holder === 'gone') continue;
    if (holder !== null && !(await isStale(holder))) return { lock: null, heldBy: describe(holder) };
    await takeAway(file, holder);
  }
  return { lock: null, heldBy: 'Another Watchbook is opening this file at the same moment.' };
}

/** One name for one file, whatever links lead to it. */
async function lockName(path: string): Promise<string> {
  let real: string;
  try {
    real = await realpath(path);
  } catch (error) {
    if (!isSystemError(error) || error.code !== 'ENOENT') throw error;
    real = resolve(path);
  }
  return createHash('sha256').update(real).digest('hex');
}

async function ownInfo(driver: string): Promise<FileLockInfo> {
  return {
    pid: process.pid,
    host: hostname(),
    protocol: PROTOCOL,
    driver,
    since: new Date().toISOString(),
    started: await processStart(process.pid),
    holding: randomUUID(),
  };
}

/** False when there is a lock already. */
async function create(file: string, info: FileLockInfo): Promise<boolean> {
  try {
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile(`${JSON.stringify(info)}\n`);
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if (isSystemError(error) && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Null for a lock that can not be understood. One that is being written is given a moment. */
async function readLock(file: string): Promise<FileLockInfo | 'gone' | null> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    try {
      const parsed = fileLockSchema.safeParse(JSON.parse(await readText(file)));
      if (parsed.success) return parsed.data;
      return null;
    } catch (error) {
      if (isSystemError(error) && error.code === 'ENOENT') return 'gone';
      // A link in a lock's place leads to no lock.
      if (isSystemError(error) && error.code === 'ELOOP') return null;
      if (!(error instanceof SyntaxError)) throw error;
      await new Promise((done) => setTimeout(done, 20));
    }
  }
  return null;
}

/** The start of a file that may be anything where its folder came from elsewhere: no pipe is waited for. */
async function readText(file: string): Promise<string> {
  const { O_RDONLY, O_NONBLOCK = 0, O_NOFOLLOW = 0 } = constants;
  const handle = await open(file, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
  try {
    // What is no file is no lock: text that can not be understood.
    if (!(await handle.stat()).isFile()) return 'null';
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MOST_BYTES), 0, MOST_BYTES, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function isStale(info: FileLockInfo): Promise<boolean> {
  if (info.host !== hostname()) return false;
  if (!isRunning(info.pid)) return true;
  if (info.started === null) return false;
  const started = await processStart(info.pid);
  return started !== null && started !== info.started;
}

/**
 * Moves a stale lock aside before removing it, and looks at it again there: of two who find it stale at once, one
 * would otherwise remove the new lock of the other.
 */
async function takeAway(file: string, expected: FileLockInfo | null): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return;
    throw error;
  }
  const moved = await readLock(aside);
  const isOther = moved !== null && moved !== 'gone' && moved.holding !== expected?.holding;
  if (isOther && (await create(file, moved))) {
    await rm(aside, { force: true });
    return;
  }
  await rm(aside, { force: true });
}

async function release(file: string, info: FileLockInfo): Promise<void> {
  const holder = await readLock(file);
  if (holder === null || holder === 'gone' || holder.holding !== info.holding) return;
  await rm(file, { force: true });
}

function describe(info: FileLockInfo): string {
  if (info.pid === process.pid && info.host === hostname()) return 'It is open in this Watchbook.';
  const where = info.host === hostname() ? 'another Watchbook on this machine' : `Watchbook on ${info.host}`;
  const older = info.protocol === PROTOCOL ? '' : ', of another version';
  return `It is open in ${where}${older} (${info.driver}, since ${instantWords(info.since)}), so it can only be read here.`;
}

/** `2 Jan 2026, 03:04:05 UTC`; what is no instant stays as it is. */
function instantWords(instant: string): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return instant;
  const [, day, month, year, time] = date.toUTCString().split(' ');
  return `${Number(day)} ${month} ${year}, ${time} UTC`;
}
