import { memo, type JSX } from 'react';
import type { CellView } from '../../shared/notebook/contract';
import { beginEditing } from './cell-actions';
import { CellEditor } from './cell-editor';
import { CellTools } from './cell-tools';
import { useNotebook } from './document-context';
import { MarkdownView } from './markdown/markdown-view';
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

  if (isEditing) {
    return (
      <div className="entry-text">
        <CellEditor cell={cell} language="markdown" className="source is-editing" />
      </div>
    );
  }
  return (
    <div className="entry-text">
      <CellTools cell={cell} run={undefined} />
      <div
        className="entry-prose"
        onDoubleClick={() => {
          open.set({ selection: selectOne(cell.id) });
          beginEditing(open);
        }}
      >
        {cell.source.trim() === '' ? (
          <p className="muted">Empty text. Enter to write.</p>
        ) : (
          <MarkdownView
            source={cell.source}
            attachments={cell.attachments}
            scope={cell.id}
            host={markdownHost}
          />
        )}
      </div>
    </div>
  );
});
