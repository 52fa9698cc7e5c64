import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { WatchbookError } from '../../../shared/rpc/errors';
import { readError } from '../notebook/disk-errors';

/**
 * The text of a regular file. `after` ends what is said where it is not read: what was not done, or can be.
 *
 * @throws WatchbookError `not-readable` for what is no text in UTF-8, `too-large`, or as reading fails
 */
export async function readTextFile(path: string, mostBytes: number, after: string): Promise<string> {
  try {
    // A pipe without a writer would keep us waiting.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const found = await file.stat();
      if (!found.isFile())
        throw new WatchbookError('not-readable', `${path} is not a regular file. ${after}`);
      if (found.size > mostBytes) {
        const most = `${mostBytes / 1024 / 1024} MiB`;
        throw new WatchbookError('too-large', `${path} is larger than ${most}. ${after}`);
      }
      return new TextDecoder('utf-8', { fatal: true }).decode(await file.readFile());
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof TypeError)
      throw new WatchbookError('not-readable', `${path} is not text in UTF-8. ${after}`, { cause: error });
    throw readError(error, path);
  }
}
