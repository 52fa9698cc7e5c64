import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { RunView } from '../../../shared/runs/contract';
import { isSystemError } from '../notebook/disk-errors';
import { shortName } from './run-places';
import type { RunReader } from './runs-list';

const MOST_RUNS = 10;

/** How long each step took in the last runs of the same runbook: the middle one of its good attempts, in seconds. */
export async function estimatesOf(reader: RunReader, folder: string): Promise<RunView['estimates']> {
  const parent = dirname(folder);
  let names: readonly string[];
  try {
    names = (await readdir(parent)).filter((name) => shortName(name) !== null).toSorted();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    names = [];
  }
  const before = names.map((name) => join(parent, name)).filter((path) => path !== folder);
  const times = new Map<string, number[]>();
  let runs = 0;
  for (const path of before.slice(-MOST_RUNS)) {
    const read = await reader.read(path);
    if (read === null) continue;
    runs += 1;
    for (const { cell, attempts } of Object.values(read.run.steps)) {
      const good = attempts.findLast(({ finished }) => finished?.status === 'done')?.finished;
      if (good) times.set(cell, [...(times.get(cell) ?? []), good.durationMs]);
    }
  }
  const seconds = [...times].map(([cell, list]): [string, number] => {
    const sorted = list.toSorted((a, b) => a - b);
    return [cell, (sorted[Math.floor(sorted.length / 2)] ?? 0) / 1_000];
  });
  return { runs, seconds: Object.fromEntries(seconds) };
}
