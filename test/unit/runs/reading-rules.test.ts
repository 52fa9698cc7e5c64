import { expect, it } from 'vitest';
import { progressOf, readingParts } from '../../../renderer/runs/pages/reading-rules';
import type { Cell } from '../../../shared/notebook/model';
import type { Run } from '../../../shared/runs/model';
import { planOf } from '../../../shared/runs/plan';

function cell(id: string, type: Cell['type'], source: string, metadata: Cell['metadata'] = {}): Cell {
  return { id, type, source, metadata, outputs: [], executionCount: null };
}

it('shows text and steps, and neither code, values nor what undoes', () => {
  const cells = [
    cell('t', 'markdown', '# Release\nWhat it is for.'),
    cell('p', 'code', 'token=secret', { tags: ['parameters'] }),
    cell('h', 'markdown', '## Prepare'),
    cell('a', 'code', '# Check the cluster\nkubectl get nodes'),
    cell('u', 'code', 'undo', { watchbook: { rollbackOf: 'a' } }),
    cell('g', 'markdown', '### Approve\nAll traffic goes there.', {
      watchbook: { gate: { kind: 'confirm' } },
    }),
  ];
  const plan = planOf({ cells, metadata: { kernelspec: { name: 'bash' } } });
  const run = {
    steps: { a: { cell: 'a', state: 'done', seq: 1, attempts: [], ticks: {} } },
    running: [],
    resumed: null,
  } as unknown as Run;
  const parts = readingParts(cells, plan, run, []);
  expect(
    parts.map((part) => (part.kind === 'text' ? part.source : `${part.step.title}: ${part.state}`)),
  ).toEqual([
    'What it is for.',
    '## Prepare',
    'Check the cluster: done',
    'Approve: todo',
    'All traffic goes there.',
  ]);
  expect(JSON.stringify(parts.filter(({ kind }) => kind === 'text'))).not.toMatch(/secret|kubectl|undo/);
  expect(progressOf(plan, run, [])).toEqual({ done: 1, of: 2 });
});
