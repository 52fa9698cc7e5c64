import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { readNotebook } from '../../../shared/notebook/notebook-file';
import type { Json } from '../../../shared/rpc/contract';
import { WatchbookError } from '../../../shared/rpc/errors';
import { describeFault, JOURNAL_FILE } from '../../../shared/runs/chain';
import type { RunSummary } from '../../../shared/runs/contract';
import type { Run } from '../../../shared/runs/model';
import { planOf, type Plan } from '../../../shared/runs/plan';
import {
  isPassed,
  latestStep,
  positionOf,
  stateOf,
  type LiveFacts,
  type Position,
} from '../../../shared/runs/position';
import { reduce } from '../../../shared/runs/reduce';
import { isSystemError } from '../notebook/disk-errors';
import { readRunJournal } from './journal';
import { plainEvents, readStart } from './open-run';
import { placesOfRun, RUN_FILE, shortName } from './run-places';
import { readRunFile } from './run-files';

const NOTHING: LiveFacts = { queue: [] };
const MOST_NOTEBOOK_BYTES = 64 * 1024 * 1024;

/** What a run's folder says, read without writing anything. */
export interface ReadRun {
  readonly run: Run;
  readonly plan: Plan;
  readonly summary: RunSummary;
  readonly parameters: Readonly<Record<string, Json>>;
}

/** Runs that were read, each until its journal changes. */
export class RunReader {
  private readonly known = new Map<string, { readonly stamp: string; readonly read: ReadRun }>();

  /** Null for a folder that is none, or whose start was never recorded. */
  async read(folder: string): Promise<ReadRun | null> {
    try {
      const { size, mtimeMs } = await stat(join(folder, JOURNAL_FILE));
      const stamp = `${size} ${mtimeMs}`;
      const known = this.known.get(folder);
      if (known?.stamp === stamp) return known.read;
      const read = await readRun(folder);
      if (read !== null) this.known.set(folder, { stamp, read });
      return read;
    } catch (error) {
      // A folder that is gone or closed to us is no run in the list.
      if (isSystemError(error) || error instanceof WatchbookError) return null;
      throw error;
    }
  }
}

async function readRun(folder: string): Promise<ReadRun | null> {
  const reading = await readRunJournal(folder);
  const events = plainEvents(reading.events);
  const run = reduce(events);
  if (run.started === null) return null;
  const { details } = await readStart(folder, events);
  const plan = await readPlan(folder);
  const [fault] = reading.faults;
  const summary = summaryOf(folder, details.title, run, plan, NOTHING, {
    fault: fault === undefined ? null : describeFault(fault),
  });
  const parameters = Object.fromEntries(details.parameters.map(({ name, value }) => [name, value]));
  return summary === null ? null : { run, plan, summary, parameters };
}

async function readPlan(folder: string): Promise<Plan> {
  const found = await readRunFile(folder, RUN_FILE, MOST_NOTEBOOK_BYTES);
  const none: Plan = { steps: [], byCell: new Map(), rollbackOf: new Map(), count: 0 };
  if (found.kind !== 'file') return none;
  try {
    return planOf(readNotebook(found.bytes, RUN_FILE).notebook);
  } catch (error) {
    // The run is in the list all the same: its journal says most of it.
    if (!(error instanceof WatchbookError)) throw error;
    return none;
  }
}

/** One line of the list. Null for a run whose start is not known. */
export function summaryOf(
  folder: string,
  title: string,
  run: Run,
  plan: Plan,
  live: LiveFacts,
  { fault }: { readonly fault: string | null },
): RunSummary | null {
  const { started } = run;
  if (started === null) return null;
  const { runbook, environment } = started.data;
  const position = positionOf(plan, run, live);
  const numbered = plan.steps.filter(({ number }) => number !== null);
  // Of a run that is over: what it came to.
  const step =
    position.kind === 'finished' ? latestStep(plan, run) : 'step' in position ? position.step : null;
  return {
    run: folder,
    short: shortName(folder) ?? basename(folder),
    title,
    runbook,
    library: placesOfRun(folder, runbook)?.library ?? '',
    environment,
    driver: run.driver ?? started.by.name,
    startedAt: started.at,
    // What is taken out of it later is in its record, and took it no longer.
    lastAt: run.finished?.at ?? run.lastAt ?? started.at,
    state: fault === null ? stateWord(position) : 'broken',
    step: step === null ? null : { number: step.number, title: step.title },
    steps: {
      done: numbered.filter((one) => isPassed(stateOf(plan, run, one, live.queue))).length,
      of: numbered.length,
    },
    deviations: run.deviations.length,
    fault,
  };
}

function stateWord(position: Position): RunSummary['state'] {
  switch (position.kind) {
    case 'finished':
      return position.status;
    case 'running':
    // A wait by the clock or for a condition goes on by itself: nobody has to act.
    case 'timed':
      return 'running';
    case 'failed':
    case 'lost':
      return 'failed';
    case 'waiting':
      return 'waiting';
    case 'ready':
    case 'rolling-back':
      return 'ready';
    case 'complete':
      return 'done';
  }
}
