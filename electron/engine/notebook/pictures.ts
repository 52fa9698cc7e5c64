import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { WatchbookError } from '../../../shared/rpc/errors';
import { quoted } from '../../../shared/rpc/quoted';
import { findInLibrary } from './library-path';

const MAX_PICTURE_BYTES = 20 * 1024 * 1024;
const REMOTE_TIMEOUT_MS = 15_000;

/** The picture's type by its first bytes; the name and the server's word do not count. Null: not a picture we draw. */
export function pictureType(bytes: Uint8Array): string | null {
  const text = (from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to));
  if (bytes[0] === 0x89 && text(1, 4) === 'PNG') return 'image/png';
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'image/jpeg';
  if (text(0, 6) === 'GIF87a' || text(0, 6) === 'GIF89a') return 'image/gif';
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WEBP') return 'image/webp';
  const head = new TextDecoder().decode(bytes.subarray(0, 1024)).replace(/^\ufeff/, '');
  if (/^\s*(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)*(<!DOCTYPE svg[^>]*>\s*)?<svg[\s>]/i.test(head)) {
    return 'image/svg+xml';
  }
  return null;
}

/**
 * Reads a picture that a notebook names by a relative path, as a data URL.
 *
 * After all links are resolved it must lie in the library or the notebook's folder; regular files only.
 *
 * @throws WatchbookError `forbidden` outside of these, `not-found`, `too-large`, `unsupported-format`
 */
export async function readPicture(source: string, notebookPath: string, library: string): Promise<string> {
  const refused = (reason: string): WatchbookError =>
    new WatchbookError('forbidden', `The picture ${quoted(source)} is not shown: ${reason}.`);
  const found = await findInLibrary(source, notebookPath, library, {
    refused,
    missing: (cause) =>
      new WatchbookError('not-found', `The picture ${quoted(source)} is not there.`, { cause }),
  });
  // A socket can not be opened at all, and a file may not be ours to read.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(found, flags).catch((error: NodeJS.ErrnoException) => {
    throw refused(`it can not be read (${error.code ?? error.message})`);
  });
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw refused('it is not a regular file');
    if (stat.size > MAX_PICTURE_BYTES) throw tooLarge(source);
    return toDataUrl(await file.readFile(), source);
  } finally {
    await file.close();
  }
}

/**
 * Fetches a remote picture after a person asked for it, without cookies or a referrer.
 *
 * @throws WatchbookError `forbidden` for anything but http and https, `timeout`, `not-found`, `too-large`
 */
export async function fetchPicture(url: string): Promise<string> {
  const { protocol, host } = new URL(url);
  if (protocol !== 'https:' && protocol !== 'http:') {
    throw new WatchbookError('forbidden', `Pictures are loaded by http and https only, not ${protocol}`);
  }
  const unreachable = (cause: unknown): WatchbookError =>
    new WatchbookError(
      'not-found',
      `The picture at ${host} could not be loaded. The notebook is not changed.`,
      {
        retryable: true,
        cause,
      },
    );
  const response = await fetch(url, {
    redirect: 'follow',
    referrerPolicy: 'no-referrer',
    credentials: 'omit',
    signal: AbortSignal.timeout(REMOTE_TIMEOUT_MS),
  }).catch((error: unknown) => {
    throw unreachable(error);
  });
  if (!response.ok || response.body === null) throw unreachable(new Error(`status ${response.status}`));
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > MAX_PICTURE_BYTES) throw tooLarge(url);
    chunks.push(chunk);
  }
  return toDataUrl(Buffer.concat(chunks), url);
}

function toDataUrl(bytes: Buffer, source: string): string {
  const type = pictureType(bytes);
  if (type === null) {
    throw new WatchbookError(
      'unsupported-format',
      `${quoted(source)} is not a picture Watchbook draws: PNG, JPEG, GIF, WebP or SVG.`,
    );
  }
  return `data:${type};base64,${bytes.toString('base64')}`;
}

function tooLarge(source: string): WatchbookError {
  return new WatchbookError('too-large', `The picture ${quoted(source)} is larger than 20 MB.`);
}
