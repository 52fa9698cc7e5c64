import { writeReport } from './write-report';

/** After a writing, in multiples of the time that it took: a long run is not read anew all the time. */
const REST = 4;

/**
 * Keeps `report.md` of a run that goes on close behind its journal: written by itself when the run has moved, one
 * writing at a time, and only the last of several wishes. It is made of the other files, so that nothing is lost where it
 * can not be written; that is in the log, and tried again at the next step.
 */
export class ReportWriter {
  private writing: Promise<void> | null = null;
  private timer: NodeJS.Timeout | null = null;
  private isWanted = false;

  constructor(
    private readonly folder: string,
    private readonly log: (message: string) => void,
  ) {}

  /** The other files are written: the report follows. */
  soon(): void {
    this.isWanted = true;
    if (this.writing === null && this.timer === null) this.begin();
  }

  /** Writes it now, after what is being written. Rejects as `writeReport`. */
  async now(): Promise<void> {
    await this.settle();
    await writeReport(this.folder);
  }

  /** Writes what is owing, and rests. */
  async close(): Promise<void> {
    const isOwing = this.isWanted;
    await this.settle();
    if (isOwing) await this.write();
  }

  private async settle(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.isWanted = false;
    await this.writing;
  }

  private begin(): void {
    this.isWanted = false;
    const from = performance.now();
    this.writing = this.write().finally(() => {
      this.writing = null;
      const rest = REST * (performance.now() - from);
      this.timer = setTimeout(() => {
        this.timer = null;
        if (this.isWanted) this.begin();
      }, rest);
      this.timer.unref();
    });
  }

  private async write(): Promise<void> {
    try {
      await writeReport(this.folder);
    } catch (error) {
      this.log(`report.md of ${this.folder} is behind its journal: ${String(error)}`);
    }
  }
}
