import { toWireError } from '../../../shared/rpc/errors';
import type { FindQuery } from '../../../shared/notebook/find';
import type { OpenDocument } from '../document-store';
import type { NotebookMatch } from './find-store';
import type { NotebookText } from './find-texts';

/** Asks the engine for the lines of long outputs that the window does not have. Plain text only. */
export async function searchHidden(
  open: OpenDocument,
  texts: readonly NotebookText[],
  query: FindQuery,
): Promise<{ readonly matches: readonly NotebookMatch[]; readonly hasMore: boolean }> {
  const { document } = open.store.getState();
  const matches: NotebookMatch[] = [];
  let hasMore = false;
  for (const { cell, output, hidden } of texts) {
    if (output === null || hidden === null) continue;
    try {
      const { lines, more } = await open.engine.request('notebook.outputSearch', {
        document,
        cell,
        key: output,
        text: query.text,
        caseSensitive: query.isCaseSensitive,
      });
      hasMore ||= more;
      for (const line of lines) {
        if (line >= hidden.from && line < hidden.to) matches.push({ kind: 'hidden', cell, output, line });
      }
    } catch (error) {
      // The output was replaced meanwhile, or the engine is away: what is shown was searched all the same.
      const { code } = toWireError(error);
      if (code !== 'not-found' && code !== 'engine-lost') throw error;
    }
  }
  return { matches, hasMore };
}
