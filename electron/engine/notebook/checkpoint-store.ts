import { randomBytes } from 'node:crypto';
import { lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { checkpointSchema, type Checkpoint } from '../../../shared/notebook/checkpoint-contract';
import type { Notebook } from '../../../shared/notebook/model';
import { formatNotebook } from '../../../shared/notebook/new-notebook';
import { MAX_NOTEBOOK_BYTES, readNotebook } from '../../../shared/notebook/notebook-file';
import { withoutResults } from '../../../shared/notebook/without-results';
import { instantSchema } from '../../../shared/rpc/contract';
import { WatchbookError } from '../../../shared/rpc/errors';
import { isDiskFull, isSystemError, readError } from './disk-errors';
import { removeHalfWritten, syncFolder, writeOwnFile } from '../whole-file';
import { digestOf } from './notebook-disk';
import { readPlainFile } from './plain-file';

/** So many checkpoints a runbook may have, of which so many were kept by themselves; older ones of those go. */
const MOST = 1_000;
const MOST_BY_ITSELF = 20;
/** More bytes are not kept for one runbook. */
const MOST_BYTES = 512 * 1024 * 1024;
/** What was removed can be put back for so long, in milliseconds. */
const PUT_BACK_MS = 24 * 60 * 60 * 1000;
/** A longer entry was not written here, in bytes. */
const MOST_ENTRY_BYTES = 16 * 1024;

const ENTRY_FILE = /^([0-9a-f]{20})\.json$/;
const CONTENT_FILE = /^([0-9a-f]{64})\.ipynb$/;
const CONTENT = 'content';
/** Milliseconds. */
const YOUNG_MS = 60 * 60 * 1000;

/** The file of one checkpoint: `<id>.json`, which names its notebook by digest. */
const entrySchema = checkpointSchema.extend({
  v: z.literal(1),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number().int().nonnegative(),
  removedAt: instantSchema.nullable(),
});
type Entry = z.infer<typeof entrySchema>;

/** What is to be kept of a runbook. */
export interface ToKeep extends Pick<Checkpoint, 'name' | 'why'> {
  readonly notebook: Pick<Notebook, 'cells' | 'metadata'>;
}

/**
 * The checkpoints of runbooks: `checkpoints/<sha256 of the path>/` in the state folder, a small file for each, their
 * notebooks under `content/` by digest, once for all checkpoints between which nothing changed.
 *
 * A notebook is on disk before the file that names it, so that a checkpoint is there whole or not at all. What lies
 * there and was not written so is counted and never followed: links, wrong digests, foreign names.
 */
export class CheckpointStore {
  /** What writes in the folders goes one after the other; the tail of the line. */
  private line: Promise<unknown> = Promise.resolve();
  /** Folders in which what a killed engine left was looked for. */
  private readonly swept = new Set<string>();

  constructor(
    private readonly stateFolder: string,
    private readonly log: (message: string) => void,
  ) {}

  /** Those of the runbook at this path, the latest first, and how many can not be read. */
  async list(
    path: string,
  ): Promise<{ readonly checkpoints: readonly Checkpoint[]; readonly unreadable: number }> {
    await this.line;
    const { entries, unreadable } = await readEntries(this.folderOf(path));
    return { checkpoints: entries.filter(({ removedAt }) => removedAt === null).map(shown), unreadable };
  }

  /** Rejects with `busy` where no more are kept, `too-large`, `disk-full` or `not-writable`; nothing is kept then. */
  keep(path: string, { notebook, name, why }: ToKeep): Promise<Checkpoint> {
    const bytes = formatNotebook(withoutResults(notebook));
    return this.inLine(async () => {
      const folder = this.folderOf(path);
      const { entries } = await readEntries(folder);
      const sha256 = digestOf(bytes);
      refuseTooMany(entries, sha256, bytes.byteLength);
      const entry: Entry = {
        v: 1,
        id: randomBytes(10).toString('hex'),
        at: new Date().toISOString(),
        name,
        why,
        cells: notebook.cells.length,
        sha256,
        bytes: bytes.byteLength,
        removedAt: null,
      };
      try {
        await makeFolder(folder);
        await writeContent(folder, sha256, bytes);
        await writeEntry(folder, entry);
      } catch (error) {
        throw keepError(error, name);
      }
      await this.clear(folder, tooMany([entry, ...entries]));
      return shown(entry);
    });
  }

  /** Keeps it unless one with the same content is there; for what is kept by itself. */
  async keepOnce(path: string, wanted: ToKeep): Promise<void> {
    await this.line;
    const { entries } = await readEntries(this.folderOf(path));
    const digest = digestOf(formatNotebook(withoutResults(wanted.notebook)));
    if (entries.some(({ sha256, removedAt }) => sha256 === digest && removedAt === null)) return;
    await this.keep(path, wanted);
  }

  /** The notebook of a checkpoint. Rejects with `not-found` or `not-readable`. */
  async read(path: string, id: string): Promise<{ readonly entry: Checkpoint; readonly notebook: Notebook }> {
    await this.line;
    const folder = this.folderOf(path);
    const entry = await entryOf(folder, id);
    const found = await readPlainFile(folder, contentFile(entry.sha256), MAX_NOTEBOOK_BYTES);
    if (found.kind !== 'file' || digestOf(found.bytes) !== entry.sha256) {
      throw new WatchbookError(
        'not-readable',
        'The content of this checkpoint is missing or was changed by another program. Nothing was changed here.',
      );
    }
    return { entry: shown(entry), notebook: readNotebook(found.bytes, 'The checkpoint').notebook };
  }

  rename(path: string, id: string, name: string): Promise<void> {
    return this.change(path, id, (entry) => ({ ...entry, name }));
  }

  /** Takes it from the list; what was removed a day ago or longer goes for good. */
  async remove(path: string, id: string): Promise<void> {
    await this.change(path, id, (entry) => ({ ...entry, removedAt: new Date().toISOString() }));
    await this.inLine(async () => {
      const folder = this.folderOf(path);
      this.swept.delete(folder);
      await this.clear(folder, longRemoved((await readEntries(folder)).entries));
    });
  }

  putBack(path: string, id: string): Promise<void> {
    return this.change(path, id, (entry) => ({ ...entry, removedAt: null }));
  }

  /** The runbook has another name: its checkpoints go with it, beside those that may be there under that name. */
  moved(from: string, to: string): Promise<void> {
    return this.inLine(async () => {
      const [before, after] = [this.folderOf(from), this.folderOf(to)];
      if (!(await isFolder(before))) return;
      if (!(await isThere(after))) {
        await rename(before, after);
        await syncFolder(dirname(after));
        return;
      }
      await makeFolder(after);
      // The notebooks first: an entry is never without its own.
      for (const part of [CONTENT, '']) {
        for (const name of await namesIn(join(before, part))) {
          const isOurs = part === CONTENT ? CONTENT_FILE.test(name) : ENTRY_FILE.test(name);
          if (isOurs) await rename(join(before, part, name), join(after, part, name));
        }
      }
      await syncFolder(after);
      await rm(before, { recursive: true, force: true });
    });
  }

  /** The runbook was saved as another file too: that one has its checkpoints as well, beside those it may have. */
  copied(from: string, to: string): Promise<void> {
    return this.inLine(async () => {
      const [before, after] = [this.folderOf(from), this.folderOf(to)];
      const entries = (await readEntries(before)).entries.filter(({ removedAt }) => removedAt === null);
      if (entries.length === 0) return;
      await makeFolder(after);
      for (const entry of entries) {
        const { sha256 } = entry;
        const there = await readPlainFile(before, contentFile(sha256), MAX_NOTEBOOK_BYTES);
        // What is not whole there would be no checkpoint here either.
        if (there.kind !== 'file' || digestOf(there.bytes) !== sha256) continue;
        await writeContent(after, sha256, there.bytes);
        await writeEntry(after, entry);
      }
    });
  }

  private folderOf(path: string): string {
    return join(this.stateFolder, 'checkpoints', digestOf(Buffer.from(path)));
  }

  /** Removes these for good, and notebooks that none names any more. What can not be removed stays for the next time. */
  private async clear(folder: string, entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0 && this.swept.has(folder)) return;
    this.swept.add(folder);
    try {
      for (const { id } of entries) await rm(join(folder, `${id}.json`), { force: true });
      await sweep(folder);
    } catch (error) {
      this.log(`old checkpoints were not removed from ${folder}: ${String(error)}`);
    }
  }

  private change(path: string, id: string, edit: (entry: Entry) => Entry): Promise<void> {
    return this.inLine(async () => {
      const folder = this.folderOf(path);
      const entry = await entryOf(folder, id);
      try {
        await writeEntry(folder, edit(entry));
      } catch (error) {
        throw changeError(error);
      }
    });
  }

  private inLine<T>(work: () => Promise<T>): Promise<T> {
    const next = this.line.then(work);
    // The next in line goes on whatever happened before; who asked for this is told of its failure.
    this.line = next.catch(() => undefined);
    return next;
  }
}

