import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Actor, NewEvent } from '../../shared/runs/events';
import type { EventDraft } from '../../electron/engine/runs/journal';

/** Who acts in tests of runs. */
export const MARA: Actor = {
  name: 'Mara Lindt',
  account: 'mara',
  host: 'laptop',
  zone: 'Europe/Vienna',
  via: 'window',
};

/** A note of this text. */
export function noteDraft(text: string, cell: string | null = null): EventDraft {
  return (place): NewEvent => ({ type: 'note', data: { cell, text: place('note', { text }) } });
}

/** An event without content files. */
export const TICK: NewEvent = { type: 'ticked', data: { cell: 'list', item: 1 } };

/** A folder for one test, taken away after it. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'wb-run-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
