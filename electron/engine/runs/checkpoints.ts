import { formatNotebook } from '../../../shared/notebook/new-notebook';
import { withoutResults } from '../../../shared/notebook/without-results';
import type { Actor } from '../../../shared/runs/events';
import { writeShared } from './content';
import { parametersOf, type RunState } from './run-state';

/**
 * Keeps how a run stands, under a name or none. Cheap: of the notebook its cells without outputs, once for all
 * checkpoints between which no text changed; the outputs of that moment are in the attempts before it.
 */
export async function checkpoint(
  state: RunState,
  actor: Actor,
  why: 'step' | 'gate' | 'person',
  cell: string | null,
  name: string | null = null,
): Promise<string> {
  const bytes = formatNotebook(withoutResults(state.document.notebook));
  const { file, sha256 } = await writeShared(state.folder, bytes, 'ipynb');
  const id = `k${state.run.checkpoints.length + 1}`;
  await state.record(actor, (place) => ({
    type: 'checkpoint',
    data: {
      id,
      why,
      cell,
      name: name === null ? null : place('name', { text: name }),
      state: place('checkpoint', { notebook: file, sha256, parameters: parametersOf(state.details) }),
    },
  }));
  return id;
}
