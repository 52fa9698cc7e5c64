import type { ChangedRunbook, RunSummary } from '../../shared/runs/contract';
import type { StepState } from '../../shared/runs/model';
import { within } from './step-names';

/** What of the list is asked for. Empty texts and nulls ask for everything. */
export interface RunQuery {
  readonly text: string;
  readonly state: 'any' | 'person' | 'unfinished' | 'done' | 'aborted' | 'broken';
  readonly environment: string | null;
  readonly driver: string | null;
  /** Started in the last days; null for any time. */
  readonly days: number | null;
  readonly hasDeviations: boolean;
}

export const EVERY_RUN: RunQuery = {
  text: '',
  state: 'any',
  environment: null,
  driver: null,
  days: null,
  hasDeviations: false,
};

const DAY_MS = 86_400_000;

/** True where the run goes on only when a person does something about it: a gate, a checklist, a failed step. */
export function needsPerson({ state }: Pick<RunSummary, 'state'>): boolean {
  return state === 'waiting' || state === 'failed';
}

/** True for a run that can still go on. */
export function isUnfinished({ state }: Pick<RunSummary, 'state'>): boolean {
  return state !== 'done' && state !== 'aborted' && state !== 'broken';
}

function isOfState(run: RunSummary, state: RunQuery['state']): boolean {
  switch (state) {
    case 'any':
      return true;
    case 'person':
      return needsPerson(run);
    case 'unfinished':
      return isUnfinished(run);
    case 'done':
    case 'aborted':
    case 'broken':
      return run.state === state;
  }
}

/** The runs that fit, the latest first. Every word of the text has to be somewhere in what the line shows. */
export function findRuns(runs: readonly RunSummary[], query: RunQuery, now: number): readonly RunSummary[] {
  const words = query.text.toLowerCase().split(/\s+/).filter(Boolean);
  return runs
    .filter((run) => {
      const text = [
        run.title,
        run.runbook,
        run.environment.name,
        run.driver,
        run.short,
        run.step?.title ?? '',
      ]
        .join('\n')
        .toLowerCase();
      return (
        words.every((word) => text.includes(word)) &&
        isOfState(run, query.state) &&
        (query.environment === null || run.environment.name === query.environment) &&
        (query.driver === null || run.driver === query.driver) &&
        (query.days === null || now - Date.parse(run.startedAt) <= query.days * DAY_MS) &&
        (!query.hasDeviations || run.deviations > 0)
      );
    })
    .toSorted((a, b) => (a.startedAt < b.startedAt ? 1 : a.startedAt > b.startedAt ? -1 : 0));
}

/** The colour of a run's state, by the names of the states of steps. */
export function colourOf({ state }: Pick<RunSummary, 'state'>): StepState {
  switch (state) {
    case 'ready':
      return 'queued';
    case 'aborted':
      return 'skipped';
    case 'broken':
      return 'failed';
    default:
      return state;
  }
}

/** `waiting at step 9`, `done, 1 deviation`, `aborted at step 4`. */
export function stateWords({ state, step, deviations }: RunSummary): string {
  const at = step === null || step.number === null ? '' : ` step ${step.number}`;
  const more = deviations === 0 ? '' : `, ${deviations} ${deviations === 1 ? 'deviation' : 'deviations'}`;
  switch (state) {
    case 'ready':
      return at === '' ? 'ready' : `ready for${at}`;
    case 'running':
      return at === '' ? 'running' : `running${at}`;
    case 'waiting':
      return at === '' ? 'waiting' : `waiting at${at}`;
    case 'failed':
      return at === '' ? 'failed' : `failed at${at}`;
    case 'done':
      return `done${more}`;
    case 'aborted':
      return at === '' ? 'aborted' : `aborted at${at}`;
    case 'broken':
      return 'not whole';
  }
}

/** What came of a run; one that is not over has come to nothing yet. */
export function resultWords(state: string): string {
  return state === 'done' || state === 'aborted' ? state : 'not finished';
}

