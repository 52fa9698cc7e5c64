import type { CellNotice } from '../../shared/notebook/notify';
import type { Run } from '../../shared/runs/model';
import type { Position } from '../../shared/runs/position';
import { recordOf } from '../../shared/runs/position';
import type { Plan } from '../../shared/runs/plan';
import { watchDocument } from '../app/notices/watch-document';
import { durationWords } from '../notebook/time-words';
import { settingsStore } from '../settings/settings-store';
import type { OpenRun, RunModel } from './run-store';
import { cellOf } from './run-rows';
import { capital, cellName, lastAttempt, stepName } from './step-names';

/** Something of a run that a person who looks elsewhere may want to be told, in words. Never output, never a value. */
export interface RunNotice extends CellNotice {
  readonly what: string;
  readonly title: string | null;
}

type Watched = Pick<RunModel, 'run' | 'position' | 'plan'>;

/** What is worth a notice between two looks: it failed, it waits for a person, a long step is done, it is finished. */
export function runNotices(before: Watched, after: Watched, longSeconds: number): readonly RunNotice[] {
  const { run, position, plan } = after;
  if (run === null || position === null || before.run === null || before.position === null) return [];
  if (before.run === run) return [];
  const over = overLimit(before, after);
  if (placeName(before.position) === placeName(position)) return over;
  const notices: RunNotice[] = [...over];
  const cell = cellOf(position) ?? cellOf(before.position) ?? '';
  if (position.kind === 'failed') {
    const attempt = lastAttempt(recordOf(run, position.step.cell));
    const finished = attempt?.finished;
    // What a person interrupted, rejected or typed in a terminal is no news to that person.
    if (finished?.status === 'failed' && attempt?.isCaptured !== true) {
      const lasted = finished.durationMs;
      const what = `${stepName(position.step)} failed after ${durationWords(lasted)}`;
      notices.push({ kind: 'failed', cell, lasted, what, title: position.step.title });
    }
  }
  if (position.kind === 'lost') {
    notices.push({
      kind: 'failed',
      cell,
      lasted: null,
      what: 'The run stopped: a session was lost',
      title: null,
    });
  }
  if (position.kind === 'waiting') {
    const for_ = {
      items: 'waits for its items',
      confirmation: 'waits for you to confirm',
      approval: 'waits for approval',
    };
    const what = `${stepName(position.step)} ${for_[position.for]}`;
    notices.push({ kind: 'waiting', cell, lasted: null, what, title: position.step.title });
  }
  if (position.kind === 'finished' && position.status === 'done') {
    notices.push({ kind: 'done', cell, lasted: null, what: 'The run is finished', title: null });
  } else if (before.position.kind === 'running' && position.kind !== 'failed') {
    const { step } = before.position;
    const lasted = longStep(run, before.position.cell);
    if (step !== null && lasted !== null && lasted >= longSeconds * 1_000) {
      const what = `${stepName(step)} is done after ${durationWords(lasted)}`;
      notices.push({ kind: 'done', cell: step.cell, lasted, what, title: step.title });
    }
  }
  return plan.steps.length === 0 ? [] : notices;
}

/** A step that went over the limit that only warns. */
function overLimit(before: Watched, { run, position }: Watched): readonly RunNotice[] {
  if (before.run === null || run === null || position?.kind !== 'running' || position.step === null)
    return [];
  const { cell, title } = position.step;
  const last = lastAttempt(recordOf(run, cell));
  const was = before.run.steps[cell]?.attempts.find(({ number }) => number === last?.number);
  if (last?.limitPassedAt === undefined || was?.limitPassedAt !== undefined) return [];
  const lasted = Date.parse(last.limitPassedAt) - Date.parse(last.startedAt);
  const what = `${stepName(position.step)} is over its time limit, after ${durationWords(lasted)}`;
  return [{ kind: 'silent', cell, lasted, what, title }];
}

/** What of a running step is told by its document and not by the journal: it is silent, or its program asks. */
export function stepNotice({ kind, cell, lasted }: CellNotice, plan: Plan): RunNotice | null {
  if (kind !== 'silent' && kind !== 'waiting') return null;
  const step = plan.byCell.get(cell);
  const name = step === undefined ? capital(cellName(plan, cell)) : stepName(step);
  const what =
    kind === 'waiting'
      ? `${name} waits for input`
      : `${name} has said nothing for ${lasted === null ? 'a while' : durationWords(lasted)}`;
  return { kind, cell, lasted, what, title: step?.title ?? null };
}

function longStep(run: Run, cell: string): number | null {
  const finished = lastAttempt(recordOf(run, cell))?.finished;
  return finished?.status === 'done' ? finished.durationMs : null;
}

function placeName(position: Position): string {
  return `${position.kind} ${cellOf(position) ?? ''} ${position.kind === 'waiting' ? position.for : ''}`;
}

/** Follows a run and hands over what is worth a notice. Answers how to stop. */
export function watchRun(run: OpenRun, deliver: (notice: RunNotice) => void): () => void {
  const off = run.store.subscribe((after, before) => {
    for (const notice of runNotices(before, after, settingsStore.getState().notifyAfterSeconds))
      deliver(notice);
  });
  const stop = watchDocument(run.document, (notice) => {
    const own = stepNotice(notice, run.store.getState().plan);
    if (own !== null) deliver(own);
  });
  return () => {
    off();
    stop();
  };
}
