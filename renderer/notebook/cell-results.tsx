import { Pencil } from 'lucide-react';
import { memo, type JSX } from 'react';
import type { CellView } from '../../shared/notebook/contract';
import { cellHiding } from '../../shared/notebook/hide-tags';
import type { CellRun, OutputView } from '../../shared/notebook/view';
import { useModel, useNotebook } from './document-context';
import { CellOutputs } from './outputs/cell-outputs';
import { HiddenBar, HideAgain } from './hidden-bar';
import { isFolded, toggleRevealed } from './reveal';

const NONE: readonly OutputView[] = [];

/** What a cell printed and showed; marked where the source has changed since. */
export const CellResults = memo(function CellResults(props: {
  readonly cell: CellView;
  readonly run: CellRun | undefined;
}): JSX.Element | null {
  const { cell, run } = props;
  const { open } = useNotebook();
  const outputs = useModel((model) => model.outputs.get(cell.id) ?? NONE);
  const isHidden = useModel((model) => isFolded(model, cell, 'outputs'));
  if (outputs.length === 0) return null;
  const { outputs: cause, whole } = cellHiding(cell);
  if (isHidden) {
    return (
      <HiddenBar
        what={outputs.length === 1 ? 'Output' : `${outputs.length} outputs`}
        cause={cause}
        action={outputs.length === 1 ? 'Show output' : 'Show outputs'}
        onShow={() => toggleRevealed(open, cell.id, 'outputs')}
      />
    );
  }
  return (
    <div className="entry-part entry-output">
      <div className={run?.edited ? 'output is-stale' : 'output'}>
        <CellOutputs cell={cell.id} outputs={outputs} isScrolled={cell.metadata['scrolled'] === true} />
      </div>
      {cause !== null && whole === null && (
        <HideAgain action="Hide output" onHide={() => toggleRevealed(open, cell.id, 'outputs')} />
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