/** What became of a run that somebody may go on with. */
export function pastWords(state: string): string {
  return state === 'failed' ? 'failed' : resultWords(state);
}

/** What became of the last run of a runbook, and where: `failed in prod`. */
export function resultIn({ state, environment }: Pick<RunSummary, 'state' | 'environment'>): string {
  return `${pastWords(state)} in ${environment.name}`;
}

/** How far a runbook is from what was run: `4 cells changed, rehearsed 118 days ago`. */
export function changedWords(
  { changed, rehearsedAt }: Pick<ChangedRunbook, 'changed' | 'rehearsedAt'>,
  now: number,
): string {
  const cells = `${changed} ${changed === 1 ? 'cell' : 'cells'} changed`;
  if (rehearsedAt === null) return `${cells}, never rehearsed`;
  const days = Math.floor(Math.max(0, now - Date.parse(rehearsedAt)) / DAY_MS);
  if (days === 0) return `${cells}, rehearsed today`;
  return `${cells}, rehearsed ${days} ${days === 1 ? 'day' : 'days'} ago`;
}

/**
 * Where an unfinished run stands and for what, as a sentence: `Step 9 of 14 waits for a person: approve the second
 * batch.` The first words say whether it goes on only when somebody comes.
 */
export function standWords({ state, step, steps }: Pick<RunSummary, 'state' | 'step' | 'steps'>): string {
  const isNumbered = step !== null && step.number !== null;
  const name = isNumbered ? `Step ${step.number} of ${steps.of}` : 'It';
  const what = isNumbered ? `: ${within(step.title)}.` : '.';
  switch (state) {
    case 'ready':
      return `${name} is next${what}`;
    case 'running':
      return `${name} is running${what}`;
    case 'waiting':
      return `${name} waits for a person${what}`;
    case 'failed':
      return `${name} failed${what}`;
    case 'done':
    case 'aborted':
    case 'broken':
      return '';
  }
}

/** How long it took so far or in all. Milliseconds. */
export function tookMs(run: Pick<RunSummary, 'state' | 'startedAt' | 'lastAt'>, now: number): number {
  return (isUnfinished(run) ? now : Date.parse(run.lastAt)) - Date.parse(run.startedAt);
}

/** A run's steps in its order, as far as the list knows them. */
export function stripOf({ state, steps }: Pick<RunSummary, 'state' | 'steps'>): readonly StepState[] {
  return Array.from({ length: steps.of }, (_, index) => {
    if (index < steps.done) return 'done';
    return index === steps.done && state !== 'done' && state !== 'ready' && state !== 'aborted'
      ? colourOf({ state })
      : 'todo';
  });
}

/** One mark of a lane: a run, where it stands from left to right and how high it is, both from 0 to 1. */
export interface LaneMark {
  readonly run: RunSummary;
  readonly at: number;
  readonly height: number;
}

export interface Lane {
  readonly environment: RunSummary['environment'];
  readonly marks: readonly LaneMark[];
}

/** The results of one runbook over time, a lane an environment; null where there is nothing to compare. */
export function lanesOf(runs: readonly RunSummary[], now: number): readonly Lane[] | null {
  const [first] = runs;
  if (
    first === undefined ||
    runs.length < 2 ||
    runs.some(({ runbook, library }) => runbook !== first.runbook || library !== first.library)
  )
    return null;
  const starts = runs.map(({ startedAt }) => Date.parse(startedAt));
  const from = Math.min(...starts);
  const length = Math.max(1, now - from);
  const longest = Math.max(1, ...runs.map((run) => tookMs(run, now)));
  const names = [...new Set(runs.map(({ environment }) => environment.name))];
  return names.map((name): Lane => {
    const own = runs.filter(({ environment }) => environment.name === name);
    return {
      environment: own[0]?.environment ?? first.environment,
      marks: own.map((run) => ({
        run,
        at: (Date.parse(run.startedAt) - from) / length,
        height: Math.max(0.2, tookMs(run, now) / longest),
      })),
    };
  });
}
