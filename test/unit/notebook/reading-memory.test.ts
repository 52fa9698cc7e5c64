import { afterEach, expect, test, vi } from 'vitest';
import { firstView } from '../../../renderer/notebook/reading-memory';
import type { CellView } from '../../../shared/notebook/contract';

afterEach(() => void vi.unstubAllGlobals());

function keptAs(place: object): void {
  vi.stubGlobal('localStorage', { getItem: () => JSON.stringify({ at: 1, ...place }) });
}

const cells = ['a', 'b', 'c'].map((id): CellView => ({
  id,
  type: 'code',
  source: '',
  metadata: {},
  executionCount: null,
}));

test('the keys begin at the cell that had them, else at one that is seen, and never out of sight', () => {
  keptAs({ cell: 'b', active: 'c' });
  expect(firstView('/x.ipynb', cells).selection?.active).toBe('c');
  keptAs({ cell: 'b', active: 'given-up' });
  expect(firstView('/x.ipynb', cells).selection?.active).toBe('b');
  keptAs({ cell: 'gone', active: null });
  expect(firstView('/x.ipynb', cells).selection).toBeUndefined();
});
