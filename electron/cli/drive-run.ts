import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readNotebook } from '../../shared/notebook/notebook-file';
import type { EventData } from '../../shared/rpc/contracts';
import { WatchbookError } from '../../shared/rpc/errors';
import type { RunAction } from '../../shared/runs/contract';
import { attemptContentSchema } from '../../shared/runs/content';
import type { RunEvent } from '../../shared/runs/events';
import type { Run } from '../../shared/runs/model';
import { planOf, type Plan, type PlanStep } from '../../shared/runs/plan';
import { positionOf, wordsFor, type Position } from '../../shared/runs/position';
import { applyEvent } from '../../shared/runs/reduce';
import type { EngineConnection } from '../engine/client/engine-connection';
import { EXIT } from './exit-codes';
import { askLine, ownEnvironment, visible, type Io } from './io';

export interface DriveOptions {
  readonly json: boolean;
  /** Passes gates that only want a confirmation. */
  readonly confirm: boolean;
  /** Where to go on after a session was lost. */
  readonly from: string | null;
  readonly rerunAbove: boolean;
  readonly allowErrors: boolean;
  /** Seconds for each step; null: its own limit alone. */
  readonly timeout: number | null;
  /** The run was just started: all of its events are printed. */
  readonly isNew: boolean;
}

type Status = 'done' | 'failed' | 'stopped' | 'interrupted';
interface Ending {
  readonly code: number;
  readonly status: Status;
  readonly message: string | null;
}

/** Drives a run as far as it goes without a person, and further where one is asked at the terminal. */
export async function driveRun(
  engine: EngineConnection,
  folder: string,
  io: Io,
  options: DriveOptions,
): Promise<number> {
  const driver = await RunFollower.open(engine, folder, io, options);
  const ending = await driver.drive();
  await driver.printed;
  if (ending.message !== null) io.err(`${visible(ending.message)}\n`);
  const output = join(folder, 'run.ipynb');
  if (options.json) {
    const at = new Date().toISOString();
    const line = { type: 'run-finished', at, status: ending.status, output, run: folder };
    io.out(`${JSON.stringify(line)}\n`);
  } else io.out(`${output}\n`);
  return ending.code;
}

/** One run as the command sees it: its events as they come, and its hands. */
class RunFollower {
  printed: Promise<void> = Promise.resolve();
  private changed: () => void = () => undefined;
  private interrupts = 0;
  private isLost = false;
  private hasFailed = false;
  private printedTo: number;
  private readonly tried = new Set<string>();

  private constructor(
    private readonly engine: EngineConnection,
    private readonly folder: string,
    private readonly io: Io,
    private readonly options: DriveOptions,
    private readonly plan: Plan,
    private run: Run,
    private live: EventData<'runs.live'>['live'],
  ) {
    this.printedTo = options.isNew ? -1 : run.seq;
  }

  static async open(
    engine: EngineConnection,
    folder: string,
    io: Io,
    options: DriveOptions,
  ): Promise<RunFollower> {
    // What comes with the answer, and while the notebook is read, is not missed.
    const early: ((to: RunFollower) => void)[] = [];
    let reader: RunFollower | null = null;
    const tell = (news: (to: RunFollower) => void): void => {
      if (reader === null) early.push(news);
      else news(reader);
    };
    engine.on('runs.appended', ({ run, events }) =>
      tell((to) => {
        if (run === to.folder) for (const event of events) to.take(event);
      }),
    );
    engine.on('runs.live', ({ run, live }) =>
      tell((to) => {
        if (run !== to.folder) return;
        to.live = live;
        to.changed();
      }),
    );
    const view = await engine.request('runs.open', { run: folder, variables: ownEnvironment() });
    const bytes = await readFile(view.document);
    const plan = planOf(readNotebook(bytes, view.document).notebook);
    const follower = new RunFollower(engine, view.run, io, options, plan, view.reduced, view.live);
    void engine.closed.then(() => {
      follower.isLost = true;
      follower.changed();
    });
    process.on('SIGINT', () => follower.interrupt());
    if (options.isNew) {
      const { events } = await engine.request('runs.events', { run: view.run, from: 0 });
      for (const event of events) follower.print(event);
    }
    // After what was before it, so that every line comes once and in its order.
    reader = follower;
    for (const news of early) news(follower);
    return follower;
  }

