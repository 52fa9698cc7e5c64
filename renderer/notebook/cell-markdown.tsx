import { memo, useState, type JSX } from 'react';
import type { CellView } from '../../shared/notebook/contract';
import { cellHiding } from '../../shared/notebook/hide-tags';
import { attachAtEnd } from './attach-pictures';
import { beginEditing } from './cell-actions';
import { CellEditor } from './cell-editor';
import { cellTitle } from './cell-facts';
import { CellTools } from './cell-tools';
import { useModel, useNotebook } from './document-context';
import { HiddenBar, HideAgain } from './hidden-bar';
import { MarkdownPreview } from './markdown/markdown-preview';
import { MarkdownView } from './markdown/markdown-view';
import { isFolded, toggleRevealed } from './reveal';
import { FoldedSection } from './section-fold';
import { selectOne } from './selection';
import { useMarkdownHost } from './use-markdown-host';

/** A text of the notebook: shown, or edited as text. */
export const CellMarkdown = memo(function CellMarkdown(props: {
  readonly cell: CellView;
  readonly isActive: boolean;
  readonly isEditing: boolean;
}): JSX.Element {
  const { cell, isEditing } = props;
  const { open } = useNotebook();
  const markdownHost = useMarkdownHost();
  const [progress, setProgress] = useState(0);
  const isCollapsed = useModel((model) => model.collapsed.has(cell.id));
  const isHidden = useModel((model) => isFolded(model, cell, 'source'));
  const isRevealed = cellHiding(cell).source !== null && !isHidden;

  if (isEditing) {
    return (
      <div className="entry-text md-writing">
        <div className="md-writing-parts">
          <CellEditor
            cell={cell}
            language="markdown"
            className="source is-editing"
            onProgress={setProgress}
          />
          <MarkdownPreview cell={cell} progress={progress} />
        </div>
      </div>
    );
  }
  if (isHidden) {
    return (
      <div className="entry-text is-hidden">
        <HiddenBar
          what="Text"
          cause={cellHiding(cell).source}
          more={cellTitle(cell) ?? undefined}
          action="Show text"
          onShow={() => toggleRevealed(open, cell.id, 'source')}
        />
      </div>
    );
  }
  return (
    <div className={isCollapsed ? 'entry-text is-folded' : 'entry-text'}>
      <CellTools cell={cell} run={undefined} />
      <div
        className="entry-prose"
        onDoubleClick={() => {
          open.set({ selection: selectOne(cell.id) });
          beginEditing(open);
        }}
        onDrop={(event) => {
          const pictures = [...event.dataTransfer.files].filter(({ type }) => type.startsWith('image/'));
          if (pictures.length === 0) return;
          // The window would open it as a file.
          event.preventDefault();
          event.stopPropagation();
          void attachAtEnd(open, cell.id, pictures);
        }}
      >
        {cell.source.trim() === '' ? (
          <p className="muted">Empty text. Enter to write.</p>
        ) : (
          <MarkdownView
            source={cell.source}
            attachments={cell.attachments}
            scope={cell.id}
            cell={cell.id}
            host={markdownHost}
            hasSections
          />
        )}
      </div>
      {isRevealed && <HideAgain action="Hide text" onHide={() => toggleRevealed(open, cell.id, 'source')} />}
      {isCollapsed && <FoldedSection cell={cell} />}
    </div>
  );
});
