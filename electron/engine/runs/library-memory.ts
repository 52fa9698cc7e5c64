import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { Notebook } from '../../../shared/notebook/model';
import { instantSchema } from '../../../shared/rpc/contract';
import { libraryConfigSchema, type LibraryConfig } from '../../../shared/runs/environments/library-config';
import {
  libraryPicture,
  libraryPictureSchema,
  runbookPicture,
  runbookPictureSchema,
  weakerEnvironment,
  weakerRunbook,
} from '../../../shared/runs/environments/weaker';
import { digestSchema } from '../../../shared/runs/events';
import { isSystemError } from '../notebook/disk-errors';
import { writeOwnFile } from '../whole-file';

const MOST_RUNBOOKS = 500;
const MOST_ACCEPTED = 10_000;

const memorySchema = z.object({
  library: z.string(),
  /** The last version of `watchbook.json` without a fault. */
  good: z.object({ at: instantSchema, config: libraryConfigSchema }).nullable(),
  /** Commands a person let be run, by digest. */
  accepted: z.array(digestSchema),
  /** What was seen at the last start of a run in each environment; the newest last. */
  libraries: z.array(z.object({ environment: z.string(), picture: libraryPictureSchema })),
  runbooks: z.array(
    z.object({ runbook: z.string(), environment: z.string(), picture: runbookPictureSchema }),
  ),
  /** In which environment the cells of a runbook are tried; the newest last. */
  tried: z.array(z.object({ runbook: z.string(), environment: z.string() })).default([]),
});
type Memory = z.infer<typeof memorySchema>;

/** A run that is about to be started. */
export interface SeenRun {
  readonly library: string;
  /** The runbook's path in the library. */
  readonly runbook: string;
  readonly environment: string;
  readonly config: LibraryConfig;
  readonly notebook: Pick<Notebook, 'cells' | 'metadata'>;
}

/**
 * What the engine remembers of libraries, one file for each in the state place: never in the library itself, which
 * others write.
 */
export class LibraryMemory {
  private readonly loaded = new Map<string, Promise<Memory>>();
  private writing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly folder: string,
    private readonly log: (message: string) => void,
  ) {}

  async good(library: string): Promise<Memory['good']> {
    return (await this.of(library)).good;
  }

  async rememberGood(library: string, config: LibraryConfig): Promise<void> {
    const { good } = await this.of(library);
    if (good !== null && JSON.stringify(good.config) === JSON.stringify(config)) return;
    await this.change(library, (memory) => ({
      ...memory,
      good: { at: new Date().toISOString(), config: libraryConfigSchema.parse(config) },
    }));
  }

  async isAccepted(library: string, digest: string): Promise<boolean> {
    return (await this.of(library)).accepted.includes(digest);
  }

  async accept(library: string, digests: readonly string[]): Promise<void> {
    await this.change(library, (memory) => ({
      ...memory,
      accepted: [...new Set([...memory.accepted, ...digests])].slice(-MOST_ACCEPTED),
    }));
  }

  /**
   * What is weaker than at the last start in this environment, as sentences; where there was none, than at the last
   * start in any.
   */
  async weaker({ library, runbook, environment, config, notebook }: SeenRun): Promise<readonly string[]> {
    const memory = await this.of(library);
    const rules =
      memory.libraries.findLast((one) => one.environment === environment) ?? memory.libraries.at(-1);
    const own = memory.runbooks.filter((one) => one.runbook === runbook);
    const safeguards = own.findLast((one) => one.environment === environment) ?? own.at(-1);
    return [
      ...(rules === undefined ? [] : weakerEnvironment(rules.picture, libraryPicture(config), environment)),
      ...(safeguards === undefined ? [] : weakerRunbook(safeguards.picture, runbookPicture(notebook))),
    ];
  }

  /** A run starts: what it starts under is what the next one is compared with. */
  async remember({ library, runbook, environment, config, notebook }: SeenRun): Promise<void> {
    await this.change(library, (memory) => ({
      ...memory,
      libraries: [
        ...memory.libraries.filter((one) => one.environment !== environment).slice(-100),
        { environment, picture: libraryPictureSchema.parse(libraryPicture(config)) },
      ],
      runbooks: [
        ...memory.runbooks
          .filter((one) => one.runbook !== runbook || one.environment !== environment)
          .slice(-MOST_RUNBOOKS),
        { runbook, environment, picture: runbookPictureSchema.parse(runbookPicture(notebook)) },
      ],
    }));
  }

  /** Where the cells of a runbook were last tried; null where nobody chose. */
  async triedIn(library: string, runbook: string): Promise<string | null> {
    const { tried } = await this.of(library);
    return tried.findLast((one) => one.runbook === runbook)?.environment ?? null;
  }

  async rememberTried(library: string, runbook: string, environment: string): Promise<void> {
    await this.change(library, (memory) => ({
      ...memory,
      tried: [
        ...memory.tried.filter((one) => one.runbook !== runbook).slice(-MOST_RUNBOOKS),
        { runbook, environment },
      ],
    }));
  }

  /** Resolves when everything is written. */
  async dispose(): Promise<void> {
    await this.writing;
  }

  private of(library: string): Promise<Memory> {
    const known = this.loaded.get(library) ?? this.load(library);
    this.loaded.set(library, known);
    return known;
  }

  private async load(library: string): Promise<Memory> {
    const nothing: Memory = { library, good: null, accepted: [], libraries: [], runbooks: [], tried: [] };
    try {
      const memory = memorySchema.parse(JSON.parse(await readFile(this.fileOf(library), 'utf8')));
      return memory.library === library ? memory : nothing;
    } catch (error) {
      // Without it commands are asked again and nothing is called weaker: said, as a weakening could pass unseen.
      if (!isSystemError(error) || error.code !== 'ENOENT')
        this.log(`what was seen of ${library} is forgotten: ${String(error)}`);
      return nothing;
    }
  }

  private async change(library: string, make: (memory: Memory) => Memory): Promise<void> {
    // One after the other: of two at once the later would write without the earlier one's change.
    const written = this.writing.then(async () => {
      const changed = make(await this.of(library));
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
      await writeOwnFile(this.fileOf(library), `${JSON.stringify(changed)}\n`);
      this.loaded.set(library, Promise.resolve(changed));
    });
    this.writing = written.catch((error: unknown) =>
      this.log(`what was seen of ${library} was not written: ${String(error)}`),
    );
    await written;
  }

  private fileOf(library: string): string {
    return join(this.folder, `${createHash('sha256').update(library).digest('hex')}.json`);
  }
}
