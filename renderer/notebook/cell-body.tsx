import { memo, type JSX } from 'react';
import type { CellView } from '../../shared/notebook/contract';
import type { CellRun } from '../../shared/notebook/view';
import { CellHeader } from './cell-header';
import { CellInputs } from './cell-inputs';
import { CellMarkdown } from './cell-markdown';
import { CellResults } from './cell-results';
import { CellSource } from './cell-source';

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
