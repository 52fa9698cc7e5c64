import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRunJournal } from '../../electron/engine/runs/journal';
import { verifyRunFolder } from '../../electron/engine/runs/verify-run';
import { reduce } from '../../shared/runs/reduce';
import { followRecipe } from '../support/follow-recipe';
import { limitFiles } from '../support/full-disk';
import { writeNotebookFile } from '../support/notebooks';
import { makeProfile } from '../support/profile';
import { RunDriver } from '../support/run-driver';
import { gateCell, gateOpen, markedCell, reborn, RunLibrary, standsAt } from '../support/run-library';
import { shiftedClock } from '../support/shifted-clock';
import { until } from '../support/until';

const HOUR = 3_600_000;

/** Its files hold one another up, by our own word and by the recipe that is printed in it. */
async function expectWhole(run: RunDriver): Promise<string> {
  await until('the report is written', async () => (await readdir(run.folder)).includes('report.md'));
  // The report is the last file to be written, and may lag behind the end by a moment.
  await until('its recipe holds', async () => (await followRecipe(run.folder)).code === 0);
  expect((await verifyRunFolder(run.folder)).verdict.findings).toEqual([]);
  return readFile(join(run.folder, 'report.md'), 'utf8');
}

describe('a run on a disk that is full', () => {
  let library: RunLibrary;
  let path: string;
  beforeEach(async () => {
    library = await RunLibrary.make(CONFIG);
    path = library.at('book.ipynb');
  });
  afterEach(() => library.dispose());

  /** The engine's disk takes nothing more, until `room` is called. */
  async function fill(run: RunDriver): Promise<() => Promise<void>> {
    const { pid } = await run.engine.request('engine.status', {});
    await limitFiles(pid, 0);
    return () => limitFiles(pid, null);
  }

  it('sends nothing that it could not record, says so, and goes on when there is room', async () => {
    const marker = library.at('sent');
    await writeNotebookFile(path, ['echo one', `touch '${marker}'`], 'bash');
    const run = await library.start(path);
    await run.next('c0');
    // What the step left to write is on disk.
    const before = await readRunJournal(run.folder);
    const room = await fill(run);
    for (const action of [
      { kind: 'note', cell: null, text: 'half past' },
      { kind: 'next', cell: 'c1' },
      { kind: 'skip', cell: 'c1', reason: 'no room' },
      { kind: 'checkpoint', name: 'full' },
    ] as const) {
      const refused: unknown = await run.act(action).catch((error: unknown) => error);
      expect(refused, action.kind).toMatchObject({ code: 'disk-full', retryable: true });
      expect((refused as Error).message, action.kind).toMatch(/disk is full/);
    }
    await until('it is said in the run', () => run.live.problem?.includes('disk is full') === true);
    expect(existsSync(marker)).toBe(false);
    expect(run.step('c1')).toBeUndefined();
    const during = await readRunJournal(run.folder);
    expect(during.faults).toEqual([]);
    expect(during.events.slice(0, before.events.length)).toEqual(before.events);
    await room();
    await run.next('c1');
    expect(existsSync(marker)).toBe(true);
    await until('it is not said any more', () => run.live.problem === null);
    await until('it has ended', () => run.run.finished?.status === 'done');
    await expectWhole(run);
  });

  it('in the middle of a step waits with its end, and loses neither the end nor the output', async () => {
    const go = library.at('go');
    await writeNotebookFile(
      path,
      [`echo begun; while [ ! -e '${go}' ]; do sleep 0.05; done; echo "came to its end"`, 'echo last'],
      'bash',
    );
    const run = await library.start(path);
    await run.act({ kind: 'next', cell: 'c0' });
    await until('it runs', () => run.run.running.includes('c0'));
    const room = await fill(run);
    await writeFile(go, '');
    await until('it is said in the run', () => run.live.problem?.includes('disk is full') === true);
    // Nothing goes on over an end that is not on disk.
    expect(run.run.running).toContain('c0');
    await expect(run.act({ kind: 'next', cell: 'c1' })).rejects.toMatchObject({ code: 'conflict' });
    await room();
    const { attempts } = await run.reached('c0', 'done');
    expect(await run.content(attempts[0]?.finished?.content)).toMatchObject({ line: 'came to its end' });
    await run.next('c1');
    await until('it has ended', () => run.run.finished?.status === 'done');
    await expectWhole(run);
    expect((await run.notebook()).cells[0]?.outputs).toEqual([
      { output_type: 'stream', name: 'stdout', text: 'begun\ncame to its end\n' },
    ]);
  });

  describe('what it does by itself', () => {
    const isFull = (run: RunDriver) => (): boolean => run.live.problem?.includes('disk is full') === true;

    it('is to pass a wait whose time came meanwhile', async () => {
      const wait = { watchbook: { gate: { kind: 'wait', duration: 2 } } };
      await writeNotebookFile(
        path,
        ['echo one', { type: 'markdown', source: 'A moment', metadata: wait }, 'echo last'],
        'bash',
      );
      const run = await library.start(path);
      await run.next('c0');
      await standsAt(run, 'timed');
      await until('it waits', () => run.step('c1')?.gate?.isOpen === true);
      const { pid } = await run.engine.request('engine.status', {});
      await limitFiles(pid, 0);
      await until('it is said', isFull(run));
      await limitFiles(pid, null);
      await run.reached('c1', 'done');
      await run.next('c2');
      await until('it has ended', () => run.run.finished?.status === 'done');
      await expectWhole(run);
    });

    it.each(['goes on where there is room again', 'is left to an engine after this one'])(
      'is to end the run, which %s',
      async (way) => {
        const go = library.at('go');
        await writeNotebookFile(path, ['echo one', `while [ ! -e '${go}' ]; do sleep 0.05; done`], 'bash');
        const run = await library.start(path);
        await run.next('c0');
        await run.act({ kind: 'next', cell: 'c1' });
        await until('it runs', () => run.run.running.includes('c1'));
        // There is room for the end of the step, and not for that of the run.
        const journal = await readFile(join(run.folder, 'journal.jsonl'), 'utf8');
        const ends = journal.split('\n').filter((line) => line.includes('"cell-finished"'));
        const { pid } = await run.engine.request('engine.status', {});
        await limitFiles(pid, Buffer.byteLength(journal) + (ends.at(-1)?.length ?? 0) + 60);
        await writeFile(go, '');
        await run.reached('c1', 'done');
        await until('it is said', isFull(run));
        expect(run.run.finished).toBeNull();
        if (way.startsWith('goes on')) {
          await limitFiles(pid, null);
          await until('it has ended', () => run.run.finished?.status === 'done');
          await expectWhole(run);
        } else {
          const again = await reborn(run, () => library.connect());
          await until('it has ended', () => again.run.finished?.status === 'done');
          await expectWhole(again);
        }
      },
    );
  });
});

