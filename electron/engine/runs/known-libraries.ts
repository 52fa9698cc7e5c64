import { readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import * as z from 'zod';
import { headOf } from '../../../shared/runs/chain';
import type { EventDataOf } from '../../../shared/runs/events';
import { WatchbookError } from '../../../shared/rpc/errors';
import { isSystemError } from '../notebook/disk-errors';
import { writeOwnFile } from '../whole-file';
import { readRunJournal } from './journal';

const fileSchema = z.record(z.string(), z.object({ last: z.string() }));

/** Libraries in which runs were started here, and the last run of each: what `previous` names. */
export class KnownLibraries {
  private constructor(
    private readonly file: string,
    private known: z.infer<typeof fileSchema>,
  ) {}

  static async load(stateFolder: string, log: (message: string) => void): Promise<KnownLibraries> {
    const file = join(stateFolder, 'runs.json');
    try {
      return new KnownLibraries(file, fileSchema.parse(JSON.parse(await readFile(file, 'utf8'))));
    } catch (error) {
      if (!isSystemError(error) || error.code !== 'ENOENT')
        log(`the list of libraries with runs is begun anew: ${String(error)}`);
      return new KnownLibraries(file, {});
    }
  }

  get all(): readonly string[] {
    return Object.keys(this.known);
  }

  /** The last run of a library by its path there, and where its journal ends now; null where none is known or left. */
  async previous(library: string): Promise<EventDataOf<'run-started'>['previous']> {
    const last = Object.hasOwn(this.known, library) ? this.known[library]?.last : undefined;
    if (last === undefined) return null;
    try {
      const head = headOf(await readRunJournal(join(library, ...last.split('/'))));
      return head === null ? null : { run: last, sha256: head.sha256 };
    } catch (error) {
      // It was taken away since: nothing is left to name.
      if (!(error instanceof WatchbookError)) throw error;
      return null;
    }
  }

  async started(library: string, run: string): Promise<void> {
    this.known = { ...this.known, [library]: { last: relative(library, run).split(sep).join('/') } };
    await writeOwnFile(this.file, `${JSON.stringify(this.known, null, 1)}\n`);
  }
}
