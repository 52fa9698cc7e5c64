import type { JSX } from 'react';
import { CheckpointsPage } from './pages/checkpoints-page';
import { ReadingView } from './pages/reading-view';
import { ReportPage } from './pages/report-page';
import { TimelinePage } from './pages/timeline-page';
import { useRun } from './run-context';
import type { RunPage } from './run-store';

/** The views of a run beside its log. */
export function RunPages(props: { readonly page: Exclude<RunPage, 'notebook'> }): JSX.Element {
  const run = useRun();
  switch (props.page) {
    case 'timeline':
      return <TimelinePage run={run} />;
    case 'checkpoints':
      return <CheckpointsPage run={run} />;
    case 'report':
      return <ReportPage run={run} />;
    case 'reading':
      return <ReadingView run={run} />;
  }
}
