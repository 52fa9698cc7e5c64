import type { NotebookFile } from '../../../shared/notebook/notebook-file';
import { writeNotebook } from '../../../shared/notebook/notebook-writer';
import { writeFullOutputs } from '../notebook/full-output';
import type { Materialised } from '../notebook/materialised';
import { replaceFile } from '../notebook/notebook-disk';

const INTERVAL_MS = 1_000;

/** The executed copy on disk: written atomically, and not more often than once a second unless it must be. */
export class ExecutedCopy {
  private lastWrite = 0;

  constructor(
    readonly path: string,
    private readonly file: NotebookFile,
  ) {}

  /** `now`: whatever the time of the last writing. Rejects with `disk-full` or `not-writable`; the last copy is whole. */
  async write(content: () => Materialised, now: boolean): Promise<void> {
    if (!now && performance.now() - this.lastWrite < INTERVAL_MS) return;
    const { notebook, full } = content();
    await writeFullOutputs(this.path, full);
    await replaceFile(this.path, writeNotebook(this.file, notebook), {});
    this.lastWrite = performance.now();
  }
}
