import type { NotebookCommandId } from '../notebook/commands';

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
