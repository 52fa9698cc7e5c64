import type { ExportedNotebook, ExportOptions } from '../../../shared/notebook/export/exported';
import { toHtml } from '../../../shared/notebook/export/to-html';
import { toMarkdown } from '../../../shared/notebook/export/to-markdown';
import { scriptExtension, toScript } from '../../../shared/notebook/export/to-script';
import { notebookLanguage } from '../cell-facts';
import type { NotebookHost } from '../document-context';
import type { OpenDocument } from '../document-store';
import { fileName } from '../file-name';
import { EXPORT_STYLE } from './export-style';
import { gatherExport } from './gather';

/** Into what a notebook is written out. */
export type ExportFormat = 'html' | 'pdf' | 'markdown' | 'script' | 'print';

function extensionOf(open: OpenDocument, format: Exclude<ExportFormat, 'print'>): string {
  if (format === 'markdown') return 'md';
  if (format !== 'script') return format;
  return scriptExtension(notebookLanguage(open.store.getState().metadata));
}

function contentOf(notebook: ExportedNotebook, format: ExportFormat): string {
  switch (format) {
    case 'markdown':
      return toMarkdown(notebook);
    case 'script':
      return toScript(notebook);
    case 'html':
    case 'pdf':
    case 'print':
      return toHtml(notebook, EXPORT_STYLE);
  }
}

/** Writes out what is on the page to where the person says, or prints it. Answers whether it was done. */
export async function exportNotebook(
  open: OpenDocument,
  host: NotebookHost,
  format: ExportFormat,
  options: ExportOptions,
): Promise<boolean> {
  try {
    if (format === 'print') {
      await host.printPage(contentOf(await gatherExport(open, options), format));
      return true;
    }
    const from = open.store.getState().state?.path ?? open.path;
    const path = await host.chooseSavePath(
      from.replace(/(\.ipynb)?$/i, `.${extensionOf(open, format)}`),
      'any',
    );
    if (path === null) return false;
    const content = contentOf(await gatherExport(open, options), format);
    await host.writeExport(path, format === 'pdf' ? 'pdf' : 'text', content);
    host.confirm(`Written to ${fileName(path)}`);
    return true;
  } catch (error) {
    open.say(error);
    return false;
  }
}
