import type { Json } from '../../../shared/rpc/contract';
import type { TextSource } from '../../../shared/notebook/outputs/text-store';
import { WatchbookError } from '../../../shared/rpc/errors';
import { writePersonsFile } from '../whole-file';
import { isDiskFull } from './disk-errors';
import { replaceFile } from './notebook-disk';

const LINES_AT_ONCE = 5_000;

/**
 * Writes a text output in full to the file that the person picked. What was there stays until all of it is written.
 *
 * @throws WatchbookError `disk-full` or `not-writable`
 */
export async function saveText(text: TextSource, path: string): Promise<void> {
  try {
    await writePersonsFile(path, linesOf(text), 0o600);
  } catch (error) {
    const isFull = isDiskFull(error);
    throw new WatchbookError(
      isFull ? 'disk-full' : 'not-writable',
      `The output was not saved to ${path}${isFull ? ': the disk is full' : ''}. It is kept in the notebook. ${isFull ? 'Free some space, or choose another place.' : 'Choose another place, or make the folder writable.'}`,
      { cause: error },
    );
  }
}

async function* linesOf(text: TextSource): AsyncGenerator<Uint8Array> {
  for (let from = 0; ;) {
    const { lines, total } = await text.read(from, LINES_AT_ONCE);
    from += lines.length;
    yield Buffer.from(lines.map((line) => `${line}\n`).join(''));
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
