import { open, readFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { kernelSpecSchema } from '../../../shared/kernels/contract';
import { instantSchema } from '../../../shared/rpc/contract';
import { writeOwnFile } from '../whole-file';
import type { InFlight } from './kernel-handle';

const ownerSchema = z.object({ pid: z.number().int(), start: z.string() });

/** What is on disk of a kernel process, so that another engine can take it up after this one was killed. */
export const kernelRecordSchema = z.object({
  v: z.literal(1),
  id: z.string(),
  spec: kernelSpecSchema,
  /** The engine that holds it. */
  engine: ownerSchema,
  /** Null while it is being started. */
  process: ownerSchema.nullable(),
  clientId: z.string(),
  routingId: z.string(),
  document: z.string(),
  path: z.string(),
  cwd: z.string(),
  startedAt: instantSchema,
  /** Folder of its sockets, removed with it; null with TCP. */
  sockets: z.string().nullable(),
});
export type KernelRecord = z.infer<typeof kernelRecordSchema>;

/** The files of one kernel's folder. */
export function recordFiles(folder: string): {
  readonly record: string;
  readonly connection: string;
  readonly inFlight: string;
  readonly stdout: string;
  readonly stderr: string;
} {
  return {
    record: join(folder, 'kernel.json'),
    connection: join(folder, 'connection.json'),
    inFlight: join(folder, 'inflight.jsonl'),
    stdout: join(folder, 'stdout.log'),
    stderr: join(folder, 'stderr.log'),
  };
}

/** Replaces the record as a whole: a reader never sees half of one. */
export function writeRecord(folder: string, record: KernelRecord): Promise<void> {
  return writeOwnFile(recordFiles(folder).record, `${JSON.stringify(record)}\n`);
}

/** Null when there is none or it can not be understood. */
export async function readRecord(folder: string): Promise<KernelRecord | null> {
  try {
    const text = await readFile(recordFiles(folder).record, 'utf8');
    const parsed = kernelRecordSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    // Not there, or cut short by a crash: then no process was started yet.
    return null;
  }
}

const inFlightSchema = z.object({
  message: z.string(),
  document: z.string(),
  path: z.string(),
  cell: z.string(),
  execution: z.string(),
  sentAt: z.string(),
});
const lineSchema = z.union([z.object({ sent: inFlightSchema }), z.object({ settled: z.string() })]);

/** Above this an empty table's file is begun anew. Bytes. */
const COMPACT_ABOVE = 65_536;

/** The table from message id to cell, as an append-only file. Writes are done in the order they were asked for. */
export class InFlightTable {
  readonly #file: FileHandle;
  readonly #entries: Map<string, InFlight>;
  #chain: Promise<void> = Promise.resolve();
  #size: number;
  #closed = false;

  private constructor(file: FileHandle, entries: Map<string, InFlight>, size: number) {
    this.#file = file;
    this.#entries = entries;
    this.#size = size;
  }

  /** Opens the table; a torn last line, left by a crash, is passed over. */
  static async open(path: string): Promise<InFlightTable> {
    const file = await open(path, 'a+', 0o600);
    const text = await file.readFile('utf8');
    const entries = new Map<string, InFlight>();
    for (const line of text.split('\n')) {
      const parsed = lineSchema.safeParse(jsonOrNull(line));
      if (!parsed.success) continue;
      if ('sent' in parsed.data) entries.set(parsed.data.sent.message, parsed.data.sent);
      else entries.delete(parsed.data.settled);
    }
    const table = new InFlightTable(file, entries, text.length);
    if (text !== '' && !text.endsWith('\n')) table.#append('\n');
    return table;
  }

  entries(): readonly InFlight[] {
    return [...this.#entries.values()];
  }

  /** Resolves when the entry is on the disk itself. */
  async record(entry: InFlight): Promise<void> {
    this.#entries.set(entry.message, entry);
    const line = `${JSON.stringify({ sent: entry })}\n`;
    await this.#append(line, true);
  }

  /** Not waited for: an entry too many only means a question too many after a crash. */
  settle(message: string): void {
    if (!this.#entries.delete(message) || this.#closed) return;
    void this.#append(`${JSON.stringify({ settled: message })}\n`);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#chain.catch(() => undefined);
    await this.#file.close();
  }

  #append(line: string, sync = false): Promise<void> {
    const done = this.#chain.then(async () => {
      if (this.#entries.size === 0 && this.#size > COMPACT_ABOVE) {
        await this.#file.truncate(0);
        this.#size = 0;
      }
      await this.#file.appendFile(line);
      this.#size += line.length;
      if (sync) await this.#file.datasync();
    });
    // A failed write is the failure of its caller alone; the next one is tried.
    this.#chain = done.catch(() => undefined);
    return sync ? done : this.#chain;
  }
}

function jsonOrNull(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // A torn line.
    return null;
  }
}
