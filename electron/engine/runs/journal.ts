import { fstatSync } from 'node:fs';
import { mkdir, open, readdir, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject } from '../../../shared/rpc/contract';
import { WatchbookError } from '../../../shared/rpc/errors';
import {
  chainEvents,
  describeFault,
  headOf,
  JOURNAL_FILE,
  readJournal,
  type ChainHead,
  type JournalReading,
  type UnchainedEvent,
} from '../../../shared/runs/chain';
import type { Actor, NewEvent, RunEvent } from '../../../shared/runs/events';
import { isSystemError, readError } from '../notebook/disk-errors';
import { acquireLockFile, type FileLock } from '../notebook/file-lock';
import { syncFolder } from '../whole-file';
import {
  CONTENT_FOLDER,
  placeContent,
  removeContent,
  sha256,
  writeContent,
  type PlaceContent,
  type PlacedContent,
} from './content';
import { readRunFile, recordError } from './run-files';

/** Who drives a run, while somebody does (contract section 2). */
export const LOCK_FILE = '.lock';
/** A journal longer than this is not read, in bytes. */
export const MAX_JOURNAL_BYTES = 1024 * 1024 * 1024;

/** An event, or what makes it when its number is known: that may place texts in content files. */
export type EventDraft = NewEvent | ((place: PlaceContent) => NewEvent);

/** The journal of a run that this engine drives: the one way to write to it. */
export interface RunJournal {
  readonly folder: string;
  /** The last event that is synced; null before the first. What `run.ipynb` keeps. */
  readonly head: ChainHead | null;
  /**
   * Adds an event. Resolves when it and its content files are synced, in the order of the calls; several at once
   * share one sync. Rejects with `disk-full`, `not-writable`, `too-large` or `changed-on-disk`; then nothing of the
   * event is in the record, and the next one can go well.
   */
  append(actor: Actor, draft: EventDraft): Promise<RunEvent>;
  /** Waits for what was added, and gives the run back. */
  close(): Promise<void>;
}

/** What can be put in a system's place. */
export interface JournalOptions {
  /** Who drives; the lock says it to others. */
  readonly driver: string;
  readonly now?: () => Date;
  /** Opens the journal's file for writing; another one in fault tests. */
  readonly openFile?: (path: string, flags: string, mode: number) => Promise<FileHandle>;
}

/** A run's journal as it was found. */
export interface OpenedJournal {
  readonly reading: JournalReading;
  /** Null where the run can only be read here. */
  readonly journal: RunJournal | null;
  /** Why, as a sentence; null where it can be driven. */
  readonly readOnly: string | null;
}

/**
 * Begins the journal of a new run: its folder, the folder of its content files, an empty journal and the lock, all
 * on disk when it resolves. Rejects with `exists`, `disk-full`, `not-writable`.
 */
export async function createJournal(folder: string, options: JournalOptions): Promise<RunJournal> {
  const path = join(folder, JOURNAL_FILE);
  let lock: FileLock | null = null;
  let handle: FileHandle | null = null;
  try {
    await mkdir(join(folder, CONTENT_FOLDER), { recursive: true, mode: 0o700 });
    lock = await lockOf(folder, options);
    handle = await (options.openFile ?? open)(path, 'wx', 0o600);
    const journal = new FileJournal(folder, handle, { length: 0, head: null }, new Set(), lock, options);
    await handle.sync();
    await syncFolder(folder);
    return journal;
  } catch (error) {
    await handle?.close();
    await lock?.release();
    if (isSystemError(error) && error.code === 'EEXIST') {
      throw new WatchbookError('exists', `${folder} holds a run already. Nothing was written.`, {
        cause: error,
      });
    }
    throw recordError(error, 'The run');
  }
}

async function lockOf(folder: string, { driver }: JournalOptions): Promise<FileLock> {
  const { lock, heldBy } = await acquireLockFile(join(folder, LOCK_FILE), driver);
  if (lock === null) throw new WatchbookError('locked', heldBy ?? 'Somebody else drives this run.');
  return lock;
}

/**
 * Reads a run's journal without driving it, and without writing anything.
 *
 * Rejects with `not-found` where there is none, and with `not-readable`.
 */
