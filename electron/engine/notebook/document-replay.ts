import type { Finding } from '../../../shared/notebook/contract';
import type { Notebook } from '../../../shared/notebook/model';
import type { DocumentOutputs } from './document-outputs';
import type { DocumentRecovery, FoundEdits } from './document-recovery';
import type { DocumentRuns } from './document-runs';
import type { EditLog } from './edit-log';
import type { RecoveryRecord, RecoveryRecordOf } from './recovery-record';

/** The parts of a document that the recovery log speaks of. */
export interface ReplayedParts {
  readonly edits: EditLog;
  readonly outputs: DocumentOutputs;
  readonly runs: DocumentRuns;
  readonly recovery: DocumentRecovery;
  readonly log: (message: string) => void;
}

/** What the recovery log must hold of the present, where the file holds the notebook `written`. */
export function recordsSince(
  { edits, outputs, runs }: Pick<ReplayedParts, 'edits' | 'outputs' | 'runs'>,
  written: Notebook,
): readonly RecoveryRecord[] {
  const { notebook, recent } = edits;
  const edited: readonly RecoveryRecord[] = notebook === written ? [] : [{ kind: 'notebook', notebook }];
  const seen: readonly RecoveryRecord[] = recent.length === 0 ? [] : [{ kind: 'seen', edits: [...recent] }];
  // Of a cell that runs, also where all it printed so far is in the file: it goes on there after a crash.
  const going = outputs.liveCells
    .filter(({ cell, isSaved }) => !isSaved || runs.isInLine(cell))
    .map(({ cell }) => runs.recordOf(cell));
  return [...seen, ...edited, ...going.filter((record) => record !== null)];
}

/** Brings back what an earlier session did not save; answers what a person should know of it. */
export async function replay(
  parts: ReplayedParts,
  { records, findings }: FoundEdits,
): Promise<readonly Finding[]> {
  const { edits, outputs, runs, recovery } = parts;
  const said = [...findings];
  const lastRuns = new Map<string, RecoveryRecordOf<'run'>>();
  for (const record of records) {
    if (record.kind === 'run') lastRuns.set(record.cell, record);
    else if (!replayEdit(parts, record)) {
      said.push(await recovery.setAside('one of them does not fit the file. Those before it are here'));
      recovery.append({ kind: 'notebook', notebook: edits.notebook });
      recovery.append({ kind: 'seen', edits: [...edits.recent] });
      break;
    }
  }
  for (const [cell, record] of lastRuns) {
    if (!edits.notebook.cells.some(({ id }) => id === cell)) continue;
    if (record.execution !== null) await outputs.restore(cell, record.execution);
    runs.restore(record);
    runs.persist(cell);
  }
  return said;
}

/** False for an edit that does not fit. */
function replayEdit(
  { edits, log }: ReplayedParts,
  record: Exclude<RecoveryRecord, { kind: 'run' }>,
): boolean {
  try {
    if (record.kind === 'edit') edits.replay(record.operation, record.edit);
    else if (record.kind === 'notebook') edits.reset(record.notebook);
    else if (record.kind === 'seen') edits.know(record.edits);
    return true;
  } catch (error) {
    log(`an edit of an earlier session does not fit: ${String(error)}`);
    return false;
  }
}
