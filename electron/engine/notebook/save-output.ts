import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Json } from '../../../shared/rpc/contract';
import type { TextSource } from '../../../shared/notebook/outputs/text-store';
import { WatchbookError } from '../../../shared/rpc/errors';
import { replaceFile } from './notebook-disk';

const LINES_AT_ONCE = 5_000;

/**
 * Writes a text output in full to the file that the person picked. What was there stays until all of it is written.
 *
 * @throws WatchbookError `not-writable`
 */
export async function saveText(text: TextSource, path: string): Promise<void> {
  const beside = `${path}.${randomUUID().slice(0, 8)}.part`;
  try {
    await pipeline(linesOf(text), createWriteStream(beside, { mode: 0o600, flags: 'wx' }));
    await rename(beside, path);
  } catch (error) {
    // What stopped the writing is what the person is told of.
    await rm(beside, { force: true }).catch(() => undefined);
    const message = `The output was not saved to ${path}. It is kept in the notebook.`;
    throw new WatchbookError('not-writable', message, { cause: error });
  }
}

async function* linesOf(text: TextSource): AsyncGenerator<string> {
  for (let from = 0; ;) {
    const { lines, total } = await text.read(from, LINES_AT_ONCE);
    from += lines.length;
    yield lines.map((line) => `${line}\n`).join('');
    if (lines.length === 0 || from >= total) return;
  }
}

/** Writes one value of an output to the file that the person picked: bytes for media, text for the rest. */
export async function saveValue(value: Json, mime: string, path: string): Promise<void> {
  const isBinary = /^(image|audio|video)\//.test(mime) && mime !== 'image/svg+xml';
  const bytes =
    typeof value === 'string'
      ? Buffer.from(value, isBinary ? 'base64' : 'utf8')
      : Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
  await replaceFile(path, bytes, {});
}
