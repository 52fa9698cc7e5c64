import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineConnection } from '../../electron/engine/client/engine-connection';
import { verifyRunFolder } from '../../electron/engine/runs/verify-run';
import { writeNotebookFile } from '../support/notebooks';
import { killHard } from '../support/processes';
import { reborn, RunLibrary, standsAt } from '../support/run-library';
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

  it.each([
    {
      where: 'a kernel that lives on',
      language: 'python',
      wait: (go: string) =>
        `import os, time\nopen('${go}-waits', 'w').close()\nwhile not os.path.exists('${go}'):\n    time.sleep(0.05)`,
      sources: ['one = 1', 'two = one + 1', 'import os\nos._exit(3)', 'print(two)'],
    },
    {
      where: 'a shell that ended with it',
      language: 'bash',
      wait: (go: string) => `touch '${go}-waits'; until [ -e '${go}' ]; do sleep 0.05; done`,
      sources: ['one=1', 'two=$((one + 1))', 'exit 3', 'echo $two'],
    },
  ] as const)('is what was to be run again by itself in $where: a person lets it go on', async (given) => {
    const go = library.at('go');
    await writeFile(go, '');
    const [first, second, ends, last] = given.sources;
    await writeNotebookFile(path, [first, given.wait(go), second, ends, last], given.language);
    const run = await library.start(path);
    for (const cell of ['c0', 'c1', 'c2']) await run.next(cell);
    await run.next('c3', 'failed');
    await standsAt(run, 'lost');
    await rm(go);
    await rm(`${go}-waits`);
    await run.act({ kind: 'resume', from: 'c3', rerunAbove: true });
    await until('it waits in the second', () => existsSync(`${go}-waits`));
    const again = await reborn(run, connect);
    expect(again.run.above).toMatchObject({ upTo: 'c3', again: [] });
    await writeFile(go, '');
    if (given.language === 'python') {
      await again.reached('c1', 'done');
      await standsAt(again, 'ready');
      // Nothing was sent: the next one waits for a person, who lets all of them go on.
      await again.engine.request('engine.status', {});
      expect(again.step('c2')?.attempts).toHaveLength(1);
      await again.act({ kind: 'run-on' });
    } else {
      // What it had left in the shell is gone: the same choice is made again, from the first on.
      await standsAt(again, 'lost');
      await expect(again.act({ kind: 'run-on' })).rejects.toMatchObject({ code: 'conflict' });
      await expect(again.act({ kind: 'resume', from: 'c4', rerunAbove: false })).rejects.toThrow(
        /is not done: go on there/,
      );
      await again.act({ kind: 'resume', from: 'c3', rerunAbove: true });
    }
    await until('it stands there', async () => {
      const position = await again.position();
      return position.kind === 'ready' && position.step.cell === 'c3';
    });
    await expect(again.act({ kind: 'run-on' })).rejects.toThrow(/Nothing is left here/);
    await again.act({ kind: 'skip', cell: 'c3', reason: 'ends the session' });
    const printed = await again.next('c4');
    expect(await again.content(printed.attempts[0]?.finished?.content)).toMatchObject({ line: '2' });
    const told = (await again.events()).filter(({ type }) => type === 'resumed');
    expect(told.map(({ data }) => data)).toEqual([
      { from: 'c0', upTo: 'c3' },
      given.language === 'python' ? { from: null, upTo: 'c3' } : { from: 'c0', upTo: 'c3' },
    ]);
    await until('it is whole', async () => (await verifyRunFolder(again.folder)).verdict.isWhole);
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
