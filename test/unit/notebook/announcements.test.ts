import { describe, expect, it } from 'vitest';
import { announcementsBetween } from '../../../renderer/notebook/announcements';
import type { DocumentModel } from '../../../renderer/notebook/document-model';
import type { CellView } from '../../../shared/notebook/contract';
import type { CellRun } from '../../../shared/notebook/view';

const CELLS: readonly Partial<CellView>[] = [
  { id: 'a', type: 'code', source: '# Deploy\necho ready', metadata: {} },
  { id: 'b', type: 'code', source: '# Check the ledger\n(exit 7)', metadata: {} },
];

function model(runs: Readonly<Record<string, Partial<CellRun>>>): DocumentModel {
  return {
    cells: CELLS,
    byId: new Map(CELLS.map((cell) => [cell.id, cell])),
    runs: new Map(Object.entries(runs)),
    inputs: [],
  } as unknown as DocumentModel;
}

const DONE: Partial<CellRun> = {
  status: 'done',
  startedAt: '2026-11-24T02:00:00Z',
  endedAt: '2026-11-24T02:00:01Z',
};
const FAILED: Partial<CellRun> = { ...DONE, status: 'failed', exitStatus: 7, summary: 'exit status 7' };

describe('what is told to people who hear the page', () => {
  it('is a failure at once, also of a cell that began and ended between two looks', () => {
    expect(announcementsBetween(model({}), model({ b: FAILED })).urgent).toBe(
      'step 2, Check the ledger, failed, exit status 7',
    );
    const again = { ...FAILED, startedAt: '2026-11-24T02:05:00Z' };
    expect(announcementsBetween(model({ b: FAILED }), model({ b: again })).urgent).not.toBeNull();
  });

  it('is progress when there is time', () => {
    expect(announcementsBetween(model({}), model({ a: DONE }))).toEqual({
      progress: 'step 1, Deploy, done',
      urgent: null,
    });
  });

  it('is nothing of what only the file tells, nor of what stays', () => {
    const nothing = { progress: null, urgent: null };
    expect(announcementsBetween(model({}), model({ b: { ...FAILED, fromFile: true } }))).toEqual(nothing);
    expect(announcementsBetween(model({ b: FAILED }), model({ b: FAILED, a: { status: 'idle' } }))).toEqual(
      nothing,
    );
  });
});