export async function readRunJournal(folder: string): Promise<JournalReading> {
  const found = await readRunFile(folder, JOURNAL_FILE, MAX_JOURNAL_BYTES);
  switch (found.kind) {
    case 'file':
      return readJournal(found.bytes, sha256);
    case 'missing':
      throw new WatchbookError('not-found', `${folder} is no run: it has no ${JOURNAL_FILE}.`);
    case 'refused':
      throw new WatchbookError('not-readable', `${folder} can not be read as a run: ${found.why}.`);
  }
}

/**
 * Opens a run's journal to go on with it. A torn last line is cut off; `reading.tornBytes` tells.
 *
 * One whose chain is broken, that somebody else drives, or that can not be written is read only. Rejects as
 * {@link readRunJournal}.
 */
export async function openJournal(folder: string, options: JournalOptions): Promise<OpenedJournal> {
  const seen = await readRunJournal(folder);
  const readOnly = (why: string, reading = seen): OpenedJournal => ({
    reading,
    journal: null,
    readOnly: why,
  });
  const [fault] = seen.faults;
  if (fault !== undefined) {
    return readOnly(`${describeFault(fault)} The run can be read, and nothing can be added to it.`);
  }
  let lock: FileLock | null = null;
  let handle: FileHandle | null = null;
  try {
    lock = await lockOf(folder, options);
    // Again: whoever drove it until now may have written meanwhile.
    const reading = await readRunJournal(folder);
    if (reading.faults.length > 0) throw new WatchbookError('changed-on-disk', CHANGED);
    handle = await (options.openFile ?? open)(join(folder, JOURNAL_FILE), 'r+', 0o600);
    if (reading.tornBytes > 0) await handle.truncate(reading.length);
    // A killed engine may have written what it could not sync any more; from here on it is the record.
    await handle.datasync();
    await mkdir(join(folder, CONTENT_FOLDER), { recursive: true, mode: 0o700 });
    const names = new Set(
      (await readdir(join(folder, CONTENT_FOLDER))).map((name) => `${CONTENT_FOLDER}/${name}`),
    );
    const at = { length: reading.length, head: headOf(reading) };
    const journal = new FileJournal(folder, handle, at, names, lock, options);
    return { reading, journal, readOnly: null };
  } catch (error) {
    await handle?.close();
    await lock?.release();
    if (error instanceof WatchbookError && error.code !== 'not-readable') return readOnly(error.message);
    if (!isSystemError(error)) throw readError(error, folder);
    const { message } = recordError(error, 'Going on with the run');
    return readOnly(`${message} Until then it can only be read.`);
  }
}

const CHANGED =
  'The journal of this run was changed by another program. Nothing was added to it. Look at it with “watchbook verify” and open the run again.';

const TOO_LONG =
  'This was not recorded: it is longer than one event may be. Everything recorded before is kept.';

interface Pending {
  readonly at: string;
  readonly actor: Actor;
  readonly draft: EventDraft;
  readonly resolve: (event: RunEvent) => void;
  readonly reject: (error: unknown) => void;
}

/** A class because the file, its end and those who wait are one state. */
class FileJournal implements RunJournal {
  private queue: Pending[] = [];
  private writing: Promise<void> | null = null;
  private isClosed = false;
  /** Bytes behind the last synced line may lie in the file: they are cut off before anything is written. */
  private isTorn = false;

  constructor(
    readonly folder: string,
    private readonly handle: FileHandle,
    private end: { readonly length: number; readonly head: ChainHead | null },
    /** Content files that are there, also those that no event names. */
    private readonly names: Set<string>,
    private readonly lock: FileLock,
    private readonly options: JournalOptions,
  ) {}

  get head(): ChainHead | null {
    return this.end.head;
  }

  append(actor: Actor, draft: EventDraft): Promise<RunEvent> {
    if (this.isClosed) {
      return Promise.reject(
        new WatchbookError('conflict', 'The run was closed. Open it again to go on with it.'),
      );
    }
    const at = (this.options.now?.() ?? new Date()).toISOString();
    return new Promise((resolve, reject) => {
      this.queue.push({ at, actor, draft, resolve, reject });
      this.writing ??= this.writeAll();
    });
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    await this.writing;
    await this.handle.close();
    await this.lock.release();
  }

  /** What comes while a batch is synced goes together into the next one. Never rejects. */
  private async writeAll(): Promise<void> {
    // Those who ask in this very turn share the first sync.
    await Promise.resolve();
    while (this.queue.length > 0) {
      const batch = this.queue;
      this.queue = [];
      await this.writeBatch(batch);
    }
    this.writing = null;
  }

