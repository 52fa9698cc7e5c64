import { basename } from 'node:path';
import { describeFault } from '../../../shared/runs/chain';
import { startDetailsSchema } from '../../../shared/runs/content';
import type { RunSummary } from '../../../shared/runs/contract';
import type { Run } from '../../../shared/runs/model';
import { planOf, type Plan } from '../../../shared/runs/plan';
import { isPassed, positionOf, stateOf, type Position } from '../../../shared/runs/position';
import { contentOf, readRunFolder, type RunFolder } from './read-run';

/** A run in one line of a list, from its folder alone. Null for one without a start. Rejects as `readRunFolder`. */
export async function summariseRun(library: string, folder: string): Promise<RunSummary | null> {
  return summaryOf(library, await readRunFolder(folder));
}

/** The same of a run that was read already. */
export function summaryOf(library: string, found: RunFolder): RunSummary | null {
  const { folder, run, reading, notebook } = found;
  const { started } = run;
  if (started === null) return null;
  const details = startDetailsSchema.safeParse(contentOf(found, started.data.parameters));
  const plan = planOf(notebook.kind === 'notebook' ? notebook.notebook : { cells: [], metadata: {} });
  const position = positionOf(plan, run, { queue: [], rollback: null });
  const [fault] = reading.faults;
  const numbered = plan.steps.filter(({ number }) => number !== null);
  return {
    run: folder,
    short: basename(folder).slice(-6),
    title: details.success ? details.data.title : started.data.runbook,
    runbook: started.data.runbook,
    library,
    environment: started.data.environment,
    driver: run.driver ?? started.by.name,
    startedAt: started.at,
    lastAt: run.lastAt ?? started.at,
    state: fault === undefined ? stateWord(position) : 'broken',
    step: standsAt(plan, run, position),
    steps: {
      done: numbered.filter((step) => isPassed(stateOf(plan, run, step, []))).length,
      of: plan.count,
    },
    deviations: run.deviations.length,
    fault: fault === undefined ? null : describeFault(fault),
  };
}

function stateWord(position: Position): RunSummary['state'] {
  switch (position.kind) {
    case 'finished':
      return position.status;
    case 'running':
    case 'timed':
    case 'rolling-back':
      return 'running';
    case 'failed':
    case 'lost':
      return 'failed';
    case 'waiting':
      return 'waiting';
    case 'ready':
    case 'complete':
      return 'ready';
  }
}

function standsAt(plan: Plan, run: Run, position: Position): RunSummary['step'] {
  if ('step' in position && position.step !== null) {
    return { number: position.step.number, title: position.step.title };
  }
  // One that ended is told by the last step of which anything is known.
  const last = plan.steps.findLast((step) => stateOf(plan, run, step, []) !== 'todo');
  return last === undefined ? null : { number: last.number, title: last.title };
}
