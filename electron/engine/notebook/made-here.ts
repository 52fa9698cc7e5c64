import { createHash } from 'node:crypto';
import { mkdir, open, readFile, type FileHandle } from 'node:fs/promises';
import * as path from 'node:path';
import type { DataOutput } from '../../../shared/notebook/model';
import { outputDigest } from '../../../shared/notebook/outputs/output-digest';
import { writeOwnFile } from '../whole-file';

/** How many digests are kept; beyond, the oldest quarter goes. */
export const MADE_HERE_LIMIT = 65_536;

const DIGEST = /^[0-9a-f]{64}$/;

/**
 * The outputs that were made in this profile, by digest, oldest first.
 *
 * Trust in an output comes from how it was made here and never from the file that holds it: whoever opens this
 * notebook in another profile sees it under the still policy.
 */
export class MadeHere {
  readonly #file: string;
  readonly #limit: number;
  readonly #digests = new Set<string>();
  #handle: FileHandle | null = null;
  #lines = 0;
  #waiting: string[] = [];
  #work: Promise<void> = Promise.resolve();

  private constructor(file: string, limit: number) {
    this.#file = file;
    this.#limit = limit;
  }

  /** Reads the list. A file that is not there is an empty list; lines that are no digests are passed over. */
  static async open(file: string, limit: number = MADE_HERE_LIMIT): Promise<MadeHere> {
    const list = new MadeHere(file, limit);
    const text = await readFile(file, 'latin1').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
      throw error;
    });
    // A torn last line is not 64 characters long.
    for (const line of text.split('\n')) if (DIGEST.test(line)) list.#remember(line);
    list.#lines = text.split('\n').length;
    return list;
  }

  #remember(digest: string): void {
    // Again is newer.
    this.#digests.delete(digest);
    this.#digests.add(digest);
    if (this.#digests.size <= this.#limit) return;
    const old = [...this.#digests].slice(0, Math.ceil(this.#limit / 4));
    for (const one of old) this.#digests.delete(one);
  }

  has(output: Pick<DataOutput, 'output_type' | 'data' | 'metadata'>): boolean {
    return this.#digests.has(outputDigest(output, sha256));
  }

  /** Adds an output; it counts at once, and is on disk when {@link flush} resolves. */
  add(output: Pick<DataOutput, 'output_type' | 'data' | 'metadata'>): void {
    const digest = outputDigest(output, sha256);
    if (this.#digests.has(digest)) return;
    this.#remember(digest);
    this.#waiting.push(digest);
  }

  /** Rejects when the list could not be written; what it should hold is kept and written by the next call. */
  flush(): Promise<void> {
    const next = this.#work.then(() => this.#write());
    this.#work = next.catch(() => undefined);
    return next;
  }

  async #write(): Promise<void> {
    if (this.#waiting.length === 0) return;
    if (this.#lines + this.#waiting.length > 2 * this.#limit) {
      await this.#compact();
      return;
    }
    if (this.#handle === null) {
      await mkdir(path.dirname(this.#file), { recursive: true, mode: 0o700 });
      this.#handle = await open(this.#file, 'a', 0o600);
    }
    const lines = this.#waiting;
    // The empty line ends a line that a crash may have torn.
    await this.#handle.appendFile(`\n${lines.join('\n')}\n`);
    await this.#handle.datasync();
    this.#lines += lines.length + 1;
    this.#waiting = this.#waiting.slice(lines.length);
  }

  async #compact(): Promise<void> {
    await writeOwnFile(this.#file, `${[...this.#digests].join('\n')}\n`);
    // It leads to the file whose place was taken.
    await this.#handle?.close();
    this.#handle = null;
    this.#lines = this.#digests.size;
    this.#waiting = [];
  }

  async close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      await this.#handle?.close();
      this.#handle = null;
    }
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
