import { withholdFile, type Withheld } from '../../electron/engine/runs/withhold-run';
import { WatchbookError } from '../../shared/rpc/errors';
import type { Actor } from '../../shared/runs/events';
import { until } from './until';

const ACTOR: Actor = { name: 'Mara Lindt', account: 'mara', host: 'here', zone: 'UTC', via: 'command' };

/** Takes a file out of a run as soon as its engine has let it go. */
export async function withholdWhenFree(folder: string, file: string): Promise<Withheld> {
  const results: Withheld[] = [];
  await until('the run is let go', async () => {
    try {
      results.push(await withholdFile(folder, file, 'a token', ACTOR));
      return true;
    } catch (error) {
      if (error instanceof WatchbookError && error.code === 'locked') return false;
      throw error;
    }
  });
  return results[0]!;
}