  async drive(): Promise<Ending> {
    for (;;) {
      const wait = new Promise<void>((resolve) => (this.changed = resolve));
      const ending = await this.go(positionOf(this.plan, this.run, this.live));
      if (ending === 'again') continue;
      if (ending !== 'wait') return ending;
      await wait;
    }
  }

  /** Does what can be done where the run stands. `again`: it stands elsewhere by now. `wait`: for an event. */
  private async go(position: Position): Promise<Ending | 'again' | 'wait'> {
    if (this.isLost) {
      const message = `The engine was lost. Everything recorded is kept in ${this.folder}: watchbook resume goes on with it.`;
      return { code: EXIT.engineLost, status: 'failed', message };
    }
    if (this.interrupts > 1) {
      const message = 'Detached. The step goes on in the engine.';
      return { code: EXIT.interrupted, status: 'interrupted', message };
    }
    if (this.interrupts > 0 && position.kind !== 'running')
      return { code: EXIT.interrupted, status: 'interrupted', message: null };
    switch (position.kind) {
      case 'finished': {
        if (position.status === 'done' && !this.hasFailed)
          return { code: EXIT.ok, status: 'done', message: null };
        return { code: EXIT.failed, status: 'failed', message: null };
      }
      case 'running':
        if (this.live.unconfirmed?.cell === position.cell)
          return stopped(
            'A step in a terminal waits for a person to say how it ended: say it in the window.',
          );
        return 'wait';
      case 'timed':
      case 'complete':
        return 'wait';
      case 'ready':
        return this.next(position.step);
      case 'failed':
        return this.failed(position.step);
      case 'waiting':
        return this.waiting(position);
      case 'lost':
        return this.lost(position.done);
      case 'rolling-back':
        return stopped('A rollback was begun: go on with it in the window.');
    }
  }

  private async next(step: PlanStep): Promise<Ending | 'again'> {
    const typed = await this.asked(step);
    if (typed === null) return stopped(`It stands before step ${nameOf(step)}, which a person has to start.`);
    return this.sendOrStop('next', step, typed);
  }

  /** A failed step of before is tried again once; one that failed here ends it. */
  private async failed(step: PlanStep): Promise<Ending | 'again'> {
    if (!this.tried.has(step.cell)) {
      const typed = await this.asked(step);
      if (typed === null) return stopped(`Step ${nameOf(step)} has failed, and a person has to retry it.`);
      return this.sendOrStop('retry', step, typed);
    }
    this.hasFailed = true;
    if (!this.options.allowErrors || step.kind === 'setup')
      return { code: EXIT.failed, status: 'failed', message: `Step ${nameOf(step)} has failed.` };
    await this.act({ kind: 'skip', cell: step.cell, reason: 'It failed, and --allow-errors goes on.' });
    return 'again';
  }

  private async waiting(
    position: Extract<Position, { readonly kind: 'waiting' }>,
  ): Promise<Ending | 'again' | 'wait'> {
    const { step } = position;
    if (position.for === 'confirmation' && this.options.confirm) {
      const gate = Object.hasOwn(this.run.steps, step.cell) ? this.run.steps[step.cell]?.gate : null;
      if (gate?.isOpen !== true) return 'wait';
      if (this.tried.has(step.cell)) return 'wait';
      this.tried.add(step.cell);
      await this.engine.request('runs.answer', {
        run: this.folder,
        answer: { kind: 'confirm', cell: step.cell },
      });
      return 'again';
    }
    const what = { items: 'its items', confirmation: 'a confirmation', approval: 'an approval' }[
      position.for
    ];
    return stopped(`Stopped at gate ${nameOf(step)}: it waits for ${what}.`);
  }

  private async lost(done: readonly PlanStep[]): Promise<Ending | 'again'> {
    const { from, rerunAbove } = this.options;
    const target = from ?? (rerunAbove ? done.at(-1)?.cell : undefined);
    if (target === undefined || this.tried.has(`resume ${target}`)) {
      const names = done.map(nameOf).join(', ');
      return stopped(
        `The kernel is gone, and what these steps put into it: ${names}. Say with --from or --rerun-above where to go on.`,
      );
    }
    this.tried.add(`resume ${target}`);
    await this.act({ kind: 'resume', from: target, rerunAbove });
    return 'again';
  }

