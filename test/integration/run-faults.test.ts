import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRunJournal } from '../../electron/engine/runs/journal';
import { verifyRunFolder } from '../../electron/engine/runs/verify-run';
import { readNotebook } from '../../shared/notebook/notebook-file';
import { WatchbookError } from '../../shared/rpc/errors';
import { faultCount } from '../support/environment';
import { writeNotebookFile } from '../support/notebooks';
import { killHard } from '../support/processes';
import { makeProfile, type TestProfile } from '../support/profile';
import { RunDriver } from '../support/run-driver';
import { seeded } from '../support/seeded';
import { until } from '../support/until';

const LONG = 1_200_000;

describe('kill -9 of the engine in a run', () => {
  let profile: TestProfile;
  let path: string;
  beforeEach(async () => {
    profile = await makeProfile();
    path = join(profile.home, 'book.ipynb');
  });
  afterEach(async () => {
    await profile.dispose();
  });

  /** Does the next sensible thing until the engine is gone, or the run has ended. */
  async function driveOn(run: RunDriver): Promise<void> {
    while (run.run.finished === null) {
      const position = await run.position();
      switch (position.kind) {
        case 'ready':
          await run.act({
            kind: 'adjust',
            cell: position.step.cell,
            source: `echo ${Date.now()}; sleep 0.1`,
          });
          await run.act({ kind: 'next', cell: position.step.cell });
          break;
        case 'failed':
          await run.act({ kind: 'retry', cell: position.step.cell });
          break;
        case 'lost':
          await run.act({ kind: 'resume', from: position.done.at(-1)!.cell, rerunAbove: false });
          break;
        case 'waiting':
          await run.answer({ kind: 'confirm', cell: position.step.cell });
          break;
        default:
          await run.engine.request('engine.status', {});
      }
      await run.act({ kind: 'note', cell: null, text: 'going on' });
    }
  }

  it(
    'loses no event that was acknowledged, at any moment of it',
    async () => {
      const moments = seeded('kill -9 of a run');
      const cells = Array.from({ length: 30 }, (_, index) => `echo step ${index}`);
      const gate = {
        type: 'markdown' as const,
        source: 'Go on?',
        metadata: { watchbook: { gate: { kind: 'confirm' } } },
      };
      await writeNotebookFile(path, [...cells.slice(0, 2), gate, ...cells.slice(2)], 'bash');
      let folder: string | null = null;
      for (let turn = 0; turn < faultCount(); turn += 1) {
        const engine = await profile.connect();
        const run: RunDriver =
          folder === null ? await RunDriver.start(engine, path) : await RunDriver.open(engine, folder);
        folder = run.folder;
        expect(run.view.readOnly).toBeNull();
        const { pid } = await engine.request('engine.status', {});
        // The engine goes in the middle of it; whatever else goes wrong is a fault.
        const driving = driveOn(run).catch((error: unknown) => {
          if (error instanceof WatchbookError && ['engine-lost', 'conflict'].includes(error.code)) return;
          throw error;
        });
        await moments.wait(50, 1_500);
        const acknowledged = run.run.seq;
        const known = run.run;
        await killHard(pid);
        await driving;
        await engine.closed;
        engine.dispose();
        const reading = await readRunJournal(folder);
        expect(reading.faults).toEqual([]);
        expect(reading.events.length).toBeGreaterThan(acknowledged);
        for (const { seq } of known.notes) expect(reading.events[seq]?.type).toBe('note');
        expect(
          readNotebook(await readFile(join(folder, 'run.ipynb')), 'run.ipynb').notebook.cells.length,
        ).toBe(31);
        expect(
          (await verifyRunFolder(folder)).verdict.findings.filter(({ severity }) => severity === 'fault'),
        ).toEqual([]);
        if (known.finished !== null) folder = null;
      }
    },
    LONG,
  );

  it(
    'takes up a step that goes on in its kernel, and names what a lost shell had',
    async () => {
      await writeNotebookFile(path, [
        "x = 5\nprint('begun')",
        { source: 'y=7', metadata: { vscode: { languageId: 'shellscript' } } },
        "import time\nprint('sleeps', flush=True)\ntime.sleep(4)\nprint('woke', x)",
        'x',
      ]);
      const engine = await profile.connect();
      const run = await RunDriver.start(engine, path);
      await run.next('c0');
      await run.next('c1');
      await run.act({ kind: 'next', cell: 'c2' });
      await until('it runs', () => run.run.running.includes('c2') && run.live.kernel.state === 'busy');
      const { pid } = await engine.request('engine.status', {});
      await killHard(pid);
      await engine.closed;
      engine.dispose();
      const again = await profile.connect();
      const taken = await RunDriver.open(again, run.folder);
      const { attempts } = await taken.reached('c2', 'done');
      expect(await taken.content(attempts[0]?.finished?.content)).toMatchObject({ line: 'woke 5' });
      expect(taken.run.gaps[0]?.data).toMatchObject({ why: 'engine', cell: 'c2' });
      expect(taken.run.lost.map(({ session }) => session)).toEqual(['shell']);
      const position = await taken.position();
      expect(position).toMatchObject({ kind: 'lost', done: [{ cell: 'c1' }] });
      await taken.act({ kind: 'resume', from: 'c1', rerunAbove: false });
      for (const cell of ['c1', 'c2', 'c3']) await taken.next(cell);
      await until('it has ended', () => taken.run.finished?.status === 'done');
      again.dispose();
    },
    LONG,
  );
});
