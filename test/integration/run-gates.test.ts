import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { verifyRunFolder } from '../../electron/engine/runs/verify-run';
import { writeNotebookFile } from '../support/notebooks';
import { reportOfEnd } from '../support/report-of-end';
import { RunDriver } from '../support/run-driver';
import { gateCell, gateOpen, markedCell, RunLibrary, standsAt } from '../support/run-library';
import { until } from '../support/until';

describe('the ways of a run', () => {
  let library: RunLibrary;
  let path: string;
  beforeEach(async () => {
    library = await RunLibrary.make(CONFIG);
    path = library.at('book.ipynb');
  });
  afterEach(() => library.dispose());

  it('stop at gates: ticked, confirmed, approved by others, voided by what changes, waited for', async () => {
    await writeNotebookFile(
      path,
      [
        'echo first',
        gateCell(
          'Go?\n\n- [ ] looked\n- [ ] asked',
          { kind: 'approve', by: ['leads'] },
          { checklist: { required: [1] } },
        ),
        'echo behind',
        gateCell('Sure?', { kind: 'confirm' }),
        gateCell('A moment', { kind: 'wait', duration: 0.2 }),
        'echo last',
      ],
      'bash',
    );
    await expect(library.start(path, { environment: 'stage', confirmed: false })).rejects.toMatchObject({
      code: 'needs-consent',
      message: /stage/,
    });
    const run = await library.start(path, { environment: 'stage' });
    await run.next('c0');
    await standsAt(run, 'waiting');
    const approve = (approver: string) => run.answer({ kind: 'approve', cell: 'c1', approver });
    await expect(approve('Ada')).rejects.toMatchObject({ code: 'conflict' });
    await run.act({ kind: 'tick', cell: 'c1', item: 1, on: true });
    await gateOpen(run, 'c1');
    await expect(approve('Mara Lindt')).rejects.toMatchObject({ code: 'forbidden' });
    await expect(approve('Nobody')).rejects.toMatchObject({ code: 'forbidden' });
    // A rejected gate is asked anew: it is no step that runs.
    await run.answer({ kind: 'reject', cell: 'c1', approver: 'Ada', reason: 'not yet' });
    await run.reached('c1', 'failed');
    await run.act({ kind: 'retry', cell: 'c1' });
    await until('it is open again', () => run.step('c1')?.gate?.isOpen === true);
    expect(run.step('c1')).toMatchObject({ state: 'waiting', attempts: [], gate: { answers: [] } });
    await approve('Ada');
    await run.reached('c1', 'done');
    const [answer] = run.step('c1')?.gate?.answers ?? [];
    const content = (await run.content(answer?.reason)) as { readonly answer: string };
    expect(JSON.parse(content.answer)).toMatchObject({
      verdict: 'approved',
      approver: 'Ada',
      gate: 'c1',
      purpose: 'watchbook-approval',
    });
    // What was approved is changed: it is asked anew.
    await run.act({ kind: 'adjust', cell: 'c2', source: 'echo other' });
    await until('it is void', () => run.step('c1')?.gate?.voided[0]?.why === 'source');
    await standsAt(run, 'waiting');
    await expect(run.act({ kind: 'next', cell: 'c2' })).rejects.toMatchObject({ code: 'conflict' });
    await gateOpen(run, 'c1');
    await approve('Ada');
    await run.next('c2');
    await gateOpen(run, 'c3');
    await run.answer({ kind: 'confirm', cell: 'c3' });
    await run.reached('c4', 'done');
    expect(run.step('c4')?.gate?.answers[0]).toMatchObject({ verdict: 'passed', how: 'time' });
    await run.next('c5');
    await until('it has ended', () => run.run.finished?.status === 'done');
    await reportOfEnd(run.folder);
    expect((await verifyRunFolder(run.folder)).verdict.findings).toEqual([]);
  });

  it('roll back in reverse order, and go forward again', async () => {
    const log = library.at('..', 'log');
    await writeNotebookFile(
      path,
      [
        `echo one >> ${log}`,
        markedCell(`echo undo one >> ${log}`, { rollbackOf: 'c0' }, ['rollback']),
        'echo plain',
        gateCell('Sure?', { kind: 'confirm' }),
        `echo two >> ${log}; false`,
        markedCell(`echo undo two >> ${log}`, { rollbackOf: 'c4' }, ['rollback']),
      ],
      'bash',
    );
    const run = await library.start(path);
    await run.next('c0');
    await run.next('c2');
    await gateOpen(run, 'c3');
    await run.answer({ kind: 'confirm', cell: 'c3' });
    await run.next('c4', 'failed');
    await run.act({ kind: 'roll-back', to: 'c0' });
    await until('it is begun', () => run.run.rollback?.rest.length === 3);
    expect(run.run.rollback?.rest).toEqual([
      { cell: 'c4', by: 'c5' },
      { cell: 'c2', by: null },
      { cell: 'c0', by: 'c1' },
    ]);
    await expect(run.act({ kind: 'roll-back-next', cell: 'c0' })).rejects.toMatchObject({ code: 'conflict' });
    await run.act({ kind: 'roll-back-next', cell: 'c4' });
    await run.reached('c4', 'rolledback');
    await run.act({ kind: 'roll-back-next', cell: 'c2' });
    await run.act({ kind: 'roll-back-next', cell: 'c0' });
    await run.reached('c0', 'rolledback');
    await until('it is over', () => run.run.rollback === null);
    expect(await readFile(log, 'utf8')).toBe('one\ntwo\nundo two\nundo one\n');
    await until('the gate is void', () => run.step('c3')?.gate?.voided[0]?.why === 'rolled-back');
    await run.next('c0');
    expect((await run.step('c0'))?.attempts).toHaveLength(2);
  });

  it('name known errors, and try again by themselves where they may', async () => {
    await writeNotebookFile(
      path,
      [
        markedCell('n=$(( ${n:-0} + 1 )); echo "lock held $n"; test "$n" -ge 3', {
          hints: [{ matches: 'lock (held)', say: 'Somebody else deploys.', retry: { count: 3, wait: 0 } }],
        }),
      ],
      'bash',
    );
    const run = await library.start(path);
    await run.next('c0', 'failed');
    await until('the hint is there', () => run.live.hints.length === 1);
    expect(run.live.hints[0]).toMatchObject({ say: 'Somebody else deploys.', retry: { count: 3 } });
    await run.act({ kind: 'retry-later', cell: 'c0', count: 5, wait: 0.05 });
    const { attempts } = await run.reached('c0', 'done');
    expect(attempts.map(({ finished }) => finished?.status)).toEqual(['failed', 'failed', 'done']);
  });

  it('ask the checks of a strict environment where the step runs, and want its name typed', async () => {
    await writeNotebookFile(path, ['where=test', markedCell('echo gone', {}, ['destructive'])], 'bash');
    const engine = await library.connect();
    const start = () => RunDriver.start(engine, path, { environment: 'prod', typed: 'prod' });
    await expect(start()).rejects.toMatchObject({ code: 'needs-consent' });
    const { commands } = await engine.request('runs.config', { place: path });
    const digests = commands.map(({ digest }) => digest);
    await engine.request('runs.acceptCommands', { library: library.folder, digests });
    const run = await start();
    await expect(run.act({ kind: 'next', cell: 'c0' })).rejects.toMatchObject({ code: 'conflict' });
    await until('it is said', () =>
      run.live.trials.some(({ id, state }) => id === 'check-1' && state === 'failed'),
    );
    expect(run.run.checks[0]?.data).toMatchObject({ in: 'shell', result: 'mismatch' });
    expect(run.step('c0')).toBeUndefined();
    await run.answer({ kind: 'override', trial: 'check-1', reason: 'the new cluster' });
    await run.next('c0');
    await expect(run.act({ kind: 'next', cell: 'c1' })).rejects.toMatchObject({ code: 'needs-consent' });
    await expect(run.act({ kind: 'next', cell: 'c1', typed: 'prod' })).rejects.toMatchObject({
      code: 'needs-consent',
    });
    await run.next('c1', 'done', 'prod 2');
    expect(run.run.checks.map(({ data }) => data.cell)).toEqual(['c0', 'c0', 'c1']);
    expect(run.run.deviations.map(({ kind }) => kind)).toContain('override');
  });

  it('bring back a checkpoint as a new branch of the same run', async () => {
    await writeNotebookFile(path, ['echo one', 'echo two', 'echo three'], 'bash');
    const run = await library.start(path);
    await run.next('c0');
    await run.act({ kind: 'checkpoint', name: 'after one' });
    await until('it is kept', () => run.run.checkpoints.some(({ why }) => why === 'person'));
    const kept = run.run.checkpoints.find(({ why }) => why === 'person')!;
    await run.act({ kind: 'adjust', cell: 'c1', source: 'echo 2' });
    await run.next('c1');
    // What differs is read from the notebook that was stored then.
    const engine = run.engine;
    const at = { run: run.folder, checkpoint: kept.id };
    const { cells: differ, parameters } = await engine.request('runs.compareCheckpoint', at);
    expect(differ.map(({ cell, kind, here, disk }) => ({ cell, kind, here, disk }))).toEqual([
      { cell: 'c1', kind: 'changed', here: 'echo 2', disk: 'echo two' },
    ]);
    expect(parameters).toEqual([]);
    await expect(
      engine.request('runs.compareCheckpoint', { ...at, checkpoint: 'k99' }),
    ).rejects.toMatchObject({ code: 'conflict' });
    await run.act({ kind: 'restore', checkpoint: kept.id });
    await until('it stands there again', async () => {
      const position = await run.position();
      return position.kind === 'ready' && position.step.cell === 'c1';
    });
    const { cells } = await run.notebook();
    expect(cells.map(({ source }) => source)).toEqual(['echo one', 'echo two', 'echo three']);
    expect(cells.map(({ outputs }) => outputs.length)).toEqual([1, 0, 0]);
    expect(run.step('c1')?.attempts).toHaveLength(1);
    await run.next('c1');
    expect(run.step('c1')?.attempts).toHaveLength(2);
    // With fresh sessions: what is above it is run again in them, up to there and no further.
    await run.act({ kind: 'restore', checkpoint: kept.id, restart: true });
    await until('it stands there again, with what is above it done in a fresh session', async () => {
      const position = await run.position();
      const isThere = position.kind === 'ready' && position.step.cell === 'c1';
      return isThere && run.step('c0')?.attempts.length === 2 && run.step('c0')?.state === 'done';
    });
    expect(run.step('c1')?.attempts).toHaveLength(2);
    expect((await verifyRunFolder(run.folder)).verdict.isWhole).toBe(true);
  });
});

const CONFIG = {
  version: 1,
  environments: [
    { name: 'dev', colour: 'teal', guard: 'none', gates: 'confirm' },
    { name: 'stage', colour: 'ochre', guard: 'confirm', gates: 'real' },
    {
      name: 'prod',
      colour: 'carmine',
      guard: 'strict',
      checks: [{ title: 'Cluster', command: ['echo', 'eu 1; echo $HOME'], equals: 'eu 2' }],
    },
  ],
  people: [{ name: 'Ada', keys: [] }],
  roles: { leads: ['Ada'] },
};
