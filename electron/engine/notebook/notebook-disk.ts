import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, chown, open, readdir, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import {
  MAX_NOTEBOOK_BYTES,
  readNotebook,
  refuseTooLarge,
  type NotebookFile,
} from '../../../shared/notebook/notebook-file';
import { WatchbookError } from '../../../shared/rpc/errors';
import { isRunning } from '../is-running';
import { isSystemError, readError, writeError } from './disk-errors';

/** A notebook as it was read from disk. */
export interface LoadedNotebook {
  readonly file: NotebookFile;
  /** SHA-256 of the file's bytes, hex. */
  readonly digest: string;
  readonly mtime: Date;
  /** Why it can not be written, as a sentence; null when it can. */
  readonly readOnly: string | null;
}

/**
 * Reads a notebook from disk.
 *
 * The file is opened once and looked at through its handle, so that what was checked is what is read. `typed` is how
 * the person named it. Rejects with `not-found`, `not-readable`, `too-large`, or as `readNotebook` throws.
 */
export async function loadNotebook(path: string, typed: string = path): Promise<LoadedNotebook> {
  const { bytes, mtime } = await readRegularFile(path, typed);
  const file = readNotebook(bytes, typed);
  return { file, digest: digestOf(bytes), mtime, readOnly: await readOnlyReason(path) };
}

/** SHA-256 in hex. */
export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** SHA-256 of a file that need not be a notebook. Rejects as {@link loadNotebook}. */
export async function digestOfRegularFile(path: string): Promise<string> {
  return digestOf((await readRegularFile(path, path)).bytes);
}

async function readRegularFile(
  path: string,
  typed: string,
): Promise<{ readonly bytes: Uint8Array; readonly mtime: Date }> {
  let handle: FileHandle;
  try {
    // Without O_NONBLOCK opening a fifo waits for its writer.
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw readError(error, typed);
  }
  try {
    const info = await handle.stat();
    if (info.isDirectory()) {
      throw new WatchbookError('not-readable', `${typed} is a folder. Open a notebook file in it.`);
    }
    if (!info.isFile()) {
      throw new WatchbookError('not-readable', `${typed} is not a regular file. It was not opened.`);
    }
    if (info.size > MAX_NOTEBOOK_BYTES) refuseTooLarge(typed, info.size);
    return { bytes: await readWhole(handle, info.size, typed), mtime: info.mtime };
  } catch (error) {
    throw readError(error, typed);
  } finally {
    await handle.close();
  }
}

/** Reads to the end, also of a file that grows meanwhile, but never beyond the limit. */
async function readWhole(handle: FileHandle, size: number, typed: string): Promise<Uint8Array> {
  let buffer = Buffer.allocUnsafe(size + 1);
  let length = 0;
  for (;;) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
    if (bytesRead === 0) return buffer.subarray(0, length);
    length += bytesRead;
    if (length > MAX_NOTEBOOK_BYTES) refuseTooLarge(typed, length);
    if (length === buffer.length) buffer = Buffer.concat([buffer], Math.max(length * 2, 65_536));
  }
}

async function readOnlyReason(path: string): Promise<string | null> {
  try {
    await access(path, constants.W_OK);
    await access(dirname(await realpath(path)), constants.W_OK);
    return null;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (error.code === 'EROFS') return 'It is on a file system that can only be read.';
    if (error.code === 'ENOENT') return 'It is not on disk any more.';
    return 'You have no permission to write it or its folder.';
  }
}

/** What a replacement may rely on. */
export interface ReplaceOptions {
  /** Refuses with `changed-on-disk` when the file has other bytes than these. */
  readonly expectedDigest?: string;
  /** Refuses with `exists` when there is a file already. */
  readonly mustNotExist?: boolean;
}

/**
 * Puts a file in place of another, or of none: whole or not at all.
 *
 * Written beside, synced, renamed, the folder synced. A symbolic link stays one, and its target is replaced; mode and
 * (where allowed) owner are kept. Rejects with `disk-full`, `not-writable`, `changed-on-disk` or `exists`; the original
 * is as it was then, and nothing is left beside it.
 */
