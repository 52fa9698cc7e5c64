import type { WindowContext } from '../app/window-context';
import { copyStatus, copyTimeline } from './pages/copy-run';
import { writeTimeline } from './pages/write-timeline';
import type { OpenRun } from './run-store';
import { WatchbookError } from '../../shared/rpc/errors';
import { askStart } from './start/start-wish';

/** The run in front; of a window that shows something else, the one that was opened last. Null where none is. */
function frontRun({ tabs }: WindowContext): { readonly id: string; readonly run: OpenRun } | null {
  const { tabs: all, active } = tabs.store.getState();
  const runs = all.flatMap((tab) => (tab.kind === 'run' ? [tab] : []));
  return runs.find(({ id }) => id === active) ?? runs.at(-1) ?? null;
}

/** The start of a fresh copy of the same runbook, with the values of this run carried over. */
export function runAgain({ tabs }: Pick<WindowContext, 'tabs'>, run: OpenRun): void {
  const { view } = run.store.getState();
  if (view === null) return;
  if (view.runbook === null) {
    run.document.say(
      new WatchbookError(
        'not-found',
        'The runbook of this run is not where it was, so that no fresh copy can be made. The run and its record are kept.',
      ),
    );
    return;
  }
  askStart(tabs.openFile(view.runbook), {
    from: {
      parent: { run: run.folder, cell: null, relation: 'again' },
      title: view.details.title,
      values: view.details.parameters.map(({ name, value }) => ({ name, value })),
      links: view.details.links,
    },
  });
}

/** What is done with the record of a run from anywhere in the window, each by one key. */
export function runRecordCommands(context: WindowContext): readonly {
  readonly id: string;
  readonly title: string;
  readonly keys: readonly string[];
  readonly run: () => void;
}[] {
  const { host, tabs, toast } = context;
  const withRun = (act: (run: OpenRun, id: string) => void) => (): void => {
    const front = frontRun(context);
    if (front === null) toast('No run is open');
    else act(front.run, front.id);
  };
  return [
    {
      id: 'run-again',
      title: 'Run again, here or in another environment…',
      keys: [],
      run: withRun((run) => runAgain(context, run)),
    },
    {
      id: 'run-note',
      title: 'Add a note to the run…',
      keys: ['Ctrl Shift E'],
      run: withRun((run, id) => {
        tabs.activate(id);
        run.set({ form: { kind: 'note', cell: null, words: null } });
      }),
    },
    {
      id: 'run-copy-status',
      title: 'Copy a status update of the run',
      keys: ['Ctrl Shift Y'],
      run: withRun((run) => void copyStatus(run, host)),
    },
    {
      id: 'run-copy-timeline',
      title: 'Copy the timeline of the run as text',
      keys: ['Ctrl Shift X'],
      run: withRun((run) => void copyTimeline(run, host)),
    },
    {
      id: 'run-write-timeline-md',
      title: 'Write the timeline of the run as Markdown…',
      keys: [],
      run: withRun((run) => void writeTimeline(run, host, 'md')),
    },
    {
      id: 'run-write-timeline-html',
      title: 'Write the timeline of the run as HTML…',
      keys: [],
      run: withRun((run) => void writeTimeline(run, host, 'html')),
    },
  ];
}
