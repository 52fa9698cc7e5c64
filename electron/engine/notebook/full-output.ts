import { createHash } from 'node:crypto';
import { constants, createReadStream, existsSync } from 'node:fs';
import { lstat, mkdir, open, realpath, type FileHandle } from 'node:fs/promises';
import * as path from 'node:path';
import type { Notebook } from '../../../shared/notebook/model';
import type { FullText } from '../../../shared/notebook/outputs/cell-outputs';
import {
  FULL_OUTPUT_PATH,
  fullOutputsOf,
  type FullOutput,
} from '../../../shared/notebook/outputs/full-output';
import type { TextSource } from '../../../shared/notebook/outputs/text-store';
import { WatchbookError } from '../../../shared/rpc/errors';
import { JOURNAL_FILE } from '../../../shared/runs/chain';
import { removeHalfWritten, writeOwnFile } from '../whole-file';
import { isDiskFull } from './disk-errors';
import { LineIndex, readLines, searchLines } from './spool-lines';

const BLOCK = 1_048_576;

/**
 * The folder that `output/` stands for: beside a plain notebook `<file without .ipynb>.output`, in the folder of a run
 * `output` itself.
 */
export function fullOutputFolder(notebook: string): string {
  const folder = path.dirname(notebook);
  if (path.basename(notebook) === 'run.ipynb' && existsSync(path.join(folder, JOURNAL_FILE)))
    return path.join(folder, 'output');
  return `${notebook.replace(/\.ipynb$/i, '')}.output`;
}

/** Where a full text of this notebook lies. Throws `bad-request` for a path that is not `output/<64 hex>.txt`. */
export function fullOutputFile(notebook: string, entryPath: string): string {
  const match = FULL_OUTPUT_PATH.exec(entryPath);
  if (match?.[1] === undefined) {
    throw new WatchbookError(
      'bad-request',
      'The path of a full output is not of the form output/<sha256>.txt.',
    );
  }
  return path.join(fullOutputFolder(notebook), `${match[1]}.txt`);
}

/**
 * Writes the full texts of a notebook beside it. To be done before the notebook is, so that it never names a file
 * that is not there. What is there already is left alone.
 *
 * Rejects with `disk-full` or `not-writable`; and with `conflict` when a text was cleared meanwhile: then ask the
 * outputs again what they keep.
 */
export async function writeFullOutputs(notebook: string, texts: readonly FullText[]): Promise<void> {
  await writeFullTexts(fullOutputFolder(notebook), texts);
}

/** The same for any folder that holds whole texts by their digests. */
export async function writeFullTexts(folder: string, texts: readonly FullText[]): Promise<void> {
  if (texts.length === 0) return;
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw writeProblem(folder, error);
  });
  await checkFolder(folder);
  await removeHalfWritten(folder);
  for (const text of texts) {
    const target = path.join(folder, `${text.entry.sha256}.txt`);
    if (!(await isThere(target, text.entry.bytes))) await writeFull(target, text);
  }
}

async function isThere(file: string, bytes: number): Promise<boolean> {
  const found = await lstat(file).catch(() => null);
  return found !== null && found.isFile() && found.size === bytes;
}

async function writeFull(target: string, { entry, snapshot }: FullText): Promise<void> {
  const blocks = async function* (): AsyncGenerator<Uint8Array> {
    const hash = createHash('sha256');
    for await (const block of snapshot.bytes()) {
      hash.update(block);
      yield block;
    }
    if (hash.digest('hex') !== entry.sha256) throw new WatchbookError('conflict', CLEARED);
  };
  try {
    await writeOwnFile(target, blocks());
  } catch (error) {
    throw writeProblem(target, error);
  }
}

const CLEARED =
  'An output was cleared while it was written. Nothing was replaced. Save again to keep what is there now.';

/** A folder that is a link would lead out of where the notebook lies. */
async function checkFolder(folder: string): Promise<void> {
  const found = await lstat(folder).catch(() => null);
  if (found?.isDirectory() !== true) {
    throw new WatchbookError(
      'forbidden',
      `${folder} is not a folder of its own. Its outputs are not read or written.`,
    );
  }
}

/** A full text beside a notebook, checked, by lines. Close it when done. */
export interface FullOutputFile extends TextSource {
  readonly bytes: number;
  readonly file: string;
  close(): Promise<void>;
}

/**
 * Opens the full text of an entry. Before anything of it is answered, it is checked: a regular file, no link on the
 * way from the notebook's folder, and its digest.
 *
 * Rejects with `not-found`, `forbidden` (a link), `conflict` (another content than when it was written).
 */
