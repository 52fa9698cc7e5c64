import { newCellId } from '../../../shared/notebook/cell-ids';
import { changesBetween } from '../../../shared/notebook/text-changes';
import type { Json } from '../../../shared/rpc/contract';
import { WatchbookError } from '../../../shared/rpc/errors';
import type { RunAction } from '../../../shared/runs/contract';
import type { Actor } from '../../../shared/runs/events';
import type { RanCommand } from '../../../shared/terminal/command-cell';
import { addedCell } from './added-cell';
import { addCommand } from './captured-step';
import type { Gates } from './gates';
import { conflict, type RunState } from './run-state';

/** A reason of some words. Throws `bad-request`. */
export function refuseNoReason(reason: string): void {
  if (reason.trim() === '')
    throw new WatchbookError('bad-request', 'This is done with a reason. Nothing was done.');
}

/** A note at a step, or of the run. */
export async function addNote(
  state: RunState,
  actor: Actor,
  cell: string | null,
  text: string,
): Promise<void> {
  if (text.trim() === '') throw new WatchbookError('bad-request', 'A note has some words.');
  if (cell !== null) state.cell(cell);
  await state.record(actor, (place) => ({ type: 'note', data: { cell, text: place('note', { text }) } }));
}

/** What a known error of a failed step names is opened beside the run. */
export async function followHint(state: RunState, actor: Actor, cell: string, open: string): Promise<void> {
  if (!state.live.hints.some((hint) => hint.open === open)) throw conflict('No known error names this.');
  await state.record(actor, (place) => ({
    type: 'hint-followed',
    data: { cell, target: place('hint', { text: open }) },
  }));
}

/** What a person decided of a step that is not run. Where the run stands was looked at before. */
export async function decideStep(
  state: RunState,
  actor: Actor,
  cell: string,
  type: 'step-skipped' | 'step-marked-done',
  reason: string,
  evidence?: string,
): Promise<void> {
  const step = state.step(cell);
  if (step.kind === 'setup') throw conflict('The cell with the parameters is needed by all that follows.');
  if (type === 'step-marked-done' && step.kind !== 'code')
    throw conflict('Only a step that runs can be marked as done by hand.');
  if (step.kind !== 'code' && state.environment.guard === 'strict')
    throw conflict('A gate is not skipped in a strict environment.');
  refuseNoReason(reason);
  await state.record(actor, (place) => ({
    type,
    data: {
      cell,
      reason: place('reason', evidence === undefined ? { text: reason } : { text: reason, evidence }),
    },
  }));
  state.change({ hints: [], retry: null });
}

/** A person ends the run before its last step. That nothing runs was looked at before. */
export async function abortRun(state: RunState, actor: Actor, reason: string): Promise<void> {
  refuseNoReason(reason);
  await state.record(actor, (place) => ({
    type: 'run-finished',
    data: { status: 'aborted', reason: place('reason', { text: reason }) },
  }));
}

/** Gives a step another source, with both texts in the record. */
export async function adjustStep(
  state: RunState,
  gates: Gates,
  actor: Actor,
  id: string,
  source: string,
): Promise<void> {
  const cell = state.cell(id);
  if (cell.type !== 'code') throw conflict('Only the source of a step that runs can be adjusted.');
  if (state.run.running.includes(id) || state.live.queue.includes(id)) throw conflict('This step runs.');
  const changes = changesBetween(cell.source, source);
  if (changes === null) return;
  await state.record(actor, (place) => ({
    type: 'step-adjusted',
    data: {
      cell: id,
      before: place('before', { source: cell.source }),
      after: place('after', { source }),
    },
  }));
  state.document.edits.amendForRun({ kind: 'text', cell: id, changes: changes.toJSON() as Json });
  await gates.sourceChanged([id], actor);
}

/** A step is added where the run stands or behind it: what is past stays as it went. Throws `conflict`. */
function refusePast(state: RunState, after: string | null): void {
  const { position, plan } = state;
  if (position.kind === 'rolling-back' || position.kind === 'lost' || position.kind === 'running')
    throw conflict('A step is added while the run stands at one.');
  if (!('step' in position)) return;
  const { cells } = state.document.notebook;
  const place = after === null ? -1 : cells.findIndex(({ id }) => id === after);
  const next = cells.slice(place + 1).find(({ id }) => plan.byCell.has(id));
  const index = next === undefined ? null : plan.byCell.get(next.id)?.index;
  if (typeof index === 'number' && index < position.step.index)
    throw conflict('A step is added where the run stands, or behind it.');
}

/** Adds a step behind another cell, marked as added in the record. */
export async function addStep(
  state: RunState,
  gates: Gates,
  actor: Actor,
  added: Extract<RunAction, { readonly kind: 'add-step' }>,
  ran: (terminal: string, command: number) => RanCommand,
): Promise<void> {
  const { after, language, source, isDestructive = false } = added;
  if (after !== null) state.cell(after);
  if (source.trim() === '') throw new WatchbookError('bad-request', 'A step has some source.');
  refusePast(state, after);
  const taken = new Set(state.document.notebook.cells.map(({ id }) => id));
  let id = newCellId();
  while (taken.has(id)) id = newCellId();
  if (added.ran !== undefined) {
    const { terminal, command, confirmed = false } = added.ran;
    await addCommand(state, actor, { id, after, confirmed }, ran(terminal, command));
    await gates.sourceChanged([id], actor);
    return;
  }
  const content = { source, language, isDestructive };
  const cell = addedCell(id, content, state.run.started?.data.kernel ?? null);
  await state.record(actor, (place) => ({
    type: 'step-added',
    data: { cell: id, after, source: place('source', { ...content }) },
  }));
  state.document.edits.amendForRun({ kind: 'insert', after, cells: [cell] });
  await gates.sourceChanged([id], actor);
}