  /** A step in a terminal needs one, and a person at it: where that is missing, the run stops before it. */
  private async sendOrStop(kind: 'next' | 'retry', step: PlanStep, typed: string): Promise<Ending | 'again'> {
    try {
      await this.send(kind, step, typed);
      return 'again';
    } catch (error) {
      const isMissing =
        step.terminal !== null &&
        error instanceof WatchbookError &&
        (error.code === 'conflict' || error.code === 'forbidden');
      if (!isMissing) throw error;
      return stopped(`Stopped before step ${nameOf(step)}. ${error.message}`);
    }
  }

  private async send(kind: 'next' | 'retry', step: PlanStep, typed: string): Promise<void> {
    this.tried.add(step.cell);
    if (this.io.isTerminal && !this.options.json) this.io.err(`${visible(nameOf(step))} …\n`);
    await this.act({ kind, cell: step.cell, ...(typed === '' ? {} : { typed }) });
    const { timeout } = this.options;
    if (timeout === null) return;
    const attempts = this.attemptsOf(step.cell);
    const timer = setTimeout(() => {
      if (this.attemptsOf(step.cell) !== attempts || !this.run.running.includes(step.cell)) return;
      // It may end in this very moment, which is then told by itself.
      this.act({ kind: 'interrupt' }).catch(() => undefined);
    }, timeout * 1_000);
    timer.unref();
  }

  /** The words for a step: empty where none are asked, null where nobody is there to say them. */
  private async asked(step: PlanStep): Promise<string | null> {
    const environment = this.run.started?.data.environment;
    if (environment === undefined || environment.guard !== 'strict') return '';
    if (!this.io.canAsk) return null;
    const words = wordsFor(environment, step, step.isDestructive) ?? environment.name;
    const prompt = `${visible(environment.name)}, step ${visible(nameOf(step))}: type ${visible(words)} to run it: `;
    const typed = await askLine(prompt, false, new AbortController().signal);
    return typed?.trim() === words ? words : null;
  }

  private act(action: RunAction): Promise<unknown> {
    return this.engine.request('runs.act', { run: this.folder, action });
  }

  private attemptsOf(cell: string): number {
    return Object.hasOwn(this.run.steps, cell) ? (this.run.steps[cell]?.attempts.length ?? 0) : 0;
  }

  private take(event: RunEvent): void {
    this.run = applyEvent(this.run, event);
    this.print(event);
    this.changed();
  }

  private interrupt(): void {
    this.interrupts += 1;
    if (this.interrupts === 1) {
      this.io.err('Interrupting. Once more leaves it running.\n');
      // Nothing may run at this moment: then it stops where it stands.
      this.act({ kind: 'interrupt' }).catch(() => undefined);
    }
    this.changed();
  }

  /** Prints an event as the journal has it; before the end of a step what it showed. */
  private print(event: RunEvent): void {
    if (!this.options.json || event.seq <= this.printedTo) return;
    this.printedTo = event.seq;
    this.printed = this.printed.then(async () => {
      if (event.type === 'cell-finished')
        await this.printOutputs(event.data.cell, event.data.content, event.at);
      this.io.out(`${JSON.stringify(event)}\n`);
    });
  }

  private async printOutputs(
    cell: string,
    content: { readonly file: string; readonly sha256: string },
    at: string,
  ): Promise<void> {
    if (this.isLost) return;
    const { values } = await this.engine.request('runs.content', { run: this.folder, files: [content] });
    const parsed = attemptContentSchema.safeParse(values[0]);
    for (const output of parsed.success ? parsed.data.outputs : [])
      this.io.out(`${JSON.stringify({ type: 'output', at, cell, output })}\n`);
  }
}

function stopped(message: string): Ending {
  return { code: EXIT.gate, status: 'stopped', message };
}

function nameOf({ number, title }: PlanStep): string {
  return number === null ? title : `${number} “${title}”`;
}
