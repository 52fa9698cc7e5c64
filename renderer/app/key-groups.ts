import type { NotebookCommandId } from '../notebook/commands';

/** A line of the list of keys: what is done, and by which keys. */
export interface KeyRow {
  readonly id: string;
  readonly title: string;
  /** As a person reads them. */
  readonly keys: readonly string[];
  /** A command that can be given other keys. */
  readonly isCommand: boolean;
}

export interface KeyGroup {
  readonly title: string;
  readonly rows: readonly KeyRow[];
}

/** The notebook's keys in the groups that a person looks for. Every command with a key is in one; a test holds that. */
export const KEY_GROUPS: readonly {
  readonly title: string;
  readonly ids: readonly NotebookCommandId[];
}[] = [
  { title: 'Modes', ids: ['leave-edit', 'edit'] },
  {
    title: 'Run',
    ids: [
      'run-and-advance',
      'run',
      'run-and-insert',
      'interrupt',
      'restart',
      'choose-environment',
      'send-to-terminal',
      'send-line',
    ],
  },
  {
    title: 'Move',
    ids: [
      'select-below',
      'select-above',
      'extend-below',
      'extend-above',
      'extend-to-first',
      'extend-to-last',
      'select-all',
      'select-first',
      'select-last',
      'scroll-down',
      'scroll-up',
    ],
  },
  {
    title: 'Cells',
    ids: [
      'insert-above',
      'insert-below',
      'insert-heading-above',
      'insert-heading-below',
      'copy',
      'cut',
      'paste',
      'paste-above',
      'delete',
      'undo',
      'redo',
      'merge',
      'merge-above',
      'merge-below',
      'split',
      'move-down',
      'move-up',
    ],
  },
  { title: 'Sections', ids: ['collapse-heading', 'expand-heading', 'collapse-all', 'expand-all'] },
  {
    title: 'Kind of cell',
    ids: [
      'to-code',
      'to-markdown',
      'to-raw',
      'heading-1',
      'heading-2',
      'heading-3',
      'heading-4',
      'heading-5',
      'heading-6',
    ],
  },
  { title: 'In a source', ids: ['undo-in-source', 'redo-in-source'] },
  { title: 'Find', ids: ['find', 'replace', 'find-next', 'find-previous'] },
  {
    title: 'View and file',
    ids: [
      'toggle-outputs',
      'toggle-scrolled',
      'inspect-cell',
      'toggle-beside',
      'toggle-line-numbers',
      'save',
      'save-as',
      'keep-checkpoint',
      'print',
      'show-palette',
      'show-keys',
    ],
  },
];

/** The window's commands likewise; what is in none is listed at the end. */
export const WINDOW_KEY_GROUPS: readonly { readonly title: string; readonly ids: readonly string[] }[] = [
  { title: 'Open and begin', ids: ['open', 'new', 'new-python', 'new-window', 'add-folder', 'start-run'] },
  {
    title: 'Runs and their record',
    ids: [
      'start-run',
      'run-again',
      'run-note',
      'run-copy-status',
      'run-copy-timeline',
      'run-write-timeline-md',
      'run-write-timeline-html',
    ],
  },
  {
    title: 'Tabs',
    ids: [
      'next-tab',
      'previous-tab',
      'close-tab',
      'move-tab-left',
      'move-tab-right',
      'move-tab-across',
      'side-by-side',
      'first-half',
      'second-half',
    ],
  },
  {
    title: 'From anywhere',
    ids: ['toggle-terminal', 'go-to-terminal', 'new-terminal', 'attach-terminal', 'pause-recording'],
  },
  {
    title: 'Places',
    ids: ['welcome', 'runs', 'search', 'kernels', 'environments', 'settings', 'notifications', 'keys'],
  },
  { title: 'View', ids: ['palette', 'toggle-side', 'zoom-in', 'zoom-out', 'zoom-reset'] },
];

/** What of the groups has these words in its heading, title or keys; a command that stands in several is named once. */
export function matchingGroups(groups: readonly KeyGroup[], words: string): readonly KeyGroup[] {
  const seen = new Set<string>();
  const wanted = words.trim().toLowerCase();
  return groups
    .map(({ title, rows }) => ({
      title,
      rows: rows.filter((row) => {
        const said = `${title}\n${row.title} ${row.keys.join(' ')}`;
        if (seen.has(row.id) || !said.toLowerCase().includes(wanted)) return false;
        seen.add(row.id);
        return true;
      }),
    }))
    .filter(({ rows }) => rows.length > 0);
}
