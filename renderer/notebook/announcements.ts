import { cellNumbers, cellTitle } from './cell-facts';
import { stateWords } from './cell-state';
import type { DocumentModel } from './document-model';

/** What people who hear the page should learn of a change: `urgent` at once, `progress` when there is time. */
export interface Announcements {
  readonly progress: string | null;
  readonly urgent: string | null;
}

function stepName(model: DocumentModel, id: string): string {
  const cell = model.byId.get(id);
  const number = cellNumbers(model.cells).get(id);
  const title = cell === undefined ? null : cellTitle(cell);
  return [`step ${number ?? ''}`, title].filter((part) => part !== null).join(', ');
}

/** The words for what came between two models: cells that began or ended, programs that ask. Never their output. */
export function announcementsBetween(before: DocumentModel, after: DocumentModel): Announcements {
  // Only the last of each is told: the others need no words.
  let progressed: string | null = null;
  let failed: string | null = null;
  if (before.runs !== after.runs) {
    for (const [id, run] of after.runs) {
      const was = before.runs.get(id);
      if (was?.status === run.status && was.startedAt === run.startedAt) continue;
      // What only the file tells of is no news. A short cell may have begun and ended between two looks.
      if (run.fromFile === true) continue;
      if (run.status === 'failed') failed = id;
      else if (run.status === 'running' || run.status === 'done') progressed = id;
    }
  }
  const wordsOf = (id: string): string => `${stepName(after, id)}, ${stateWords(after.runs.get(id))}`;
  const progress = progressed === null ? null : wordsOf(progressed);
  let urgent = failed === null ? null : wordsOf(failed);
  if (before.inputs !== after.inputs) {
    const known = new Set(before.inputs.map((input) => input.request));
    const asked = after.inputs.find((input) => !known.has(input.request));
    if (asked !== undefined) urgent = `${stepName(after, asked.cell)} asks for input: ${asked.prompt}`;
  }
  return { progress, urgent };
}