function shown({ id, at, name, why, cells }: Entry): Checkpoint {
  return { id, at, name, why, cells };
}

function contentFile(sha256: string): string {
  return `${CONTENT}/${sha256}.ipynb`;
}

async function readEntries(
  folder: string,
): Promise<{ readonly entries: readonly Entry[]; readonly unreadable: number }> {
  if (!(await isFolder(folder))) return { entries: [], unreadable: 0 };
  const names = (await namesIn(folder)).filter((name) => ENTRY_FILE.test(name));
  const entries: Entry[] = [];
  // Whoever puts more there than is ever kept gets no more of it read.
  for (const name of names.slice(0, 2 * MOST)) {
    const entry = await readEntry(folder, name);
    if (entry !== null) entries.push(entry);
  }
  const latest = entries.toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : a.id < b.id ? 1 : -1));
  return { entries: latest, unreadable: names.length - entries.length };
}

/** Null for what was not written here, or is not whole. */
async function readEntry(folder: string, name: string): Promise<Entry | null> {
  const found = await readPlainFile(folder, name, MOST_ENTRY_BYTES).catch((error: unknown) => {
    // Counted as one that can not be read.
    if (error instanceof WatchbookError && error.code === 'not-readable') return null;
    throw error;
  });
  if (found?.kind !== 'file') return null;
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(found.bytes).toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  const parsed = entrySchema.safeParse(value);
  return parsed.success && `${parsed.data.id}.json` === name ? parsed.data : null;
}

