import type { EventType, RunEvent, RunEventOf } from './events';
import { approvers, missingGate } from './gate-record';
import type { GateRecord, Run } from './model';
import { forgetPlans, later, passUndo, planAgain } from './planned-steps';
import { RunDraft, setMember, type StepDraft } from './run-draft';
import { understand, type AnyEvent } from './understand';

/** A clock that went back by more than this is told, in milliseconds. */
const CLOCK_JUMP_MS = 2_000;

/** A run of which nothing is known. */
export const EMPTY_RUN: Run = {
  seq: -1,
  lastAt: null,
  started: null,
  driver: null,
  finished: null,
  steps: {},
  running: [],
  checkpoints: [],
  checks: [],
  notes: [],
  gaps: [],
  linked: [],
  rollback: null,
  retry: null,
  above: null,
  resumed: null,
  lost: [],
  terminals: [],
  withheld: {},
  deviations: [],
  unknown: [],
};

/** What a journal says: the same events give the same run, whoever reads them. Never throws. */
export function reduce(events: readonly AnyEvent[]): Run {
  return applyEvents(EMPTY_RUN, events);
}

/** Goes on with one event; what it does not touch stays the same object. */
export function applyEvent(run: Run, event: AnyEvent): Run {
  return applyEvents(run, [event]);
}

/**
 * Goes on with several events at once. An event with a number that was there before changes nothing, so that one told
 * twice counts once.
 */
export function applyEvents(run: Run, events: readonly AnyEvent[]): Run {
  if (!events.some(({ seq }) => seq > run.seq)) return run;
  const draft = new RunDraft(run);
  for (const event of events) if (event.seq > draft.run.seq) apply(draft, event);
  return draft.run;
}

function apply(draft: RunDraft, event: AnyEvent): void {
  const known = understand(event);
  const isClockTold = known?.type === 'gap' && known.data.why === 'clock';
  const { lastAt } = draft.run;
  if (lastAt !== null && !isClockTold && Date.parse(lastAt) - Date.parse(event.at) > CLOCK_JUMP_MS) {
    draft.deviation('clock', deviationOf(event, null));
  }
  draft.run.seq = event.seq;
  draft.run.lastAt = event.at;
  if (known === null) {
    if (draft.run.unknown.includes(event.type)) return;
    draft.push('unknown', event.type);
    draft.deviation('foreign', deviationOf(event, null));
    return;
  }
  // Each entry of the table takes the events of its own name.
  (APPLY[known.type] as (draft: RunDraft, event: RunEvent) => void)(draft, known);
}

/** What a deviation says of its event. */
function deviationOf(
  { seq, at, actor }: Pick<AnyEvent, 'seq' | 'at' | 'actor'>,
  cell: string | null,
  reason: Run['deviations'][number]['reason'] = null,
): { seq: number; at: string; by: string; cell: string | null; reason: typeof reason } {
  return { seq, at, by: actor.name, cell, reason };
}

type Apply = { readonly [T in EventType]: (draft: RunDraft, event: RunEventOf<T>) => void };

/** For events that say something of a run without changing where it stands; the timeline has them. */
const nothing = (): void => undefined;

