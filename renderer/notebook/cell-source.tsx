import { memo, useCallback, useState, type JSX, type MouseEvent } from 'react';
import type { CellView } from '../../shared/notebook/contract';
import { cellHiding } from '../../shared/notebook/hide-tags';
import type { CellRun } from '../../shared/notebook/view';
import { beginEditing } from './cell-actions';
import { CellEditor } from './cell-editor';
import { cellLanguage, isEditable, lineCount, linesOf, notebookLanguage } from './cell-facts';
import { languageWord } from './code/language-of';
import { StillCode } from './code/still-code';
import { useModel, useNotebook } from './document-context';
import { HiddenBar, HideAgain } from './hidden-bar';
import { useLineNumbers } from './line-numbers';
import { isPicking } from './pick-modifier';
import { isFolded, toggleRevealed } from './reveal';
import { selectOne } from './selection';

/** The place in the text under the pointer, counted in UTF-16 units from the start of `root`; null outside. */
function offsetAt(root: Element, x: number, y: number): number | null {
  const place = document.caretPositionFromPoint?.(x, y) ?? null;
  if (place === null || !root.contains(place.offsetNode)) return null;
  const range = document.createRange();
  range.setStart(root, 0);
  range.setEnd(place.offsetNode, place.offset);
  return range.toString().length;
}

/** A cell's source: still and coloured, live while it is edited, or folded away where its tags say so. */
export const CellSource = memo(function CellSource(props: {
  readonly cell: CellView;
  readonly run: CellRun | undefined;
  readonly isEditing: boolean;
}): JSX.Element {
  const { cell, run, isEditing } = props;
  const { open } = useNotebook();
  const base = useModel((model) => notebookLanguage(model.metadata));
  const wrap = useModel((model) => model.wrapLines);
  const lineNumbers = useLineNumbers();
  const isHidden = useModel((model) => isFolded(model, cell, 'source'));
  const isOpened = useModel((model) => model.revealed.has(`${cell.id} source`)) && !isHidden;
  const [startOffset, setStartOffset] = useState<number | undefined>(undefined);
  const language = cellLanguage(cell, base);
  const hiding = cellHiding(cell);

  const onClick = useCallback(
    (event: MouseEvent<HTMLElement>) => {
      const selection = window.getSelection();
      if (event.shiftKey || isPicking(event) || (selection !== null && !selection.isCollapsed)) return;
      const pre = event.currentTarget.querySelector('pre');
      setStartOffset(pre ? (offsetAt(pre, event.clientX, event.clientY) ?? undefined) : undefined);
      open.set({ selection: selectOne(cell.id) });
      beginEditing(open);
    },
    [open, cell.id],
  );

  if (isHidden && !isEditing) {
    return (
      <HiddenBar
        what="Source"
        cause={hiding.source}
        more={linesOf(lineCount(cell.source), languageWord(language))}
        action="Show code"
        onShow={() => toggleRevealed(open, cell.id, 'source')}
      />
    );
  }
  const edited = run?.edited ? ' is-edited' : '';
  if (isEditing) {
    return (
      <div className="entry-part">
        <CellEditor
          cell={cell}
          language={language}
          initialOffset={startOffset}
          className={`source is-editing${edited}`}
        />
      </div>
    );
  }
  return (
    <div className="entry-part">
      {/* The keyboard's way in is Enter on the cell itself. */}
      <div className={`source${edited}${isEditable(cell) ? '' : ' is-fixed'}`} onClick={onClick}>
        <StillCode
          source={cell.source}
          language={language}
          wrap={wrap || cell.type === 'raw'}
          lineNumbers={lineNumbers}
        />
      </div>
      {isOpened && hiding.whole === null && (
        <HideAgain action="Hide code" onHide={() => toggleRevealed(open, cell.id, 'source')} />
      )}
    </div>
  );
});
