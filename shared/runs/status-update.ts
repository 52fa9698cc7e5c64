import { durationWords } from '../notebook/duration-words';
import type { Run } from './model';
import type { Plan, PlanStep } from './plan';
import { isPassed, recordOf, stateOf, type LiveFacts, type Position } from './position';

export interface StatusFacts {
  readonly title: string;
  readonly plan: Plan;
  readonly run: Run;
  readonly live: Pick<LiveFacts, 'queue'>;
  readonly position: Position;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Writes an instant with its zone: `02:41:43 CET`. */
  readonly clock: (instant: string) => string;
}

function stepWords(step: PlanStep): string {
  return step.number === null ? 'the parameters' : `step ${step.number}, ${step.title}`;
}

function capital(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

/** The state in one sentence, and since when. */
export function stateSentence(facts: Omit<StatusFacts, 'title'>): string {
  const { position, run, plan } = facts;
  const since = (cell: string): string => {
    const record = recordOf(run, cell);
    const at = record?.gate?.isOpen === true ? record.gate.openedAt : record?.at;
    return at === undefined ? '' : ` since ${facts.clock(at)}, ${durationWords(facts.now - Date.parse(at))}`;
  };
  switch (position.kind) {
    case 'finished':
      return `${position.status === 'done' ? 'Done' : 'Aborted'}${run.finished === null ? '' : ` at ${facts.clock(run.finished.at)}`}`;
    case 'running':
      return `${position.step === null ? 'A rollback step' : capital(stepWords(position.step))}: running${since(position.cell)}`;
    case 'rolling-back':
      return `Rolling back, ${position.left} ${position.left === 1 ? 'step' : 'steps'} left`;
    case 'lost':
      return 'The kernel was lost; a person chooses where to go on';
    case 'failed':
      return `${capital(stepWords(position.step))}: failed${since(position.step.cell)}`;
    case 'waiting': {
      const what = { items: 'its checklist', confirmation: 'confirmation', approval: 'approval' }[
        position.for
      ];
      return `${capital(stepWords(position.step))}: waits for ${what}${since(position.step.cell)}`;
    }
    case 'timed':
      return `${capital(stepWords(position.step))}: waits by itself${since(position.step.cell)}`;
    case 'ready':
      return position.isFirst
        ? `Ready to begin with ${stepWords(position.step)}`
        : `Ready for ${stepWords(position.step)}`;
    case 'complete':
      return `All ${plan.count} steps are done`;
  }
}

/** The step after the one where the run stands; null at the end. */
function nextStepOf({ plan, run, live, position }: Omit<StatusFacts, 'title'>): PlanStep | null {
  const at = 'step' in position && position.step !== null ? position.step.index : -1;
  if (at < 0 || position.kind === 'ready') return null;
  return (
    plan.steps
      .slice(at + 1)
      .find((step) => step.number !== null && !isPassed(stateOf(plan, run, step, live.queue))) ?? null
  );
}

/**
 * A status update for chat or mail: state, step, since when, what next. No output and no values: it goes to people
 * who may not see them.
 */
export function statusUpdate(facts: StatusFacts): string {
  const { title, plan, run, live } = facts;
  const environment = run.started?.data.environment.name ?? '';
  const numbered = plan.steps.filter(({ number }) => number !== null);
  const done = numbered.filter((step) => isPassed(stateOf(plan, run, step, live.queue))).length;
  const next = nextStepOf(facts);
  const lines = [
    `${title} (${environment})`,
    `${stateSentence(facts)}.`,
    `${done} of ${numbered.length} steps done.${next === null ? '' : ` Next: ${stepWords(next)}.`}`,
    [
      ...(run.started === null ? [] : [`Started ${facts.clock(run.started.at)}`]),
      ...(run.driver === null ? [] : [`driver ${run.driver}`]),
      `as of ${facts.clock(new Date(facts.now).toISOString())}`,
    ].join(', ') + '.',
  ];
  return lines.join('\n');
}
