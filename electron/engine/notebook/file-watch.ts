import { createHash } from 'node:crypto';
import { createReadStream, watch, type FSWatcher, type Stats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { isSystemError } from './disk-errors';

/** How a file stands to what was read or written last. */
export type FileState = 'same' | 'changed' | 'gone';

/** A file that is being watched. */
export interface FileWatch {
  /** These are the bytes that should be there now: they were just written or read. */
  saved(digest: string): void;
  /** Looks at once, without waiting for news. */
  check(): Promise<FileState>;
  dispose(): Promise<void>;
}

/** Programs write in several steps; a look is taken after this much quiet, in milliseconds. */
const QUIET_MS = 150;
/** Where news may be lost (network folders, a folder replaced as a whole) a look at the file's times finds it, in milliseconds. */
const POLL_MS = 2_000;

/**
 * Watches one file for changes by other programs.
 *
 * Contents count, not times: a `touch`, or a file put back as it was, is `same`. The folder is watched, since editors
 * replace files; besides, the file's times are looked at now and then. `report` gets each new state once, and `changed`
 * again for each other content.
 */
export async function watchFile(
  path: string,
  digest: string,
  report: (state: FileState) => void,
): Promise<FileWatch> {
  const watched = new WatchedFile(path, digest, report);
  await watched.start();
  return watched;
}

/** A class because timers, subscription and the last state live and end together. */
class WatchedFile implements FileWatch {
  private state: FileState = 'same';
  private seen: string | null = null;
  /** The digest of what was there at the last look. */
  private found: string | null = null;
  private quiet: NodeJS.Timeout | null = null;
  private poll: NodeJS.Timeout | null = null;
  private watcher: FSWatcher | null = null;
  private looking: Promise<FileState> | null = null;
  private lookAgain = false;
  private isDisposed = false;

  constructor(
    private readonly path: string,
    private expected: string,
    private readonly report: (state: FileState) => void,
  ) {}

  async start(): Promise<void> {
    this.watcher = await this.subscribe();
    this.poll = setInterval(() => void this.pollOnce(), POLL_MS);
    this.poll.unref();
    await this.check();
  }

  saved(digest: string): void {
    this.expected = digest;
    this.seen = null;
    this.state = 'same';
    this.schedule();
  }

  check(): Promise<FileState> {
    if (this.looking !== null) {
      this.lookAgain = true;
      return this.looking;
    }
    this.looking = this.look().finally(() => {
      this.looking = null;
    });
    return this.looking;
  }

  async dispose(): Promise<void> {
    this.isDisposed = true;
    if (this.quiet !== null) clearTimeout(this.quiet);
    if (this.poll !== null) clearInterval(this.poll);
    this.watcher?.close();
    await this.looking;
  }

  /** The real folder is watched, as the file may be a link; not what is below it. Without a watch the polling remains. */
  private async subscribe(): Promise<FSWatcher | null> {
    const target = await targetOf(this.path);
    const names = new Set([basename(this.path), basename(target)]);
    try {
      const watcher = watch(dirname(target), { persistent: false }, (_event, name) => {
        if (name === null || names.has(name)) this.schedule();
      });
      watcher.on('error', () => {
        watcher.close();
        this.schedule();
      });
      return watcher;
    } catch (error) {
      // No watches left, no such folder, or a file system without them.
      if (isSystemError(error)) return null;
      throw error;
    }
  }

  private schedule(): void {
    if (this.isDisposed) return;
    if (this.quiet !== null) clearTimeout(this.quiet);
    this.quiet = setTimeout(() => void this.check(), QUIET_MS);
    this.quiet.unref();
  }

  private async pollOnce(): Promise<void> {
    const now = stampOf(await statOrNull(this.path));
    if (now !== this.seen) await this.check();
  }

  private async look(): Promise<FileState> {
    do {
      this.lookAgain = false;
      const expected = this.expected;
      const info = await statOrNull(this.path);
      // A folder has no digest, and to open a pipe would wait for its other end.
      const digest = info === null || !info.isFile() ? null : await digestOfFile(this.path);
      // Saved meanwhile: what was read may be from before.
      if (this.expected !== expected) {
        this.lookAgain = true;
        continue;
      }
      this.seen = stampOf(info);
      this.tell(digest === null ? 'gone' : digest === expected ? 'same' : 'changed', digest);
    } while (this.lookAgain && !this.isDisposed);
    return this.state;
  }

  private tell(state: FileState, digest: string | null): void {
    const isKnown = state === this.state && digest === this.found;
    this.found = digest;
    if (isKnown || this.isDisposed) return;
    const isSame = state === 'same' && this.state === 'same';
    this.state = state;
    if (!isSame) this.report(state);
  }
}

async function targetOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return resolve(path);
    throw error;
  }
}

async function statOrNull(path: string): Promise<Stats | null> {
  try {
    return await stat(path);
  } catch (error) {
    // Also a folder above that is gone or closed to us: the file can not be reached any more.
    if (isSystemError(error)) return null;
    throw error;
  }
}

function stampOf(info: Stats | null): string {
  return info === null ? 'gone' : `${info.ino}:${info.size}:${info.mtimeMs}:${info.ctimeMs}`;
}

/** Null for a file that went away or can not be read. */
async function digestOfFile(path: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
    return hash.digest('hex');
  } catch (error) {
    if (isSystemError(error)) return null;
    throw error;
  }
}
