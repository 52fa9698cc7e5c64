import { memo, type JSX } from 'react';
import type { CellView } from '../../shared/notebook/contract';
import { cellHiding } from '../../shared/notebook/hide-tags';
import type { CellRun } from '../../shared/notebook/view';
import { cellLanguage, lineCount, linesOf, notebookLanguage } from './cell-facts';
import { CellHeader } from './cell-header';
import { CellInputs } from './cell-inputs';
import { CellMarkdown } from './cell-markdown';
import { CellResults } from './cell-results';
import { CellSource } from './cell-source';
import { languageWord } from './code/language-of';
import { useModel, useNotebook } from './document-context';
import { HiddenBar, HideAgain } from './hidden-bar';
import { isFolded, toggleRevealed } from './reveal';

/** A cell that its tags hide as a whole: one bar for source and outputs, which open and fold together. */
function WholeCell(props: { readonly cell: CellView; readonly run: CellRun | undefined }): JSX.Element {
  const { cell, run } = props;
  const { open } = useNotebook();
  const base = useModel((model) => notebookLanguage(model.metadata));
  const isHidden = useModel((model) => isFolded(model, cell, 'source'));
  const toggle = (): void => toggleRevealed(open, cell.id, 'source', 'outputs');
  if (isHidden) {
    return (
      <HiddenBar
        what="Cell"
        cause={cellHiding(cell).whole}
        more={linesOf(lineCount(cell.source), languageWord(cellLanguage(cell, base)))}
        action="Show cell"
        onShow={toggle}
      />
    );
  }
  return (
    <>
      <CellSource cell={cell} run={run} isEditing={false} />
      <CellResults cell={cell} run={run} />
      <div className="entry-part">
        <HideAgain action="Hide cell" onHide={toggle} />
      </div>
    </>
  );
}

/** What a cell holds: a code cell its header, source, results and prompts; a text itself. */
export const CellBody = memo(function CellBody(props: {
  readonly cell: CellView;
  readonly number: number | null;
  readonly run: CellRun | undefined;
  readonly isActive: boolean;
  readonly isEditing: boolean;
}): JSX.Element {
  const { cell, number, run, isActive, isEditing } = props;
  switch (cell.type) {
    case 'markdown':
      return <CellMarkdown cell={cell} isActive={isActive} isEditing={isEditing} />;
    case 'raw':
      return (
        <>
          <CellHeader cell={cell} number={null} run={undefined} />
          <CellSource cell={cell} run={undefined} isEditing={isEditing} />
        </>
      );
    case 'code':
      if (cellHiding(cell).whole !== null && !isEditing) {
        return (
          <>
            <CellHeader cell={cell} number={number} run={run} />
            <WholeCell cell={cell} run={run} />
            <CellInputs cell={cell.id} />
          </>
        );
      }
      return (
        <>
          <CellHeader cell={cell} number={number} run={run} />
          <CellSource cell={cell} run={run} isEditing={isEditing} />
          <CellResults cell={cell} run={run} />
          <CellInputs cell={cell.id} />
        </>
      );
  }
});
