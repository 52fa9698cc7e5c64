import { memo, useMemo, type JSX } from 'react';
import type { CellView } from '../../shared/notebook/contract';
import { beginEditing } from './cell-actions';
import { CellEditor } from './cell-editor';
import { CellTools } from './cell-tools';
import { useNotebook } from './document-context';
import { findAnchor } from './contents';
import { goToCell } from './cell-actions';
import { MarkdownView, type MarkdownHost } from './markdown/markdown-view';
import { selectOne } from './selection';

/** A text of the notebook: shown, or edited as text. */
export const CellMarkdown = memo(function CellMarkdown(props: {
  readonly cell: CellView;
  readonly isActive: boolean;
  readonly isEditing: boolean;
}): JSX.Element {
  const { cell, isEditing } = props;
  const { open, host } = useNotebook();
  const markdownHost = useMemo<MarkdownHost>(
    () => ({
      loadPicture: async (source) => {
        const { document } = open.store.getState();
        return (await open.engine.request('notebook.picture', { document, source })).url;
      },
      loadRemotePicture: async (url) => {
        const { document } = open.store.getState();
        return (await open.engine.request('notebook.remotePicture', { document, url })).url;
      },
      openLink: (url) => void host.openLink(url).catch(open.say),
      goToAnchor: (anchor) => {
        const target = findAnchor(open.store.getState().cells, anchor);
        if (target !== null) goToCell(open, target, 'start');
      },
    }),
    [open, host],
  );

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
