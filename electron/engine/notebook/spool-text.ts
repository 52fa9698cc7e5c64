import { createHash } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { countLines } from '../../../shared/notebook/outputs/text-lines';
import type {
  LineMatches,
  TextLines,
  TextSnapshot,
  TextStore,
} from '../../../shared/notebook/outputs/text-store';
import { LineIndex, readLines, searchLines } from './spool-lines';

/** What a spooled text tells the spool it belongs to. */
export interface SpoolOwner {
  /** So many bytes more (or less, when negative) wait to be written. */
  queued(bytes: number): void;
  /** Something is to be written soon. */
  dirty(text: SpoolText): void;
  /** A write failed, and is tried again; null: it went well again. */
  failed(error: unknown): void;
}

const COPY_BLOCK = 262_144;

/**
 * One long text output on disk: settled text, and behind it the tail that can still change.
 *
 * Writing never waits and never throws: what can not be written now stays in memory and is tried again, and the
 * owner is told how much that is. After a crash the file holds what was flushed last.
 */
export class SpoolText implements TextStore {
  readonly name: string;
  readonly #path: string;
  readonly #owner: SpoolOwner;
  readonly #index = new LineIndex();
  readonly #hash = createHash('sha256');
  #waiting: string[] = [];
  #waitingBytes = 0;
  /** Taken from `waiting` in UTF-8, hashed and counted, not yet in the file. */
  #blocks: Buffer[] = [];
  #settledInFile = 0;
  #tail = '';
  /** Null: bytes of an earlier tail may stand there. */
  #tailInFile: string | null = '';
  #file: FileHandle | null = null;
  #work: Promise<void> = Promise.resolve();
  #isDiscarded = false;
  #needsSync = false;

  constructor(path: string, name: string, owner: SpoolOwner) {
    this.#path = path;
    this.name = name;
    this.#owner = owner;
  }

  append(text: string): void {
    if (text === '' || this.#isDiscarded) return;
    this.#waiting.push(text);
    this.#waitingBytes += text.length;
    this.#owner.queued(text.length);
    this.#owner.dirty(this);
  }

  setTail(text: string): void {
    if (text === this.#tail || this.#isDiscarded) return;
    this.#tail = text;
    this.#owner.dirty(this);
  }

  /** Characters that wait to be written. */
  get waiting(): number {
    return this.#waitingBytes;
  }

  #encode(): void {
    if (this.#waiting.length === 0) return;
    const block = Buffer.from(this.#waiting.join(''), 'utf8');
    this.#waiting = [];
    this.#hash.update(block);
    this.#index.add(block);
    this.#blocks.push(block);
  }

  snapshot(): TextSnapshot {
    this.#encode();
    const tail = Buffer.from(this.#tail, 'utf8');
    const settled = this.#index.size;
    return {
      sha256: this.#hash.copy().update(tail).digest('hex'),
      bytes: () => this.#bytes(settled, tail),
    };
  }

  async *#bytes(settled: number, tail: Buffer): AsyncGenerator<Uint8Array> {
    await this.flush();
    for (let offset = 0; offset < settled;) {
      const block = Buffer.allocUnsafe(Math.min(COPY_BLOCK, settled - offset));
      const { bytesRead } = (await this.#file?.read(block, 0, block.length, offset)) ?? { bytesRead: 0 };
      if (bytesRead === 0)
        throw new Error(`The spooled text ${this.name} ends at byte ${offset} of ${settled}.`);
      offset += bytesRead;
      yield block.subarray(0, bytesRead);
    }
    yield tail;
  }

  /** Writes all there is; with `sync` it is on disk when this resolves. Rejects when it could not be written. */
  flush(sync = false): Promise<void> {
    const next = this.#work.then(() => this.#write(sync));
    this.#work = next.catch(() => undefined);
    return next;
  }

  async #write(sync: boolean): Promise<void> {
    if (this.#isDiscarded) return;
    try {
      this.#file ??= await open(this.#path, 'wx+', 0o600);
      this.#encode();
      while (this.#blocks[0] !== undefined) {
        await writeAll(this.#file, this.#blocks[0], this.#settledInFile);
        this.#settledInFile += this.#blocks[0].length;
        this.#blocks.shift();
        this.#tailInFile = null;
        this.#needsSync = true;
      }
      this.#account();
      if (this.#tail !== this.#tailInFile) {
        const tail = this.#tail;
        const bytes = Buffer.from(tail, 'utf8');
        await writeAll(this.#file, bytes, this.#settledInFile);
        await this.#file.truncate(this.#settledInFile + bytes.length);
        this.#tailInFile = tail;
        this.#needsSync = true;
      }
      if (sync && this.#needsSync) {
        this.#needsSync = false;
        await this.#file.datasync();
      }
      this.#owner.failed(null);
    } catch (error) {
      this.#owner.failed(error);
      throw error;
    }
  }

  #account(): void {
    const waiting = this.#waiting.reduce((sum, text) => sum + text.length, 0);
    this.#owner.queued(waiting - this.#waitingBytes);
    this.#waitingBytes = waiting;
  }

  async read(from: number, count: number): Promise<TextLines> {
    await this.flush();
    if (this.#file === null) return { lines: [], total: 0 };
    const tail = this.#tailInFile ?? '';
    const total = this.#index.lineEnds + countLines(tail) + (tail === '' && this.#index.endsOpen ? 1 : 0);
    return readLines(this.#file, this.#index, { from, count, total });
  }

  async search(text: string, caseSensitive: boolean, limit?: number): Promise<LineMatches> {
    await this.flush();
    return this.#file === null
      ? { lines: [], more: false }
      : searchLines(this.#file, text, caseSensitive, limit);
  }

  discard(): void {
    this.#isDiscarded = true;
    this.#waiting = [];
    this.#blocks = [];
    this.#account();
    // The file goes when what was begun is done; a file that can not be removed goes with its folder.
    this.#work = this.#work
      .then(() => this.#close())
      .then(() => rm(this.#path, { force: true }))
      .catch(() => undefined);
  }

  async #close(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.close();
  }

  /** Writes all and lets go of the file, which stays. */
  async close(): Promise<void> {
    try {
      await this.flush(true);
    } finally {
      await this.#close();
    }
  }
}

async function writeAll(file: FileHandle, bytes: Buffer, at: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done);
    done += bytesWritten;
  }
}
