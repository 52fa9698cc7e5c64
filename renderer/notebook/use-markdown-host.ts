import { useMemo } from 'react';
import { goToAnchor, goToAnchorWhenOpen, sectionLink } from './anchors';
import { useNotebook, type NotebookHost } from './document-context';
import type { OpenDocument } from './document-store';
import type { MarkdownHost } from './markdown/dress-markdown';

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
      goToAnchor: (anchor) => goToAnchor(open, anchor),
      openLocal: (target) => void openLocal(open, host, target),
      copyLink: (anchor) => {
        const link = sectionLink(open.store.getState().state?.path ?? open.path, anchor);
        host.copyText(link).then(() => host.confirm('Link copied'), open.say);
      },
    }),
    [open, host],
  );
}

/** Opens the runbook that a link of a text names, after the engine has looked at where it lies. */
async function openLocal(open: OpenDocument, host: NotebookHost, target: string): Promise<void> {
  try {
    const { document } = open.store.getState();
    const { path, anchor } = await open.engine.request('notebook.followLink', { document, target });
    const opened = host.openRunbook(path);
    if (anchor !== '') goToAnchorWhenOpen(opened, anchor);
  } catch (error) {
    open.say(error);
  }
}