describe('a run whose clock is not even', () => {
  const clock = shiftedClock();
  let library: RunLibrary;
  let path: string;
  beforeEach(async () => {
    await clock.set(0);
    library = await RunLibrary.make(CONFIG, clock.variables);
    path = library.at('book.ipynb');
  });
  afterEach(async () => {
    await library.dispose();
    await clock.dispose();
  });

  it('tells a machine that slept as a gap, which no time limit counts', async () => {
    const go = library.at('go');
    await writeNotebookFile(
      path,
      [
        markedCell(`while [ ! -e '${go}' ]; do sleep 0.05; done; echo woke`, {
          // oxlint-disable-next-line unicorn/no-thenable -- the member of the file format, never awaited
          limit: { seconds: 1_800, then: 'interrupt' },
        }),
      ],
      'bash',
    );
    const run = await library.start(path);
    await run.act({ kind: 'next', cell: 'c0' });
    await until('it runs', () => run.run.running.includes('c0'));
    await clock.set(HOUR);
    await until('the gap is told', () => run.run.gaps.length > 0);
    expect(run.run.gaps[0]?.data).toMatchObject({ why: 'suspended', cell: 'c0' });
    const { from, to } = run.run.gaps[0]!.data;
    expect(Date.parse(to) - Date.parse(from)).toBeGreaterThanOrEqual(HOUR);
    await writeFile(go, '');
    const { attempts } = await run.reached('c0', 'done');
    // Its own duration is how long it ran, and not how long the lid was closed.
    expect(attempts[0]?.finished?.durationMs).toBeLessThan(HOUR);
    await until('it has ended', () => run.run.finished?.status === 'done');
    expect(run.run.deviations.map(({ kind }) => kind)).toContain('gap');
    expect(await expectWhole(run)).toMatch(/gap/i);
  });

  it('goes on when it is set back, keeps the order of its events, and says it', async () => {
    await writeNotebookFile(
      path,
      [
        'echo one',
        gateCell('A moment', { kind: 'wait', duration: 1 }),
        markedCell('echo two; false', { hints: [] }),
      ],
      'bash',
    );
    const run = await library.start(path);
    await run.next('c0');
    await gateOpen(run, 'c1');
    await clock.set(-HOUR);
    // A wait of a second takes no hour longer.
    await run.reached('c1', 'done');
    await run.next('c2', 'failed');
    await run.act({ kind: 'retry-later', cell: 'c2', count: 1, wait: 0.1 });
    await until('it was tried again', () => (run.step('c2')?.attempts.length ?? 0) > 1);
    await run.reached('c2', 'failed');
    await run.act({ kind: 'mark-done', cell: 'c2', reason: 'looked at' });
    await until('it has ended', () => run.run.finished?.status === 'done');
    const { events, faults } = await readRunJournal(run.folder);
    expect(faults).toEqual([]);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index));
    expect(Date.parse(events.at(-1)!.at)).toBeLessThan(Date.parse(events[0]!.at));
    const again = reduce(events);
    expect(again.deviations.filter(({ kind }) => kind === 'clock')).toHaveLength(1);
    for (const { attempts } of Object.values(again.steps))
      for (const { finished } of attempts) expect(finished?.durationMs).toBeGreaterThanOrEqual(0);
    expect(await expectWhole(run)).toContain('The clock jumped');
  });

  it('voids an approval that nobody gave in time, with what was given until then, and asks anew', async () => {
    await writeNotebookFile(
      path,
      [gateCell('Go?', { kind: 'approve', by: ['leads'], minimum: 2, timeout: 600 }), 'echo behind'],
      'bash',
    );
    const run = await library.start(path, { environment: 'stage' });
    await gateOpen(run, 'c0');
    const first = run.step('c0')?.gate;
    const approve = (approver: string) => run.answer({ kind: 'approve', cell: 'c0', approver });
    await approve('Ada');
    await until('one of two counts', () => run.step('c0')?.gate?.answers.length === 1);
    await clock.set(700_000);
    await until('it is asked anew, by another request', () => {
      const gate = run.step('c0')?.gate;
      return gate?.isOpen === true && gate.request?.file !== first?.request?.file;
    });
    const second = run.step('c0')?.gate;
    expect(second?.voided).toMatchObject([{ why: 'timeout' }]);
    expect(second?.answers).toEqual([]);
    expect(Date.parse(second?.until ?? '')).toBeGreaterThan(Date.parse(first?.until ?? ''));
    await expect(run.act({ kind: 'next', cell: 'c1' })).rejects.toMatchObject({ code: 'conflict' });
    await approve('Grace');
    expect(run.step('c0')?.state).toBe('waiting');
    await approve('Ada');
    await run.reached('c0', 'done');
    await run.next('c1');
    await until('it has ended', () => run.run.finished?.status === 'done');
    expect(await expectWhole(run)).toContain('timeout');
  });
});

