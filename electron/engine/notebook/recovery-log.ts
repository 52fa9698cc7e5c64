import { createHash } from 'node:crypto';
import { mkdir, open, readFile, realpath, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import * as z from 'zod';
import { instantSchema, type Json } from '../../../shared/rpc/contract';
import { writeOwnFile } from '../whole-file';
import { isSystemError, writeError } from './disk-errors';

/** What a recovery log stands on; its first line. */
export const recoveryHeaderSchema = z.object({
  v: z.literal(1),
  path: z.string(),
  /** SHA-256 of the file as it was read or written last, hex. */
  digest: z.string(),
  at: instantSchema,
});
export type RecoveryHeader = z.infer<typeof recoveryHeaderSchema>;

/** What was found in a log on opening it. */
export interface FoundRecoveryLog {
  readonly header: RecoveryHeader;
  /** In the order in which they were written; what they are is the writer's business. */
  readonly records: readonly Json[];
  /** Bytes of a line that was cut off by a crash; 0 when there was none. */
  readonly tornBytes: number;
}

/** The log of one document. */
export interface RecoveryLog {
  /** Where it lies; for messages. */
  readonly file: string;
  /** Bytes in the log, with those that are still on their way. */
  readonly size: number;
  /**
   * Adds one record. It is on disk within a second, or at once with `flush`. What can not be written is kept in memory
   * and tried again each second.
   */
  append(record: Json): void;
  /** Resolves when everything appended before is on disk. Rejects with `disk-full` or `not-writable`. */
  flush(): Promise<void>;
  /**
   * Begins anew on another base, with these records first (compaction). The old log is replaced whole or not at all;
   * what is appended from this call on follows the new one. Rejects as `flush` does, and then is tried again too.
   */
  restart(base: RecoveryBase, records?: readonly Json[]): Promise<void>;
  /** Removes the log: the file is saved, or the edits were given up. A later `restart` begins a new one. */
  drop(): Promise<void>;
  /** Flushes and closes, and leaves the log where it is; one without records is removed. */
  close(): Promise<void>;
  /** Called with what went wrong when a writing fails, and with null when it goes well again. */
  onProblem(listener: (problem: Error | null) => void): void;
}

/** The file a log stands on. */
export interface RecoveryBase {
  readonly path: string;
  /** SHA-256 of its bytes, hex. */
  readonly digest: string;
}

/** The longest time a record waits before it is synced, in milliseconds. */
const SYNC_AFTER_MS = 500;
/** After a failure. Milliseconds. */
const RETRY_MS = 1_000;
/** More than this waiting is written at once, in bytes. */
const WRITE_AT_BYTES = 1024 * 1024;

/** The file of a document's log; one file has one log, whatever links lead to it. */
export async function recoveryFile(stateFolder: string, path: string): Promise<string> {
  let real: string;
  try {
    real = await realpath(path);
  } catch (error) {
    if (!isSystemError(error) || error.code !== 'ENOENT') throw error;
    real = resolve(path);
  }
  return join(stateFolder, 'recovery', `${createHash('sha256').update(real).digest('hex')}.jsonl`);
}

/**
 * Opens the recovery log of a document and reads what an earlier session left in it.
 *
 * A torn last line, which a crash leaves, is cut off; what can not be understood after the header ends the reading there.
 * `found` is null where there is no log, or one without a readable header, which is set aside under `.damaged`.
 */
export async function openRecovery(
  stateFolder: string,
  path: string,
): Promise<{ readonly log: RecoveryLog; readonly found: FoundRecoveryLog | null }> {
  const file = await recoveryFile(stateFolder, path);
  const content = await readOrNull(file);
  if (content === null) return { log: new AppendedLog(file, 0, false), found: null };
  const read = readLog(content);
  if (read === null) {
    await rename(file, `${file}.damaged`);
    return { log: new AppendedLog(file, 0, false), found: null };
  }
  if (read.length < content.length) await cut(file, read.length);
  const found = { header: read.header, records: read.records, tornBytes: content.length - read.length };
  return { log: new AppendedLog(file, read.length, read.records.length > 0), found };
}

async function readOrNull(file: string): Promise<Buffer | null> {
  try {
    return await readFile(file);
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return null;
    throw error;
  }
}

async function cut(file: string, length: number): Promise<void> {
  const handle = await open(file, 'r+');
  try {
    await handle.truncate(length);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

interface ReadLog {
  readonly header: RecoveryHeader;
  readonly records: readonly Json[];
  /** Bytes up to the end of the last good line. */
  readonly length: number;
}

/** Line by line, so that a log larger than the longest string can be read. */
function readLog(content: Buffer): ReadLog | null {
  let header: RecoveryHeader | null = null;
  const records: Json[] = [];
  let start = 0;
  for (;;) {
    const end = content.indexOf(0x0a, start);
    if (end === -1) break;
    const value = parseLine(content.subarray(start, end));
    if (value === undefined) break;
    if (header === null) {
      const parsed = recoveryHeaderSchema.safeParse(value);
      if (!parsed.success) return null;
      header = parsed.data;
    } else {
      records.push(value);
    }
    start = end + 1;
  }
  return header === null ? null : { header, records, length: start };
}

/** Undefined for a line that is no JSON: a crash may leave zeros where data never reached the disk. */
function parseLine(line: Buffer): Json | undefined {
  try {
    return JSON.parse(line.toString('utf8')) as Json;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** A class because the handle, what waits and the order of writings are one state. */
class AppendedLog implements RecoveryLog {
  private handle: FileHandle | null = null;
  private waiting: Buffer[] = [];
  private waitingBytes = 0;
  private timer: NodeJS.Timeout | null = null;
  /** Writings follow one another; the tail of the line. */
  private tail: Promise<void> = Promise.resolve();
  /** A log that is to be begun and is not yet. */
  private beginning: { readonly base: RecoveryBase; readonly records: readonly Json[] } | null = null;
  /** Counts restarts and drops: what was under way before one belongs to a log that is no more. */
  private generation = 0;
  private hasProblem = false;
  private listener: (problem: Error | null) => void = () => undefined;
  private isClosed = false;

  constructor(
    readonly file: string,
    private written: number,
    private hasRecords: boolean,
  ) {}

  get size(): number {
    return this.written + this.waitingBytes;
  }

  onProblem(listener: (problem: Error | null) => void): void {
    this.listener = listener;
  }

  append(record: Json): void {
    if (this.isClosed) return;
    const line = Buffer.from(`${JSON.stringify(record)}\n`, 'utf8');
    this.waiting.push(line);
    this.waitingBytes += line.length;
    this.hasRecords = true;
    if (this.waitingBytes >= WRITE_AT_BYTES && !this.hasProblem) this.inBackground();
    else this.schedule();
  }

  flush(): Promise<void> {
    this.stopTimer();
    return this.inLine(() => this.write());
  }

  restart(base: RecoveryBase, records: readonly Json[] = []): Promise<void> {
    this.stopTimer();
    this.waiting = [];
    this.waitingBytes = 0;
    this.isClosed = false;
    this.hasRecords = records.length > 0;
    this.beginning = { base, records };
    this.generation += 1;
    return this.inLine(() => this.write());
  }

  drop(): Promise<void> {
    this.stopTimer();
    this.waiting = [];
    this.waitingBytes = 0;
    this.beginning = null;
    this.generation += 1;
    this.hasRecords = false;
    return this.inLine(async () => {
      await this.closeHandle();
      await rm(this.file, { force: true });
      this.written = 0;
    });
  }

  async close(): Promise<void> {
    if (!this.hasRecords) {
      await this.drop();
      this.isClosed = true;
      return;
    }
    try {
      await this.flush();
    } finally {
      this.isClosed = true;
      await this.inLine(() => this.closeHandle());
    }
  }

  /** Written beside and renamed, so that a crash leaves either the old log or the new one. */
  private async begin(base: RecoveryBase, records: readonly Json[]): Promise<void> {
    await this.closeHandle();
    const header: RecoveryHeader = { v: 1, ...base, at: new Date().toISOString() };
    let bytes = 0;
    const lines = function* (): Generator<Uint8Array> {
      for (const line of [header, ...records]) {
        const text = Buffer.from(`${JSON.stringify(line)}\n`, 'utf8');
        bytes += text.length;
        yield text;
      }
    };
    await mkdir(dirname(this.file), { recursive: true, mode: 0o700 });
    await writeOwnFile(this.file, lines());
    this.written = bytes;
  }

  private inLine(work: () => Promise<void>): Promise<void> {
    const done = this.tail.then(work);
    // The next in line goes on whatever happened before; the failure itself goes to who asked for this work.
    this.tail = done.catch(() => undefined);
    return done;
  }

  private inBackground(): void {
    this.stopTimer();
    // Told to the listener, and tried again.
    this.inLine(() => this.write()).catch(() => undefined);
  }

  private schedule(): void {
    this.timer ??= setTimeout(() => this.inBackground(), this.hasProblem ? RETRY_MS : SYNC_AFTER_MS);
  }

  private stopTimer(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private async write(): Promise<void> {
    try {
      const { beginning } = this;
      if (beginning !== null) {
        await this.begin(beginning.base, beginning.records);
        if (this.beginning === beginning) this.beginning = null;
      }
      await this.writeWaiting();
    } catch (error) {
      const problem = writeError(error, this.file);
      this.hasProblem = true;
      this.listener(problem);
      const isOwing = this.waiting.length > 0 || this.beginning !== null;
      if (isOwing && !this.isClosed) this.schedule();
      throw problem;
    }
    if (!this.hasProblem) return;
    this.hasProblem = false;
    this.listener(null);
  }

  private async writeWaiting(): Promise<void> {
    // A log that is begun anew meanwhile has its own; what waits then belongs to it.
    if (this.waiting.length === 0 || this.beginning !== null) return;
    const batch = Buffer.concat(this.waiting);
    const { generation } = this;
    this.waiting = [];
    this.waitingBytes = 0;
    try {
      this.handle ??= await open(this.file, 'r+');
      await this.writeAll(this.handle, batch);
      await this.handle.datasync();
      this.written += batch.length;
    } catch (error) {
      // Kept for the next try; written at the same place, so that half a batch is never followed by a whole one.
      if (this.generation === generation) {
        this.waiting.unshift(batch);
        this.waitingBytes += batch.length;
      }
      throw error;
    }
  }

  private async writeAll(handle: FileHandle, batch: Buffer): Promise<void> {
    let done = 0;
    while (done < batch.length) {
      const { bytesWritten } = await handle.write(batch, done, batch.length - done, this.written + done);
      done += bytesWritten;
    }
  }

  private async closeHandle(): Promise<void> {
    const { handle } = this;
    this.handle = null;
    await handle?.close();
  }
}
