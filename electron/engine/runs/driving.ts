import { WatchbookError } from '../../../shared/rpc/errors';
import type { Actor } from '../../../shared/runs/events';
import type { EngineClient } from '../engine-client';
import { actorOf, type RunState } from './run-state';

/** Who drives a run: one client at a time. The others may look, and are told who has it. */
export class Driving {
  readonly followers = new Set<EngineClient>();
  private driving: EngineClient | null = null;
  private taken = false;

  constructor(private readonly state: RunState) {}

  /** Somebody drove it since it was opened here. */
  get wasTaken(): boolean {
    return this.taken;
  }

  /** For whom what follows by itself is done: who drives, or drove it last. */
  get actor(): Actor {
    return actorOf(this.state.driver, this.driving ?? { kind: 'window' });
  }

  /** Takes the wheel for a client. Throws `locked` while another one has it, with the driver's name. */
  take(client: EngineClient): Actor {
    const readOnly = this.readOnlyFor(client);
    if (readOnly !== null) throw new WatchbookError(this.state.isWritable ? 'locked' : 'read-only', readOnly);
    this.taken = true;
    if (this.driving !== client) {
      this.driving = client;
      client.gone.addEventListener('abort', () => this.letGo(client), { once: true });
      this.tell();
    }
    return actorOf(this.state.driver, client);
  }

  /** A client that shows the run no more has not the wheel any more either; what runs goes on. */
  letGo(client: EngineClient): void {
    if (this.driving !== client) return;
    this.driving = null;
    this.tell();
  }

  /** Why this client may only look, as a sentence; null where it may drive. */
  readOnlyFor(client: EngineClient): string | null {
    if (this.state.readOnly !== null) return this.state.readOnly;
    const other = this.driving;
    if (other === null || other === client || other.gone.aborted) return null;
    const where = other.kind === 'cli' ? 'the command line' : 'another window';
    return `${this.state.driver} drives this run from ${where}. It can be read here.`;
  }

  private tell(): void {
    const run = this.state.folder;
    for (const one of this.followers)
      if (!one.gone.aborted) one.send('runs.driving', { run, readOnly: this.readOnlyFor(one) });
  }
}
