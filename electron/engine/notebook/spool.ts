import { mkdir, open, readdir, readFile, rm, stat, type FileHandle } from 'node:fs/promises';
import * as path from 'node:path';
import * as z from 'zod';
import type { CellOutputs } from '../../../shared/notebook/outputs/cell-outputs';
import type { OutputRecord } from '../../../shared/notebook/outputs/output-entry';
import type { TextStore } from '../../../shared/notebook/outputs/text-store';
import { WatchbookError } from '../../../shared/rpc/errors';
import { writeOwnFile } from '../whole-file';
import { isDiskFull } from './disk-errors';
import { SpoolText, type SpoolOwner } from './spool-text';

/** What waits in memory to be written, in characters, before the kernel's messages must wait too. */
const FULL = 16_777_216;
const DRAINED = 4_194_304;
/** What waits when the disk takes nothing, in characters, before a cell must be stopped lest memory runs out. */
const OVERFLOW = 67_108_864;
/** A text that waits with this much is written without waiting for the next turn. */
const EAGER = 1_048_576;
/** How long after a change it is on disk at the latest, save the writing itself. */
const TURN_MS = 300;
const RETRY_MS = 1_000;
const COMPACT_BYTES = 16_777_216;
const LOG = 'outputs.jsonl';

export interface SpoolOptions {
  /** Made anew, with its parents, for this user alone; what a crash left under this name goes. */
  readonly folder: string;
  /** Writing failed and is tried again each second, while what came waits; null when it went well again. */
  readonly onProblem?: (problem: WatchbookError | null) => void;
}

/**
 * The outputs of one execution on disk, so that neither a flood nor a crash loses any.
 *
 * Long texts have a file each; everything else is in a log of records. What changed is synced within a second.
 * Nothing here waits for the disk: before it takes the next message of a kernel the caller looks at
 * {@link isFull}, and waits for {@link drained} if so.
 */
export class Spool implements SpoolOwner {
  readonly folder: string;
  readonly #onProblem: (problem: WatchbookError | null) => void;
  readonly #dirty = new Set<SpoolText>();
  readonly #texts: SpoolText[] = [];
  #outputs: CellOutputs | null = null;
  #log: FileHandle | null = null;
  #logBytes = 0;
  #compactAt = COMPACT_BYTES;
  #backlog = 0;
  #waiters: (() => void)[] = [];
  #timer: NodeJS.Timeout | null = null;
  #turn: Promise<void> | null = null;
  #problem: WatchbookError | null = null;
  #isClosed = false;
  #lost: string | null = null;

  private constructor(options: SpoolOptions) {
    this.folder = options.folder;
    this.#onProblem = options.onProblem ?? (() => undefined);
  }

  /** Makes the folder. Rejects with `disk-full` or `not-writable`. */
  static async create(options: SpoolOptions): Promise<Spool> {
    const { folder } = options;
    try {
      await makeFresh(folder);
    } catch (error) {
      const isFull = isDiskFull(error);
      throw new WatchbookError(
        isFull ? 'disk-full' : 'not-writable',
        `Nothing was run: there is no place for its output, as ${path.dirname(folder)} ${
          isFull ? 'is on a disk that is full' : 'can not be written'
        }. Free some space there and run it again.`,
        { retryable: true, cause: error },
      );
    }
    return new Spool(options);
  }

  /** For {@link CellOutputs}: a file for one long text. */
  readonly openStore = (): TextStore => {
    const name = `text-${this.#texts.length}`;
    const text = new SpoolText(path.join(this.folder, `${name}.txt`), name, this);
    this.#texts.push(text);
    return text;
  };

  /** Records these outputs from now on. Call {@link changed} after each message. */
  watch(outputs: CellOutputs): void {
    this.#outputs = outputs;
    this.changed();
  }

