import type { EnvironmentRef } from './events';
import type { Run, StepRecord, StepState } from './model';
import type { Plan, PlanStep } from './plan';

/** What the journal knows of a cell; undefined for one that is to come. */
export function recordOf(run: Run, cell: string): StepRecord | undefined {
  return Object.hasOwn(run.steps, cell) ? run.steps[cell] : undefined;
}

/** True when every required item of a step is ticked. */
function isTickedOff(step: Pick<PlanStep, 'required' | 'cell'>, run: Run): boolean {
  const ticks = recordOf(run, step.cell)?.ticks ?? {};
  return step.required.every((item) => Object.hasOwn(ticks, String(item)));
}

/** True when the run has sent some step. A command that was typed elsewhere and made a step is none that it sent. */
export function hasBegun(run: Run): boolean {
  return Object.values(run.steps).some(({ attempts }) => attempts.some((one) => one.isCaptured !== true));
}

/**
 * The state of a step as it is shown (look.md section 4). `queue`: cells sent or in line. A step that was done before
 * a person chose to go on from above it is to come again.
 */
export function stateOf(plan: Plan, run: Run, step: PlanStep, queue: readonly string[]): StepState {
  const record = recordOf(run, step.cell);
  if (run.running.includes(step.cell)) return 'running';
  if (queue.includes(step.cell)) return 'queued';
  const state = record === undefined || isBefore(plan, run, step, record) ? 'todo' : record.state;
  if (step.kind === 'checklist' && state === 'todo') return isTickedOff(step, run) ? 'done' : 'todo';
  return state;
}

function isBefore(plan: Plan, run: Run, step: PlanStep, record: StepRecord): boolean {
  if (run.resumed === null || record.seq > run.resumed.seq) return false;
  return placeOf(plan, step.cell) >= placeOf(plan, run.resumed.from);
}

function placeOf(plan: Plan, cell: string): number {
  return plan.byCell.get(cell)?.index ?? -1;
}

/** The step that something happened to last; null where nothing happened to any. */
export function latestStep(plan: Plan, run: Run): PlanStep | null {
  let latest: { readonly step: PlanStep; readonly seq: number } | null = null;
  for (const step of plan.steps) {
    const seq = recordOf(run, step.cell)?.seq;
    if (seq !== undefined && (latest === null || seq > latest.seq)) latest = { step, seq };
  }
  return latest?.step ?? null;
}

/** What is not in the journal and decides where a run stands: a part of `RunLive`. */
export interface LiveFacts {
  readonly queue: readonly string[];
}

/** Where a run stands. There is one place, and all that can be done is done there. */
export type Position =
  | { readonly kind: 'finished'; readonly status: 'done' | 'aborted' }
  | { readonly kind: 'running'; readonly cell: string; readonly step: PlanStep | null }
  /** A rollback goes on: the next step to undo, and the cell that does it; null where it has none. */
  | {
      readonly kind: 'rolling-back';
      readonly to: string;
      readonly cell: string;
      readonly by: string | null;
      readonly left: number;
      readonly hasFailed: boolean;
    }
  /** A session ended with what steps had put into it: a person chooses where to go on. */
  | { readonly kind: 'lost'; readonly sessions: readonly string[]; readonly done: readonly PlanStep[] }
  | { readonly kind: 'failed'; readonly step: PlanStep }
  | { readonly kind: 'waiting'; readonly step: PlanStep; readonly for: 'items' | 'confirmation' | 'approval' }
  /** A timed wait or a polled condition: nobody has to act. */
  | { readonly kind: 'timed'; readonly step: PlanStep }
  | { readonly kind: 'ready'; readonly step: PlanStep; readonly isFirst: boolean }
  /** Every step is done or was decided on. */
  | { readonly kind: 'complete' };

/**
 * The state of a step where the run stands: one whose items have to be ticked first waits for a person, though its gate
 * is not open yet. Where a session was lost nothing waits by itself: a wait begins anew after a person chose.
 */
export function standingState(position: Position, cell: string, state: StepState): StepState {
  if (position.kind === 'lost' && state === 'running') return 'todo';
  return state === 'todo' && position.kind === 'waiting' && position.step.cell === cell ? 'waiting' : state;
}

/** The steps that count as passed: done, by hand, or skipped. */
export function isPassed(state: StepState): boolean {
  return state === 'done' || state === 'skipped';
}

