import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { lstat, readFile } from 'node:fs/promises';
import { WatchbookError } from '../../shared/rpc/errors';
import { writeOwnFile } from './whole-file';

/** Who answers a challenge; part of what is signed, so that no side's answer serves as the other's. */
export type Side = 'engine' | 'client';

/** A fresh challenge: 32 random bytes as hex. */
export function makeNonce(): string {
  return randomBytes(32).toString('hex');
}

/** What proves that a side knows the token, which itself never travels. */
export function prove(token: Buffer, side: Side, clientNonce: string, engineNonce: string): string {
  return createHmac('sha256', token)
    .update(`watchbook ${side}\n${clientNonce}\n${engineNonce}\n`)
    .digest('hex');
}

/** Compares in constant time. */
export function isProof(expected: string, given: string): boolean {
  const a = Buffer.from(expected, 'hex');
  const b = Buffer.from(given, 'hex');
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Makes a new token for this start of the engine, readable by this user alone. */
export async function writeToken(file: string): Promise<Buffer> {
  const token = randomBytes(32);
  await writeOwnFile(file, token.toString('hex'));
  return token;
}

/**
 * Reads the engine's token. A file that others may read, or that is not a plain one, is refused.
 *
 * @throws WatchbookError `not-found` when no engine has written one, `forbidden`
 */
export async function readToken(file: string): Promise<Buffer> {
  const found = await lstat(file).catch((error: NodeJS.ErrnoException) => {
    throw new WatchbookError('not-found', 'No engine runs here.', { retryable: true, cause: error });
  });
  const isOurs = process.platform === 'win32' || found.uid === process.getuid?.();
  const isPrivate = process.platform === 'win32' || (found.mode & 0o077) === 0;
  if (!found.isFile() || !isOurs || !isPrivate) {
    throw new WatchbookError('forbidden', `${file} is not private to this user. Remove it and start again.`);
  }
  const text = await readFile(file, 'utf8');
  if (!/^[0-9a-f]{64}$/.test(text)) {
    throw new WatchbookError('not-found', 'The engine is just starting.', { retryable: true });
  }
  return Buffer.from(text, 'hex');
}