const APPLY: Apply = {
  'run-started': (draft, event) => {
    if (draft.run.started !== null) return;
    const { at, actor, data } = event;
    draft.run.started = { at, by: actor, data };
    draft.run.driver = actor.name;
    if (data.uncommitted !== null) draft.deviation('uncommitted', deviationOf(event, null));
    if (data.accepted !== null) draft.deviation('weaker', deviationOf(event, null, data.accepted));
  },
  resumed: (draft, { seq, at, data: { from, upTo = null, again = [] } }) => {
    if (from !== null) {
      draft.run.resumed = { seq, at, from };
      draft.replace('lost', []);
      forgetPlans(draft);
      // What is to come is to be waited for again: a wait begins anew when the run comes to it.
      for (const { cell, state, gate } of draft.all()) {
        if (state !== 'running' || gate?.isOpen !== true) continue;
        draft.move(cell, 'todo', { seq, at }).gate = { ...gate, isOpen: false };
      }
    }
    if (upTo !== null || again.length > 0) draft.run.above = { seq, upTo, again };
  },
  'library-changed': (draft, event) => draft.deviation('library-changed', deviationOf(event, null)),

  'cell-started': (draft, event) => {
    const { at, data } = event;
    if (draft.known(data.cell)?.state === 'done') markLater(draft, data.cell);
    const step = draft.move(data.cell, 'running', event);
    draft.push('running', data.cell);
    step.attempts.push({
      number: data.attempt,
      startedAt: at,
      session: data.session,
      source: data.source,
      finished: null,
    });
    step.decision = null;
    step.byHand = false;
    step.beforeRerun = false;
    const { retry } = draft.run;
    if (retry?.cell === data.cell) draft.run.retry = { ...retry, left: Math.max(0, retry.left - 1) };
  },
  'cell-finished': (draft, event) => {
    const { at, data } = event;
    const step = draft.move(data.cell, data.status === 'done' ? 'done' : 'failed', event);
    planAgain(draft, event);
    passUndo(draft, event);
    const index = step.attempts.findLastIndex(({ number }) => number === data.attempt);
    const attempt = step.attempts[index];
    if (attempt === undefined) return;
    step.attempts[index] = {
      ...attempt,
      finished: {
        at,
        status: data.status,
        durationMs: data.duration_ms,
        exitStatus: data.exitStatus ?? null,
        outputs: data.outputs,
        content: data.content,
      },
    };
  },
  'limit-passed': (draft, { at, data }) => {
    const step = draft.step(data.cell);
    const index = step.attempts.findLastIndex(({ number }) => number === data.attempt);
    const attempt = step.attempts[index];
    if (attempt !== undefined) step.attempts[index] = { ...attempt, limitPassedAt: at };
  },
  'step-adjusted': (draft, event) => {
    const { at, actor, data } = event;
    const step = draft.step(data.cell);
    step.adjustments.push({
      at,
      by: actor.name,
      before: data.before,
      after: data.after,
      beforeAttempt: (step.attempts.at(-1)?.number ?? 0) + 1,
    });
    draft.deviation('adjusted', deviationOf(event, data.cell));
  },
  'step-added': (draft, event) => {
    const { at, actor, data } = event;
    const { ran } = data;
    const status = ran?.exitStatus === 0 ? 'done' : 'failed';
    const step = ran === undefined ? touch(draft, data.cell, event) : draft.move(data.cell, status, event);
    step.added = { at, by: actor.name, after: data.after };
    if (ran !== undefined) {
      // Its own times: the event is from when it was made a step.
      const { startedAt, endedAt, exitStatus, outputs, content } = ran;
      const durationMs = Math.max(0, Date.parse(endedAt) - Date.parse(startedAt));
      step.attempts.push({
        number: 1,
        startedAt,
        session: 'terminal',
        source: data.source,
        isCaptured: true,
        finished: { at: endedAt, status, durationMs, exitStatus, outputs, content },
      });
    }
    draft.deviation('added', deviationOf(event, data.cell));
  },
  'step-skipped': (draft, event) => {
    const { at, actor, data } = event;
    const step = draft.move(data.cell, 'skipped', event);
    step.decision = { at, by: actor.name, reason: data.reason };
    step.byHand = false;
    draft.run.retry = null;
    draft.deviation('skipped', deviationOf(event, data.cell, data.reason));
  },
  'step-marked-done': (draft, event) => {
    const { at, actor, data } = event;
    const step = draft.move(data.cell, 'done', event);
    step.decision = { at, by: actor.name, reason: data.reason };
    step.byHand = true;
    step.beforeRerun = false;
    draft.run.retry = null;
    draft.deviation('by-hand', deviationOf(event, data.cell, data.reason));
  },
  interrupted: (draft) => {
    draft.run.retry = null;
    draft.run.above = null;
  },

  check: (draft, { seq, at, data }) => draft.push('checks', { seq, at, data, overridden: false }),
  override: (draft, event) => {
    const { data } = event;
    draft.deviation('override', deviationOf(event, data.cell, data.reason));
    if (data.what !== 'check') return;
    const checks = draft.list('checks') as Run['checks'][number][];
    // Journals of before do not name it: it is the latest of its place then.
    const index = checks.findLastIndex((check) =>
      data.check === undefined
        ? check.data.result !== 'match' && check.data.cell === data.cell
        : check.seq === data.check,
    );
    const check = checks[index];
    if (check !== undefined) checks[index] = { ...check, overridden: true };
  },

  'gate-opened': (draft, event) => {
    const { at, data } = event;
    const { cell, ...of } = data;
    const isTimed = data.kind === 'wait' || data.kind === 'condition';
    draft.move(cell, isTimed ? 'running' : 'waiting', event);
    const opened: GateRecord = { ...of, openedAt: at, answers: [], voided: [], isOpen: true };
    draft.gate(cell, ({ voided }) => ({ ...opened, voided }), opened);
  },
  'gate-answered': (draft, event) => {
    const { seq, at, actor, data } = event;
    const { cell, ...answer } = data;
    const gate = draft.gate(
      cell,
      (before) => ({ ...before, answers: [...before.answers, { seq, at, actor, ...answer }] }),
      missingGate(at),
    );
    const isStrict = draft.run.started?.data.environment.guard === 'strict';
    if (data.verdict === 'approved' && data.how === 'laptop' && isStrict) {
      draft.deviation('unsigned', deviationOf(event, cell, data.reason));
    }
    if (data.verdict === 'approved' && approvers(gate) < gate.minimum) return;
    draft.move(cell, data.verdict === 'rejected' ? 'failed' : 'done', event);
    draft.gate(cell, (before) => ({ ...before, isOpen: false }), gate);
  },
  'gate-voided': (draft, event) => {
    const { at, data } = event;
    const { isOpen } = draft.gate(
      data.cell,
      (gate) => ({ ...gate, answers: [], voided: [...gate.voided, { at, why: data.why }] }),
      { ...missingGate(at), isOpen: false },
    );
    draft.move(data.cell, isOpen ? 'waiting' : 'todo', event);
  },
  ticked: (draft, event) => {
    const { at, actor, data } = event;
    setMember(touch(draft, data.cell, event).ticks, String(data.item), { at, by: actor.name });
  },
  unticked: (draft, event) => {
    delete touch(draft, event.data.cell, event).ticks[String(event.data.item)];
  },

  checkpoint: (draft, { seq, at, actor, data }) =>
    draft.push('checkpoints', { seq, at, by: actor.name, ...data }),
  restored: (draft, event) => {
    draft.deviation('restored', deviationOf(event, null));
    forgetPlans(draft);
    const checkpoint = draft.run.checkpoints.findLast(({ id }) => id === event.data.checkpoint);
    if (checkpoint === undefined) return;
    // What came after it is to come again: the notebook is that of the checkpoint, all attempts are kept.
    for (const { cell, seq, state } of draft.all()) {
      if (seq <= checkpoint.seq || state === 'todo') continue;
      const step = draft.move(cell, 'todo', event);
      step.decision = null;
      step.byHand = false;
      step.beforeRerun = false;
      if (step.gate !== null) step.gate = { ...step.gate, answers: [], isOpen: false };
    }
  },
  'roll-back-begun': (draft, { seq, data }) => {
    forgetPlans(draft);
    draft.run.rollback = { seq, to: data.to, rest: data.steps };
  },
  'rolled-back': (draft, event) => {
    const { cell, by, reason } = event.data;
    const step = draft.move(cell, 'rolledback', event);
    if (reason !== undefined) draft.deviation('undone', deviationOf(event, cell, reason));
    step.rolledBackBy = by;
    step.beforeRerun = false;
    const { rollback } = draft.run;
    if (rollback === null) return;
    draft.run.rollback = { ...rollback, rest: rollback.rest.filter((one) => one.cell !== cell) };
  },
  'roll-back-ended': (draft) => {
    draft.run.rollback = null;
  },
  'retry-planned': (draft, { at, data: { cell, count, wait } }) => {
    draft.run.retry = { cell, wait, left: count, at: later(at, wait) };
  },
  'retry-stopped': (draft) => {
    draft.run.retry = null;
  },

  'terminal-attached': (draft, { seq, at, actor, data }) =>
    draft.push('terminals', { seq, at, by: actor.name, ...data, detached: null, commands: [] }),
  'terminal-command': (draft, { seq, actor, data: { terminal, ...command } }) =>
    draft.terminal(terminal, ({ commands, ...of }) => ({
      ...of,
      commands: [...commands, { seq, by: actor.name, ...command }],
    })),
  'terminal-detached': (draft, { at, data: { terminal, why } }) =>
    draft.terminal(terminal, (of) => ({ ...of, detached: of.detached ?? { at, why } })),
  widget: nothing,
  'secret-used': nothing,
  note: (draft, { seq, at, actor, data }) =>
    draft.push('notes', { seq, at, by: actor.name, cell: data.cell, text: data.text }),

  'hint-followed': nothing,

  gap: (draft, event) => {
    const { seq, at, data } = event;
    draft.push('gaps', { seq, at, data });
    draft.deviation(data.why === 'clock' ? 'clock' : 'gap', deviationOf(event, data.cell));
  },
  'kernel-lost': (draft, event) => {
    const { seq, at, data } = event;
    draft.deviation('kernel-lost', deviationOf(event, null, data.why));
    // What it would be tried again in is gone.
    draft.run.retry = null;
    if (!draft.run.lost.some(({ session }) => session === data.session)) {
      draft.push('lost', { seq, at, session: data.session });
    }
    for (const cell of draft.run.running) {
      // Nobody saw its end, and nobody will.
      if (draft.known(cell)?.attempts.at(-1)?.session === data.session) draft.move(cell, 'failed', event);
    }
  },
  'kernel-replaced': nothing,
  'handed-over': (draft, { data }) => {
    draft.run.driver = data.to;
  },
  'taken-over': (draft, { actor }) => {
    draft.run.driver = actor.name;
  },
  'handed-out': nothing,
  gathered: nothing,
  'linked-run': (draft, { at, data }) => draft.push('linked', { at, data }),
  'content-withheld': (draft, event) => {
    const { at, data } = event;
    const withheld = { ...draft.run.withheld };
    setMember(withheld, data.file, { at, reason: data.reason });
    draft.run.withheld = withheld;
    draft.deviation('withheld', deviationOf(event, null, data.reason));
  },
  archived: nothing,
  'run-finished': (draft, { at, actor, data }) => {
    draft.run.finished = { at, by: actor.name, status: data.status, reason: data.reason };
    draft.replace('running', []);
    forgetPlans(draft);
  },
};

/** A cell's record without a change of its state. */
function touch(
  draft: RunDraft,
  cell: string,
  { at, seq }: { readonly at: string; readonly seq: number },
): StepDraft {
  const step = draft.step(cell);
  if (step.seq !== -1) return step;
  step.at = at;
  step.seq = seq;
  return step;
}

/**
 * A done step runs again: what was done after it stands on its former result. A cell that undoes others is no step
 * that anything stands on.
 */
function markLater(draft: RunDraft, cell: string): void {
  const since = draft.known(cell)?.seq ?? -1;
  const later: string[] = [];
  for (const step of draft.all()) {
    if (step.rolledBackBy === cell) return;
    if (step.seq > since && step.state === 'done' && !step.beforeRerun) later.push(step.cell);
  }
  for (const name of later) draft.step(name).beforeRerun = true;
}
