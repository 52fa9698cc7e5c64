import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

const PAUSE_MS = 50;

interface Sample {
  readonly at: number;
  readonly took: number;
}

/**
 * How long this disk takes to have something written, asked all the time beside a test. A promise of "within a second"
 * stands on it: what other tests write meanwhile can hold up every sync by seconds.
 */
export class DiskPace {
  private readonly samples: Sample[] = [];
  private begun: number | null = null;
  private isStopped = false;
  private readonly done: Promise<void>;

  private constructor(file: FileHandle) {
    this.done = this.ask(file).finally(() => file.close());
  }

  static async start(folder: string): Promise<DiskPace> {
    return new DiskPace(await open(join(folder, 'disk-pace'), 'w', 0o600));
  }

  /** The longest sync since then, in milliseconds; one that is still under way counts with what it took so far. */
  worstSince(at: number): number {
    const over = this.samples.filter((sample) => sample.at + sample.took >= at).map(({ took }) => took);
    return Math.max(0, ...over, this.begun === null ? 0 : Date.now() - this.begun);
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.done;
  }

  private async ask(file: FileHandle): Promise<void> {
    while (!this.isStopped) {
      const at = Date.now();
      this.begun = at;
      await file.write('.', 0);
      await file.datasync();
      this.begun = null;
      this.samples.push({ at, took: Date.now() - at });
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