export async function replaceFile(
  path: string,
  bytes: Uint8Array,
  options: ReplaceOptions = {},
): Promise<{ readonly digest: string }> {
  const target = await realTarget(path);
  const old = await statOrNull(target);
  if (old !== null && !old.isFile()) {
    throw new WatchbookError('not-writable', `${path} is not a regular file. Nothing was written.`);
  }
  if (old !== null && options.mustNotExist === true) throw exists(path);
  // Not by the file's name, which may be as long as names may be.
  const temporary = join(dirname(target), `.watchbook-${process.pid}-${randomBytes(6).toString('hex')}.tmp`);
  try {
    await writeSynced(temporary, bytes, old);
    if (options.expectedDigest !== undefined) await expectDigest(target, path, options.expectedDigest);
    if (options.mustNotExist === true && (await statOrNull(target)) !== null) throw exists(path);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true });
    throw writeError(error, path);
  }
  await syncFolder(dirname(target));
  return { digest: digestOf(bytes) };
}

/** Removes what processes that were killed in the middle of {@link replaceFile} left in a folder. */
export async function removeHalfWritten(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = Number(/^\.watchbook-(\d+)-[0-9a-f]{12}\.tmp$/.exec(name)?.[1]);
    if (pid > 0 && !isRunning(pid)) await rm(join(folder, name), { force: true });
  }
}

function exists(path: string): WatchbookError {
  return new WatchbookError(
    'exists',
    `${path} exists already. Nothing was written; choose another name or overwrite it.`,
  );
}

/** Rejects with `exists` when there is something under this name. */
export async function refuseTaken(path: string): Promise<void> {
  if ((await statOrNull(path)) !== null) throw exists(path);
}

/** Where a link points; of a file that is not there yet, where it would be. Rejects with `not-writable`. */
export async function realTarget(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!isSystemError(error) || error.code !== 'ENOENT') throw writeError(error, path);
    try {
      return join(await realpath(dirname(resolve(path))), basename(path));
    } catch (missing) {
      throw writeError(missing, path);
    }
  }
}

async function statOrNull(path: string): Promise<Awaited<ReturnType<typeof stat>> | null> {
  try {
    return await stat(path);
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return null;
    throw writeError(error, path);
  }
}

async function writeSynced(
  path: string,
  bytes: Uint8Array,
  old: Awaited<ReturnType<typeof stat>> | null,
): Promise<void> {
  const mode = old === null ? 0o666 : Number(old.mode) & 0o7777;
  const handle = await open(path, 'wx', mode);
  try {
    await handle.writeFile(bytes);
    if (old !== null) {
      // The umask may have taken bits away.
      await handle.chmod(mode);
      await keepOwner(path, Number(old.uid), Number(old.gid));
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function keepOwner(path: string, uid: number, gid: number): Promise<void> {
  if (process.getuid === undefined || (process.getuid() === uid && process.getgid?.() === gid)) return;
  try {
    await chown(path, uid, gid);
  } catch (error) {
    // Only root may give files away; then the file belongs to whoever saved it, as with any editor.
    if (!isSystemError(error) || (error.code !== 'EPERM' && error.code !== 'EINVAL')) throw error;
  }
}

async function expectDigest(target: string, path: string, expected: string): Promise<void> {
  let bytes: Uint8Array;
  try {
    ({ bytes } = await readRegularFile(target, path));
  } catch (error) {
    if (error instanceof WatchbookError && error.code === 'not-found') {
      throw new WatchbookError(
        'changed-on-disk',
        `${path} was removed or renamed by another program. Your edits are kept here; saving again writes it anew.`,
      );
    }
    throw error;
  }
  if (digestOf(bytes) === expected) return;
  throw new WatchbookError(
    'changed-on-disk',
    `${path} was changed on disk by another program. Your edits are kept here; choose which version to keep.`,
  );
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
