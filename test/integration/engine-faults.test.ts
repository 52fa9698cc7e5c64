import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineConnection } from '../../electron/engine/client/engine-connection';
import { readNotebook } from '../../shared/notebook/notebook-file';
import { fullOutputsOf } from '../../shared/notebook/outputs/full-output';
import { bundledClient } from '../support/bundled-client';
import { DocumentView } from '../support/document-view';
import { DiskPace } from '../support/disk-pace';
import { faultCount } from '../support/environment';
import { writeNotebookFile } from '../support/notebooks';
import { isAlive, killHard } from '../support/processes';
import { makeProfile, type TestProfile } from '../support/profile';
import { seeded } from '../support/seeded';
import { until } from '../support/until';

/** What was acknowledged this long before a kill is on disk: the second that is promised, and one for a busy machine. */
const PROMISED_MS = 2_000;
/** On a busy machine a write may take this much longer. Milliseconds. */
const SLACK_MS = 10_000;
const LONG = 1_200_000;

/** One promise stands on a few syncs in a row: a text, its record, the log that names it. */
const SYNCS = 4;

let profile: TestProfile;
let pace: DiskPace;
beforeEach(async () => {
  profile = await makeProfile();
  pace = await DiskPace.start(profile.home);
});
afterEach(async () => {
  await pace.stop();
  await profile.dispose();
});

async function pidOf(engine: EngineConnection): Promise<number> {
  return (await engine.request('engine.status', {})).pid;
}

