import { Plus } from 'lucide-react';
import { memo, type JSX } from 'react';
import type { Cell, CellType } from '../../shared/notebook/model';
import { beginEditing, insertCell } from './cell-actions';
import { useModel, useNotebook } from './document-context';

interface Kind {
  readonly label: string;
  readonly type: CellType;
  /** What it begins with. */
  readonly begun: Partial<Pick<Cell, 'source' | 'metadata'>>;
}

const KINDS: readonly Kind[] = [
  { label: 'Code', type: 'code', begun: {} },
  { label: 'Markdown', type: 'markdown', begun: {} },
  {
    label: 'Gate',
    type: 'markdown',
    begun: { source: '### Go on?\n', metadata: { watchbook: { gate: { kind: 'confirm' } } } },
  },
  { label: 'Checklist', type: 'markdown', begun: { source: '- [ ] ' } },
];

/** The line between two cells, seen on hover and focus: what can be put here. */
export const InsertRow = memo(function InsertRow(props: {
  readonly after: string | null;
  /** Where there is nothing else: it is seen and reached at any time. */
  readonly isShown?: boolean;
}): JSX.Element | null {
  const { open } = useNotebook();
  const isReadOnly = useModel((model) => (model.state?.readOnly ?? null) !== null);
  if (isReadOnly) return null;

  function insert({ type, begun }: Kind): void {
    if (insertCell(open, type, props.after, begun) !== null) beginEditing(open);
  }
  return (
    <div
      className={props.isShown ? 'insert is-shown' : 'insert'}
      role="group"
      aria-label="Insert a cell here"
    >
      <div className="insert-row">
        {KINDS.map((kind) => (
          <button
            key={kind.label}
            type="button"
            className="insert-choice"
            tabIndex={props.isShown ? 0 : -1}
            onClick={() => insert(kind)}
          >
            <Plus className="icon icon-s" aria-hidden="true" />
            {kind.label}
          </button>
        ))}
      </div>
    </div>
  );
});