describe('two that would drive one run', () => {
  let library: RunLibrary;
  let path: string;
  beforeEach(async () => {
    library = await RunLibrary.make(CONFIG);
    path = library.at('book.ipynb');
    await writeNotebookFile(path, ['echo one', 'echo two'], 'bash');
  });
  afterEach(() => library.dispose());

  it('are one and a reader: a second window and the command line are told who drives', async () => {
    const run = await library.start(path);
    await run.next('c0');
    const events = run.run.seq;
    const second = await RunDriver.open(await library.connect(), run.folder);
    expect(second.view.readOnly).toContain('Mara Lindt');
    for (const action of [
      { kind: 'next', cell: 'c1' },
      { kind: 'note', cell: null, text: 'mine' },
      { kind: 'abort', reason: 'mine' },
    ] as const)
      await expect(second.act(action), action.kind).rejects.toMatchObject({ code: 'locked' });
    const resumed = await library.profile.cli(['resume', run.folder]);
    expect(resumed.code).toBe(2);
    expect(resumed.err).toContain('Mara Lindt');
    expect(run.run.seq).toBe(events);
    // What the one does, the other sees.
    await run.next('c1');
    await until('both know the end', () => second.run.finished?.status === 'done');
    expect(second.run).toEqual(run.run);
    await expectWhole(run);
  });

  it('with an engine each are one and a reader, and neither harms the record', async () => {
    const run = await library.start(path);
    const elsewhere = await makeProfile();
    try {
      const engine = await elsewhere.connect();
      const other = await RunDriver.open(engine, run.folder);
      expect(other.view.readOnly).toContain('was not started here');
      await expect(other.act({ kind: 'next', cell: 'c0' })).rejects.toMatchObject({ code: 'read-only' });
      // Nobody takes it away from an engine that holds it.
      await expect(engine.request('runs.takeOver', { run: run.folder, driver: 'Ada' })).rejects.toMatchObject(
        { code: 'read-only', message: expect.stringContaining('Mara Lindt') as string },
      );
      expect((await elsewhere.cli(['resume', run.folder])).code).toBe(2);
      // What was refused is not of that profile either, now or later.
      const later = await RunDriver.open(engine, run.folder);
      expect(later.view.readOnly).toContain('was not started here');
      await run.next('c0');
      await run.next('c1');
      await until('it has ended', () => run.run.finished?.status === 'done');
      await expectWhole(run);
      engine.dispose();
    } finally {
      await elsewhere.dispose();
    }
  });
});

const CONFIG = {
  version: 1,
  environments: [
    { name: 'dev', colour: 'teal', guard: 'none', gates: 'confirm' },
    { name: 'stage', colour: 'ochre', guard: 'confirm', gates: 'real' },
  ],
  people: [
    { name: 'Ada', keys: [] },
    { name: 'Grace', keys: [] },
  ],
  roles: { leads: ['Ada', 'Grace'] },
};
