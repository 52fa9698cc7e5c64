import type { NotebookCommandId } from '../notebook/commands';

/** The notebook's keys in the groups that a person looks for. Every command with a key is in one; a test holds that. */
export const KEY_GROUPS: readonly {
  readonly title: string;
  readonly ids: readonly NotebookCommandId[];
}[] = [
  { title: 'Modes', ids: ['leave-edit', 'edit'] },
  {
    title: 'Run',
    ids: ['run-and-advance', 'run', 'run-and-insert', 'interrupt', 'restart'],
  },
  {
    title: 'Move',
    ids: ['select-below', 'select-above', 'extend-below', 'extend-above', 'select-first', 'select-last'],
  },
  {
    title: 'Cells',
    ids: [
      'insert-above',
      'insert-below',
      'copy',
      'cut',
      'paste',
      'delete',
      'undo',
      'redo',
      'merge',
      'split',
      'move-down',
      'move-up',
    ],
  },
  { title: 'Kind of cell', ids: ['to-code', 'to-markdown', 'to-raw'] },
  { title: 'In a source', ids: ['undo-in-source', 'redo-in-source'] },
  { title: 'View and file', ids: ['toggle-outputs', 'toggle-line-numbers', 'save', 'save-as', 'show-keys'] },
];