  private async writeBatch(batch: readonly Pending[]): Promise<void> {
    const placed: PlacedContent[] = [];
    const made = this.make(batch, placed);
    const [first, ...rest] = made;
    if (first === undefined) return;
    let isPlaced = false;
    try {
      this.checkFile();
      const lines = chainEvents(this.end.head, [first.event, ...rest.map(({ event }) => event)], sha256);
      if (this.isTorn) await this.cutTorn();
      if (placed.length > 0) await writeContent(this.folder, placed);
      isPlaced = true;
      this.isTorn = true;
      await this.write(lines.bytes);
      await this.handle.datasync();
      this.isTorn = false;
      this.end = { length: this.end.length + lines.bytes.length, head: lines.head };
      for (const { file } of placed) this.names.add(file);
      for (const [index, { pending }] of made.entries()) {
        const { prev: _prev, ...event } = lines.events[index] ?? { prev: null };
        // What was made is one of our events; the chain knows them by their shape alone.
        pending.resolve(event as RunEvent);
      }
    } catch (error) {
      if (error instanceof RangeError) {
        await this.writeOneByOne(made.map(({ pending }) => pending));
        return;
      }
      const problem = recordError(error, made.length === 1 ? 'This event' : 'These events');
      await this.takeBack(isPlaced ? placed : []);
      for (const { pending } of made) pending.reject(problem);
    }
  }

  /** One of them is too long: the others are written all the same. Nothing of the batch is on disk yet. */
  private async writeOneByOne(batch: readonly Pending[]): Promise<void> {
    const [only, ...others] = batch;
    if (others.length > 0) for (const pending of batch) await this.writeBatch([pending]);
    else only?.reject(new WatchbookError('too-large', TOO_LONG));
  }

  /** Makes the events that have a number now. One that can not be made is refused alone. */
  private make(
    batch: readonly Pending[],
    placed: PlacedContent[],
  ): readonly { readonly pending: Pending; readonly event: UnchainedEvent }[] {
    const made: { readonly pending: Pending; readonly event: UnchainedEvent }[] = [];
    for (const pending of batch) {
      const seq = (this.end.head?.seq ?? -1) + 1 + made.length;
      const own: PlacedContent[] = [];
      try {
        const place = placeContent(seq, (name) => this.names.has(name), own);
        const { type, data } = typeof pending.draft === 'function' ? pending.draft(place) : pending.draft;
        const event = { at: pending.at, actor: pending.actor, type, data: data as JsonObject };
        made.push({ pending, event });
        placed.push(...own);
      } catch (error) {
        pending.reject(error);
      }
    }
    return made;
  }

  /** Refuses to go on in a file that was taken away, or that somebody else wrote to. */
  private checkFile(): void {
    // Of an open file the system knows this without the disk: not worth a thread for each event.
    const { nlink, size } = fstatSync(this.handle.fd);
    // Whatever of a failed writing lies behind the end is ours.
    const isOurs = this.isTorn ? size >= this.end.length : size === this.end.length;
    if (nlink === 0 || !isOurs) throw new WatchbookError('changed-on-disk', CHANGED);
  }

  private async cutTorn(): Promise<void> {
    if (!this.isTorn) return;
    await this.handle.truncate(this.end.length);
    this.isTorn = false;
  }

  private async write(bytes: Uint8Array): Promise<void> {
    let done = 0;
    while (done < bytes.length) {
      const place = this.end.length + done;
      const { bytesWritten } = await this.handle.write(bytes, done, bytes.length - done, place);
      done += bytesWritten;
    }
  }

  private async takeBack(placed: readonly PlacedContent[]): Promise<void> {
    try {
      await removeContent(this.folder, placed);
      await this.cutTorn();
    } catch (error) {
      // It is tried again before the next event; until then, what lies behind the end was acknowledged to nobody.
      if (!isSystemError(error)) throw error;
    }
  }
}

/** True for a folder that holds a journal. */
export async function isRunFolder(folder: string): Promise<boolean> {
  try {
    return (await stat(join(folder, JOURNAL_FILE))).isFile();
  } catch (error) {
    if (isSystemError(error)) return false;
    throw error;
  }
}
