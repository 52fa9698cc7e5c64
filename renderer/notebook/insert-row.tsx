import { Plus } from 'lucide-react';
import { memo, type JSX } from 'react';
import type { CellType } from '../../shared/notebook/model';
import { beginEditing, insertCell } from './cell-actions';
import { useModel, useNotebook } from './document-context';

/** The line between two cells, seen on hover and focus: what can be put here. */
export const InsertRow = memo(function InsertRow(props: {
  readonly after: string | null;
}): JSX.Element | null {
  const { open } = useNotebook();
  const isReadOnly = useModel((model) => (model.state?.readOnly ?? null) !== null);
  if (isReadOnly) return null;

  function insert(type: CellType): void {
    if (insertCell(open, type, props.after) !== null) beginEditing(open);
  }
  return (
    <div className="insert" role="group" aria-label="Insert a cell here">
      <div className="insert-row">
        <button type="button" className="insert-choice" tabIndex={-1} onClick={() => insert('code')}>
          <Plus className="icon icon-s" aria-hidden="true" />
          Code
        </button>
        <button type="button" className="insert-choice" tabIndex={-1} onClick={() => insert('markdown')}>
          <Plus className="icon icon-s" aria-hidden="true" />
          Markdown
        </button>
      </div>
    </div>
  );
});
