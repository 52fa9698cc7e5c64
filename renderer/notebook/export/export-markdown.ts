import { toWireError } from '../../../shared/rpc/errors';
import type { JsonObject } from '../../../shared/rpc/contract';
import type { OpenDocument } from '../document-store';
import { ID_PREFIX, renderMarkdown, type MarkdownPicture } from '../markdown/render-markdown';

/** A text as HTML of its own: sanitised, with its pictures in it and formulas as MathML, which needs no fonts. */
export async function exportMarkdown(
  open: OpenDocument,
  source: string,
  scope: string,
  attachments?: JsonObject,
): Promise<string> {
  const { fragment, pictures, links } = renderMarkdown({ source, scope, attachments });
  for (const picture of pictures) await bringPicture(open, picture);
  for (const link of fragment.querySelectorAll('a')) {
    const lead = links.get(link);
    link.removeAttribute('role');
    link.removeAttribute('tabindex');
    if (lead?.kind === 'external') {
      link.setAttribute('href', lead.target);
      link.setAttribute('rel', 'noopener noreferrer');
    } else if (lead?.kind === 'anchor')
      link.setAttribute('href', `#${ID_PREFIX}${encodeURIComponent(lead.target)}`);
  }
  for (const formula of fragment.querySelectorAll('.katex')) {
    const math = formula.querySelector('math');
    if (math !== null) formula.replaceWith(math);
  }
  const box = document.createElement('div');
  box.append(fragment);
  return box.innerHTML;
}

async function bringPicture(open: OpenDocument, { element, verdict }: MarkdownPicture): Promise<void> {
  const words = element.alt === '' ? 'Picture' : `Picture “${element.alt}”`;
  const instead = (reason: string): void => {
    const note = document.createElement('span');
    note.className = 'md-picture-note';
    note.textContent = `${words} not shown. ${reason}`;
    element.replaceWith(note);
  };
  switch (verdict.kind) {
    case 'data':
      element.src = verdict.url;
      return;
    case 'refused':
      return instead(`${verdict.reason}.`);
    case 'remote':
      return instead(`It lies at ${verdict.host}.`);
    case 'file':
      try {
        const { document } = open.store.getState();
        element.src = (
          await open.engine.request('notebook.picture', { document, source: verdict.source })
        ).url;
      } catch (error) {
        instead(toWireError(error).message);
      }
  }
}
