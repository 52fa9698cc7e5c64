import { BookOpen, Copy, FileText } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef, useState, type JSX } from 'react';
import { useStore } from 'zustand';
import { useWindow } from '../../app/window-context';
import { toHtml } from '../../../shared/notebook/export/to-html';
import { toWireError } from '../../../shared/rpc/errors';
import { EXPORT_STYLE } from '../../notebook/export/export-style';
import { fileName } from '../../notebook/file-name';
import { useTooltip } from '../../notebook/keys-in-use';
import { MarkdownView } from '../../notebook/markdown/markdown-view';
import { useMarkdownHost } from '../../notebook/use-markdown-host';
import { runsPort } from '../runs-port';
import { copyStatus } from './copy-run';
import { ExportMenu } from './export-menu';
import { ReadingView } from './reading-view';
import type { RunPort } from './run-port';
import './report.css';

/** After the last event, in milliseconds: a report is made anew when a run is calm. */
const PAUSE = 400;

/** The report as it would be written now; null until it is made. */
function useReport(run: RunPort): { readonly markdown: string | null; readonly problem: string | null } {
  const seq = useStore(run.store, (model) => model.run?.seq ?? -1);
  const [report, setReport] = useState<{ readonly markdown: string | null; readonly problem: string | null }>(
    {
      markdown: null,
      problem: null,
    },
  );
  useEffect(() => {
    let isGone = false;
    const read = async (): Promise<void> => {
      try {
        const { markdown } = await runsPort(run.engine).request('runs.report', { run: run.folder });
        if (!isGone) setReport({ markdown, problem: null });
      } catch (error) {
        const { code, message } = toWireError(error);
        // The connection has its own banner; what was made stays.
        if (!isGone && code !== 'engine-lost') setReport((before) => ({ ...before, problem: message }));
      }
    };
    const timer = setTimeout(() => void read(), PAUSE);
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [run, seq]);
  return report;
}

function dressReport(box: HTMLElement | null): void {
  for (const block of box?.querySelectorAll('pre') ?? []) block.tabIndex = 0;
}

/** What a run came to: the report for the archive, or the page for people who do not run it. */
export function ReportPage(props: { readonly run: RunPort }): JSX.Element {
  const { run } = props;
  const { host } = useWindow();
  const tooltip = useTooltip();
  const [isReading, setReading] = useState(false);
  const { markdown, problem } = useReport(run);
  const box = useRef<HTMLDivElement>(null);
  const markdownHost = useMarkdownHost();
  // The rendered text is of the children, whose effects have run by now.
  useLayoutEffect(() => dressReport(box.current), [markdown, isReading]);
  const write = async (form: 'md' | 'html'): Promise<void> => {
    if (markdown === null) return;
    const { view } = run.store.getState();
    try {
      const name = `${run.folder}${run.folder.includes('/') ? '/' : '\\'}report.${form}`;
      const path = await host.chooseSavePath(
        form === 'md' ? name.replace(/report\.md$/, 'report-copy.md') : name,
        'any',
      );
      if (path === null) return;
      const html = box.current?.querySelector('.md')?.innerHTML ?? '';
      const content =
        form === 'md'
          ? markdown
          : toHtml(
              {
                title: view?.details.title ?? 'Run',
                file: 'report.md',
                at: new Date().toISOString(),
                language: '',
                cells: [
                  {
                    type: 'markdown',
                    source: markdown,
                    html,
                    lines: null,
                    language: '',
                    number: null,
                    outputs: [],
                  },
                ],
              },
              EXPORT_STYLE,
            );
      await host.writeExport(path, 'text', content);
      host.confirm(`Written to ${fileName(path)}`);
    } catch (error) {
      run.document.say(error);
    }
  };
  return (
    <section className="timeline" aria-label="Report">
      <div className="timeline-bar">
        <button type="button" className="chip" aria-pressed={!isReading} onClick={() => setReading(false)}>
          <FileText className="icon icon-s" aria-hidden="true" />
          Report
        </button>
        <button type="button" className="chip" aria-pressed={isReading} onClick={() => setReading(true)}>
          <BookOpen className="icon icon-s" aria-hidden="true" />
          Read
        </button>
        <span className="grow" />
        <button
          type="button"
          className="btn"
          title={tooltip('Copy a status update for chat or mail', 'run-copy-status')}
          onClick={() => void copyStatus(run, host)}
        >
          <Copy className="icon" aria-hidden="true" />
          Copy status update
        </button>
        <ExportMenu
          what="the report"
          isOff={markdown === null || isReading}
          onWrite={(form) => void write(form)}
        />
      </div>
      {problem !== null && (
        <p className="timeline-problem" role="alert">
          {problem}
        </p>
      )}
      {isReading ? (
        <ReadingView run={run} />
      ) : (
        <div ref={box} className="report-scroll" tabIndex={0} role="document" aria-label="report.md">
          {markdown === null ? (
            problem === null && <p className="muted">Making the report…</p>
          ) : (
            <div className="report">
              <MarkdownView source={markdown} scope="report" cell="" host={markdownHost} />
            </div>
          )}
        </div>
      )}
    </section>
  );
}
