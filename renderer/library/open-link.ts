import { goToCell } from '../notebook/cell-actions';
import type { OpenDocument } from '../notebook/document-store';
import type { NotebookHost } from '../notebook/document-context';
import { WatchbookError } from '../../shared/rpc/errors';

/** Shows a cell of a document, as soon as the document is there. */
export function showCellSoon(open: OpenDocument, cell: string): void {
  const show = (): boolean => {
    const { phase, byId } = open.store.getState();
    if (phase === 'opening') return false;
    // After the pane was drawn, which begins where it was left.
    if (byId.has(cell)) setTimeout(() => goToCell(open, cell, 'start'), 0);
    else if (phase === 'open') {
      open.say(
        new WatchbookError(
          'not-found',
          'The step of the link is not in this version of the runbook. The runbook is shown from its beginning.',
        ),
      );
    }
    return true;
  };
  if (show()) return;
  const off = open.store.subscribe(() => {
    if (show()) off();
  });
}

/** Copies a link to the selected step, or to the runbook where none is selected. */
export async function copyStepLink(open: OpenDocument, host: NotebookHost): Promise<void> {
  const { selection, state } = open.store.getState();
  try {
    const { link } = await open.engine.request('library.link', {
      path: state?.path ?? open.path,
      cell: selection.active,
    });
    await host.copyText(link);
  } catch (error) {
    open.say(error);
  }
}
