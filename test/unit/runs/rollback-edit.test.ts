import { expect, it } from 'vitest';
import { rollbackEdits } from '../../../shared/runs/rollback-edit';

it('a cell that undoes another one is passed over by other programs too, and gives that back', () => {
  const plain = { id: 'c', metadata: { tags: ['mine', 'rollback'] } };
  expect(rollbackEdits(plain, 'deploy')).toEqual([
    { kind: 'metadata', cell: 'c', path: ['watchbook', 'rollbackOf'], value: 'deploy' },
    { kind: 'metadata', cell: 'c', path: ['tags'], value: ['mine', 'rollback', 'skip-execution'] },
  ]);
  const undo = {
    id: 'c',
    metadata: { tags: ['rollback', 'skip-execution'], watchbook: { rollbackOf: 'deploy' } },
  };
  expect(rollbackEdits(undo, 'deploy')).toEqual([null, null]);
  expect(rollbackEdits(undo, null)).toEqual([
    { kind: 'metadata', cell: 'c', path: ['watchbook'] },
    { kind: 'metadata', cell: 'c', path: ['tags'] },
  ]);
});
