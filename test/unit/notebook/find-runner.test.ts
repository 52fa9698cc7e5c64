import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createFindRunner, type FindWorkerPort } from '../../../renderer/notebook/find/find-runner';
import type { FindQuery } from '../../../shared/notebook/find';
import { createFindWorker, type FindOutcome, type FindWork } from '../../../shared/notebook/find-work';

const QUERY: FindQuery = { text: 'a', isPattern: false, isCaseSensitive: false, isWholeWord: false };
const PATTERN: FindQuery = { ...QUERY, isPattern: true };

/** A worker that answers when it is told to. */
class Worker implements FindWorkerPort {
  readonly posted: FindWork[] = [];
  isEnded = false;
  private listener: (number: number, outcome: FindOutcome | null) => void = () => undefined;
  private readonly answer = createFindWorker();

  post(work: FindWork): void {
    this.posted.push(work);
    this.listener(work.number, null);
  }
  onAnswer(listener: (number: number, outcome: FindOutcome | null) => void): void {
    this.listener = listener;
  }
  end(): void {
    this.isEnded = true;
  }
  answerLast(): void {
    const work = this.posted.at(-1)!;
    this.listener(work.number, this.answer(work));
  }
}

let workers: Worker[];
const make = (): Worker => {
  workers.push(new Worker());
  return workers.at(-1)!;
};
const text = (id: string, of: string) => ({ id, text: of });

beforeEach(() => {
  workers = [];
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

describe('the runner of searches', () => {
  it('sends a text once, then only what changed', async () => {
    const runner = createFindRunner(make);
    const first = runner.run(QUERY, [text('1', 'a'), text('2', 'b')]);
    workers[0]!.answerLast();
    expect(await first).toMatchObject({ kind: 'found', result: { matches: [{ id: '1', from: 0, to: 1 }] } });
    const second = runner.run(QUERY, [text('2', 'ba'), text('1', 'a')]);
    expect(workers[0]!.posted[1]!.changed).toEqual([text('2', 'ba')]);
    workers[0]!.answerLast();
    expect(await second).toMatchObject({
      kind: 'found',
      result: {
        matches: [
          { id: '2', from: 1, to: 2 },
          { id: '1', from: 0, to: 1 },
        ],
      },
    });
    expect(workers).toHaveLength(1);
  });

  it('ends a pattern that takes too long, and works on with a new worker that gets every text', async () => {
    const runner = createFindRunner(make);
    const slow = runner.run(PATTERN, [text('1', 'a')]);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await slow).toEqual({ kind: 'too-slow' });
    expect(workers[0]!.isEnded).toBe(true);
    const next = runner.run(PATTERN, [text('1', 'a')]);
    expect(workers[1]!.posted[0]!.changed).toEqual([text('1', 'a')]);
    workers[1]!.answerLast();
    expect(await next).toMatchObject({ kind: 'found' });
  });

  it('waits for plain text as long as it takes', async () => {
    const runner = createFindRunner(make);
    const found = runner.run(QUERY, [text('1', 'a')]);
    await vi.advanceTimersByTimeAsync(60_000);
    workers[0]!.answerLast();
    expect(await found).toMatchObject({ kind: 'found' });
  });

  it('gives up a question for the next one, whose answer alone counts', async () => {
    const runner = createFindRunner(make);
    const first = runner.run(PATTERN, [text('1', 'a')]);
    const second = runner.run(QUERY, [text('1', 'a')]);
    expect(await first).toEqual({ kind: 'superseded' });
    workers[0]!.answerLast();
    workers[1]!.answerLast();
    expect(await second).toMatchObject({ kind: 'found', result: { matches: [{ id: '1' }] } });
  });
});
