import type { AttemptContent } from '../../shared/runs/content';
import { cellMembers } from '../../shared/runs/cell-metadata';
import type { RunLive } from '../../shared/runs/contract';
import type { Attempt, Run, StepRecord, StepState } from '../../shared/runs/model';
import type { Plan, PlanStep } from '../../shared/runs/plan';
import { isPassed, recordOf, stateOf, type Position } from '../../shared/runs/position';
import type { Cell } from '../../shared/notebook/model';
import { clockTime, counterWords, durationWords } from '../notebook/time-words';
import {
  capital,
  cellName,
  lastAttempt,
  numbersOf,
  numbersWords,
  rollbackName,
  stepName,
  within,
} from './step-names';

/** The sign beside the words of the bar, by the name of its icon. */
export type BarSign =
  'running' | 'failed' | 'waiting' | 'timer' | 'ready' | 'undo' | 'lost' | 'done' | 'stopped' | 'changed';

/** What the action bar says: the state in one sentence, what is kept, what can be done. */
export interface BarWords {
  readonly state: StepState;
  readonly sign: BarSign;
  readonly title: string;
  /** Beside the title, quieter. */
  readonly aside: string | null;
  readonly sub: string;
}

/** Everything the words are made from. `attempt`: the content of the last attempt of the step it stands at. */
export interface WordFacts {
  readonly plan: Plan;
  readonly run: Run;
  readonly live: RunLive;
  readonly position: Position;
  readonly cells: ReadonlyMap<string, Pick<Cell, 'metadata'>>;
  readonly attempt: AttemptContent | null;
  /** Seconds that steps usually take, by cell. */
  readonly usual: Readonly<Record<string, number>>;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** `Steps 8 to 14 have not run.`; empty where nothing is to come. */
function toComeWords({ plan, run, live }: WordFacts, except: string | null): string {
  const open = plan.steps.filter(
    (step) => step.cell !== except && stateOf(plan, run, step, live.queue) === 'todo',
  );
  const numbers = numbersOf(open);
  if (numbers.length === 0) return '';
  return `${capital(numbersWords(numbers))} ${numbers.length === 1 ? 'has' : 'have'} not run.`;
}

/** The steps that wait for this gate: up to the next one that asks for an approval anew. */
function coveredBy(plan: Plan, gate: PlanStep): readonly PlanStep[] {
  const after = plan.steps.slice(gate.index + 1);
  const end = after.findIndex((step) => step.gate?.kind === 'approve');
  return end === -1 ? after : after.slice(0, end);
}

function nextStep(plan: Plan, step: PlanStep): PlanStep | undefined {
  return plan.steps.slice(step.index + 1).find(({ number }) => number !== null);
}

/** `exit status 1, expected 0`; how a failed attempt went wrong, in a few words; null where nothing tells. */
export function failureWords(
  attempt: Attempt | undefined,
  content: AttemptContent | null,
  expected: number | undefined,
): string | null {
  const exit = attempt?.finished?.exitStatus ?? null;
  if (exit !== null && exit !== (expected ?? 0)) {
    return expected === undefined ? `exit status ${exit}` : `exit status ${exit}, expected ${expected}`;
  }
  const unmet = content?.expectations.filter(({ holds }) => !holds).length ?? 0;
  if (content !== null && unmet > 0) {
    return unmet === 1 && content.expectations.length === 1
      ? 'the expected result is not met'
      : `${unmet} of ${content.expectations.length} expected results are not met`;
  }
  return content?.failure ?? null;
}

/** `Its output is kept.`, `The output of both attempts is kept.` */
function keptWords(attempts: number): string {
  if (attempts === 0) return '';
  if (attempts === 1) return 'Its output is kept.';
  return attempts === 2
    ? 'The output of both attempts is kept.'
    : `The output of all ${attempts} attempts is kept.`;
}

function sentences(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}

/** `over its limit of 1m 30s since 02:18:05`; null for a step within its limit. */
function overWords({ run, cells }: WordFacts, cell: string): string | null {
  const since = lastAttempt(recordOf(run, cell))?.limitPassedAt;
  if (since === undefined) return null;
  const view = cells.get(cell);
  const seconds = view === undefined ? undefined : cellMembers(view).limit?.seconds;
  return `over its limit${seconds === undefined ? '' : ` of ${durationWords(seconds * 1000)}`} since ${clockTime(since)}`;
}

function runningWords(facts: WordFacts, position: Extract<Position, { kind: 'running' }>): BarWords {
  const { plan, run, now, usual } = facts;
  const since = lastAttempt(recordOf(run, position.cell))?.startedAt;
  const time = since === undefined ? '' : `, ${counterWords(now - Date.parse(since))}`;
  const seconds = Object.hasOwn(usual, position.cell) ? usual[position.cell] : undefined;
  const { step } = position;
  const { unconfirmed } = facts.live;
  if (unconfirmed !== null && unconfirmed.cell === position.cell) {
    return {
      state: 'waiting',
      sign: 'waiting',
      title: `${capital(cellName(plan, position.cell))} waits for your word${time}`,
      aside: unconfirmed.status === null ? null : `exit status ${unconfirmed.status}, told by its shell`,
      sub:
        unconfirmed.status === null
          ? 'The terminal does not tell how it ends. Look there, and say it here; the record has your name beside it.'
          : 'What runs in that shell can claim any exit status, and nothing else is expected here. Look at the terminal, and say how it ended.',
    };
  }
  const next = step === null ? undefined : nextStep(plan, step);
  const isSetup = step !== null && step.number === null;
  return {
    state: 'running',
    sign: 'running',
    title: isSetup
      ? `The parameters are being set${time}`
      : `${capital(cellName(plan, position.cell))} is running${time}`,
    aside:
      overWords(facts, position.cell) ??
      (seconds === undefined ? null : `usually ${durationWords(seconds * 1000)}`),
    sub:
      step === null
        ? 'It undoes what was done. The run stops after it and waits for you.'
        : next === undefined
          ? 'It is the last step.'
          : `Next: step ${next.number ?? ''}, ${within(next.title)}. The run stops before each step and waits for you.`,
  };
}

function failedWords(facts: WordFacts, step: PlanStep): BarWords {
  const { run, attempt: content, live, cells } = facts;
  const record = recordOf(run, step.cell);
  const attempt = lastAttempt(record);
  const cell = cells.get(step.cell);
  const expected = cell === undefined ? undefined : cellMembers(cell).expect?.exitStatus;
  const lasted = attempt?.finished?.durationMs;
  const after = lasted === undefined ? '' : ` after ${durationWords(lasted)}`;
  const wasInterrupted = attempt?.finished?.status === 'interrupted';
  const isRejected = step.gate !== null;
  const title = isRejected
    ? `${stepName(step)} was rejected`
    : `${stepName(step)} ${wasInterrupted ? 'was interrupted' : 'failed'}${after}`;
  if (live.retry !== null && live.retry.cell === step.cell) {
    return {
      state: 'failed',
      sign: 'timer',
      title,
      aside: `tried again at ${clockTime(live.retry.at)}, ${live.retry.left} left`,
      sub: sentences('It is tried again by itself.', toComeWords(facts, step.cell)),
    };
  }
  if (run.retry !== null && run.retry.cell === step.cell) {
    const { at, left } = run.retry;
    return {
      state: 'failed',
      sign: 'failed',
      title,
      aside: `was to be tried again at ${clockTime(at)}, ${left} left`,
      sub: 'The engine was away at that time, so nothing was tried. Retry goes on with it; the run is stopped until then.',
    };
  }
  return {
    state: 'failed',
    sign: 'failed',
    title,
    aside: wasInterrupted || isRejected ? null : failureWords(attempt, content, expected),
    sub: sentences(
      'The run is stopped.',
      toComeWords(facts, step.cell),
      keptWords(record?.attempts.length ?? 0),
    ),
  };
}

/** How many approvals are still missing. */
export function missingApprovals(record: StepRecord | undefined): number {
  const gate = record?.gate;
  if (gate === null || gate === undefined) return 1;
  return Math.max(0, gate.minimum - gate.answers.filter(({ verdict }) => verdict === 'approved').length);
}

function waitingWords(
  facts: WordFacts,
  { step, for: what }: Extract<Position, { kind: 'waiting' }>,
): BarWords {
  const { plan, run, now } = facts;
  const record = recordOf(run, step.cell);
  const opened = record?.gate?.openedAt;
  const time = opened === undefined ? '' : `, ${counterWords(now - Date.parse(opened))}`;
  const base = { state: 'waiting', sign: 'waiting', aside: null } as const;
  const toCome = toComeWords(facts, step.cell);
  switch (what) {
    case 'items': {
      const ticks = record?.ticks ?? {};
      const left = step.required.filter((item) => !Object.hasOwn(ticks, String(item))).length;
      return {
        ...base,
        title: `${stepName(step)} waits for ${left} ${left === 1 ? 'item' : 'items'}`,
        sub: sentences('Tick what is required above, each when it is true.', toCome),
      };
    }
    case 'confirmation':
      return {
        ...base,
        title: `${stepName(step)} waits for you to confirm${time}`,
        sub:
          step.gate?.kind === 'approve'
            ? 'This is a rehearsal: you confirm in place of the approvers, and the record says so.'
            : sentences('Read the text above first.', toCome),
      };
    case 'approval': {
      const missing = missingApprovals(record);
      const covered = numbersOf(coveredBy(plan, step));
      return {
        ...base,
        title: `Waiting for ${missing} ${missing === 1 ? (record?.gate?.answers.length === 0 ? 'approval' : 'more approval') : 'approvals'}${time}`,
        sub: sentences(
          covered.length === 0 ? '' : `Approvals cover ${numbersWords(covered)} as they are now.`,
          'You can close the laptop: the run stays here.',
        ),
      };
    }
  }
}

function timedWords(facts: WordFacts, step: PlanStep): BarWords {
  const { plan, run, live, now } = facts;
  const wait = live.waits.find(({ cell }) => cell === step.cell);
  const until = wait?.until ?? recordOf(run, step.cell)?.gate?.until ?? null;
  const next = nextStep(plan, step);
  return {
    state: 'running',
    sign: 'timer',
    title:
      step.gate?.kind === 'condition'
        ? `${stepName(step)} waits for its condition`
        : until === null
          ? `${stepName(step)} waits`
          : `${stepName(step)} waits until ${clockTime(until)}`,
    aside:
      step.gate?.kind !== 'condition' && until !== null
        ? `${counterWords(Date.parse(until) - now)} left`
        : wait === undefined || wait.said === null
          ? null
          : `last answer: ${wait.said}`,
    sub: sentences(
      'Nobody has to act.',
      next === undefined ? '' : `Then the run stops before step ${next.number ?? ''}, ${within(next.title)}.`,
    ),
  };
}

function readyWords(facts: WordFacts, { step, isFirst }: Extract<Position, { kind: 'ready' }>): BarWords {
  const { plan, run, live } = facts;
  const passed = plan.steps.filter(
    (one) => one.number !== null && isPassed(stateOf(plan, run, one, live.queue)),
  ).length;
  const record = recordOf(run, step.cell);
  return {
    state: 'todo',
    sign: 'ready',
    title: `${stepName(step)} is next`,
    aside: step.title,
    sub: sentences(
      isFirst
        ? 'Nothing has run yet.'
        : `${passed} of ${plan.count} steps ${passed === 1 ? 'is' : 'are'} done.`,
      (record?.adjustments.length ?? 0) > (record?.attempts.length ?? 0) ? 'Its adjusted copy is sent.' : '',
      'The run stops before each step and waits for you.',
    ),
  };
}

function lostWords({
  position,
  ...facts
}: WordFacts & { readonly position: Extract<Position, { kind: 'lost' }> }): BarWords {
  const { plan, run } = facts;
  const done = numbersWords(numbersOf(position.done));
  const cut = plan.steps.find((step) => {
    const attempt = lastAttempt(recordOf(run, step.cell));
    return attempt !== undefined && attempt.finished === null;
  });
  const failed = plan.steps.find(
    (step) => stateOf(plan, run, step, facts.live.queue) === 'failed' && step.kind === 'code',
  );
  const what =
    (['kernel', 'shell', 'terminal'] as const).find((one) => position.sessions.includes(one)) ?? 'shell';
  return {
    state: 'failed',
    sign: 'lost',
    title:
      cut !== undefined
        ? `${stepName(cut)} was cut off, the ${what} ended`
        : failed === undefined
          ? `The ${what} ended`
          : `${stepName(failed)} failed, the ${what} ended`,
    aside: null,
    sub: `What ${done} had left in it is gone. Outputs and the record are kept. Choose where to go on.`,
  };
}

function undoWords(facts: WordFacts, position: Extract<Position, { kind: 'rolling-back' }>): BarWords {
  const { plan, run } = facts;
  const step = plan.byCell.get(position.cell);
  const to = plan.byCell.get(position.to);
  const name = step === undefined ? 'a step' : `step ${step.number ?? ''}, ${within(step.title)}`;
  const by = position.by === null ? null : rollbackName(plan, position.cell, position.by);
  const [lost] = run.lost;
  return {
    state: position.hasFailed ? 'failed' : 'rolledback',
    sign: 'undo',
    title: position.hasFailed ? `${by ?? ''} failed, ${name} is not undone` : `Next to undo: ${name}`,
    aside: `${position.left} left, back to before step ${to?.number ?? ''}`,
    sub: sentences(
      lost === undefined ? '' : `The ${lost.session} ended meanwhile: what steps had left in it is gone.`,
      by === null
        ? 'Nothing is named that undoes it. Undo it by hand where it is needed, then go on.'
        : `${by} undoes it. Each asks before it runs. What is undone is in the record.`,
    ),
  };
}

function finishedWords({ run }: WordFacts): BarWords {
  const { finished, deviations } = run;
  const at = finished === null ? '' : clockTime(finished.at);
  const many = `${deviations.length} ${deviations.length === 1 ? 'deviation' : 'deviations'}`;
  return finished?.status === 'aborted'
    ? {
        state: 'skipped',
        sign: 'stopped',
        title: `Run aborted at ${at}`,
        aside: `by ${finished.by}`,
        sub: 'The record is closed and kept. What was done is not undone by this.',
      }
    : {
        state: 'done',
        sign: 'done',
        title: deviations.length === 0 ? 'Run finished, done' : `Run finished, done with ${many}`,
        aside: at,
        sub: 'The record is closed and kept. The report is written beside it.',
      };
}

/** What the bar says where a run stands. */
export function barWords(facts: WordFacts): BarWords {
  const { position } = facts;
  switch (position.kind) {
    case 'running':
      return runningWords(facts, position);
    case 'failed':
      return failedWords(facts, position.step);
    case 'waiting':
      return waitingWords(facts, position);
    case 'timed':
      return timedWords(facts, position.step);
    case 'ready':
      return readyWords(facts, position);
    case 'lost':
      return lostWords({ ...facts, position });
    case 'rolling-back':
      return undoWords(facts, position);
    case 'complete':
      return {
        state: 'done',
        sign: 'done',
        title: 'Every step is done',
        aside: null,
        sub: 'The record is being closed.',
      };
    case 'finished':
      return finishedWords(facts);
  }
}
