import { ArrowDown, ArrowUp, CircleStop, Ellipsis, Pencil, Play } from 'lucide-react';
import { memo, type JSX } from 'react';
import type { CellView } from '../../shared/notebook/contract';
import type { CellRun } from '../../shared/notebook/view';
import { beginEditing, moveSelected } from './cell-actions';
import { isSameBesideSource } from './cell-facts';
import { CellMenu } from './cell-menu';
import { useModel, useNotebook } from './document-context';
import { interrupt, runCells } from './run-actions';
import { selectOne } from './selection';
import { ToolButton } from './tool-button';

interface CellToolsProps {
  readonly cell: CellView;
  readonly run: CellRun | undefined;
}

/** What can be done with a cell, seen on hover and while it is selected. Its menu is not drawn anew for each key. */
export const CellTools = memo(function CellTools(props: CellToolsProps): JSX.Element {
  const { cell, run } = props;
  const { open } = useNotebook();
  const isReadOnly = useModel((model) => (model.state?.readOnly ?? null) !== null);
  const isHeld = run?.status === 'running' || run?.status === 'queued';

  function withThis(action: () => void): () => void {
    return () => {
      open.set({ selection: selectOne(cell.id) });
      action();
    };
  }
  return (
    <span className="cell-tools" role="toolbar" aria-label="Cell">
      {cell.type === 'code' && isHeld && (
        <ToolButton
          label="Interrupt"
          command="interrupt"
          icon={CircleStop}
          onClick={() => void interrupt(open)}
        />
      )}
      {cell.type === 'code' && (
        <ToolButton
          label="Run cell"
          command="run"
          icon={Play}
          isOff={isHeld}
          onClick={withThis(() => void runCells(open, [cell.id]))}
        />
      )}
      {cell.type === 'markdown' && !isReadOnly && (
        <ToolButton
          label="Edit text"
          command="edit"
          icon={Pencil}
          onClick={withThis(() => beginEditing(open))}
        />
      )}
      {!isReadOnly && (
        <>
          <ToolButton
            label="Move up"
            command="move-up"
            icon={ArrowUp}
            onClick={withThis(() => moveSelected(open, 'up'))}
          />
          <ToolButton
            label="Move down"
            command="move-down"
            icon={ArrowDown}
            onClick={withThis(() => moveSelected(open, 'down'))}
          />
        </>
      )}
      <CellMenu cell={cell} trigger={Ellipsis} isHeld={isHeld} isReadOnly={isReadOnly} />
    </span>
  );
}, isSameForTools);

function isSameForTools(before: CellToolsProps, after: CellToolsProps): boolean {
  return before.run === after.run && isSameBesideSource(before.cell, after.cell);
}
