import { constants, type Stats } from 'node:fs';
import { lstat, open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { isSystemError, readError } from './disk-errors';

/** What lies at a name in a folder that may come from anywhere: nothing but plain files is read there. */
export type PlainFile =
  | { readonly kind: 'file'; readonly bytes: Uint8Array }
  | { readonly kind: 'missing' }
  /** A link, a folder, a device, a pipe; or longer than such a file can be. */
  | { readonly kind: 'refused'; readonly why: string };

/**
 * Reads one file of such a folder: a regular file, with no link on the way from the folder, and no longer than
 * `limitBytes`. `name` is relative, of names without `..`, as the schemas of what names it allow.
 *
 * Rejects with `not-readable` where the system refuses it.
 */
export async function readPlainFile(folder: string, name: string, limitBytes: number): Promise<PlainFile> {
  const parts = name.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..' || /[\\\0:]/.test(part))) {
    return { kind: 'refused', why: `${name} is no name in this folder` };
  }
  for (let depth = 1; depth < parts.length; depth += 1) {
    const above = await lstatOrNull(join(folder, ...parts.slice(0, depth)));
    if (above === null) return { kind: 'missing' };
    if (!above.isDirectory())
      return { kind: 'refused', why: `${parts.slice(0, depth).join('/')} is no folder` };
  }
  let handle: FileHandle;
  try {
    // Not following a link, and not waiting for the other end of a pipe.
    const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
    handle = await open(join(folder, ...parts), O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return { kind: 'missing' };
    if (isSystemError(error) && error.code === 'ELOOP') return { kind: 'refused', why: `${name} is a link` };
    if (isSystemError(error) && error.code === 'ENXIO') return notRegular(name);
    throw readError(error, join(folder, name));
  }
  try {
    const info = await handle.stat();
    if (!info.isFile()) return notRegular(name);
    if (info.size > limitBytes) return tooLong(name, limitBytes);
    const bytes = await readWhole(handle, info.size, limitBytes);
    return bytes === null ? tooLong(name, limitBytes) : { kind: 'file', bytes };
  } catch (error) {
    throw readError(error, join(folder, name));
  } finally {
    await handle.close();
  }
}

function notRegular(name: string): PlainFile {
  return { kind: 'refused', why: `${name} is no regular file` };
}

function tooLong(name: string, limitBytes: number): PlainFile {
  return { kind: 'refused', why: `${name} is longer than ${limitBytes} bytes` };
}

/** Null when it grew over the limit while it was read. */
async function readWhole(handle: FileHandle, size: number, limitBytes: number): Promise<Uint8Array | null> {
  let buffer = Buffer.allocUnsafe(size + 1);
  let length = 0;
  for (;;) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
    if (bytesRead === 0) return buffer.subarray(0, length);
    length += bytesRead;
    if (length > limitBytes) return null;
    if (length === buffer.length) buffer = Buffer.concat([buffer], Math.max(length * 2, 65_536));
  }
}

async function lstatOrNull(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch (error) {
    if (isSystemError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return null;
    throw readError(error, path);
  }
}