  /** The outputs changed: they are on disk within a second. Cheap. */
  changed(): void {
    if (this.#timer !== null || this.#isClosed) return;
    this.#timer = setTimeout(() => this.#run(), this.#problem === null ? TURN_MS : RETRY_MS);
  }

  /** True while much waits to be written: who can wait with more waits for {@link drained}. */
  get isFull(): boolean {
    return this.#backlog > FULL;
  }

  /** Why what was printed is in memory only; null when it is on disk or on its way there. */
  get problem(): WatchbookError | null {
    return this.#problem;
  }

  /** The disk takes nothing, and memory holds as much as it may: the cell is to be stopped. */
  get isOverflowing(): boolean {
    return this.#problem !== null && this.#backlog > OVERFLOW;
  }

  /** Resolves when there is room again; at once when there is, or when the disk takes nothing. */
  drained(): Promise<void> {
    return this.#backlog <= DRAINED || this.#isClosed || this.#problem !== null
      ? Promise.resolve()
      : new Promise((resolve) => this.#waiters.push(resolve));
  }

  queued(characters: number): void {
    this.#backlog += characters;
    if (this.#backlog <= DRAINED) this.#release();
  }

  #release(): void {
    for (const resolve of this.#waiters.splice(0)) resolve();
  }

  dirty(text: SpoolText): void {
    this.#dirty.add(text);
    this.changed();
    // A failure comes to `failed`; the next turn tries again.
    if (text.waiting >= EAGER && this.#problem === null) text.flush().catch(() => undefined);
  }

  failed(error: unknown): void {
    const had = this.#problem;
    this.#problem = error === null ? null : writeProblem(this.folder, error);
    if (this.#problem !== null) this.#release();
    if (this.#problem?.code !== had?.code) this.#onProblem(this.#problem);
  }

  #run(): void {
    this.#timer = null;
    if (this.#turn !== null) {
      // On a slow disk the turn before is still under way: it does not have what came since.
      void this.#turn.then(() => this.changed());
      return;
    }
    this.#turn = this.#writeAll()
      // Already told by `failed`; what could not be written waits.
      .catch(() => this.changed())
      .finally(() => {
        this.#turn = null;
      });
  }

  async #writeAll(): Promise<void> {
    this.#outputs?.sync();
    const line = this.#nextLine();
    const texts = [...this.#dirty];
    this.#dirty.clear();
    try {
      // Texts first: a record must not name a file that is not there.
      for (const text of texts) await text.flush(true);
      if (line !== '') await this.#writeLog(line);
    } catch (error) {
      for (const text of texts) this.#dirty.add(text);
      // Half a line may stand in the log: what comes next begins on a new one.
      this.#lost = line === '' ? null : `\n${line.trimStart()}`;
      throw error;
    }
  }

  /** What could not be written last time, and what changed since. */
  #nextLine(): string {
    const earlier = this.#lost ?? '';
    this.#lost = null;
    const records = this.#outputs?.takeRecords() ?? null;
    return records === null ? earlier : `${earlier}${JSON.stringify(records)}\n`;
  }

  async #writeLog(lines: string): Promise<void> {
    try {
      this.#log ??= await open(path.join(this.folder, LOG), 'a', 0o600);
      const bytes = Buffer.from(lines, 'utf8');
      await this.#log.appendFile(bytes);
      await this.#log.datasync();
      this.#logBytes += bytes.length;
      if (this.#logBytes > this.#compactAt) await this.#compact();
      this.failed(null);
    } catch (error) {
      this.failed(error);
      throw error;
    }
  }

  /** Displays that are drawn over and over leave many old records: only the present ones are kept. */
  async #compact(): Promise<void> {
    if (this.#outputs === null) return;
    const bytes = Buffer.from(`${JSON.stringify(this.#outputs.records())}\n`, 'utf8');
    await writeOwnFile(path.join(this.folder, LOG), bytes);
    // It leads to the file whose place was taken.
    await this.#log?.close();
    this.#log = null;
    this.#logBytes = bytes.length;
    this.#compactAt = Math.max(COMPACT_BYTES, 4 * bytes.length);
  }

  /** All that came is on disk when this resolves. Rejects with `disk-full` or `not-writable`. */
  async flush(): Promise<void> {
    await this.#turn;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    try {
      await this.#writeAll();
    } catch (error) {
      this.changed();
      throw writeProblem(this.folder, error);
    }
  }

  /** Writes all and lets go of the files, which stay. Texts can be read no more. */
  async close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      await this.#letGo();
    }
  }

  async #letGo(): Promise<void> {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    await this.#turn;
    for (const text of this.#texts) await text.close();
    await this.#log?.close();
    this.#log = null;
    this.#release();
  }

  /** The outputs are saved elsewhere or were cleared: the folder goes. */
  async remove(): Promise<void> {
    this.#outputs = null;
    for (const text of this.#texts) text.discard();
    await this.#letGo();
    await removeSpool(this.folder);
  }
}

/** Most often in one call: every cell of a run waits for it. */
async function makeFresh(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST' && code !== 'ENOENT') throw error;
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
  }
}

/** Removes the folder of an execution; one that is not there is no mistake. */
export async function removeSpool(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

const recordsSchema = z.object({
  count: z.number().int().nonnegative(),
  changed: z.array(
    z.object({ index: z.number().int().nonnegative(), record: z.custom<OutputRecord>(isRecord) }),
  ),
});

/** Null for a line that a failed write or a crash tore. */
function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function isRecord(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string'
  );
}

/**
 * Brings the outputs of an execution back from its folder, as a crash left them. A torn last line is passed over.
 *
 * `into` belongs to a new spool, and `room` waits until that takes more; the old folder is removed by the caller when
 * the new one is flushed. Answers when it was written last, by this machine's clock; null when the folder is not
 * there. An empty one is of an execution that printed nothing.
 */
export async function restoreSpool(
  folder: string,
  into: CellOutputs,
  room: () => Promise<void> = () => Promise.resolve(),
): Promise<Date | null> {
  const written = await lastWritten(folder);
  if (written === null) return null;
  const log = await readFile(path.join(folder, LOG), 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  });
  const records: OutputRecord[] = [];
  for (const line of log.split('\n').slice(0, -1)) {
    const parsed = recordsSchema.safeParse(parseLine(line));
    if (!parsed.success) continue;
    records.length = Math.min(records.length, parsed.data.count);
    for (const { index, record } of parsed.data.changed) if (index <= records.length) records[index] = record;
  }
  for (const record of records) {
    if (record.type === 'stored') await restoreText(folder, record, into, room);
    else into.restore([record]);
  }
  return written;
}

