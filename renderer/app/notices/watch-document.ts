import { noticesBetween, silentCells, type CellNotice } from '../../../shared/notebook/notify';
import type { OpenDocument } from '../../notebook/document-store';
import { settingsStore } from '../../settings/settings-store';

const LOOK_MS = 10_000;

/** Follows one document and hands over what the rule finds worth a notice. Answers how to stop. */
export function watchDocument(
  { store }: Pick<OpenDocument, 'store'>,
  deliver: (notice: CellNotice) => void,
): () => void {
  let before = store.getState();
  const signs = new Map<string, number>();
  const told = new Map<string, number>();

  const off = store.subscribe((after) => {
    // A snapshot of another opening brings everything anew; nothing of it happened just now.
    const isSame = before.phase === 'open' && after.phase === 'open' && before.document === after.document;
    const last = before;
    before = after;
    if (last.runs !== after.runs || last.outputs !== after.outputs || last.inputs !== after.inputs) {
      const asking = new Set(after.inputs.map(({ cell }) => cell));
      const running = [...after.runs].filter(([cell, run]) => run.status === 'running' && !asking.has(cell));
      for (const cell of signs.keys()) if (!running.some(([one]) => one === cell)) signs.delete(cell);
      for (const [cell] of running) {
        if (!signs.has(cell) || last.outputs.get(cell) !== after.outputs.get(cell))
          signs.set(cell, Date.now());
      }
    }
    if (!isSame) return;
    for (const notice of noticesBetween(last, after, settingsStore.getState().notifyAfterSeconds))
      deliver(notice);
  });
  const timer = setInterval(() => {
    for (const notice of silentCells(signs, told, Date.now(), settingsStore.getState().silentMinutes)) {
      told.set(notice.cell, signs.get(notice.cell) ?? 0);
      deliver(notice);
    }
  }, LOOK_MS);
  return () => {
    off();
    clearInterval(timer);
  };
}
