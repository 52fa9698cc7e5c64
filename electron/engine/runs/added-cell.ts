import { SHELL_LANGUAGE_ID, type Cell } from '../../../shared/notebook/model';
import type { AddedContent } from '../../../shared/runs/content';

/**
 * The added cell as the notebook gets it. A shell beside a kernel is named; where the kernel is the shell there is one.
 * `ran`: when it ran as a command in a terminal.
 */
export function addedCell(
  id: string,
  added: AddedContent,
  kernel: string | null,
  ran?: { readonly startedAt: string; readonly endedAt: string },
): Cell {
  const isBeside = added.language === 'shell' && kernel !== 'bash';
  return {
    id,
    type: 'code',
    source: added.source,
    metadata: {
      ...(ran === undefined
        ? {}
        : {
            execution: {
              'shell.execute_reply.started': ran.startedAt,
              'shell.execute_reply': ran.endedAt,
            },
          }),
      ...(added.isDestructive === true ? { tags: ['destructive'] } : {}),
      ...(isBeside ? { vscode: { languageId: SHELL_LANGUAGE_ID } } : {}),
      ...(added.host === undefined ? {} : { watchbook: { terminal: { host: added.host } } }),
    },
    outputs: [],
    executionCount: null,
  };
}
