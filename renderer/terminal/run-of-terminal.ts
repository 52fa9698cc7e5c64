import { fromWireError, WatchbookError } from '../../shared/rpc/errors';
import { frontTab, type Tab } from '../app/tabs';
import type { WindowContext } from '../app/window-context';
import { placeBeside } from '../notebook/cell-actions';
import type { OpenDocument } from '../notebook/document-store';
import type { OpenRun } from '../runs/run-store';

type Parts = Pick<WindowContext, 'tabs' | 'terminals'>;

/**
 * The tab of the run that a command of a terminal belongs to: the one in front, else the one that the terminal is
 * attached to, where that is open here. Null where a runbook is in front.
 */
export function runOf(terminal: string, { tabs, terminals }: Parts): (Tab & { readonly kind: 'run' }) | null {
  const model = tabs.store.getState();
  const front = frontTab(model);
  if (front?.kind === 'notebook') return null;
  if (front?.kind === 'run') return front;
  const info = terminals.store.getState().terminals?.find(({ id }) => id === terminal);
  const attached = model.tabs.find((tab) => tab.kind === 'run' && tab.run.folder === info?.recording?.run);
  return attached?.kind === 'run' ? attached : null;
}

/**
 * Brings the runbook of a run to the front, and finds the place in it for what a person does at the run's selected cell:
 * behind that one, or behind what is above it there where the runbook does not have it. Rejects where it can not be opened.
 */
export async function openRunbookOf(
  run: OpenRun,
  { tabs }: Parts,
): Promise<readonly [OpenDocument, string | null]> {
  const path = run.store.getState().view?.runbook ?? null;
  if (path === null)
    throw new WatchbookError(
      'not-found',
      'The runbook of this run is not where it was. Nothing was added; the run and its record are kept.',
    );
  const { order, selection } = run.document.store.getState();
  const above = order.slice(0, order.indexOf(selection.active ?? '') + 1);
  const open = tabs.openFile(path);
  await whenOpen(open);
  const here = new Set(open.store.getState().order);
  return [open, above.findLast((cell) => here.has(cell)) ?? placeBeside(open, 'below')];
}

/** Resolves once the document is there. Rejects with why it is not. */
function whenOpen({ store }: OpenDocument): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const { phase, failure } = store.getState();
      if (phase === 'opening') return;
      off();
      if (failure === null) resolve();
      else reject(fromWireError(failure));
    };
    const off = store.subscribe(look);
    look();
  });
}
