import { changesBetween } from '../../../shared/notebook/text-changes';
import type { Cell } from '../../../shared/notebook/model';
import { outputFromJson } from '../../../shared/notebook/notebook-values';
import type { Json } from '../../../shared/rpc/contract';
import { addedContentSchema, attemptContentSchema } from '../../../shared/runs/content';
import type { ContentRef, RunEvent } from '../../../shared/runs/events';
import { outputsDigest } from '../../../shared/runs/report/report';
import { addedCell } from './added-cell';
import { sha256 } from './content';
import type { RunState } from './run-state';

/**
 * Gives the document what the journal says and a killed engine did not come to write into it: adjusted and added
 * texts, and outputs of attempts that ended. The record is what counts.
 */
export async function catchUp(state: RunState): Promise<void> {
  const restored = state.events.findLastIndex(({ type }) => type === 'restored');
  const since = state.events.slice(restored + 1);
  for (const event of lastTexts(since)) await catchUpText(state, event);
  const ended = new Set(
    since.flatMap((event) => {
      const hasEnd =
        event.type === 'cell-finished' || (event.type === 'step-added' && event.data.ran !== undefined);
      return hasEnd ? [event.data.cell] : [];
    }),
  );
  for (const { cell, attempts } of Object.values(state.run.steps)) {
    const finished = attempts.at(-1)?.finished ?? null;
    const here = cellOf(state, cell);
    if (finished === null || here === undefined || !ended.has(cell)) continue;
    if (state.document.runs.isInLine(cell)) continue;
    if (outputsDigest(state.document.outputs.keptOf(here), sha256) === finished.outputs) continue;
    await catchUpOutputs(state, cell, finished.content);
  }
}

type TextEvent = Extract<RunEvent, { readonly type: 'step-adjusted' | 'step-added' }>;

/** Of each cell the last event that gave it a text; added cells in the order of their adding. */
function lastTexts(events: readonly RunEvent[]): readonly TextEvent[] {
  const texts = events.filter(
    (event): event is TextEvent => event.type === 'step-adjusted' || event.type === 'step-added',
  );
  return texts.filter(
    (event, index) =>
      event.type === 'step-added' ||
      texts.findLastIndex(({ data }) => data.cell === event.data.cell) === index,
  );
}

async function catchUpText(state: RunState, event: TextEvent): Promise<void> {
  const ref = event.type === 'step-added' ? event.data.source : event.data.after;
  const parsed = addedContentSchema.safeParse(await state.content(ref));
  // Withheld, or missing: verifying says so.
  if (!parsed.success) return;
  const { source } = parsed.data;
  const here = cellOf(state, event.data.cell);
  if (here !== undefined) {
    // An added cell may have been adjusted since.
    const changes = event.type === 'step-added' ? null : changesBetween(here.source, source);
    if (changes === null) return;
    const text = changes.toJSON() as Json;
    state.document.edits.amendForRun({ kind: 'text', cell: here.id, changes: text });
    return;
  }
  if (event.type !== 'step-added') return;
  const kernel = state.run.started?.data.kernel ?? null;
  const cell = addedCell(event.data.cell, parsed.data, kernel, event.data.ran);
  state.document.edits.amendForRun({ kind: 'insert', after: event.data.after, cells: [cell] });
}

async function catchUpOutputs(state: RunState, cell: string, content: ContentRef): Promise<void> {
  const parsed = attemptContentSchema.safeParse(await state.content(content));
  if (!parsed.success) return;
  const outputs = parsed.data.outputs.map(outputFromJson);
  state.document.edits.amendForRun({ kind: 'clear-outputs', cells: [cell] });
  state.document.edits.amendForRun({
    kind: 'restore-outputs',
    cells: [{ cell, outputs, executionCount: null }],
  });
}

function cellOf(state: RunState, id: string): Cell | undefined {
  return state.document.notebook.cells.find((cell) => cell.id === id);
}
