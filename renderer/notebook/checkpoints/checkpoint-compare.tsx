import { ArrowRight, RotateCcw } from 'lucide-react';
import { useEffect, useRef, useState, type JSX, type KeyboardEvent } from 'react';
import type { Checkpoint } from '../../../shared/notebook/checkpoint-contract';
import type { CellDifference } from '../../../shared/notebook/contract';
import { notebookLanguage } from '../cell-facts';
import { DiffSides } from '../diff-sides';
import { DifferenceList } from '../difference-list';
import { changeWords, languageOf } from '../difference-words';
import { useModel, useNotebook } from '../document-context';
import { focusActiveCell } from '../focus-cell';
import { checkpointTime, checkpointTitle, restoreCheckpoint } from './checkpoint-actions';

interface Comparison {
  readonly cells: readonly CellDifference[];
  readonly settings: boolean;
}

/** Asks the engine what differs, and again when a cell here is another; null until it answers. */
function useComparison(id: string): Comparison | null {
  const { open } = useNotebook();
  const cells = useModel((model) => model.cells);
  const [comparison, setComparison] = useState<Comparison | null>(null);
  useEffect(() => {
    let isGone = false;
    open
      .settled()
      .then((document) => open.engine.request('checkpoints.compare', { document, id }))
      .then(
        (answer) => {
          if (!isGone) setComparison(answer);
        },
        (error: unknown) => {
          if (isGone) return;
          open.say(error);
          open.set({ comparedWith: null });
        },
      );
    return () => {
      isGone = true;
    };
  }, [open, id, cells]);
  return comparison;
}

/** What became of a cell since then. */
function sinceWords(difference: CellDifference): string {
  if (difference.kind === 'changed') return `${changeWords(difference)} since`;
  return `${changeWords(difference)} since then`;
}

/** What differs between a checkpoint and now, cell by cell, and the way back. */
export function CheckpointCompare(props: { readonly checkpoint: Checkpoint }): JSX.Element {
  const { checkpoint } = props;
  const { open, host } = useNotebook();
  const comparison = useComparison(checkpoint.id);
  const base = useModel((model) => notebookLanguage(model.metadata));
  const isReadOnly = useModel((model) => (model.state?.readOnly ?? null) !== null);
  const [shown, setShown] = useState<string | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const back = useRef<HTMLButtonElement>(null);
  const cells = comparison?.cells ?? [];
  const current = cells.find(({ cell }) => cell === shown) ?? cells[0] ?? null;
  const hasAnswer = comparison !== null;
  const hasCells = cells.length > 0;
  useEffect(() => {
    if (hasAnswer) (hasCells ? list.current : back.current)?.focus();
  }, [hasAnswer, hasCells]);
  const close = (): void => {
    open.set({ comparedWith: null });
    requestAnimationFrame(focusActiveCell);
  };

  function onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || current === null) return;
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    if (step === undefined) return;
    const at = cells.indexOf(current) + step;
    setShown(cells[Math.max(0, Math.min(cells.length - 1, at))]?.cell ?? null);
    event.preventDefault();
  }
  return (
    <div
      className="compare"
      role="region"
      aria-label="Compared with a checkpoint"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        close();
      }}
    >
      <div className="compare-head">
        <h2 className="cut">What differs from {checkpointTitle(checkpoint)}</h2>
        <span className="muted">{comparison === null ? '' : countWords(comparison)}</span>
        <span className="grow" />
        <button
          ref={back}
          type="button"
          className="nb-button nb-button-quiet"
          title="Back to the notebook (Esc)"
          onClick={close}
        >
          Back to the notebook
        </button>
        <button
          type="button"
          className="nb-button nb-button-primary"
          disabled={isReadOnly || comparison === null || (!hasCells && !comparison.settings)}
          title={isReadOnly ? 'This notebook is open for reading' : 'Make the runbook what it was then'}
          onClick={() => void restoreCheckpoint(open, host, checkpoint)}
        >
          <RotateCcw className="icon" aria-hidden="true" />
          Go back to this checkpoint
        </button>
      </div>
      {hasCells && (
        <DifferenceList
          list={list}
          cells={cells}
          current={current}
          row={(cell) => ({ icon: ArrowRight, words: sinceWords(cell) })}
          onShow={setShown}
          onKeyDown={onKey}
        />
      )}
      {current !== null && (
        <DiffSides
          here={current.disk}
          disk={current.here}
          language={languageOf(current, base)}
          hereHead={`Then, ${checkpointTime(checkpoint)}`}
          diskHead="Now"
        />
      )}
      {comparison !== null && (
        <p className="hint">
          {comparison.settings &&
            'Settings of the runbook, as its parameters or its kernel, are others too. '}
          Texts, settings and order of the cells are compared; results are not part of a checkpoint.
        </p>
      )}
    </div>
  );
}

function countWords({ cells, settings }: Comparison): string {
  if (cells.length > 0) return cells.length === 1 ? '1 cell' : `${cells.length} cells`;
  return settings ? 'settings of the runbook alone' : 'nothing';
}
