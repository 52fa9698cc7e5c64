import { isFrozen } from '../../shared/notebook/cell-protection';
import { toWireError, WatchbookError } from '../../shared/rpc/errors';
import type { TryConfirmation } from '../../shared/runs/try-contract';
import { chosenIn } from '../runs/trying-store';
import { passedOver } from '../../shared/runs/passed-over';
import { insertCell, goToCell } from './cell-actions';
import { shownOrder } from './collapsing';
import type { OpenDocument } from './document-store';
import { selectedCells, selectOne } from './selection';

/** Puts cells in line, after every edit made so far has arrived. Texts among them are passed over by the engine. */
export async function runCells(
  open: OpenDocument,
  cells: readonly string[],
  options: { readonly restartFirst?: boolean; readonly confirmed?: TryConfirmation } = {},
): Promise<void> {
  const { byId, phase } = open.store.getState();
  const sent = cells.filter((id) => byId.get(id)?.type === 'code');
  if (phase !== 'open' || sent.length === 0) return;
  const isFrozenAt = (id: string): boolean => isFrozen(byId.get(id) ?? { metadata: {} });
  if (sent.every(isFrozenAt)) {
    open.say(
      new WatchbookError(
        'read-only',
        sent.length === 1
          ? 'This cell is frozen and was not run. Its output is kept. Unfreeze it from its menu to run it again.'
          : 'These cells are frozen and were not run. Their outputs are kept. Unfreeze them to run them again.',
      ),
    );
    return;
  }
  // Waiting for the engine would run them at a moment nobody chose.
  if (open.engine.connection !== 'ready') {
    open.say(
      new WatchbookError('engine-lost', 'Nothing was run: the engine is away. Run it again when it is back.'),
    );
    return;
  }
  try {
    const document = await open.settled();
    await open.engine.request('notebook.run', {
      document,
      cells: sent,
      ...(options.restartFirst ? { restartFirst: true } : {}),
      ...(options.confirmed === undefined ? {} : { confirmed: options.confirmed }),
    });
  } catch (error) {
    const { code, message } = toWireError(error);
    const environment = chosenIn(open);
    const restartFirst = options.restartFirst === true;
    if (code === 'needs-consent')
      open.set({ question: { kind: 'try', message, environment, cells: sent, restartFirst } });
    // What keeps every cell back stands in a line of its own, with the ways on.
    else if (code !== 'forbidden') open.say(error);
  }
}

/** Runs the selected cells and stays where it is. */
export function runSelected(open: OpenDocument): void {
  const { order, selection } = open.store.getState();
  const cells = selectedCells(order, selection);
  open.set({ mode: 'command' });
  void runCells(open, cells);
}

/** Runs the selected cells and selects the next one, which is made where there is none. */
export function runAndAdvance(open: OpenDocument): void {
  const { order, selection } = open.store.getState();
  const cells = selectedCells(order, selection);
  const last = cells[cells.length - 1];
  if (last === undefined) return;
  open.set({ mode: 'command' });
  void runCells(open, cells);
  const shown = shownOrder(open.store.getState());
  const next = shown[shown.indexOf(last) + 1];
  if (next !== undefined) goToCell(open, next);
  else if (last === order[order.length - 1] && insertCell(open, 'code', last) !== null)
    open.set({ mode: 'edit' });
}

/** Runs the selected cells and begins a new one below. */
export function runAndInsert(open: OpenDocument): void {
  const { order, selection } = open.store.getState();
  const cells = selectedCells(order, selection);
  const last = cells[cells.length - 1];
  if (last === undefined) return;
  open.set({ mode: 'command' });
  void runCells(open, cells);
  if (insertCell(open, 'code', last) !== null) open.set({ mode: 'edit' });
}

/** Which part of the notebook a "run many" means, seen from the active cell. */
export type RunPart = 'all' | 'above' | 'below';

/** Runs all code cells, those above the active one, or it and those below; rollback steps are passed over. */
export function runPart(open: OpenDocument, part: RunPart, restartFirst = false): void {
  const { order, selection, byId } = open.store.getState();
  const at = selection.active === null ? 0 : Math.max(0, order.indexOf(selection.active));
  const cells = part === 'all' ? order : part === 'above' ? order.slice(0, at) : order.slice(at);
  open.set({ mode: 'command', question: null });
  void runCells(
    open,
    cells.filter((id) => passedOver(byId.get(id) ?? { metadata: {} }) !== 'rollback'),
    { restartFirst },
  );
}

/** Interrupts what runs and empties the line. */
export async function interrupt(open: OpenDocument): Promise<void> {
  const { document, phase } = open.store.getState();
  if (phase !== 'open') return;
  try {
    await open.engine.request('notebook.interrupt', { document });
  } catch (error) {
    open.say(error);
  }
}

/** Puts the question before a restart; its variables go with a kernel. */
export function askRestart(open: OpenDocument, runAll: boolean): void {
  const kernel = open.store.getState().state?.kernel.state;
  if (kernel === 'none' || kernel === 'dead' || kernel === undefined) {
    void restart(open, runAll);
    return;
  }
  open.set({ question: { kind: 'restart', runAll } });
}

/** Restarts kernel and shell; with `runAll`, runs every cell after it. */
export async function restart(open: OpenDocument, runAll: boolean): Promise<void> {
  open.set({ question: null });
  if (runAll) {
    runPart(open, 'all', true);
    return;
  }
  try {
    await open.engine.request('notebook.restart', { document: open.store.getState().document });
  } catch (error) {
    open.say(error);
  }
}

/** Ends the kernel. */
export async function shutDown(open: OpenDocument): Promise<void> {
  try {
    await open.engine.request('notebook.shutdown', { document: open.store.getState().document });
  } catch (error) {
    open.say(error);
  }
}

/** Selects what runs now and brings it into view. */
export function goToRunning(open: OpenDocument): void {
  const { state } = open.store.getState();
  const cell = state?.queue.first ?? null;
  if (cell === null) return;
  open.set({ selection: selectOne(cell), showCell: { cell, align: 'center' } });
}