describe('kill -9 of the engine', () => {
  /** What one client did, and when the engine acknowledged it. */
  interface Work {
    readonly acknowledged: { readonly value: number; readonly at: number }[];
    lastSent: number;
    savesBegun: number[];
    savesDone: number[];
    /** The longest that the engine took for one of them, in milliseconds: it does one thing at a time. */
    slowest: number;
  }

  /** Edits and saves as fast as the engine answers, until it is gone. */
  async function workUntilGone(book: DocumentView, from: number, work: Work): Promise<void> {
    let saving: Promise<unknown> | null = null;
    for (let value = from; ; value += 1) {
      try {
        work.lastSent = value;
        const sent = Date.now();
        await book.type('edited', `value = ${value}`);
        work.acknowledged.push({ value, at: Date.now() });
        work.slowest = Math.max(work.slowest, Date.now() - sent);
        if (value % 7 === 0 && saving === null) {
          work.savesBegun.push(value);
          const asked = Date.now();
          saving = book
            .save()
            .then(
              () => {
                work.savesDone.push(value);
                work.slowest = Math.max(work.slowest, Date.now() - asked);
              },
              // The engine was killed in the middle of it.
              () => undefined,
            )
            .finally(() => (saving = null));
        }
      } catch {
        // So it was in the middle of an edit.
        return;
      }
    }
  }

  it(
    'at any moment of edits, saves, a run and a flood loses nothing that was promised',
    async () => {
      const moments = seeded('kill -9 of the engine');
      const path = join(profile.home, 'book.ipynb');
      const cells = [
        { id: 'edited', source: 'value = 0' },
        {
          id: 'counter',
          source:
            "import time\nfor i in range(1_000_000):\n    print('tick', i)\n    print('flood\\n' * 19, end='', flush=True)\n    time.sleep(0.02)",
        },
      ];
      await writeNotebookFile(path, cells);
      let value = 0;
      /** What was there after the last kill. */
      let held = 0;
      let ticks = -1;
      let kernelPid: number | null = null;
      let openedAt = Date.now();
      let lastKill = openedAt;
      let gaps = 0;
      for (let turn = 0; turn < faultCount(); turn += 1) {
        let engine = await profile.connect();
        let book = await DocumentView.open(engine, path);
        if (turn === 0) await book.run('counter');
        await until('the counter runs', () => book.runs.get('counter')?.status === 'running');
        const killed = await pidOf(engine);
        const work: Work = { acknowledged: [], lastSent: value, savesBegun: [], savesDone: [], slowest: 0 };
        const working = workUntilGone(book, value + 1, work);
        await moments.wait(300, 3_000);
        const at = Date.now();
        const promisedMs = PROMISED_MS + SYNCS * pace.worstSince(at - 2 * PROMISED_MS) + 2 * work.slowest;
        const seen = lastTick(book);
        await killHard(killed);
        await working;
        await engine.closed;

        // The file is whole: one of the versions that were saved, with nothing beside it.
        const file = readNotebook(await readFile(path), path);
        expect(file.findings).toEqual([]);
        const saved = Number(/\d+/.exec(file.notebook.cells[0]!.source)?.[0]);
        const lastDone = work.savesDone.at(-1) ?? 0;
        expect(saved).toBeGreaterThanOrEqual(lastDone);
        expect(saved).toBeLessThanOrEqual(work.lastSent);

        engine = await profile.connect();
        book = await DocumentView.open(engine, path);
        const source = book.snapshot.cells.find(({ id }) => id === 'edited')?.source ?? '';
        const kept = Number(/^value = (\d+)$/.exec(source)?.[1]);
        const promised = work.acknowledged.findLast((one) => at - one.at > promisedMs)?.value ?? held;
        expect(kept, `turn ${turn}`).toBeGreaterThanOrEqual(promised);
        expect(kept).toBeLessThanOrEqual(work.lastSent);
        expect(book.state).toMatchObject({ disk: 'same', problem: null });
        value = work.lastSent;
        held = kept;

        // The cell runs on, in the same kernel, and what was printed while nobody listened is a marked gap.
        expect(book.runs.get('counter')?.status, `turn ${turn}`).toBe('running');
        const found = (book.outputs.get('counter') ?? []).filter((view) => view.kind === 'gap');
        // One that was marked just before this kill may be one with the next.
        const since = `turn ${turn}, ${at - openedAt} ms after the gap before, promised within ${promisedMs} ms`;
        expect(found.length, since).toBeGreaterThanOrEqual(gaps + (at - openedAt > promisedMs ? 1 : 0));
        expect(found.length).toBeLessThanOrEqual(gaps + 1);
        gaps = found.length;
        // It begins when the last of what is here was written, not earlier than a promise before the kill.
        // A kill so soon after the one before that nothing was written in between is one gap with it.
        const lastSure = at - openedAt > promisedMs ? at : Math.min(at, lastKill);
        expect(Date.parse(found.at(-1)!.from), since).toBeGreaterThan(lastSure - promisedMs - SLACK_MS);
        lastKill = at;
        expect(Date.parse(found.at(-1)!.to)).toBeGreaterThanOrEqual(Date.parse(found.at(-1)!.from));
        openedAt = Date.now();
        await until('it ticks on', () => lastTick(book) > Math.max(seen, ticks));
        ticks = lastTick(book);
        kernelPid ??= await kernelOf(book);
        expect(await kernelOf(book)).toBe(kernelPid);
        engine.dispose();
        expect((await readdir(profile.home)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
      }
      // Between two gaps no line is missing.
      const engine = await profile.connect();
      const book = await DocumentView.open(engine, path);
      await engine.request('notebook.interrupt', { document: book.document });
      await book.finished('counter');
      let last = -1;
      for (const view of (await book.fresh()).outputs['counter'] ?? []) {
        if (view.kind !== 'stream' || view.name !== 'stdout') continue;
        const lines = await allLines(book, view.key);
        const numbers = lines.flatMap((line) => /^tick (\d+)$/.exec(line)?.[1] ?? []).map(Number);
        for (const [index, tick] of numbers.entries()) {
          if (index > 0) expect(tick).toBe(last + 1);
          else expect(tick).toBeGreaterThan(last);
          last = tick;
        }
      }
      expect(last).toBeGreaterThanOrEqual(ticks);
      engine.dispose();
    },
    LONG,
  );

  it(
    'while it saves long outputs, to this file or another, leaves each file whole',
    async () => {
      const moments = seeded('kill -9 in a long save');
      const path = join(profile.home, 'book.ipynb');
      await writeNotebookFile(path, [
        "print('x' * 99 + '\\n', end='') if False else print(('y' * 99 + '\\n') * 300_000)",
      ]);
      let engine = await profile.connect();
      let book = await DocumentView.open(engine, path);
      await book.run('c0');
      await book.finished('c0');
      await new Promise((resolve) => setTimeout(resolve, PROMISED_MS + 100));
      let current = path;
      for (let turn = 0; turn < Math.ceil(faultCount() / 2); turn += 1) {
        const pid = await pidOf(engine);
        const target = turn % 2 === 0 ? current : join(profile.home, `copy-${turn}.ipynb`);
        const before = existsSync(target) ? await readFile(target) : null;
        await book.type('c0', `# ${turn}`);
        const isSaved = book.save(target === current ? {} : { path: target }).then(
          () => true,
          // Killed before it was acknowledged: old or new, but whole.
          () => false,
        );
        await moments.wait(0, 400);
        await killHard(pid);
        const wasSaved = await isSaved;
        const isThere = existsSync(target);
        if (isThere) {
          const bytes = await readFile(target);
          const isOld = before !== null && bytes.equals(before);
          if (!isOld) {
            expect(readNotebook(bytes, target).notebook.cells[0]?.source).toBe(`# ${turn}`);
            await expectWholeTexts(target);
          }
          expect(wasSaved && isOld).toBe(false);
        } else expect(wasSaved).toBe(false);
        if (isThere) current = target;
        engine = await profile.connect();
        book = await DocumentView.open(engine, current);
        const now = await book.fresh();
        expect(now.state.disk).toBe('same');
        // Edits and results are there, in the file or in the recovery.
        expect(now.outputs['c0'], `turn ${turn}`).toHaveLength(1);
        expect(now.cells[0]?.source).toMatch(/^# |^print/);
      }
      engine.dispose();
    },
    LONG,
  );

  it(
    'during its own start leaves a profile in which the next one starts',
    async () => {
      const moments = seeded('kill -9 during the start');
      const path = join(profile.home, 'book.ipynb');
      await writeNotebookFile(path, ['1']);
      const first = await profile.connect();
      const book = await DocumentView.open(first, path);
      await book.type('c0', 'kept');
      await new Promise((resolve) => setTimeout(resolve, PROMISED_MS + 100));
      await killHard(await pidOf(first));
      for (let turn = 0; turn < faultCount(); turn += 1) {
        const starting = profile.connect().then(
          (engine) => engine.dispose(),
          // Killed under it: that is the test.
          () => undefined,
        );
        await moments.wait(0, 500);
        const log = await readFile(join(profile.places.state, 'logs', 'engine.log'), 'utf8').catch(() => '');
        const started = [...log.matchAll(/^\S+ (\d+) engine .* starts/gm)].map(([, pid]) => Number(pid));
        for (const pid of started.filter(isAlive)) await killHard(pid);
        await starting;
      }
      const last = await profile.connect();
      const again = await DocumentView.open(last, path);
      expect(again.snapshot.cells[0]?.source).toBe('kept');
      expect(again.snapshot.recovered).toBe(true);
      const sockets = (await readdir(profile.places.runtime)).filter((name) => name.startsWith('e-'));
      expect(sockets).toHaveLength(1);
      last.dispose();
    },
    LONG,
  );
});

describe('kill -9 of a client', () => {
  it(
    'at any moment loses no edit that was acknowledged, and the run goes on',
    async () => {
      const moments = seeded('kill -9 of a client');
      const path = join(profile.home, 'book.ipynb');
      await writeNotebookFile(path, [
        'value = 0',
        "import time\nfor i in range(1_000_000):\n    print('tick', i, flush=True)\n    time.sleep(0.02)",
      ]);
      const watcher = await profile.connect();
      const seen = await DocumentView.open(watcher, path);
      await seen.run('c1');
      await until('it runs', () => lastTick(seen, 'c1') > 0);
      const client = await bundledClient(profile.home);
      for (let turn = 0; turn < faultCount(); turn += 1) {
        const { fork } = await import('node:child_process');
        const child = fork(client, [profile.places.socket, profile.places.token, path], { stdio: 'ignore' });
        let acknowledged = -1;
        child.on('message', (value: number) => (acknowledged = value));
        const gone = new Promise((resolve) => child.once('exit', resolve));
        await until('it edits', () => acknowledged >= 0);
        await moments.wait(0, 400);
        child.kill('SIGKILL');
        await gone;
        const { cells } = await seen.fresh();
        const kept = Number(/^value = (\d+)$/.exec(cells[0]!.source)?.[1]);
        expect(kept).toBeGreaterThanOrEqual(acknowledged);
        const before = lastTick(seen, 'c1');
        await until('it ticks on', () => lastTick(seen, 'c1') > before);
        expect((await watcher.request('engine.status', {})).busy).toBe(1);
      }
      await until('only one client is left', async () => {
        return (await watcher.request('engine.status', {})).clients === 1;
      });
      await watcher.request('notebook.shutdown', { document: seen.document });
      watcher.dispose();
    },
    LONG,
  );
});

describe('engines and clients that start at once', () => {
  it(
    'at any distance in time end up with one engine',
    async () => {
      const moments = seeded('starts at once');
      for (let turn = 0; turn < Math.ceil(faultCount() / 2); turn += 1) {
        const connections = await Promise.all(
          Array.from({ length: 10 }, async () => {
            await moments.wait(0, 150);
            return profile.connect();
          }),
        );
        const pids = new Set(connections.map(({ enginePid }) => enginePid));
        expect([...pids]).toHaveLength(1);
        for (const connection of connections) connection.dispose();
        const log = await readFile(join(profile.places.state, 'logs', 'engine.log'), 'utf8');
        const started = [...log.matchAll(/^\S+ (\d+) engine .* starts/gm)].map(([, pid]) => Number(pid));
        await until('the others have ended', () => started.filter(isAlive).length === 1);
        const [pid] = pids;
        // Half of them leave their socket behind.
        if (turn % 2 === 0) await killHard(pid!);
        else {
          await profile.cli(['engine', 'stop', '--force']);
          await until('it has ended', () => !isAlive(pid!));
        }
      }
    },
    LONG,
  );
});

function lastTick(book: DocumentView, cell = 'counter'): number {
  const all = [...book.text(cell).matchAll(/^tick (\d+)$/gm)];
  return all.length === 0 ? -1 : Number(all.at(-1)?.[1]);
}

async function kernelOf(book: DocumentView): Promise<number | null> {
  const { state } = await book.fresh();
  return state.kernel.pid ?? null;
}

async function expectWholeTexts(file: string): Promise<void> {
  const { notebook } = readNotebook(await readFile(file), file);
  const { createHash } = await import('node:crypto');
  for (const cell of notebook.cells) {
    for (const entry of fullOutputsOf(cell.metadata)) {
      const whole = await readFile(`${file.replace(/\.ipynb$/, '')}.${entry.path}`);
      expect(createHash('sha256').update(whole).digest('hex')).toBe(entry.sha256);
    }
  }
}

async function allLines(book: DocumentView, key: string): Promise<string[]> {
  const all: string[] = [];
  for (;;) {
    const { lines, total } = await book.engine.request('notebook.outputLines', {
      document: book.document,
      cell: 'counter',
      key,
      from: all.length,
      count: 5_000,
    });
    all.push(...lines);
    if (lines.length === 0 || all.length >= total) return all;
  }
}
