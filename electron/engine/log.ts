import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createStream, type RotatingFileStream } from 'rotating-file-stream';

/** Where the engine says what it does. Messages name what happened, never values: no source, output, input or secret. */
export interface Log {
  readonly write: (message: string) => void;
  /** Resolves when all is in the file. */
  close(): Promise<void>;
}

// oxlint-disable-next-line no-control-regex -- a line of the log is one line
const CONTROLS = /[\u0000-\u001f\u007f]+/g;

/** After a failed writing, a full disk for one, a new one is tried when this long has passed. */
const RETRY_MS = 10_000;

/**
 * Opens `<name>.log` in the state folder's `logs`; rotated at 1 MB, five kept, readable by this user alone.
 *
 * What can not be logged is left out: a full disk must not end the engine.
 */
export function openLog(stateFolder: string, name: 'engine' | 'desktop'): Log {
  const folder = join(stateFolder, 'logs');
  let stream: RotatingFileStream | null = null;
  let triedAt = -Infinity;
  const current = (): RotatingFileStream | null => {
    if (stream !== null || performance.now() - triedAt < RETRY_MS) return stream;
    triedAt = performance.now();
    try {
      stream = openStream(folder, name);
      stream.on('error', () => (stream = null));
    } catch {
      // Tried again with a later line.
    }
    return stream;
  };
  return {
    write: (message) => {
      const line = message.replaceAll(CONTROLS, ' ').slice(0, 2_000);
      current()?.write(`${new Date().toISOString()} ${process.pid} ${line}\n`);
    },
    close: () =>
      new Promise((resolve) => {
        if (stream === null) resolve();
        else stream.end(() => resolve());
      }),
  };
}

function openStream(folder: string, name: string): RotatingFileStream {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // The list of rotated files takes its mode from what is there already.
  writeFileSync(join(folder, `${name}.log.txt`), '', { flag: 'a', mode: 0o600 });
  const stream = createStream(`${name}.log`, { path: folder, size: '1M', maxFiles: 5, mode: 0o600 });
  stream.on('warning', () => undefined);
  return stream;
}
