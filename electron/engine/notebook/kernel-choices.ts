import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { writeOwnFile } from '../whole-file';

const choicesSchema = z.object({
  notebooks: z.record(z.string(), z.string()),
  libraries: z.record(z.string(), z.string()),
});

/** Which kernel a person chose for a notebook, or for all of a library, whose own is not here. Never in the file. */
export class KernelChoices {
  private constructor(
    private readonly file: string,
    private choices: z.infer<typeof choicesSchema>,
  ) {}

  /** A file that cannot be understood counts as none: a choice is asked again, nothing else is lost. */
  static async load(stateFolder: string, log: (message: string) => void): Promise<KernelChoices> {
    const file = join(stateFolder, 'kernel-choices.json');
    const empty = { notebooks: {}, libraries: {} };
    try {
      return new KernelChoices(file, choicesSchema.parse(JSON.parse(await readFile(file, 'utf8'))));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        log(`kernel choices are forgotten: ${String(error)}`);
      return new KernelChoices(file, empty);
    }
  }

  /** Both, since the notebook's own counts only while its kernel is here. */
  find(path: string, library: string): { readonly notebook: string | null; readonly library: string | null } {
    const { notebooks, libraries } = this.choices;
    return { notebook: notebooks[path] ?? null, library: libraries[library] ?? null };
  }

  async remember(kind: 'notebook' | 'library', place: string, kernel: string): Promise<void> {
    const { notebooks, libraries } = this.choices;
    this.choices =
      kind === 'notebook'
        ? { notebooks: { ...notebooks, [place]: kernel }, libraries }
        : { notebooks, libraries: { ...libraries, [place]: kernel } };
    await writeOwnFile(this.file, `${JSON.stringify(this.choices, null, 1)}\n`);
  }
}
