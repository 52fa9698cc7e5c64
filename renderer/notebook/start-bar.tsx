import { BookOpen, Pencil, Play } from 'lucide-react';
import { useEffect, useMemo, type JSX } from 'react';
import { isShellCell } from '../../shared/notebook/model';
import { beginEditing, goToCell } from './cell-actions';
import { cellNumbers, cellTitle } from './cell-facts';
import { useModel, useNotebook } from './document-context';
import { focusActiveCell } from './focus-cell';
import { runCells } from './run-actions';
import { clockTime, dayWords } from './time-words';
import './start-bar.css';

/** When the runbook was tried last, as its file tells; null where it does not. */
function useLastRun(): string | null {
  const runs = useModel((model) => (model.start === null ? null : model.runs));
  return useMemo(() => {
    if (runs === null) return null;
    const times = [...runs.values()].flatMap(({ startedAt }) => (startedAt === null ? [] : [startedAt]));
    return times.toSorted().at(-1) ?? null;
  }, [runs]);
}

/**
 * Under a runbook that was opened to be read: what starts it. Gone for good once something is run or edited; the
 * document above keeps its place.
 */
export function StartBar(): JSX.Element | null {
  const { open } = useNotebook();
  const start = useModel((model) => model.start);
  const cell = useModel((model) => model.byId.get(model.start ?? '') ?? null);
  const cells = useModel((model) => model.cells);
  const isReadOnly = useModel((model) => (model.state?.readOnly ?? null) !== null);
  const isBegun = useModel(
    (model) =>
      model.mode === 'edit' ||
      model.unacknowledged > 0 ||
      (model.state?.unsavedEdits ?? false) ||
      (model.state?.queue.length ?? 0) > 0,
  );
  const hasNoKernel = useModel(
    ({ state }) => state !== null && state.kernel.spec === null && state.kernel.wanted !== null,
  );
  // The shell beside it needs none.
  const isWithoutKernel = hasNoKernel && cell !== null && !isShellCell(cell);
  const lastRun = useLastRun();
  const isGone = start !== null && (isBegun || cell === null);
  useEffect(() => {
    if (isGone) open.set({ start: null });
  }, [open, isGone]);
  if (cell === null || isBegun) return null;

  const number = cellNumbers(cells).get(cell.id);
  const title = cellTitle(cell);
  const step = title === null ? `Step ${number ?? ''}` : `Step ${number ?? ''}, ${title},`;
  return (
    <section className="start-bar" aria-label="Start">
      <div className="grow">
        <p className="start-title">
          <BookOpen className="icon" aria-hidden="true" />
          Open for reading
        </p>
        <p className="start-sub">
          {step} starts it{isWithoutKernel && ', once a kernel is chosen'}.{' '}
          {lastRun === null
            ? 'No earlier run is known here.'
            : `Last run ${dayWords(lastRun) ?? 'today'} at ${clockTime(lastRun)}.`}
        </p>
      </div>
      <span className="start-ways">
        {!isReadOnly && (
          <button
            type="button"
            className="nb-button"
            title="Edit the selected cell (Enter)"
            onClick={() => beginEditing(open)}
          >
            <Pencil className="icon" aria-hidden="true" />
            Edit
          </button>
        )}
        <button
          type="button"
          className="nb-button nb-button-primary"
          disabled={isWithoutKernel}
          title={`Run step ${number ?? ''} (Shift Enter on it)`}
          onClick={() => {
            goToCell(open, cell.id);
            focusActiveCell();
            void runCells(open, [cell.id]);
          }}
        >
          <Play className="icon" aria-hidden="true" />
          Run step {number}
        </button>
      </span>
    </section>
  );
}