async function entryOf(folder: string, id: string): Promise<Entry> {
  const entry = (await isFolder(folder)) ? await readEntry(folder, `${id}.json`) : null;
  if (entry === null) {
    throw new WatchbookError('not-found', 'That checkpoint is not there any more. Nothing was changed.');
  }
  return entry;
}

function refuseTooMany(entries: readonly Entry[], sha256: string, bytes: number): void {
  const kept = entries.filter(({ removedAt }) => removedAt === null);
  if (kept.length >= MOST) {
    throw new WatchbookError(
      'busy',
      `This runbook has ${MOST} checkpoints, and no more are kept. Remove some and keep this one then.`,
    );
  }
  const sizes = new Map(entries.map((entry) => [entry.sha256, entry.bytes]));
  sizes.set(sha256, bytes);
  if ([...sizes.values()].reduce((sum, size) => sum + size, 0) <= MOST_BYTES) return;
  throw new WatchbookError(
    'too-large',
    `The checkpoints of this runbook would take more than ${MOST_BYTES / 1_048_576} MiB. This one was not kept; remove some first.`,
  );
}

async function makeFolder(folder: string): Promise<void> {
  if ((await isThere(folder)) && !(await isFolder(folder))) {
    throw new WatchbookError(
      'not-writable',
      `${folder} is no folder of its own. No checkpoint is kept there; move it away and try again.`,
    );
  }
  await mkdir(join(folder, CONTENT), { recursive: true, mode: 0o700 });
  if (!(await isFolder(join(folder, CONTENT)))) {
    throw new WatchbookError(
      'not-writable',
      `${join(folder, CONTENT)} is no folder of its own. No checkpoint is kept there; move it away and try again.`,
    );
  }
}

