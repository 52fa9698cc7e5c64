import type { RunEvent } from '../../../shared/runs/events';
import { toHtml } from '../../../shared/notebook/export/to-html';
import { timelineHtml, timelineMarkdown } from '../../../shared/runs/report/timeline-export';
import type { NotebookHost } from '../../notebook/document-context';
import { EXPORT_STYLE } from '../../notebook/export/export-style';
import { fileName } from '../../notebook/file-name';
import { runEvents } from './run-events';
import type { RunPort } from './run-port';
import { linesOf } from './timeline-facts';

/** Writes events of a run, a row each, where the person says; all of them where none are given. */
export async function writeTimeline(
  run: RunPort,
  host: NotebookHost,
  form: 'md' | 'html',
  events: readonly RunEvent[] = runEvents(run).getState().events,
): Promise<void> {
  try {
    const separator = run.folder.includes('/') ? '/' : '\\';
    const path = await host.chooseSavePath(`${run.folder}${separator}timeline.${form}`, 'any');
    if (path === null) return;
    const lines = await linesOf(run, events);
    const title = run.store.getState().view?.details.title ?? '';
    const content = form === 'md' ? timelineMarkdown(title, lines) : page(title, timelineHtml(title, lines));
    await host.writeExport(path, 'text', content);
    host.confirm(`Written to ${fileName(path)}`);
  } catch (error) {
    run.document.say(error);
  }
}

/** One page that needs nothing else and runs nothing. */
function page(title: string, html: string): string {
  const text = { source: '', lines: null, language: '', number: null, outputs: [] };
  return toHtml(
    {
      title: `Timeline of ${title === '' ? 'a run' : title}`,
      file: 'journal.jsonl',
      at: new Date().toISOString(),
      language: '',
      cells: [{ type: 'markdown', html, ...text }],
    },
    EXPORT_STYLE,
  );
}
