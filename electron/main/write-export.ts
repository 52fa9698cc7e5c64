import { basename } from 'node:path';
import { WatchbookError } from '../../shared/rpc/errors';
import { isDiskFull, isSystemError } from '../engine/notebook/disk-errors';
import { writePersonsFile } from '../engine/whole-file';

/**
 * Writes a file whole or not at all.
 *
 * @throws WatchbookError `disk-full` or `not-writable`; what was there before is kept
 */
export async function writeExport(path: string, content: string | Buffer): Promise<void> {
  try {
    await writePersonsFile(path, content);
  } catch (error) {
    if (error instanceof WatchbookError) throw error;
    const isFull = isDiskFull(error);
    const code = isSystemError(error) ? (error.code ?? 'unknown') : 'unknown';
    throw new WatchbookError(
      isFull ? 'disk-full' : 'not-writable',
      isFull
        ? `${basename(path)} was not written: the disk is full. The notebook is kept as it is. Free some space, or choose another place.`
        : `${basename(path)} was not written (${code}). The notebook is kept as it is. Choose another place, or make the folder writable.`,
      { cause: error },
    );
  }
}
