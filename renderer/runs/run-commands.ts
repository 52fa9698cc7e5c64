import type { AppCommand } from '../app/app-commands';
import { actionWords } from './bar-parts';
import type { OpenRun } from './run-store';
import { askRerun, takeOffer } from './send-offer';

/** What can be done with a run now, for the palette: the buttons of its bar, its views, a note. */
export function runCommands(run: OpenRun): readonly AppCommand[] {
  const { offers, plan, position, view, run: reduced } = run.store.getState();
  const command = (id: string, title: string, keys: readonly string[], act: () => void): AppCommand => ({
    id,
    title,
    keys,
    group: 'Notebook',
    run: act,
  });
  const bar =
    position === null || view?.readOnly !== null
      ? []
      : offers
          .filter(({ kind }) => kind !== 'next' && kind !== 'interrupt')
          .map((offer) =>
            command(
              `run-${offer.kind}`,
              actionWords(offer, plan, position),
              offer.key === null ? [] : [offer.key.replaceAll('+', ' ')],
              () => takeOffer(run, offer),
            ),
          );
  const pages = (['notebook', 'timeline', 'checkpoints', 'report'] as const).map((page) =>
    command(`run-page-${page}`, `Show the ${page} of the run`, [], () => run.set({ page })),
  );
  const reading = command('run-page-reading', 'Show the run for reading, without code', [], () =>
    run.set({ page: 'reading' }),
  );
  const record = command('run-record', 'Show or hide the record beside the run', [], () =>
    run.set({ isRecordOpen: !run.store.getState().isRecordOpen }),
  );
  const selected = plan.byCell.get(run.document.store.getState().selection.active ?? '');
  const isDone = selected?.kind === 'code' && reduced?.steps[selected.cell]?.state === 'done';
  const mayRerun =
    isDone && view?.readOnly === null && reduced.finished === null && position?.kind !== 'running';
  const again =
    selected !== undefined && mayRerun
      ? [
          command('run-step-again', `Run step ${selected.number ?? ''} again…`, [], () =>
            askRerun(run, selected),
          ),
        ]
      : [];
  const mayWrite = view?.readOnly === null && reduced?.finished === null;
  const named = command('run-checkpoint-named', 'Keep a checkpoint with a name…', [], () =>
    run.set({ form: { kind: 'checkpoint', cell: null, words: null } }),
  );
  return [...bar, ...again, ...(mayWrite ? [named] : []), ...pages, reading, record];
}
