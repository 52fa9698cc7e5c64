import { expect, it } from 'vitest';
import { checkEdit } from '../../../electron/engine/notebook/check-edit';
import type { Cell, Notebook } from '../../../shared/notebook/model';
import type { Operation } from '../../../shared/notebook/operation';

const RULES = { readOnly: null, isRunning: () => false };

function notebook(metadata: Cell['metadata']): Notebook {
  const cell: Cell = { id: 'a', type: 'code', source: 'x', metadata, outputs: [], executionCount: null };
  return { cells: [cell], metadata: {}, nbformat: 4, nbformatMinor: 5 };
}

it.each([
  [{ run_through_control: { frozen: true } }, 'frozen'],
  [{ editable: false }, 'not editable'],
])('refuses to change the source and the kind of a cell with %j', (metadata, mark) => {
  const edits: readonly Operation[] = [
    { kind: 'text', cell: 'a', changes: [1] },
    { kind: 'type', cell: 'a', type: 'raw' },
    { kind: 'group', operations: [{ kind: 'text', cell: 'a', changes: [1] }] },
  ];
  for (const edit of edits) expect(() => checkEdit(notebook(metadata), edit, RULES)).toThrow(mark);
  // It may be moved, and thawed.
  checkEdit(notebook(metadata), { kind: 'move', cells: ['a'], after: null }, RULES);
  checkEdit(notebook(metadata), { kind: 'metadata', cell: 'a', path: ['run_through_control'] }, RULES);
});

it('takes other marks of run-through for what they are', () => {
  for (const control of [{ frozen: false }, { frozen: 'yes' }, null, [true]])
    checkEdit(notebook({ run_through_control: control }), { kind: 'text', cell: 'a', changes: [1] }, RULES);
});
