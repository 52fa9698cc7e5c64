import { assertNever } from '../../shared/rpc/errors';
import type { ActionOffer } from '../../shared/runs/actions';
import type { PlanStep } from '../../shared/runs/plan';
import { wordsFor } from '../../shared/runs/position';
import { goToCell } from '../notebook/cell-actions';
import { focusActiveCell } from '../notebook/focus-cell';
import type { BarForm, OpenRun } from './run-store';
import { DEAD_MS } from './run-store';

/** True while the keys of the bar are dead, as it just changed by itself. */
export function isDead({ store }: Pick<OpenRun, 'store'>): boolean {
  return performance.now() - store.getState().changedAt < DEAD_MS;
}

/** Takes an offer: at once where it asks nothing, else its form comes up in the bar. */
export function takeOffer(run: OpenRun, offer: ActionOffer): void {
  const { isSending } = run.store.getState();
  if (isSending) return;
  if (offer.asks === 'nothing') void sendOffer(run, offer);
  else if (offer.kind !== 'interrupt' && offer.kind !== 'run-on' && offer.kind !== 'roll-back-stop') {
    run.set({ form: { kind: offer.kind, cell: offer.cell, words: offer.words } satisfies BarForm });
  }
}

/** The cell whose source a form is about to send, or whose text it asks about; null for a form that needs none. */
export function cellOfForm(run: OpenRun, { kind, cell }: BarForm): string | null {
  switch (kind) {
    case 'next':
    case 'retry':
    case 'rerun':
    case 'confirm':
    case 'approve':
    case 'reject':
      return cell;
    case 'roll-back-next':
      return by(run);
    default:
      return null;
  }
}

/** Opens what is asked about and brings it into view, so that it is read before it is meant. */
export function showAsked(run: OpenRun, cell: string): void {
  if (run.store.getState().opened.get(cell) === false) run.fold(cell, true);
  run.document.set({ showCell: { cell, align: 'auto' } });
}

/** Asks in the bar whether a done step is to run again; a strict environment wants its words before a destructive one. */
export function askRerun(run: OpenRun, step: PlanStep): void {
  const environment = run.store.getState().run?.started?.data.environment;
  const words = environment === undefined ? null : wordsFor(environment, step, step.isDestructive);
  run.set({ form: { kind: 'rerun', cell: step.cell, words } });
}

/** Sends what an offer does. An adjusted copy that is being written goes before it. False where it was refused. */
export async function sendOffer(
  run: OpenRun,
  { kind, cell }: Pick<ActionOffer, 'kind' | 'cell'>,
  typed?: string,
): Promise<boolean> {
  const with_ = typed === undefined ? {} : { typed };
  switch (kind) {
    case 'next':
    case 'retry': {
      if (cell === null || !(await sendDraft(run, cell))) return false;
      const isSent = await run.act({ kind, cell, ...with_, ...intoTerminal(run, cell) });
      if (isSent) showStep(run, cell);
      return isSent;
    }
    case 'roll-back-next':
      return cell !== null && run.act({ kind, cell, ...with_, ...intoTerminal(run, by(run) ?? cell) });
    case 'interrupt':
    case 'run-on':
    case 'roll-back-stop':
      return run.act({ kind });
    case 'checkpoint':
      return run.act({ kind, name: null });
    case 'skip':
    case 'mark-done':
    case 'retry-later':
    case 'roll-back':
    case 'roll-back-by-hand':
    case 'abort':
    case 'confirm':
    case 'approve':
    case 'reject':
    case 'cut-wait':
    case 'resume':
    case 'add-step':
      // These have a form, which sends them with its words.
      return false;
    default:
      return assertNever(kind, 'action of a run');
  }
}

/** The cell that undoes the next step, while rolling back. */
function by(run: OpenRun): string | null {
  const { position } = run.store.getState();
  return position?.kind === 'rolling-back' ? position.by : null;
}

/** What a step is sent with that runs in a terminal: which one, and what a person said of it. */
function intoTerminal(
  run: OpenRun,
  cell: string,
): { readonly terminal?: string; readonly unmarked?: boolean } {
  const { sendTo, isUnmarkedMeant } = run.store.getState();
  return {
    ...(sendTo === null ? {} : { terminal: sendTo }),
    ...(isUnmarkedMeant === cell ? { unmarked: true } : {}),
  };
}

/** Records the adjusted copy of a step, where one is being written. */
export async function sendDraft(run: OpenRun, cell: string): Promise<boolean> {
  const draft = run.store.getState().drafts.get(cell);
  if (draft === undefined) return true;
  const source = run.document.store.getState().byId.get(cell)?.source;
  if (draft !== source && !(await run.act({ kind: 'adjust', cell, source: draft }))) return false;
  run.draft(cell, null);
  run.document.set({ mode: 'command' });
  return true;
}

/** The focus goes to the step that was sent. */
function showStep(run: OpenRun, cell: string): void {
  goToCell(run.document, cell);
  setTimeout(focusActiveCell, 0);
}
