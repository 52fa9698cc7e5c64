import type { EventData, EventName } from '../../../shared/rpc/contracts';
import type { CellRun, OutputView } from '../../../shared/notebook/view';
import type { DocumentState } from '../../../shared/notebook/contract';
import type { EngineClient } from '../engine-client';

/** Where the broadcast reads the present from when it is time to send; nothing is queued but what is stale. */
export interface DocumentViews {
  readonly document: string;
  /** All outputs of a cell from an index on; null when the cell is gone. */
  outputs(cell: string, from: number): readonly OutputView[] | null;
  run(cell: string): CellRun | null;
  state(): DocumentState;
}

/** One frame of a 60 Hz window. */
const FRAME_MS = 16;
const STATE_MS = 50;

interface Subscriber {
  readonly client: EngineClient;
  /** Cells whose outputs this client has not seen, with the first stale index. */
  readonly stale: Map<string, number>;
  readonly release: () => void;
}

/**
 * Tells the clients of one document what changed.
 *
 * Outputs go as the latest bounded view of each stale cell, at most once a frame and only against credit: a flood
 * costs a slow window nothing but the frames it can draw, and the last view always arrives.
 */
export class Subscribers {
  private readonly all = new Map<string, Subscriber>();
  private readonly staleRuns = new Set<string>();
  private frame: NodeJS.Timeout | null = null;
  private stateTimer: NodeJS.Timeout | null = null;
  private isUnsavedTold = false;

  constructor(
    private readonly views: DocumentViews,
    private readonly left: (client: EngineClient) => void,
  ) {}

  get count(): number {
    return this.all.size;
  }

  has(client: EngineClient): boolean {
    return this.all.has(client.id);
  }

  add(client: EngineClient): void {
    if (this.all.has(client.id)) return;
    const onGone = (): void => this.remove(client);
    client.gone.addEventListener('abort', onGone, { once: true });
    const offCredit = client.onCredit(() => this.scheduleFrame());
    this.all.set(client.id, {
      client,
      stale: new Map(),
      release: () => {
        client.gone.removeEventListener('abort', onGone);
        offCredit();
      },
    });
    if (client.gone.aborted) this.remove(client);
  }

  remove(client: EngineClient): void {
    const subscriber = this.all.get(client.id);
    if (subscriber === undefined) return;
    this.all.delete(client.id);
    subscriber.release();
    this.left(client);
  }

  send<E extends EventName>(event: E, data: EventData<E>): void {
    for (const { client } of this.all.values()) client.send(event, data);
  }

  outputsChanged(cell: string, from: number): void {
    for (const { stale } of this.all.values()) {
      stale.set(cell, Math.min(from, stale.get(cell) ?? from));
    }
    this.scheduleFrame();
  }

  /** Outputs of these cells were left out of an answer to this client: they follow as its credit allows. */
  sendLater(client: EngineClient, cells: readonly string[]): void {
    const stale = this.all.get(client.id)?.stale;
    if (stale === undefined || cells.length === 0) return;
    for (const cell of cells) stale.set(cell, 0);
    this.scheduleFrame();
  }

  runChanged(cell: string): void {
    this.staleRuns.add(cell);
    this.scheduleFrame();
  }

  stateChanged(): void {
    this.stateTimer ??= setTimeout(() => this.sendState(), STATE_MS);
  }

  /** An edit was made. Its author knows that it is unsaved before the edit is answered: closing asks from then on. */
  edited(): void {
    if (this.isUnsavedTold) this.stateChanged();
    else this.sendState();
  }

  /** Sends at once what waits for its frame; before an answer that a client may rely on. */
  flush(): void {
    if (this.frame !== null) clearTimeout(this.frame);
    this.frame = null;
    // Before the end of a cell comes what it printed last.
    for (const subscriber of this.all.values()) this.sendOutputs(subscriber);
    this.sendRuns();
  }

  dispose(): void {
    if (this.frame !== null) clearTimeout(this.frame);
    if (this.stateTimer !== null) clearTimeout(this.stateTimer);
    for (const { release } of this.all.values()) release();
    this.all.clear();
  }

  private scheduleFrame(): void {
    this.frame ??= setTimeout(() => {
      this.frame = null;
      this.flush();
    }, FRAME_MS);
  }

  private sendState(): void {
    if (this.stateTimer !== null) clearTimeout(this.stateTimer);
    this.stateTimer = null;
    if (this.all.size === 0) return;
    const state = this.views.state();
    this.isUnsavedTold = state.unsavedEdits;
    this.send('notebook.state', state);
  }

  private sendRuns(): void {
    if (this.staleRuns.size === 0) return;
    // Defined, never assigned: `__proto__` is a good id of a cell.
    const runs: Record<string, CellRun> = Object.fromEntries(
      [...this.staleRuns].flatMap((cell): [string, CellRun][] => {
        const run = this.views.run(cell);
        return run === null ? [] : [[cell, run]];
      }),
    );
    this.staleRuns.clear();
    this.send('notebook.runs', { document: this.views.document, runs });
  }

  private sendOutputs({ client, stale }: Subscriber): void {
    for (const [cell, from] of stale) {
      if (client.bulkCredit <= 0) return;
      stale.delete(cell);
      const outputs = this.views.outputs(cell, from);
      if (outputs === null) continue;
      client.sendBulk('notebook.outputs', {
        document: this.views.document,
        cell,
        from,
        outputs: [...outputs],
      });
    }
  }
}
