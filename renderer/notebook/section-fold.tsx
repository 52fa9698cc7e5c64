import { ChevronDown, ChevronRight } from 'lucide-react';
import { memo, useMemo, type JSX } from 'react';
import type { CellView } from '../../shared/notebook/contract';
import { sectionCells, sectionLevel, summariseSection } from '../../shared/notebook/sections';
import { cellTitle } from './cell-facts';
import { setCollapsed } from './collapsing';
import { useModel, useNotebook } from './document-context';
import { SectionStateSign } from './section-state';

/** The arrow beside a heading, which folds its section. Nothing for a text without one. */
export const FoldArrow = memo(function FoldArrow(props: { readonly cell: CellView }): JSX.Element | null {
  const { cell } = props;
  const { open } = useNotebook();
  const isCollapsed = useModel((model) => model.collapsed.has(cell.id));
  if (sectionLevel(cell) === null) return null;
  const words = `${isCollapsed ? 'Open' : 'Fold'} the section ${cellTitle(cell) ?? ''}`.trim();
  const Sign = isCollapsed ? ChevronRight : ChevronDown;
  return (
    <button
      type="button"
      className="tool fold-arrow"
      aria-label={words}
      aria-expanded={!isCollapsed}
      title={isCollapsed ? 'Open the section (→)' : 'Fold the section (←)'}
      onClick={(event) => {
        event.stopPropagation();
        setCollapsed(open, cell.id, !isCollapsed);
      }}
    >
      <Sign className="icon" aria-hidden="true" />
    </button>
  );
});

/** What a folded heading hides: how many cells, and how the steps among them stand. */
export const FoldedSection = memo(function FoldedSection(props: {
  readonly cell: CellView;
}): JSX.Element | null {
  const { cell } = props;
  const { open } = useNotebook();
  const cells = useModel((model) => (model.collapsed.has(cell.id) ? model.cells : null));
  const runs = useModel((model) => (model.collapsed.has(cell.id) ? model.runs : null));
  const inside = useMemo(() => (cells === null ? [] : sectionCells(cells, cell.id)), [cells, cell.id]);
  if (runs === null) return null;
  const steps = inside.filter(({ type }) => type === 'code').map(({ id }) => runs.get(id));
  return (
    <button
      type="button"
      className="fold-count"
      title="Open the section (→)"
      onClick={() => setCollapsed(open, cell.id, false)}
    >
      {inside.length} {inside.length === 1 ? 'cell' : 'cells'} hidden
      <SectionStateSign summary={summariseSection(steps)} />
    </button>
  );
});
