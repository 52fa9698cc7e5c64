import type { JsonObject } from '../rpc/contract';
import { newCellId } from './cell-ids';
import { notebookToJson } from './cell-json';
import { CANONICAL_STYLE, formatJson } from './json-style';
import type { Cell, Notebook } from './model';
import { readNotebook, type NotebookFile } from './notebook-file';

const METADATA: Readonly<Record<'bash' | 'python', JsonObject>> = {
  bash: {
    kernelspec: { display_name: 'Bash', language: 'bash', name: 'bash' },
    language_info: {
      codemirror_mode: 'shell',
      file_extension: '.sh',
      mimetype: 'text/x-sh',
      name: 'bash',
    },
  },
  python: {
    kernelspec: { display_name: 'Python 3 (ipykernel)', language: 'python', name: 'python3' },
    language_info: { file_extension: '.py', mimetype: 'text/x-python', name: 'python' },
  },
};

/** The bytes of a notebook in nbformat's canonical form, for a file that did not exist before. */
export function formatNotebook(notebook: Pick<Notebook, 'cells' | 'metadata'>): Uint8Array {
  return new TextEncoder().encode(`${formatJson(notebookToJson(notebook), CANONICAL_STYLE, '')}\n`);
}

/** The bytes of a new notebook with these cells. */
export function formatNewNotebook(language: 'bash' | 'python', cells: readonly Cell[]): Uint8Array {
  return formatNotebook({ cells, metadata: METADATA[language] });
}

/** A new notebook with one empty code cell, as a file that was just read. */
export function newNotebook(language: 'bash' | 'python', name = 'Untitled.ipynb'): NotebookFile {
  const cell = {
    id: newCellId(),
    type: 'code',
    source: '',
    metadata: {},
    outputs: [],
    executionCount: null,
  } as const;
  return readNotebook(formatNotebook({ cells: [cell], metadata: METADATA[language] }), name);
}
