import { useMemo } from 'react';
import { goToCell } from './cell-actions';
import { findAnchor } from './contents';
import { useNotebook } from './document-context';
import type { MarkdownHost } from './markdown/markdown-view';

/** How a rendered text of this document reaches pictures, links and other cells. */
export function useMarkdownHost(): MarkdownHost {
  const { open, host } = useNotebook();
  return useMemo<MarkdownHost>(
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
}