export async function openFullOutput(notebook: string, entry: FullOutput): Promise<FullOutputFile> {
  const target = fullOutputFile(notebook, entry.path);
  await lstat(path.dirname(target)).catch(() => {
    throw new WatchbookError(
      'not-found',
      `The full output is not here: ${target}. The notebook has both its ends.`,
    );
  });
  await checkFolder(path.dirname(target));
  const file = await openRegular(target);
  try {
    const folder = await realpath(path.dirname(notebook));
    if ((await realpath(target)) !== path.join(folder, path.relative(path.dirname(notebook), target))) {
      throw new WatchbookError('forbidden', `${target} lies elsewhere, behind a link. It is not read.`);
    }
    const index = new LineIndex();
    const hash = createHash('sha256');
    const block = Buffer.allocUnsafe(BLOCK);
    for (let offset = 0; ;) {
      const { bytesRead } = await file.read(block, 0, BLOCK, offset);
      if (bytesRead === 0) break;
      offset += bytesRead;
      hash.update(block.subarray(0, bytesRead));
      index.add(block.subarray(0, bytesRead));
    }
    if (hash.digest('hex') !== entry.sha256) {
      throw new WatchbookError(
        'conflict',
        `${target} has changed since it was written: its digest differs. It is not shown as this step’s output.`,
      );
    }
    const total = index.lineEnds + (index.endsOpen ? 1 : 0);
    return {
      bytes: index.size,
      file: target,
      read: (from, count) => readLines(file, index, { from, count, total }),
      search: (text, caseSensitive, limit) => searchLines(file, text, caseSensitive, limit),
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function openRegular(target: string): Promise<FileHandle> {
  let file: FileHandle;
  try {
    // Not following a link, and not waiting for the other end of a pipe.
    file = await open(target, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ELOOP') throw new WatchbookError('forbidden', `${target} is a link. It is not read.`);
    if (code === 'ENOENT') {
      throw new WatchbookError(
        'not-found',
        `The full output is not here: ${target}. The notebook has both its ends.`,
      );
    }
    throw new WatchbookError('not-readable', `${target} can not be read (${code ?? 'unknown'}).`, {
      cause: error,
    });
  }
  const found = await file.stat();
  if (found.isFile()) return file;
  await file.close();
  throw new WatchbookError('forbidden', `${target} is not a regular file. It is not read.`);
}

/**
 * Writes the whole texts that a notebook names beside its file: fresh ones, and where it is saved as another file also
 * those that lie beside the one before.
 */
export async function writeTextsOf(
  notebook: Notebook,
  fresh: readonly FullText[],
  from: string,
  target: string,
): Promise<void> {
  await writeFullOutputs(target, fresh);
  if (target === from) return;
  const written = new Set(fresh.map(({ entry }) => entry.sha256));
  const named = notebook.cells.flatMap(({ metadata }) => fullOutputsOf(metadata));
  await copyFullOutputs(
    from,
    target,
    named.filter(({ sha256 }) => !written.has(sha256)),
  );
}

/** Takes full texts along to another notebook (save as, duplicate). Texts that are not there are passed over and answered. */
export async function copyFullOutputs(
  from: string,
  to: string,
  entries: readonly FullOutput[],
): Promise<readonly FullOutput[]> {
  const missing: FullOutput[] = [];
  for (const entry of entries) {
    const source = await openFullOutput(from, entry).catch(() => null);
    if (source === null) {
      missing.push(entry);
      continue;
    }
    await source.close();
    const target = fullOutputFile(to, entry.path);
    if (await isThere(target, entry.bytes)) continue;
    try {
      await mkdir(path.dirname(target), { recursive: true });
      await checkFolder(path.dirname(target));
      await writeOwnFile(target, createReadStream(source.file));
    } catch (error) {
      throw writeProblem(target, error);
    }
  }
  return missing;
}

function writeProblem(target: string, error: unknown): WatchbookError {
  if (error instanceof WatchbookError) return error;
  const full = isDiskFull(error);
  return new WatchbookError(
    full ? 'disk-full' : 'not-writable',
    `The full output could not be written to ${target}${full ? ': the disk is full' : ''}. The notebook was not changed, and the output is kept in the state folder. ${full ? 'Free some space and save again.' : 'Save it elsewhere, or make the folder writable.'}`,
    { retryable: true, detail: error instanceof Error ? error.message : String(error), cause: error },
  );
}
