import { describe, expect, it } from 'vitest';
import type { EngineClient } from '../../../electron/engine/engine-client';
import type { ExecutionResult } from '../../../electron/engine/notebook/cell-execution';
import { CellRuns } from '../../../electron/engine/notebook/cell-runs';
import { ExecutionQueue } from '../../../electron/engine/notebook/execution-queue';
import { RanSources } from '../../../electron/engine/notebook/ran-sources';
import { Subscribers } from '../../../electron/engine/notebook/subscribers';
import type { DocumentState } from '../../../shared/notebook/contract';
import type { Cell, Notebook } from '../../../shared/notebook/model';
import { placeInLine } from '../../../shared/notebook/view';

const cellOf = (id: string): Cell => ({
  id,
  type: 'code',
  source: '1',
  metadata: {},
  outputs: [],
  executionCount: null,
});
const NOTEBOOK: Notebook = { cells: [], metadata: {}, nbformat: 4, nbformatMinor: 5 };
const RESULT: ExecutionResult = {
  outcome: { kind: 'ok' },
  exitStatus: null,
  executionCount: 1,
  startedAt: '2026-11-24T02:18:05.000Z',
  endedAt: '2026-11-24T02:18:05.010Z',
  durationMs: 10,
  timing: {},
};

/** A line whose cells end when the test says so, and a client that counts what it is told of them. */
function makeLine() {
  const sent = { runs: 0, bytes: 0 };
  const client = {
    id: 'window',
    gone: new AbortController().signal,
    bulkCredit: 1,
    onCredit: () => () => undefined,
    send: (_event: string, data: unknown) => {
      if (data !== null && typeof data === 'object' && 'runs' in data) {
        sent.runs += Object.keys(data.runs as object).length;
      }
      sent.bytes += JSON.stringify(data).length;
    },
  } as unknown as EngineClient;
  let end: (isGood: boolean) => void = () => undefined;
  const ids: string[] = [];
  const states = new CellRuns(new RanSources(() => NOTEBOOK), (cell) => subscribers.runChanged(cell));
  const subscribers = new Subscribers(
    {
      document: 'd',
      outputs: () => [],
      run: (cell) => states.of(cellOf(cell)),
      // What of a state follows the line.
      state: () => ({ queue: lineState() }) as DocumentState,
    },
    () => undefined,
  );
  const queue: ExecutionQueue = new ExecutionQueue({
    run: async (cell) => {
      ids.push(cell);
      states.sentCell(cellOf(cell), 'kernel', RESULT.startedAt);
      const isGood = await new Promise<boolean>((resolve) => (end = resolve));
      states.finished(cell, RESULT, isGood);
      return isGood;
    },
    changed: (cells) =>
      states.queued(
        cells,
        (cell) => queue.numberOf(cell),
        () => 'kernel',
      ),
    failed: () => undefined,
  });
  const lineState = () => ({ first: queue.first, length: queue.length, passed: queue.passed });
  subscribers.add(client);
  const place = (cell: string) => placeInLine(states.of(cellOf(cell)) ?? undefined, queue.passed);
  /** The running cell ends, and the client is told as it is in the frame after. */
  const step = async (isGood = true): Promise<void> => {
    end(isGood);
    for (let turn = 0; turn < 8; turn += 1) await Promise.resolve();
    subscribers.flush();
    subscribers.edited();
  };
  const begin = async (cells: readonly string[]): Promise<void> => {
    queue.add(cells);
    for (let turn = 0; turn < 8; turn += 1) await Promise.resolve();
    subscribers.flush();
  };
  return { queue, states, sent, place, step, begin, ran: ids, dispose: () => subscribers.dispose() };
}

describe('a line of cells', () => {
  it('costs a window no more for each cell when it is long', async () => {
    const cost = async (count: number): Promise<{ readonly runs: number; readonly bytes: number }> => {
      const line = makeLine();
      await line.begin(Array.from({ length: count }, (_, index) => `c${index}`));
      while (line.queue.length > 0) await line.step();
      expect(line.ran.length).toBe(count);
      line.dispose();
      return { runs: line.sent.runs / count, bytes: line.sent.bytes / count };
    };
    const [short, long] = [await cost(40), await cost(400)];
    expect(long.runs).toBeLessThanOrEqual(short.runs + 0.1);
    expect(long.bytes).toBeLessThan(short.bytes * 1.1);
  });

  it('keeps the order in which cells were asked for, however long each takes to be admitted', async () => {
    const line = makeLine();
    await line.begin(['a']);
    let admit: () => void = () => undefined;
    const slow = line.queue.addAdmitted(async () => {
      await new Promise<void>((resolve) => (admit = resolve));
      return ['b'];
    });
    const refused = line.queue.addAdmitted(() => Promise.reject(new Error('not here')));
    const quick = line.queue.addAdmitted(() => Promise.resolve(['c']));
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(line.place('c')).toBeNull();
    admit();
    await expect(refused).rejects.toThrow('not here');
    await Promise.all([slow, quick]);
    expect([line.place('b'), line.place('c')]).toEqual([1, 2]);
    line.dispose();
  });

  it('says the place of each that waits, while it moves up and when one leaves it', async () => {
    const line = makeLine();
    await line.begin(['a', 'b', 'c', 'd']);
    expect(['a', 'b', 'c', 'd'].map(line.place)).toEqual([null, 1, 2, 3]);
    await line.step();
    expect(['b', 'c', 'd'].map(line.place)).toEqual([null, 1, 2]);
    line.queue.drop('c');
    await line.begin(['c', 'a', 'b']);
    expect(['b', 'd', 'c', 'a'].map(line.place)).toEqual([null, 1, 2, 3]);
    expect([line.queue.first, line.queue.length]).toEqual(['b', 4]);
    await line.step();
    await line.step();
    await line.step();
    await line.step();
    expect(line.ran).toEqual(['a', 'b', 'd', 'c', 'a']);
    expect([line.queue.first, line.queue.length]).toEqual([null, 0]);
    line.dispose();
  });

  it('is empty after a failure, and who waited shows what it showed before', async () => {
    const line = makeLine();
    await line.begin(['a', 'b']);
    await line.step(false);
    expect([line.queue.length, line.states.of(cellOf('b'))?.status]).toEqual([0, 'idle']);
    await line.begin(['b', 'a', 'c']);
    expect(['a', 'c'].map(line.place)).toEqual([1, 2]);
    line.dispose();
  });
});
