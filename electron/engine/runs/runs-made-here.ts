import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isSystemError } from '../notebook/disk-errors';

const DIGEST = /^[0-9a-f]{64}$/;

/**
 * The runs that were started or taken over in this profile, by the digest of the first line of their journals.
 *
 * What a run was started with (checks, people, guard) is bound to that line by its content's digest; a folder that came
 * by a clone or a copy from elsewhere says the same of itself and is not believed (contract, sections 4 and 5).
 */
export class RunsMadeHere {
  private constructor(
    private readonly file: string,
    private readonly digests: Set<string>,
  ) {}

  /** Reads the list; a file that is not there is an empty one, a torn last line none of it. */
  static async load(file: string): Promise<RunsMadeHere> {
    try {
      const lines = (await readFile(file, 'latin1')).split('\n');
      return new RunsMadeHere(file, new Set(lines.filter((line) => DIGEST.test(line))));
    } catch (error) {
      if (isSystemError(error) && error.code === 'ENOENT') return new RunsMadeHere(file, new Set());
      throw error;
    }
  }

  has(digest: string | undefined): boolean {
    return digest !== undefined && this.digests.has(digest);
  }

  /** Resolves when it is on disk. A line before that was torn ends here. */
  async add(digest: string): Promise<void> {
    if (this.digests.has(digest)) return;
    await mkdir(dirname(this.file), { recursive: true, mode: 0o700 });
    const handle = await open(this.file, 'a', 0o600);
    try {
      await handle.appendFile(`\n${digest}\n`);
      await handle.datasync();
    } finally {
      await handle.close();
    }
    this.digests.add(digest);
  }
}
