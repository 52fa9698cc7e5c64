import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createStream } from 'rotating-file-stream';

/** Where the engine says what it does. Messages name what happened, never values: no source, output, input or secret. */
export interface Log {
  readonly write: (message: string) => void;
  /** Resolves when all is in the file. */
  close(): Promise<void>;
}

// oxlint-disable-next-line no-control-regex -- a line of the log is one line
const CONTROLS = /[\u0000-\u001f\u007f]+/g;

/** Opens `<name>.log` in the state folder's `logs`; rotated at 1 MB, five kept, readable by this user alone. */
export function openLog(stateFolder: string, name: 'engine' | 'desktop'): Log {
  const folder = join(stateFolder, 'logs');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const stream = createStream(`${name}.log`, { path: folder, size: '1M', maxFiles: 5, mode: 0o600 });
  let isBroken = false;
  // A full disk must not end the engine: what can not be logged is left out.
  stream.on('error', () => (isBroken = true));
  stream.on('warning', () => undefined);
  return {
    write: (message) => {
      if (isBroken) return;
      const line = message.replaceAll(CONTROLS, ' ').slice(0, 2_000);
      stream.write(`${new Date().toISOString()} ${process.pid} ${line}\n`);
    },
    close: () => new Promise((resolve) => stream.end(() => resolve())),
  };
}
