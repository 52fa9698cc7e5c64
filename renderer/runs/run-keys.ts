import { offered } from '../../shared/runs/actions';
import { planOrder, type RowOrder } from './run-places';
import type { NotebookCommandId } from '../notebook/commands';
import type { NotebookHost } from '../notebook/document-context';
import { goToCell } from '../notebook/cell-actions';
import { focusActiveCell } from '../notebook/focus-cell';
import { runCommand } from '../notebook/run-command';
import { isDead, takeOffer } from './send-offer';
import type { OpenRun } from './run-store';

/** Commands of the notebook that do in a run what they do in a runbook: none of them changes what a cell is. */
const KEPT: ReadonlySet<NotebookCommandId> = new Set<NotebookCommandId>([
  'leave-edit',
  'toggle-outputs',
  'toggle-scrolled',
  'toggle-line-numbers',
  'scroll-down',
  'scroll-up',
  'show-palette',
  'show-keys',
  'find',
  'find-next',
  'find-previous',
  'send-to-terminal',
  'send-line',
  'send-elsewhere',
  'copy',
  'export',
  'print',
  'save',
]);

/** True for a command that a run has: its keys and its line in the palette. */
export function isRunCommand(id: NotebookCommandId): boolean {
  return KEPT.has(id) || Object.hasOwn(OWN, id);
}

type Own = (run: OpenRun, rows: RowOrder) => void;

/** What some commands do in a run instead. Everything else is off there: kind and order of cells stay. */
const OWN: Readonly<Partial<Record<NotebookCommandId, Own>>> = {
  'run-and-advance': runNext,
  run: runNext,
  interrupt: (run) => {
    const offer = offered(run.store.getState().offers, 'interrupt');
    if (offer !== null && !isDead(run)) takeOffer(run, offer);
  },
  edit: beginDraft,
  'keep-checkpoint': (run) => run.set({ page: 'checkpoints', isKeeping: true }),
  'show-checkpoints': (run) => run.set({ page: 'checkpoints' }),
  'select-above': (run, rows) => move(run, rows, -1),
  'select-below': (run, rows) => move(run, rows, 1),
  'select-first': (run, rows) => move(run, rows, Number.NEGATIVE_INFINITY),
  'select-last': (run, rows) => move(run, rows, Number.POSITIVE_INFINITY),
  'collapse-heading': (run) => foldActive(run, false),
  'expand-heading': (run) => foldActive(run, true),
};

/** Does what a command of the notebook means in a run. */
export function runPaneCommand(run: OpenRun, host: NotebookHost, id: NotebookCommandId): void {
  const own = OWN[id];
  // Escape leaves the innermost thing: the text, then the form of the bar.
  if (id === 'leave-edit' && run.document.store.getState().mode === 'command') run.set({ form: null });
  if (own !== undefined) own(run, planOrder(run));
  else if (KEPT.has(id)) runCommand(id, run.document, host);
  if (id === 'leave-edit') {
    setTimeout(() => {
      if (run.store.getState().form === null) focusActiveCell();
    }, 0);
  }
}

/** Shift Enter: the next step, wherever the selection is. In the adjusted copy of a step it sends that one. */
function runNext(run: OpenRun): void {
  const { offers, form } = run.store.getState();
  if (isDead(run) || form !== null) return;
  const { mode, selection } = run.document.store.getState();
  const next = offered(offers, 'next');
  if (mode === 'command') {
    if (next !== null) takeOffer(run, next);
    return;
  }
  const offer = next ?? offered(offers, 'retry');
  // Whoever writes in another step than the one that is next did not mean that one.
  if (offer !== null && selection.active === offer.cell) takeOffer(run, offer);
}

/** Enter: an adjusted copy of the step is written; a section or a line opens. */
function beginDraft(run: OpenRun): void {
  const { plan, view, run: reduced, position } = run.store.getState();
  const { selection, byId } = run.document.store.getState();
  const cell = selection.active === null ? undefined : byId.get(selection.active);
  if (cell === undefined || reduced === null) return;
  const step = plan.byCell.get(cell.id);
  const isRunning = reduced.running.includes(cell.id) || position?.kind === 'running';
  const mayEdit = view?.readOnly === null && reduced.finished === null && !isRunning;
  if (!mayEdit || cell.type !== 'code' || step?.kind !== 'code') return foldActive(run, true);
  run.draft(cell.id, run.store.getState().drafts.get(cell.id) ?? cell.source);
  run.document.set({ mode: 'edit' });
}

function move(run: OpenRun, { cells }: RowOrder, by: number): void {
  const { active } = run.document.store.getState().selection;
  const at = active === null ? -1 : cells.indexOf(active);
  const next = cells[Math.max(0, Math.min(cells.length - 1, at + by))];
  if (next !== undefined) goToCell(run.document, next);
}

function foldActive(run: OpenRun, isOpen: boolean): void {
  const { active } = run.document.store.getState().selection;
  if (active !== null) run.fold(active, isOpen);
}
