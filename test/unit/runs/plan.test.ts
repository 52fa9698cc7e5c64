import { expect, test } from 'vitest';
import type { Cell } from '../../../shared/notebook/model';
import { readCellMembers } from '../../../shared/runs/cell-metadata';
import { planOf } from '../../../shared/runs/plan';

function cell(id: string, type: Cell['type'], source: string, metadata: Cell['metadata'] = {}): Cell {
  return { id, type, source, metadata, outputs: [], executionCount: null };
}

const CELLS: readonly Cell[] = [
  cell('title', 'markdown', '# Release'),
  cell('p', 'code', 'version = "1"', { tags: ['parameters'] }),
  cell('h1', 'markdown', '## Prepare'),
  cell('a', 'code', '# Check the *cluster*\nkubectl get nodes', { vscode: { languageId: 'shellscript' } }),
  cell('h3', 'markdown', '### Deploy\nto the first batch'),
  cell('b', 'code', 'deploy()', { tags: ['destructive'] }),
  cell('undo', 'code', 'undeploy()', { tags: ['rollback'], watchbook: { rollbackOf: 'b' } }),
  cell('g', 'markdown', '## Approve\nAll traffic.', {
    watchbook: { gate: { kind: 'approve', minimum: 2 }, checklist: { required: [1, 3] } },
  }),
  cell('empty', 'code', '  \n'),
  cell('skip', 'code', 'never()', { tags: ['skip-execution'] }),
  cell('list', 'markdown', '- [ ] one', { watchbook: { checklist: { required: [1] }, title: 'Close' } }),
];

test('code, gates and checklists are steps; rollback cells stand beside what they undo', () => {
  const plan = planOf({ cells: CELLS, metadata: { kernelspec: { name: 'python3' } } });
  expect(
    plan.steps.map(({ cell: id, number, kind, title, section }) => [id, number, kind, title, section]),
  ).toEqual([
    ['p', null, 'setup', 'Parameters', null],
    ['a', 1, 'code', 'Check the cluster', 'Prepare'],
    ['b', 2, 'code', 'Deploy', 'Prepare'],
    ['g', 3, 'gate', 'Approve', 'Approve'],
    ['list', 4, 'checklist', 'Close', 'Approve'],
  ]);
  expect(plan.byCell.get('a')?.session).toBe('shell');
  expect(plan.byCell.get('b')).toMatchObject({ isDestructive: true, rollback: ['undo'], session: 'kernel' });
  expect(plan.byCell.get('g')?.required).toEqual([1, 3]);
  expect(plan.rollbackOf.get('undo')).toBe('b');
});

test('members of our metadata are read one by one: a wrong one is named, the others count', () => {
  const { members, faults } = readCellMembers({
    metadata: {
      watchbook: { title: 'Drain', limit: { seconds: -1 }, gate: 'yes', foreign: 1 },
    },
  });
  expect(members).toEqual({ title: 'Drain' });
  expect(faults.map(({ member }) => member)).toEqual(['gate', 'limit']);
  for (const own of [null, [], 'x', 7]) {
    expect(readCellMembers({ metadata: { watchbook: own } })).toEqual({ members: {}, faults: [] });
  }
});
