import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineConnection } from '../../electron/engine/client/engine-connection';
import { verifyRunFolder } from '../../electron/engine/runs/verify-run';
import { writeNotebookFile } from '../support/notebooks';
import { killHard } from '../support/processes';
import { reborn, RunLibrary } from '../support/run-library';
import { RunDriver } from '../support/run-driver';
import { until } from '../support/until';

const CONFIG = { version: 1, environments: [{ name: 'dev', colour: 'teal', guard: 'none' }] };

const undo = (source: string, of: string) => ({
  source,
  metadata: { tags: ['rollback'], watchbook: { rollbackOf: of } },
});

describe('what was begun in a run and is not over, after kill -9 of the engine', () => {
  let library: RunLibrary;
  let path: string;
  beforeEach(async () => {
    library = await RunLibrary.make(CONFIG);
    path = library.at('book.ipynb');
  });
  afterEach(() => library.dispose());
  const connect = (): Promise<EngineConnection> => library.connect();

  it('is a rollback at the same step, with what was undone', async () => {
    const log = library.at('log');
    await writeNotebookFile(
      path,
      [
        `echo one >> ${log}`,
        undo(`echo undo one >> ${log}`, 'c0'),
        'echo plain',
        `echo two >> ${log}`,
        undo(`echo undo two first >> ${log}`, 'c3'),
        undo(`echo undo two >> ${log}`, 'c3'),
        'false',
      ],
      'bash',
    );
    const run = await library.start(path);
    for (const cell of ['c0', 'c2', 'c3']) await run.next(cell);
    await run.act({ kind: 'roll-back', to: 'c0' });
    await run.act({ kind: 'roll-back-next', cell: 'c3' });
    await run.reached('c5', 'done');
    const second = await reborn(run, connect);
    expect(await second.position()).toMatchObject({
      kind: 'rolling-back',
      to: 'c0',
      cell: 'c3',
      by: 'c4',
      left: 3,
      hasFailed: false,
    });
    // The shell ended with the engine; what undoes runs in a fresh one.
    expect(second.run.lost.map(({ session }) => session)).toEqual(['shell']);
    await second.act({ kind: 'roll-back-next', cell: 'c3' });
    await second.reached('c3', 'rolledback');
    await second.act({ kind: 'roll-back-next', cell: 'c2' });
    await second.reached('c2', 'rolledback');
    const third = await reborn(second, connect);
    expect(await third.position()).toMatchObject({ kind: 'rolling-back', cell: 'c0', by: 'c1', left: 1 });
    await third.act({ kind: 'roll-back-next', cell: 'c0' });
    await until('it is over', () => third.run.rollback === null);
    expect(await readFile(log, 'utf8')).toBe('one\ntwo\nundo two\nundo two first\nundo one\n');
    const told = (await third.events()).filter(({ type }) => type.startsWith('roll'));
    expect(told.map(({ type }) => type)).toEqual([
      'roll-back-begun',
      'rolled-back',
      'rolled-back',
      'rolled-back',
      'roll-back-ended',
    ]);
    await third.next('c0');
    expect((await verifyRunFolder(third.folder)).verdict.isWhole).toBe(true);
  });

  it('is a retry: the rest of its wait goes on, and one whose time went by waits for a person', async () => {
    await writeNotebookFile(path, [
      {
        source: "print('lock held')\nraise SystemError(1)",
        metadata: { watchbook: { hints: [{ matches: 'lock held', say: 'Somebody else deploys.' }] } },
      },
    ]);
    const run = await library.start(path);
    await run.next('c0', 'failed');
    await run.act({ kind: 'retry-later', cell: 'c0', count: 3, wait: 600 });
    const planned = run.run.retry;
    expect(planned).toMatchObject({ cell: 'c0', left: 3 });
    const second = await reborn(run, connect);
    await until('its clock goes on', () => second.live.retry !== null);
    expect(second.live.retry).toEqual({ cell: 'c0', at: planned?.at, left: 3 });
    await until('its hint is there again', () => second.live.hints.length === 1);
    await second.act({ kind: 'retry-later', cell: 'c0', count: 99, wait: 3 });
    const { pid } = await second.engine.request('engine.status', {});
    await killHard(pid);
    await second.engine.closed;
    await until('its time went by', () => Date.parse(second.run.retry?.at ?? '') < Date.now() - 50);
    const third = await RunDriver.open(await connect(), run.folder);
    expect(await third.position()).toMatchObject({ kind: 'failed' });
    await until('its hint is looked for', () => third.live.hints.length === 1);
    expect(third.live.retry).toBeNull();
    expect(third.run.retry).toMatchObject({ cell: 'c0' });
    // A person's retry goes on with it: it fails, and its clock is set again, until it is stopped.
    await third.act({ kind: 'retry', cell: 'c0' });
    await until('its clock is set again', () => third.live.retry !== null);
    await third.act({ kind: 'stop-retry' });
    await until('it is stopped', () => third.run.retry === null && third.live.retry === null);
  });

  it('is the time limit of a step that goes on in its kernel', async () => {
    await writeNotebookFile(path, [
      {
        source: 'import time\ntime.sleep(600)',
        // oxlint-disable-next-line unicorn/no-thenable -- the member of the file format, never awaited
        metadata: { watchbook: { limit: { seconds: 4, then: 'interrupt' } } },
      },
    ]);
    const run = await library.start(path);
    await run.act({ kind: 'next', cell: 'c0' });
    await until('it runs', () => run.run.running.includes('c0') && run.live.kernel.state === 'busy');
    const again = await reborn(run, connect);
    const { attempts } = await again.reached('c0', 'failed', 60);
    expect(attempts).toHaveLength(1);
    expect(await again.content(attempts[0]?.finished?.content)).toMatchObject({
      failure: 'stopped after its time limit of 4 s',
    });
  });
});
