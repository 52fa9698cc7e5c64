import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, open, realpath, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import {
  MAX_NOTEBOOK_BYTES,
  readNotebook,
  refuseTooLarge,
  type NotebookFile,
} from '../../../shared/notebook/notebook-file';
import { WatchbookError } from '../../../shared/rpc/errors';
import { putFile, regularFile, targetOf } from '../whole-file';
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
 * A symbolic link stays one, and its target is replaced; mode and (where allowed) owner are kept. Rejects with `disk-full`, `not-writable`, `changed-on-disk` or `exists`; the original
 * is as it was then, and nothing is left beside it.
 */
export async function replaceFile(
  path: string,
  bytes: Uint8Array,
  options: ReplaceOptions = {},
): Promise<{ readonly digest: string }> {
  try {
    const target = await targetOf(path);
    const old = await regularFile(target, path);
    if (old !== null && options.mustNotExist === true) throw exists(path);
    const check = async (): Promise<void> => {
      if (options.expectedDigest !== undefined) await expectDigest(target, path, options.expectedDigest);
      if (options.mustNotExist === true && (await regularFile(target, path)) !== null) throw exists(path);
    };
    await putFile(target, bytes, { mode: 0o666, old, check });
  } catch (error) {
    throw writeError(error, path);
  }
  return { digest: digestOf(bytes) };
}

function exists(path: string): WatchbookError {
  return new WatchbookError(
    'exists',
    `${path} exists already. Nothing was written; choose another name or overwrite it.`,
  );
}

/** Rejects with `exists` when there is something under this name. */
export async function refuseTaken(path: string): Promise<void> {
  try {
    await stat(path);
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return;
    throw writeError(error, path);
  }
  throw exists(path);
}

/** Where a link points; of a file that is not there yet, where it would be. Rejects with `not-writable`. */
export async function realTarget(path: string): Promise<string> {
  try {
    return await targetOf(path);
  } catch (error) {
    throw writeError(error, path);
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