async function writeContent(folder: string, sha256: string, bytes: Uint8Array): Promise<void> {
  const there = await readPlainFile(folder, contentFile(sha256), MAX_NOTEBOOK_BYTES);
  if (there.kind === 'file' && digestOf(there.bytes) === sha256) return;
  await writeOwnFile(join(folder, CONTENT, `${sha256}.ipynb`), bytes);
}

async function writeEntry(folder: string, entry: Entry): Promise<void> {
  await writeOwnFile(join(folder, `${entry.id}.json`), `${JSON.stringify(entry)}\n`);
}

/** Of those kept by themselves the oldest. */
function tooMany(entries: readonly Entry[]): readonly Entry[] {
  return entries.filter(({ why, removedAt }) => why !== 'person' && removedAt === null).slice(MOST_BY_ITSELF);
}

function longRemoved(entries: readonly Entry[]): readonly Entry[] {
  const before = new Date(Date.now() - PUT_BACK_MS).toISOString();
  return entries.filter(({ removedAt }) => removedAt !== null && removedAt < before);
}

/** Removes notebooks that no checkpoint names, and what a killed engine left half written. */
async function sweep(folder: string): Promise<void> {
  const { entries, unreadable } = await readEntries(folder);
  const named = new Set(entries.map(({ sha256 }) => sha256));
  await removeHalfWritten(folder);
  if (!(await isFolder(join(folder, CONTENT)))) return;
  await removeHalfWritten(join(folder, CONTENT));
  // One that can not be read now may name any notebook.
  if (unreadable > 0) return;
  for (const name of await namesIn(join(folder, CONTENT))) {
    const digest = CONTENT_FILE.exec(name)?.[1];
    if (digest !== undefined && !named.has(digest)) await removeOld(join(folder, CONTENT, name));
  }
}

/** A young file may be one that another engine is about to name. */
async function removeOld(path: string): Promise<void> {
  const { mtimeMs } = await lstat(path);
  if (Date.now() - mtimeMs > YOUNG_MS) await rm(path, { force: true });
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isSystemError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return [];
    throw readError(error, folder);
  }
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    (error: unknown) => {
      if (isSystemError(error) && error.code === 'ENOENT') return false;
      throw error;
    },
  );
}

/** A folder and no link to one: a link would lead to files that are not ours to touch. */
async function isFolder(path: string): Promise<boolean> {
  return lstat(path).then(
    (found) => found.isDirectory(),
    (error: unknown) => {
      if (isSystemError(error) && error.code === 'ENOENT') return false;
      throw error;
    },
  );
}

function keepError(error: unknown, name: string | null): WatchbookError {
  if (error instanceof WatchbookError) return error;
  const what = name === null ? 'The checkpoint' : `The checkpoint “${name}”`;
  const kept = 'Your edits and the checkpoints before it are as they were.';
  const options = { cause: error, retryable: true };
  return isDiskFull(error)
    ? new WatchbookError(
        'disk-full',
        `${what} was not kept: the disk of Watchbook’s own folder is full. ${kept} Free some space and keep it again.`,
        options,
      )
    : new WatchbookError(
        'not-writable',
        `${what} was not kept: Watchbook’s own folder can not be written${reason(error)}. ${kept} Make it writable and keep it again.`,
        options,
      );
}

function changeError(error: unknown): WatchbookError {
  const full = isDiskFull(error);
  return new WatchbookError(
    full ? 'disk-full' : 'not-writable',
    `The checkpoint is as it was: ${full ? 'the disk of Watchbook’s own folder is full' : `Watchbook’s own folder can not be written${reason(error)}`}. ${full ? 'Free some space' : 'Make it writable'} and try again.`,
    { cause: error, retryable: true },
  );
}

function reason(error: unknown): string {
  return isSystemError(error) ? ` (${error.code ?? 'unknown'})` : '';
}