async function lastWritten(folder: string): Promise<Date | null> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (names === null) return null;
  const times = [(await stat(folder)).mtimeMs];
  for (const name of names) times.push((await stat(path.join(folder, name))).mtimeMs);
  return new Date(Math.max(...times));
}

async function restoreText(
  folder: string,
  record: Extract<OutputRecord, { type: 'stored' }>,
  into: CellOutputs,
  room: () => Promise<void>,
): Promise<void> {
  const file = await open(path.join(folder, `${path.basename(record.store)}.txt`), 'r').catch(
    (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    },
  );
  if (file === null) {
    into.handle('stream', { name: record.name, text: '[the file of this text is gone]\n' });
    return;
  }
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  try {
    for await (const block of file.createReadStream({ autoClose: false })) {
      const text = decoder.decode(block as Buffer, { stream: true });
      into.handle('stream', { name: record.name, text });
      await room();
    }
  } finally {
    await file.close();
  }
}

function writeProblem(folder: string, error: unknown): WatchbookError {
  if (error instanceof WatchbookError) return error;
  const isFull = isDiskFull(error);
  const place = path.dirname(folder);
  return new WatchbookError(
    isFull ? 'disk-full' : 'not-writable',
    isFull
      ? `The disk of ${place} is full. What was printed is kept in memory and would be lost if Watchbook ended now. Free some space there: it is then written by itself.`
      : `Outputs can not be written to ${place}. What was printed is kept in memory and would be lost if Watchbook ended now. Make the folder writable: it is then written by itself.`,
    {
      retryable: true,
      detail: `${folder}: ${error instanceof Error ? error.message : String(error)}`,
      cause: error,
    },
  );
}
