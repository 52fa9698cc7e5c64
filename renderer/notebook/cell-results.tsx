import { ChevronRight, Pencil } from 'lucide-react';
import { memo, type JSX } from 'react';
import type { CellView } from '../../shared/notebook/contract';
import type { CellRun, OutputView } from '../../shared/notebook/view';
import { cellHiding } from './cell-facts';
import { useModel, useNotebook } from './document-context';
import { CellOutputs } from './outputs/cell-outputs';
import { toggleRevealed } from './reveal';

const NONE: readonly OutputView[] = [];

/** What a cell printed and showed; marked where the source has changed since. */
export const CellResults = memo(function CellResults(props: {
  readonly cell: CellView;
  readonly run: CellRun | undefined;
}): JSX.Element | null {
  const { cell, run } = props;
  const { open } = useNotebook();
  const outputs = useModel((model) => model.outputs.get(cell.id) ?? NONE);
  const isToggled = useModel((model) => model.revealed.has(`${cell.id} outputs`));
  if (outputs.length === 0) return null;
  const isHiddenAtFirst = cellHiding(cell).outputs;
  if (isHiddenAtFirst !== isToggled) {
    return (
      <div className="entry-part">
        <button type="button" className="hidden-bar" onClick={() => toggleRevealed(open, cell.id, 'outputs')}>
          <ChevronRight className="icon icon-s" aria-hidden="true" />
          {outputs.length === 1 ? 'Output hidden' : `${outputs.length} outputs hidden`}
          <span className="grow" />
          <span className="link">Show</span>
        </button>
      </div>
    );
  }
  return (
    <div className="entry-part entry-output">
      <div className={run?.edited ? 'output is-stale' : 'output'}>
        <CellOutputs cell={cell.id} outputs={outputs} isScrolled={cell.metadata['scrolled'] === true} />
      </div>
      {isHiddenAtFirst && (
        <div className="output-foot">
          <button type="button" className="out-link" onClick={() => toggleRevealed(open, cell.id, 'outputs')}>
            Hide the output
          </button>
        </div>
      )}
      {run?.edited && (
        <div className="output-foot">
          <span className="state" data-state="edited">
            <Pencil className="icon" aria-hidden="true" />
            Output of the earlier source, which has changed since
          </span>
        </div>
      )}
    </div>
  );
});
