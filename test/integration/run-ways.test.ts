import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineConnection } from '../../electron/engine/client/engine-connection';
import { verifyRunFolder } from '../../electron/engine/runs/verify-run';
import { isShellCell } from '../../shared/notebook/model';
import { writeNotebookFile } from '../support/notebooks';
import { callProgram } from '../support/follow-recipe';
import { reborn, RunLibrary, shellCell as shell } from '../support/run-library';
import { RunDriver } from '../support/run-driver';
import { until } from '../support/until';

describe('the rarer ways of a run', () => {
  let library: RunLibrary;
  let path: string;
  beforeEach(async () => {
    library = await RunLibrary.make(CONFIG);
    path = library.at('book.ipynb');
  });
  afterEach(() => library.dispose());
  const connect = (): Promise<EngineConnection> => library.connect();

  it('take a step that is added where they stand, keep it over kill -9, and refuse one in the past', async () => {
    await writeNotebookFile(path, ['x = 5', 'print(x)', shell('echo last')]);
    const run = await library.start(path);
    await run.next('c0');
    const add = (after: string | null, language: 'kernel' | 'shell', source: string) =>
      run.act({ kind: 'add-step', after, language, source, isDestructive: language === 'shell' });
    await expect(add(null, 'kernel', 'x = 1')).rejects.toMatchObject({ code: 'conflict' });
    await expect(add('c0', 'kernel', ' \n')).rejects.toMatchObject({ code: 'bad-request' });
    await add('c0', 'kernel', 'x += 2');
    await add('c1', 'shell', 'echo beside');
    const added = () => Object.values(run.run.steps).filter((step) => step.added !== null);
    await until('both are recorded', () => added().length === 2);
    const [before, after] = added();
    await until('it is next', async () => {
      const position = await run.position();
      return position.kind === 'ready' && position.step.cell === before?.cell;
    });
    expect(run.run.deviations.map(({ kind }) => kind)).toEqual(['added', 'added']);
    const again = await reborn(run, connect);
    // The kernel lives on, and what was added is what it was.
    const { cells } = await again.notebook();
    expect(cells.slice(1).map(({ source }) => source)).toEqual([
      'x = 5',
      'x += 2',
      'print(x)',
      'echo beside',
      'echo last',
    ]);
    expect(cells.slice(1).map(isShellCell)).toEqual([false, false, false, true, true]);
    expect(cells[4]?.metadata['tags']).toEqual(['destructive']);
    await again.next(before?.cell ?? '');
    const printed = await again.next('c1');
    expect(await again.content(printed.attempts[0]?.finished?.content)).toMatchObject({ line: '7' });
    await again.next(after?.cell ?? '');
    await again.next('c2');
    await until('it has ended', () => again.run.finished?.status === 'done');
    await until('it is whole', async () => (await verifyRunFolder(again.folder)).verdict.isWhole);
  });

  it('go on with another kernel where theirs does not start, and record whose choice it was', async () => {
    const kernel = join(library.profile.home, '.local/share/jupyter/kernels/broken');
    await mkdir(kernel, { recursive: true });
    const argv = ['/bin/sh', '-c', 'echo "the disk is on fire" >&2; exit 9', '{connection_file}'];
    await writeFile(
      join(kernel, 'kernel.json'),
      JSON.stringify({ argv, language: 'python', display_name: 'Broken' }),
    );
    await writeNotebookFile(path, ['print(40 + 2)'], {
      kernelspec: { name: 'broken', display_name: 'Broken', language: 'python' },
    });
    const run = await library.start(path);
    const trial = () => run.live.trials.find(({ id }) => id === 'kernel');
    await until('it is said', () => trial()?.state === 'failed');
    expect(trial()).toMatchObject({
      found: expect.stringContaining('the disk is on fire'),
      ways: ['retry', 'other-kernel'],
    });
    await expect(run.act({ kind: 'next', cell: 'c0' })).rejects.toMatchObject({ code: 'kernel-failed' });
    expect(trial()?.state).toBe('failed');
    expect(run.step('c0')).toBeUndefined();
    await expect(run.act({ kind: 'choose-kernel', kernel: 'nowhere' })).rejects.toMatchObject({
      code: 'no-kernel',
    });
    await run.act({ kind: 'choose-kernel', kernel: 'python3' });
    await until('it is there', () => trial()?.state === 'good');
    const replaced = (await run.events()).filter(({ type }) => type === 'kernel-replaced');
    expect(replaced).toMatchObject([
      { actor: { name: 'Mara Lindt' }, data: { session: 'kernel', kernel: 'python3' } },
    ]);
    const done = await run.next('c0');
    expect(await run.content(done.attempts[0]?.finished?.content)).toMatchObject({ line: '42' });
  });

  it('run everything above again by themselves, as far as they may', async () => {
    const log = join(library.profile.home, 'log');
    await writeNotebookFile(
      path,
      [`echo one $batch >> ${log}`, `two=2`, 'exit 3', `echo last $two $batch >> ${log}`],
      'bash',
    );
    const batch = { name: 'batch', value: 7, source: 'given' as const };
    const run = await library.start(path, { parameters: [batch] });
    await run.next('c0');
    await run.next('c1');
    await run.next('c2', 'failed');
    await until('the shell is lost', async () => (await run.position()).kind === 'lost');
    await run.act({ kind: 'resume', from: 'c2', rerunAbove: true });
    await until('it stands there', async () => {
      const position = await run.position();
      return position.kind === 'ready' && position.step.cell === 'c2';
    });
    expect(run.step('c0')?.attempts).toHaveLength(2);
    const told = (await run.events()).filter(({ type }) => /^(kernel|resumed)/.test(type));
    expect(told).toMatchObject([
      { type: 'kernel-lost', data: { session: 'shell' } },
      { type: 'resumed', data: { from: 'c0' } },
      { type: 'kernel-replaced', data: { session: 'shell', kernel: 'bash' } },
    ]);
    await run.act({ kind: 'adjust', cell: 'c2', source: 'true' });
    await run.next('c2');
    await run.next('c3');
    await until('it has ended', () => run.run.finished?.status === 'done');
    // The fresh shell has the parameters too.
    expect(await readFile(log, 'utf8')).toBe('one 7\none 7\nlast 2 7\n');
  });

  it('run again only the steps that a person chose, and stop where one of them fails', async () => {
    await writeNotebookFile(
      path,
      [
        'one=1',
        { source: 'two=2', metadata: { tags: ['destructive'] } },
        'three=$(cat three 2>/dev/null) || exit 4',
        'exit 3',
        'echo "$one-$two-$three"',
      ],
      'bash',
    );
    const run = await library.start(path);
    for (const cell of ['c0', 'c1']) await run.next(cell);
    await run.act({ kind: 'adjust', cell: 'c2', source: 'three=3' });
    await run.next('c2');
    await run.next('c3', 'failed');
    await until('the shell is lost', async () => (await run.position()).kind === 'lost');
    const resume = (again: readonly string[]) =>
      run.act({ kind: 'resume', from: 'c3', rerunAbove: false, again: [...again] });
    for (const wrong of [['c1'], ['c3'], ['c0', 'c1']])
      await expect(resume(wrong)).rejects.toMatchObject({ code: 'conflict' });
    // What failed is not jumped over without a reason.
    await expect(run.act({ kind: 'resume', from: 'c4', rerunAbove: false })).rejects.toMatchObject({
      message: expect.stringContaining('skip it with a reason'),
    });
    await run.act({ kind: 'adjust', cell: 'c2', source: 'false' });
    await resume(['c2', 'c0']);
    await until('it stands at the one that failed', async () => {
      const position = await run.position();
      return position.kind === 'failed' && position.step.cell === 'c2';
    });
    expect(['c0', 'c1', 'c2'].map((cell) => run.step(cell)?.attempts.length)).toEqual([2, 1, 2]);
    await run.act({ kind: 'adjust', cell: 'c2', source: 'three=4' });
    await run.act({ kind: 'retry', cell: 'c2' });
    await run.reached('c2', 'done');
    await run.act({ kind: 'skip', cell: 'c3', reason: 'not needed' });
    const last = await run.next('c4');
    expect(await run.content(last.attempts[0]?.finished?.content)).toMatchObject({ line: '1--4' });
    await until('it has ended', () => run.run.finished?.status === 'done');
  });

  it('undo by hand, with a reason, what the cell that undoes it can not', async () => {
    await writeNotebookFile(
      path,
      [
        'echo one',
        { source: 'false', metadata: { tags: ['rollback'], watchbook: { rollbackOf: 'c0' } } },
        'echo two',
      ],
      'bash',
    );
    const run = await library.start(path);
    await run.next('c0');
    const byHand = (reason: string) => run.act({ kind: 'roll-back-by-hand', cell: 'c0', reason });
    await expect(byHand('too early')).rejects.toMatchObject({ code: 'conflict' });
    await run.act({ kind: 'roll-back', to: 'c0' });
    await run.act({ kind: 'roll-back-next', cell: 'c0' });
    await run.reached('c1', 'failed');
    expect(await run.position()).toMatchObject({ kind: 'rolling-back', hasFailed: true });
    await expect(byHand(' ')).rejects.toMatchObject({ code: 'bad-request' });
    await byHand('removed it in the console');
    await until('it is over', () => run.run.rollback === null);
    expect(run.step('c0')).toMatchObject({ state: 'rolledback', rolledBackBy: null });
    expect(run.run.deviations.map(({ kind }) => kind)).toEqual(['undone']);
    await run.next('c0');
  });

  it('wait for a condition whose command a person has seen, and go on when it holds', async () => {
    const marker = join(library.profile.home, 'marker');
    await writeNotebookFile(
      path,
      [
        {
          type: 'markdown',
          source: 'Wait for what answers late',
          metadata: { watchbook: { gate: { kind: 'condition', command: ['sleep', '3'] } } },
        },
        {
          type: 'markdown',
          source: 'Wait for the marker',
          metadata: { watchbook: { gate: { kind: 'condition', command: ['test', '-e', marker] } } },
        },
        'echo after',
      ],
      'bash',
    );
    const engine = await connect();
    await expect(RunDriver.start(engine, path, { environment: 'dev' })).rejects.toMatchObject({
      code: 'needs-consent',
    });
    const { commands } = await engine.request('runs.config', { place: path });
    expect(commands.map(({ command }) => command)).toEqual([
      ['sleep', '3'],
      ['test', '-e', marker],
    ]);
    await engine.request('runs.acceptCommands', {
      library: library.folder,
      digests: commands.map(({ digest }) => digest),
    });
    const run = await RunDriver.start(engine, path, { environment: 'dev' });
    // The one before it is cut short while it is being asked: the next one is asked all the same.
    await until('the first one waits', () => run.live.waits.some(({ cell }) => cell === 'c0'));
    await run.act({ kind: 'cut-wait', cell: 'c0', reason: 'known by now' });
    await until('it was asked', () =>
      run.live.waits.some(({ cell, said }) => cell === 'c1' && said !== null),
    );
    expect(await run.position()).toMatchObject({ kind: 'timed', step: { cell: 'c1' } });
    await writeFile(marker, '');
    const gate = await run.reached('c1', 'done', 60);
    expect(gate.gate?.answers).toMatchObject([{ verdict: 'passed', how: 'condition' }]);
    await run.next('c2');
    await until('it has ended', () => run.run.finished?.status === 'done');
  });

  it('record and show a change of the library before the next step', async () => {
    await writeNotebookFile(path, ['echo one', 'echo two'], 'bash');
    const git = (...args: string[]) =>
      callProgram('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], library.folder);
    await git('init', '-q');
    await git('add', '-A');
    await git('commit', '-qm', 'first');
    const run = await library.start(path);
    await run.next('c0');
    await writeFile(library.at('other.ipynb'), '{}');
    await git('add', '-A');
    await git('commit', '-qm', 'second');
    const commit = (await git('rev-parse', 'HEAD')).out.trim();
    await expect(run.act({ kind: 'next', cell: 'c1' })).rejects.toMatchObject({ code: 'conflict' });
    await until('it is shown', () => run.live.libraryChanged?.commit === commit);
    expect(run.step('c1')).toBeUndefined();
    expect((await run.events()).at(-1)).toMatchObject({ type: 'library-changed', data: { commit } });
    expect(run.run.deviations.map(({ kind }) => kind)).toEqual(['library-changed']);
    await run.act({ kind: 'see-library-change' });
    await until('it was seen', () => run.live.libraryChanged === null);
    await run.next('c1');
  });

  it('lead from a known error to a run of its own, linked in both records', async () => {
    const fix = library.at('fix.ipynb');
    await writeNotebookFile(fix, ['echo mended'], 'bash');
    await writeNotebookFile(
      path,
      [
        {
          source: 'echo "lock held"; false',
          metadata: { watchbook: { hints: [{ matches: 'lock held', open: 'fix.ipynb' }] } },
        },
      ],
      'bash',
    );
    const engine = await connect();
    const run = await RunDriver.start(engine, path, { environment: 'dev' });
    await run.next('c0', 'failed');
    await until('the hint is there', () => run.live.hints.length === 1);
    await expect(run.act({ kind: 'follow-hint', cell: 'c0', open: 'elsewhere.ipynb' })).rejects.toMatchObject(
      { code: 'conflict' },
    );
    await run.act({ kind: 'follow-hint', cell: 'c0', open: 'fix.ipynb' });
    const child = await RunDriver.start(engine, fix, {
      environment: 'dev',
      parent: { run: run.folder, cell: 'c0', relation: 'parent' },
    });
    await until('both know', () => run.run.linked.length === 1 && child.run.linked.length === 1);
    expect(child.run.linked[0]?.data).toEqual({ run: run.folder, relation: 'parent', cell: 'c0' });
    expect(run.run.linked[0]?.data).toEqual({ run: child.folder, relation: 'child', cell: 'c0' });
    expect((await run.events()).map(({ type }) => type)).toContain('hint-followed');
  });
});

const CONFIG = {
  version: 1,
  parameters: { batch: { type: 'number', default: 1 } },
  environments: [{ name: 'dev', colour: 'teal', guard: 'none', gates: 'confirm' }],
};
