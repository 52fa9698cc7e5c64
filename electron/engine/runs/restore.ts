import { changesBetween } from '../../../shared/notebook/text-changes';
import { compareWithCheckpoint } from '../../../shared/notebook/checkpoint-edit';
import type { CellDifference } from '../../../shared/notebook/contract';
import { jsonEquals } from '../../../shared/notebook/json-style';
import type { Cell, Notebook } from '../../../shared/notebook/model';
import { readNotebook } from '../../../shared/notebook/notebook-file';
import { outputFromJson } from '../../../shared/notebook/notebook-values';
import type { Operation } from '../../../shared/notebook/operation';
import type { Json, JsonObject } from '../../../shared/rpc/contract';
import { attemptContentSchema, checkpointContentSchema } from '../../../shared/runs/content';
import type { Actor } from '../../../shared/runs/events';
import type { CheckpointRecord, StepRecord } from '../../../shared/runs/model';
import { MAX_CONTENT_BYTES, sha256 } from './content';
import { readRunFile } from './run-files';
import { conflict, parametersOf, type RunState } from './run-state';

/**
 * Brings back the document of a checkpoint, as a new branch of the same run: nothing of what was recorded since is
 * taken away, and what the kernels hold in memory is as it is. Rejects with `conflict` where it can not be read.
 */
export async function restoreCheckpoint(state: RunState, actor: Actor, id: string): Promise<void> {
  const checkpoint = checkpointOf(state, id);
  const { cells } = (await storedAt(state, checkpoint)).notebook;
  const before = state.run.steps;
  await state.record(actor, { type: 'restored', data: { checkpoint: id } });
  for (const operation of textOperations(state.document.notebook.cells, cells))
    state.document.edits.amendForRun(operation);
  for (const operation of await outputOperations(state, Object.values(before), checkpoint.seq))
    state.document.edits.amendForRun(operation);
}

/** What differs between a checkpoint and now; outputs are in the attempts. Rejects as {@link restoreCheckpoint}. */
export async function compareCheckpoint(
  state: RunState,
  id: string,
): Promise<{
  readonly cells: readonly CellDifference[];
  readonly parameters: readonly { readonly name: string; readonly before: Json; readonly now: Json }[];
}> {
  const { notebook, parameters: before } = await storedAt(state, checkpointOf(state, id));
  const now = parametersOf(state.details);
  const own = (values: JsonObject, name: string): Json =>
    Object.hasOwn(values, name) ? (values[name] ?? null) : null;
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  return {
    cells: compareWithCheckpoint(state.document.notebook, notebook).cells,
    parameters: names
      .map((name) => ({ name, before: own(before, name), now: own(now, name) }))
      .filter((one) => !jsonEquals(one.before, one.now)),
  };
}

function checkpointOf(state: RunState, id: string): CheckpointRecord {
  const checkpoint = state.run.checkpoints.findLast((one) => one.id === id);
  if (checkpoint === undefined) throw conflict('There is no such checkpoint.');
  return checkpoint;
}

async function storedAt(
  state: RunState,
  checkpoint: CheckpointRecord,
): Promise<{ readonly notebook: Notebook; readonly parameters: JsonObject }> {
  const parsed = checkpointContentSchema.safeParse(await state.content(checkpoint.state));
  if (!parsed.success) throw conflict('The content of this checkpoint is missing or was changed.');
  const { notebook, sha256: digest, parameters } = parsed.data;
  const found = await readRunFile(state.folder, notebook, MAX_CONTENT_BYTES);
  if (found.kind !== 'file' || sha256(found.bytes) !== digest)
    throw conflict('The notebook of this checkpoint is missing or was changed.');
  return { notebook: readNotebook(found.bytes, notebook).notebook, parameters };
}

/** What makes the texts and the order of these cells those. */
function textOperations(now: readonly Cell[], then: readonly Cell[]): readonly Operation[] {
  const operations: Operation[] = [];
  const kept = new Set(then.map(({ id }) => id));
  const gone = now.filter(({ id }) => !kept.has(id)).map(({ id }) => id);
  if (gone.length > 0) operations.push({ kind: 'delete', cells: gone });
  const known = new Map(now.map((cell) => [cell.id, cell]));
  let after: string | null = null;
  for (const cell of then) {
    const here = known.get(cell.id);
    if (here === undefined) operations.push({ kind: 'insert', after, cells: [cell] });
    else {
      const changes = changesBetween(here.source, cell.source);
      if (changes !== null)
        operations.push({ kind: 'text', cell: cell.id, changes: changes.toJSON() as Json });
    }
    after = cell.id;
  }
  return operations;
}

/** What gives cells that ran since the outputs that they had then. */
async function outputOperations(
  state: RunState,
  steps: readonly StepRecord[],
  seq: number,
): Promise<readonly Operation[]> {
  const operations: Operation[] = [];
  const there = new Set(state.document.notebook.cells.map(({ id }) => id));
  const finishedAt = new Map<string, number>();
  for (const event of state.events)
    if (event.type === 'cell-finished') finishedAt.set(`${event.data.cell} ${event.data.attempt}`, event.seq);
  for (const { cell, attempts } of steps) {
    const seqOf = (number: number): number => finishedAt.get(`${cell} ${number}`) ?? -1;
    if (!there.has(cell) || !attempts.some(({ number }) => seqOf(number) > seq)) continue;
    operations.push({ kind: 'clear-outputs', cells: [cell] });
    const then = attempts.findLast(({ number, finished }) => finished !== null && seqOf(number) <= seq);
    const content = then?.finished ? await state.content(then.finished.content) : null;
    const parsed = attemptContentSchema.safeParse(content);
    if (!parsed.success) continue;
    const outputs = parsed.data.outputs.map(outputFromJson);
    operations.push({
      kind: 'restore-outputs',
      cells: [{ cell, outputs, executionCount: null }],
    });
  }
  return operations;
}
