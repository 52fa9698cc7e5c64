import { randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { chown, open, readdir, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { WatchbookError } from '../../shared/rpc/errors';
import { isRunning } from './is-running';
import { isSystemError } from './notebook/disk-errors';

/** What a file is to hold: all of it, or part after part. */
export type FileContent = string | Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

export interface PutOptions {
  /** Permissions of a new file, before the umask. */
  readonly mode: number;
  /** The file whose place it takes: its permissions and, where allowed, its owner are kept. */
  readonly old?: Stats | null;
  /** Called when all is written, right before it counts. Where it rejects everything is as it was. */
  readonly check?: () => Promise<void>;
}

/** What is being written under each name; the tail of its line. */
const lines = new Map<string, Promise<void>>();

/**
 * Puts a file under a name, in place of what is there: whole or not at all, and on disk when it resolves. Written
 * beside, synced, renamed, the folder synced. The one way in which Watchbook replaces a file.
 *
 * A link under this name is replaced, never followed. Of several asked for at once the last one stays. Rejects as the
 * system does, or as `content` and `check` do; what was there is as it was then, and nothing is left beside it.
 */
export function putFile(path: string, content: FileContent, options: PutOptions): Promise<void> {
  const done = (lines.get(path) ?? Promise.resolve()).then(() => put(path, content, options));
  // The next in line goes on whatever became of this one; who asked for it is told.
  const line = done
    .catch(() => undefined)
    .then(() => {
      if (lines.get(path) === line) lines.delete(path);
    });
  lines.set(path, line);
  return done;
}

async function put(path: string, content: FileContent, options: PutOptions): Promise<void> {
  // Not by the file's name, which may be as long as names may be.
  const beside = join(dirname(path), `.watchbook-${process.pid}-${randomBytes(6).toString('hex')}.tmp`);
  try {
    await writeSynced(beside, content, options);
    await options.check?.();
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** A file of Watchbook's own, for this user alone. Rejects as {@link putFile}. */
export function writeOwnFile(path: string, content: FileContent): Promise<void> {
  return putFile(path, content, { mode: 0o600 });
}

/**
 * A file of the person's. Where it is a link, what that leads to is replaced; permissions and owner are kept. `mode`
 * is for a new one. Rejects as {@link putFile}, and with `not-writable` for what is no regular file.
 */
export async function writePersonsFile(path: string, content: FileContent, mode = 0o666): Promise<void> {
  const target = await targetOf(path);
  await putFile(target, content, { mode, old: await regularFile(target, path) });
}

/** Where a link leads; of a file that is not there yet, where it would be. Rejects as the system does. */
export async function targetOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!isSystemError(error) || error.code !== 'ENOENT') throw error;
    return join(await realpath(dirname(resolve(path))), basename(path));
  }
}

/**
 * The regular file under a name without links; null for none. `typed` is how the person named it. Rejects as the system
 * does, and with `not-writable` for what is no regular file.
 */
export async function regularFile(target: string, typed: string): Promise<Stats | null> {
  let found: Stats;
  try {
    found = await stat(target);
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return null;
    throw error;
  }
  if (!found.isFile())
    throw new WatchbookError('not-writable', `${typed} is not a regular file. Nothing was written.`);
  return found;
}

/** Removes what processes that were killed in the middle of {@link putFile} left in a folder. */
export async function removeHalfWritten(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = Number(/^\.watchbook-(\d+)-[0-9a-f]{12}\.tmp$/.exec(name)?.[1]);
    if (pid > 0 && !isRunning(pid)) await rm(join(folder, name), { force: true });
  }
}

/** Makes a rename last through a power cut, where the platform can do that. */
export async function syncFolder(folder: string): Promise<void> {
  let handle: FileHandle;
  try {
    handle = await open(folder, constants.O_RDONLY);
  } catch (error) {
    // Windows opens no folders, and a folder may be writable without being readable.
    if (isSystemError(error) && ['EISDIR', 'EPERM', 'EACCES'].includes(error.code ?? '')) return;
    throw error;
  }
  try {
    await handle.sync();
  } catch (error) {
    // Some network file systems do not know how.
    if (!isSystemError(error) || !['EINVAL', 'ENOTSUP', 'EPERM'].includes(error.code ?? '')) throw error;
  } finally {
    await handle.close();
  }
}

async function writeSynced(
  path: string,
  content: FileContent,
  { mode, old = null }: PutOptions,
): Promise<void> {
  const kept = old === null ? mode : old.mode & 0o7777;
  const handle = await open(path, 'wx', kept);
  try {
    // Each call goes on after a short write, as a disk gives it that is almost full.
    if (typeof content === 'string' || content instanceof Uint8Array) await handle.appendFile(content);
    else for await (const part of content) await handle.appendFile(part);
    if (old !== null) {
      // The umask may have taken bits away.
      await handle.chmod(kept);
      await keepOwner(path, old);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function keepOwner(path: string, { uid, gid }: Stats): Promise<void> {
  if (process.getuid === undefined || (process.getuid() === uid && process.getgid?.() === gid)) return;
  try {
    await chown(path, uid, gid);
  } catch (error) {
    // Only root may give files away; then the file belongs to whoever saved it, as with any editor.
    if (!isSystemError(error) || (error.code !== 'EPERM' && error.code !== 'EINVAL')) throw error;
  }
}
