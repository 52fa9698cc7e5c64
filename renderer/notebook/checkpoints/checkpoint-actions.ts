import type { Checkpoint } from '../../../shared/notebook/checkpoint-contract';
import { clockTime, dayWords } from '../time-words';
import { goToCell } from '../cell-actions';
import type { NotebookHost } from '../document-context';
import type { OpenDocument } from '../document-store';
import { focusActiveCell } from '../focus-cell';

/** What a checkpoint is called: its name in quotes, else why it was kept. */
export function checkpointTitle({ name, why }: Checkpoint): string {
  if (name !== null) return `“${name}”`;
  return { person: 'Kept by hand', restore: 'Before going back', disk: 'Before the version on disk' }[why];
}

/** `08:41:05`, with the day where it is not today. */
export function checkpointTime({ at }: Checkpoint): string {
  const day = dayWords(at);
  return day === null ? clockTime(at) : `${day}, ${clockTime(at)}`;
}

/** Keeps what is here, after every edit made so far has arrived. Its id; null where it was refused, which is said. */
export async function keepCheckpoint(
  open: OpenDocument,
  host: NotebookHost,
  name: string | null,
): Promise<string | null> {
  let kept: string | null = null;
  await doing(open, async (document) => {
    ({ id: kept } = await open.engine.request('checkpoints.keep', { document, name }));
    host.confirm('Checkpoint kept');
  });
  return kept;
}

export function renameCheckpoint(open: OpenDocument, id: string, name: string): Promise<boolean> {
  return doing(open, (document) => open.engine.request('checkpoints.rename', { document, id, name }));
}

export function removeCheckpoint(open: OpenDocument, id: string): Promise<boolean> {
  return doing(open, (document) => open.engine.request('checkpoints.remove', { document, id }));
}

export function putBackCheckpoint(open: OpenDocument, id: string): Promise<boolean> {
  return doing(open, (document) => open.engine.request('checkpoints.putBack', { document, id }));
}

/** Goes back to a checkpoint as one edit, and shows where it changed something. */
export async function restoreCheckpoint(
  open: OpenDocument,
  host: NotebookHost,
  checkpoint: Checkpoint,
): Promise<boolean> {
  return doing(open, async (document) => {
    const { cell, isChanged } = await open.engine.request('checkpoints.restore', {
      document,
      id: checkpoint.id,
    });
    open.set({ comparedWith: null, mode: 'command' });
    if (cell !== null) goToCell(open, cell);
    requestAnimationFrame(focusActiveCell);
    host.confirm(
      isChanged ? `Went back to ${checkpointTitle(checkpoint)}` : 'Nothing differs from this checkpoint',
    );
  });
}

async function doing(open: OpenDocument, work: (document: string) => Promise<unknown>): Promise<boolean> {
  try {
    await work(await open.settled());
    return true;
  } catch (error) {
    open.say(error);
    return false;
  }
}
