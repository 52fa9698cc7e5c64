import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineConnection } from '../../electron/engine/client/engine-connection';
import { readNotebook } from '../../shared/notebook/notebook-file';
import type { Notebook } from '../../shared/notebook/model';
import type { Json } from '../../shared/rpc/contract';
import { actionsOf, type ActionOffer } from '../../shared/runs/actions';
import type { RunAction, RunAnswer, RunLive, RunView, StartRequest } from '../../shared/runs/contract';
import type { ContentRef, RunEvent } from '../../shared/runs/events';
import type { Run, StepRecord } from '../../shared/runs/model';
import { planOf } from '../../shared/runs/plan';
import { positionOf, type Position } from '../../shared/runs/position';
import { applyEvent } from '../../shared/runs/reduce';
import { until } from './until';

/** One client's sight of one run, kept up to date by events, and its hands. */
export class RunDriver {
  run: Run;
  live: RunLive;

  private constructor(
    readonly engine: EngineConnection,
    readonly view: RunView,
  ) {
    this.run = view.reduced;
    this.live = view.live;
    engine.on('runs.appended', ({ run, events }) => {
      if (run === view.run) for (const event of events) this.run = applyEvent(this.run, event);
    });
    engine.on('runs.live', ({ run, live }) => {
      if (run === view.run) this.live = live;
    });
  }

  static async start(
    engine: EngineConnection,
    runbook: string,
    request: Partial<StartRequest> = {},
  ): Promise<RunDriver> {
    const { run } = await engine.request('runs.start', {
      runbook,
      environment: 'local',
      parameters: [],
      driver: 'Mara Lindt',
      title: 'Release 4.2',
      links: [],
      confirmed: true,
      ...request,
    });
    return RunDriver.open(engine, run);
  }

  static async open(engine: EngineConnection, run: string): Promise<RunDriver> {
    // What comes in one piece with the answer is not missed.
    const early: RunEvent[] = [];
    const off = engine.on('runs.appended', (told) => void (told.run === run && early.push(...told.events)));
    const driver = new RunDriver(engine, await engine.request('runs.open', { run }));
    off();
    for (const event of early) driver.run = applyEvent(driver.run, event);
    return driver;
  }

  get folder(): string {
    return this.view.run;
  }

  async notebook(): Promise<Notebook> {
    return readNotebook(await readFile(join(this.folder, 'run.ipynb')), 'run.ipynb').notebook;
  }

  act(action: RunAction): Promise<unknown> {
    return this.engine.request('runs.act', { run: this.folder, action });
  }

  answer(answer: RunAnswer): Promise<unknown> {
    return this.engine.request('runs.answer', { run: this.folder, answer });
  }

  step(cell: string): StepRecord | undefined {
    return Object.hasOwn(this.run.steps, cell) ? this.run.steps[cell] : undefined;
  }

  async position(): Promise<Position> {
    return positionOf(planOf(await this.notebook()), this.run, this.live);
  }

  async offers(): Promise<readonly ActionOffer[]> {
    return actionsOf(planOf(await this.notebook()), this.run, await this.position());
  }

  /** Waits until a step is in a state and nothing of it runs. */
  async reached(cell: string, state: StepRecord['state'], seconds?: number): Promise<StepRecord> {
    const isThere = (): boolean => this.step(cell)?.state === state && !this.run.running.includes(cell);
    await until(`${cell} is ${state}, and not ${this.step(cell)?.state}`, isThere, seconds);
    return this.step(cell)!;
  }

  /** Runs a step to its end. */
  async next(cell: string, state: 'done' | 'failed' = 'done', typed?: string): Promise<StepRecord> {
    await this.act({ kind: 'next', cell, ...(typed === undefined ? {} : { typed }) });
    return this.reached(cell, state);
  }

  async events(): Promise<RunEvent[]> {
    return (await this.engine.request('runs.events', { run: this.folder, from: 0 })).events;
  }

  async content(ref: ContentRef | null | undefined): Promise<Json> {
    const files = ref === null || ref === undefined ? [] : [ref];
    return (await this.engine.request('runs.content', { run: this.folder, files })).values[0] ?? null;
  }
}
