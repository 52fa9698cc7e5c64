import { expect, it } from 'vitest';
import type { Cell } from '../../../shared/notebook/model';
import { frozenWords, isSentInOrder, passedOver } from '../../../shared/runs/passed-over';

function cell(metadata: Cell['metadata'], type: Cell['type'] = 'code', source = 'x'): Cell {
  return { id: 'a', type, source, metadata, outputs: [], executionCount: null };
}

const FROZEN = { run_through_control: { frozen: true } };

it.each([
  [{}, null],
  [{ tags: ['rollback'] }, 'rollback'],
  [{ watchbook: { rollbackOf: 'b' } }, 'rollback'],
  [{ ...FROZEN, tags: ['rollback'] }, 'rollback'],
  [FROZEN, 'frozen'],
  [{ run_control: { frozen: true } }, 'frozen'],
  [{ run_through_control: { frozen: 'yes' } }, null],
  [{ ...FROZEN, tags: ['skip-execution'] }, 'frozen'],
  [{ tags: ['skip-execution'] }, 'skip-execution'],
])('of %j says %s', (metadata, why) => {
  expect(passedOver(cell(metadata))).toBe(why);
  expect(isSentInOrder(cell(metadata))).toBe(why === null);
});

it('sends neither texts nor empty cells', () => {
  expect(isSentInOrder(cell({}, 'markdown'))).toBe(false);
  expect(isSentInOrder(cell({}, 'code', ' \n'))).toBe(false);
});

it('names frozen cells by their places, and not more than a line holds', () => {
  expect(frozenWords([cell({}), cell(FROZEN, 'markdown'), cell(FROZEN, 'code', ' ')])).toBeNull();
  expect(frozenWords([cell({}), cell(FROZEN)])).toContain('Cell 2 is frozen');
  expect(frozenWords([cell(FROZEN), cell({}), cell(FROZEN)])).toContain('Cells 1, 3.');
  expect(frozenWords(Array.from({ length: 14 }, () => cell(FROZEN)))).toMatch(/^14 cells.*12 and 2 more\.$/);
});
