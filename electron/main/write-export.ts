import { basename } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { WatchbookError } from '../../shared/rpc/errors';

/**
 * Writes a file whole or not at all.
 *
 * @throws WatchbookError `disk-full` or `not-writable`; what was there before is kept
 */
export async function writeExport(path: string, content: string | Buffer): Promise<void> {
  try {
    await writeFileAtomic(path, content);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    const isFull = code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG';
    throw new WatchbookError(
      isFull ? 'disk-full' : 'not-writable',
      isFull
        ? `${basename(path)} was not written: the disk is full. The notebook is kept as it is. Free some space, or choose another place.`
        : `${basename(path)} was not written (${code}). The notebook is kept as it is. Choose another place, or make the folder writable.`,
      { cause: error },
    );
  }
}
