import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { noticeWords } from '../../../renderer/app/notices/notice-words';
import { watchDocument } from '../../../renderer/app/notices/watch-document';
import type { DocumentModel } from '../../../renderer/notebook/document-model';
import type { CellNotice } from '../../../shared/notebook/notify';
import type { CellRun } from '../../../shared/notebook/view';

const RUNNING: CellRun = {
  status: 'running',
  executionCount: null,
  queuedAt: null,
  startedAt: '2026-11-24T02:18:05.000Z',
  endedAt: null,
  position: null,
  exitStatus: null,
  summary: null,
  session: 'kernel',
  edited: false,
};

function watched() {
  // The parts of the model that are looked at; the rest plays no part in it.
  const store = createStore<DocumentModel>(
    () =>
      ({
        phase: 'open',
        document: 'd',
        runs: new Map(),
        outputs: new Map(),
        inputs: [],
      }) as unknown as DocumentModel,
  );
  const told: CellNotice[] = [];
  const stop = watchDocument({ store }, (notice) => told.push(notice));
  return { store, told, stop };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('a running cell without output is told after five minutes, once, and anew after its next output', () => {
  const { store, told, stop } = watched();
  store.setState({ runs: new Map([['a', RUNNING]]) });
  vi.advanceTimersByTime(4 * 60_000);
  store.setState({ outputs: new Map([['a', []]]) });
  vi.advanceTimersByTime(4 * 60_000);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(2 * 60_000);
  expect(told.map(({ kind }) => kind)).toEqual(['silent']);
  vi.advanceTimersByTime(60 * 60_000);
  expect(told).toHaveLength(1);
  store.setState({ outputs: new Map([['a', []]]) });
  vi.advanceTimersByTime(6 * 60_000);
  expect(told).toHaveLength(2);
  stop();
});

test('a cell that waits for an answer, or has ended, is not silent', () => {
  const { store, told, stop } = watched();
  store.setState({ runs: new Map([['a', RUNNING]]) });
  store.setState({
    inputs: [{ cell: 'a', request: 'one', prompt: '', password: false, continuous: false }],
  });
  vi.advanceTimersByTime(30 * 60_000);
  expect(told.map(({ kind }) => kind)).toEqual(['waiting']);
  store.setState({ inputs: [], runs: new Map([['a', { ...RUNNING, status: 'done' }]]) });
  vi.advanceTimersByTime(30 * 60_000);
  expect(told).toHaveLength(1);
  stop();
});

test('what another opening brings is no news, and nothing is told after the end', () => {
  const { store, told, stop } = watched();
  const failed = new Map([['a', { ...RUNNING, status: 'failed' as const, endedAt: RUNNING.startedAt }]]);
  store.setState({ document: 'another', runs: failed });
  expect(told).toEqual([]);
  stop();
  store.setState({ runs: new Map([['b', RUNNING]]) });
  vi.advanceTimersByTime(60 * 60_000);
  expect(told).toEqual([]);
});

test('its words are the step, what of it, and what people wrote above the code', () => {
  const cells = [
    { id: 't', type: 'markdown' as const, source: '# Release', metadata: {} },
    { id: 'a', type: 'code' as const, source: 'get_secret("prod-db")\n', metadata: {} },
    { id: 'b', type: 'code' as const, source: '# Deploy to the first batch\nrun()', metadata: {} },
  ] as unknown as DocumentModel['cells'];
  const model = { cells, byId: new Map(cells.map((cell) => [cell.id, cell])) };
  expect(noticeWords({ kind: 'failed', cell: 'b', lasted: 300_000 }, model)).toEqual({
    what: 'Step 2 failed after 5m 00s',
    title: 'Deploy to the first batch',
  });
  expect(noticeWords({ kind: 'silent', cell: 'a', lasted: 301_000 }, model)).toEqual({
    what: 'Step 1 has said nothing for 5m 01s',
    title: null,
  });
  expect(noticeWords({ kind: 'waiting', cell: 'gone', lasted: null }, model).what).toBe(
    'A cell waits for input',
  );
});
