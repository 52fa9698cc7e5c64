import { rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';

/** A clock for an engine that can be set while it runs. */
export interface ShiftedClock {
  /** For the engine: give them to its profile. */
  readonly variables: Readonly<Record<string, string>>;
  /** Sets it so many milliseconds before or behind the machine's. The engine has it within a moment. */
  set(offset: number): Promise<void>;
  dispose(): Promise<void>;
}

export function shiftedClock(): ShiftedClock {
  const file = join(tmpdir(), `wb-clock-${randomUUID()}`);
  return {
    variables: {
      WB_TEST_CLOCK: file,
      NODE_OPTIONS: `--import ${join(__dirname, 'shifted-clock-engine.mjs')}`,
    },
    set: async (offset) => {
      await writeFile(`${file}.new`, String(offset));
      await rename(`${file}.new`, file);
    },
    dispose: () => rm(file, { force: true }),
  };
}
