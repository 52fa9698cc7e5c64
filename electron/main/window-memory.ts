import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { windowLayoutSchema } from '../../shared/rpc/desktop-contract';
import { writeOwnFile } from '../engine/whole-file';

const windowSchema = z.object({
  x: z.number().int().nullable(),
  y: z.number().int().nullable(),
  width: z.number().int().min(400),
  height: z.number().int().min(300),
  isMaximized: z.boolean(),
  documents: z.array(z.string()).max(200),
  active: z.string().nullable(),
  /** Null for a window that was never arranged, or of a version that did not keep it. */
  layout: windowLayoutSchema.nullable().catch(null).default(null),
});
const memorySchema = z.object({ windows: z.array(windowSchema).max(20) });

/** Where a window was, and what it showed. */
export type WindowMemory = z.infer<typeof windowSchema>;

const FILE = 'windows.json';

/** The windows of the last time, also after a crash. What can not be read counts as none. */
export function readWindows(stateFolder: string): readonly WindowMemory[] {
  try {
    return memorySchema.parse(JSON.parse(readFileSync(join(stateFolder, FILE), 'utf8'))).windows;
  } catch {
    // No file yet, or one of another version: the windows begin anew, nothing else is lost.
    return [];
  }
}

/** Writes them whole or not at all. */
export async function writeWindows(stateFolder: string, windows: readonly WindowMemory[]): Promise<void> {
  await writeOwnFile(join(stateFolder, FILE), `${JSON.stringify({ windows }, null, 1)}\n`);
}