/** Where a run stands: a function of its notebook, its journal, and what runs now. */
export function positionOf(plan: Plan, run: Run, live: LiveFacts): Position {
  if (run.finished !== null) return { kind: 'finished', status: run.finished.status };
  const gateOf = (cell: string): PlanStep['gate'] => plan.byCell.get(cell)?.gate ?? null;
  const runningCode = run.running.find((cell) => gateOf(cell) === null) ?? live.queue[0];
  if (runningCode !== undefined) {
    return { kind: 'running', cell: runningCode, step: plan.byCell.get(runningCode) ?? null };
  }
  const { rollback } = run;
  const [undo] = rollback?.rest ?? [];
  if (rollback !== null && undo !== undefined) {
    const by = undo.by === null ? undefined : recordOf(run, undo.by);
    const hasFailed = by?.state === 'failed' && by.seq > rollback.seq;
    return { kind: 'rolling-back', to: rollback.to, ...undo, left: rollback.rest.length, hasFailed };
  }
  const next = nextOf(plan, run, live);
  // At its end nothing is to be done any more that could miss what is lost.
  if (run.lost.length > 0 && next.kind !== 'complete') {
    const sessions: readonly string[] = run.lost.map(({ session }) => session);
    const done = plan.steps.filter((step) => {
      const record = recordOf(run, step.cell);
      const last = record?.attempts.at(-1);
      return (
        step.kind === 'code' &&
        // What a person typed in a terminal of their own stood on no session of the run.
        last?.isCaptured !== true &&
        // What ran since the loss is in the session that came after.
        run.lost.some((lost) => lost.session === last?.session && (record?.seq ?? 0) <= lost.seq) &&
        stateOf(plan, run, step, live.queue) !== 'rolledback'
      );
    });
    // Where nothing of it had come to an end, nothing is gone that others stand on.
    if (done.some((step) => isPassed(stateOf(plan, run, step, live.queue))))
      return { kind: 'lost', sessions, done };
  }
  return next;
}

/** The first step that is not passed, and what it waits for. */
function nextOf(plan: Plan, run: Run, live: LiveFacts): Position {
  const [running] = run.running;
  const from = run.resumed === null ? 0 : Math.max(0, placeOf(plan, run.resumed.from));
  for (const step of plan.steps) {
    // Above where a person chose to go on only what happened since then counts.
    if (step.index < from && (recordOf(run, step.cell)?.seq ?? -1) <= (run.resumed?.seq ?? -1)) continue;
    const state = stateOf(plan, run, step, live.queue);
    if (isPassed(state)) continue;
    // Parameters are sent with the first step of their session: they hold nothing up unless they failed.
    if (step.kind === 'setup' && state !== 'failed') continue;
    if (state === 'failed') return { kind: 'failed', step };
    return standsAt(step, run, running === step.cell);
  }
  return { kind: 'complete' };
}

function standsAt(step: PlanStep, run: Run, isRunning: boolean): Position {
  if (step.kind === 'checklist') return { kind: 'waiting', step, for: 'items' };
  if (step.gate === null) {
    return { kind: 'ready', step, isFirst: !hasBegun(run) };
  }
  const isTimed = step.gate.kind === 'wait' || step.gate.kind === 'condition';
  if (isTimed && (isRunning || recordOf(run, step.cell)?.gate?.isOpen === true))
    return { kind: 'timed', step };
  if (!isTickedOff(step, run)) return { kind: 'waiting', step, for: 'items' };
  if (isTimed) return { kind: 'timed', step };
  return { kind: 'waiting', step, for: waitsFor(step, run) };
}

/** In a rehearsal an approval is a confirmation. */
function waitsFor(step: PlanStep, run: Run): 'confirmation' | 'approval' {
  const isRehearsed = run.started?.data.environment.gates === 'confirm';
  return step.gate?.kind === 'approve' && !isRehearsed ? 'approval' : 'confirmation';
}

/** One step of a rollback: what is undone, and the cell that does it; null where the step names none. */
export interface UndoStep {
  readonly cell: string;
  readonly by: string | null;
}

/**
 * What rolling back to before `to` does, in reverse order: the rollback cells of the steps done, failed or marked by
 * hand from there on. A step without a rollback is in it, to be named before the start.
 */
export function undoPlan(plan: Plan, run: Run, to: string): readonly UndoStep[] {
  const start = placeOf(plan, to);
  if (start < 0) return [];
  return plan.steps
    .slice(start)
    .filter((step) => step.kind === 'code' && isUndoable(recordOf(run, step.cell)))
    .toReversed()
    .flatMap((step): readonly UndoStep[] =>
      step.rollback.length === 0
        ? [{ cell: step.cell, by: null }]
        : step.rollback.toReversed().map((by) => ({ cell: step.cell, by })),
    );
}

function isUndoable(record: StepRecord | undefined): boolean {
  return record !== undefined && (record.state === 'done' || record.state === 'failed');
}

/**
 * The words that have to be typed before a cell is sent in a strict environment (`prod 10`); null where none are.
 * A rollback cell carries the number of the step it undoes.
 */
export function wordsFor(
  environment: Pick<EnvironmentRef, 'name' | 'guard'>,
  step: Pick<PlanStep, 'number'>,
  isDestructive: boolean,
): string | null {
  if (environment.guard !== 'strict' || !isDestructive) return null;
  return `${environment.name} ${step.number ?? 0}`;
}
