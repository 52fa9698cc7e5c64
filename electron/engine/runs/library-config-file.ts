import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { partsBelow } from '../../../shared/library/inside';
import { WatchbookError } from '../../../shared/rpc/errors';
import type { ConfigEdit } from '../../../shared/runs/config-contract';
import { editConfig } from '../../../shared/runs/environments/edit-config';
import { LIBRARY_CONFIG_FILE } from '../../../shared/runs/environments/library-config';
import { readLibraryConfig } from '../../../shared/runs/environments/read-library-config';
import { readSmallFile } from '../git/find-repository';
import { isDiskFull, isSystemError } from '../notebook/disk-errors';
import { writePersonsFile } from '../whole-file';

/** What was read of a `watchbook.json`. */
export type ConfigText =
  | { readonly kind: 'none' }
  | { readonly kind: 'text'; readonly text: string; readonly digest: string }
  /** `reason` is a sentence. */
  | { readonly kind: 'refused'; readonly reason: string };

/** Reads the file of a library. One that is a link to elsewhere, no file, or too large is refused. */
export async function readConfigText(library: string): Promise<ConfigText> {
  const file = join(library, LIBRARY_CONFIG_FILE);
  let real: string;
  try {
    real = await realpath(file);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (error.code === 'ENOENT') return { kind: 'none' };
    return { kind: 'refused', reason: `The file can not be read (${error.code ?? 'unknown'}).` };
  }
  if (partsBelow(library, dirname(real), sep) === null)
    return { kind: 'refused', reason: 'The file is a link that leads out of the library. It was not read.' };
  const bytes = await readSmallFile(real);
  if (bytes === null)
    return { kind: 'refused', reason: 'The file can not be read, is no file, or is larger than 1 MiB.' };
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // Not UTF-8: what stands there can not be told for sure.
    return { kind: 'refused', reason: 'The file is not UTF-8. It was not read.' };
  }
  return { kind: 'text', text, digest: createHash('sha256').update(bytes).digest('hex') };
}

/**
 * Changes the file of a library in place. `made`: the digest of the text that the changes were made on; null where
 * there was no file. Rejects with `conflict`, `bad-request`, `not-writable` or `disk-full`; nothing was written then.
 */
export async function changeConfigText(
  library: string,
  made: string | null,
  edits: readonly ConfigEdit[],
): Promise<void> {
  const file = join(library, LIBRARY_CONFIG_FILE);
  const before = await readConfigText(library);
  if (before.kind === 'refused')
    throw new WatchbookError('not-writable', `${file} was not changed. ${before.reason}`);
  if ((before.kind === 'none' ? null : before.digest) !== made)
    throw new WatchbookError(
      'conflict',
      `${file} was changed by somebody else meanwhile. Nothing was written; what it says now is shown.`,
      { retryable: true },
    );
  const text = before.kind === 'none' ? '' : before.text;
  const edited = editConfig(text, edits);
  if (edited === null)
    throw new WatchbookError(
      'conflict',
      `${file} has a mistake in it that keeps it from being changed here. Open it as text, mend it, and save again.`,
    );
  const fault = readLibraryConfig(edited).findings.find(({ severity }) => severity === 'fault');
  const hadFault = text !== '' && readLibraryConfig(text).config === null;
  if (fault !== undefined && !hadFault)
    throw new WatchbookError('bad-request', `Nothing was written. ${fault.message}`);
  await writePersonsFile(file, edited).catch((error: unknown) => {
    const isFull = isDiskFull(error);
    throw new WatchbookError(
      isFull ? 'disk-full' : 'not-writable',
      isFull
        ? `${file} was not saved: the disk is full. The file is as it was; free some space and save again.`
        : `${file} was not saved (${isSystemError(error) ? (error.code ?? 'unknown') : 'unknown'}). The file is as it was; check it and save again.`,
      { retryable: true, cause: error },
    );
  });
}
