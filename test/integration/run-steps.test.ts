import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readRunJournal } from '../../electron/engine/runs/journal';
import { verifyRunFolder } from '../../electron/engine/runs/verify-run';
import { followRecipe } from '../support/follow-recipe';
import { DocumentView } from '../support/document-view';
import { writeNotebookFile } from '../support/notebooks';
import { reportOfEnd } from '../support/report-of-end';
import { RunDriver } from '../support/run-driver';
import { RunLibrary, shellCell } from '../support/run-library';
import { until } from '../support/until';

describe('a run', () => {
  let library: RunLibrary;
  let path: string;
  beforeEach(async () => {
    library = await RunLibrary.make(CONFIG);
    await mkdir(library.at('releases'));
    path = library.at('releases', 'payments.ipynb');
  });
  afterEach(() => library.dispose());

  it('is a folder of its own: the template untouched, the copy cleared, the start recorded', async () => {
    await writeNotebookFile(
      path,
      [
        { type: 'markdown', source: '# Payments' },
        {
          source: 'echo "$batch"',
          outputs: [{ output_type: 'stream', name: 'stdout', text: 'old' }],
          executionCount: 3,
        },
      ],
      'bash',
    );
    const before = await readFile(path);
    const engine = await library.connect();
    const given = [{ name: 'batch', value: 7, source: 'given' as const }];
    const run = await RunDriver.start(engine, path, { environment: 'dev', parameters: given });
    expect(await readFile(path)).toEqual(before);
    expect(run.folder).toMatch(/\/lib\/runs\/releases\/payments\/\d{8}T\d{6}Z-dev-[a-z2-7]{6}$/);
    expect((await readdir(run.folder)).filter((name) => !name.startsWith('.'))).toEqual([
      'content',
      'journal.jsonl',
      'run.ipynb',
      'runbook.ipynb',
    ]);
    expect(await readFile(join(run.folder, 'runbook.ipynb'))).toEqual(before);
    const { cells } = await run.notebook();
    expect(cells.map(({ source }) => source)).toEqual([
      "# Parameters\nexport batch='7'",
      '# Payments',
      'echo "$batch"',
    ]);
    expect(cells[2]).toMatchObject({ outputs: [], executionCount: null });
    expect(run.view).toMatchObject({
      details: { title: 'Release 4.2', driver: 'Mara Lindt', parameters: [{ name: 'batch', value: 7 }] },
      readOnly: null,
      runbook: path,
      library: library.folder,
    });
    expect(run.run.started?.data).toMatchObject({
      runbook: 'releases/payments.ipynb',
      digest: createHash('sha256').update(before).digest('hex'),
      environment: { name: 'dev', guard: 'none' },
      previous: null,
      kernel: 'bash',
    });
    // A second one names the first.
    const second = await RunDriver.start(engine, path, { environment: 'dev', parameters: given });
    expect(second.run.started?.data.previous?.run).toBe(run.folder.slice(library.folder.length + 1));
    const { runs } = await engine.request('runs.list', { library: library.folder });
    expect(runs.map((one) => one.run).toSorted()).toEqual([run.folder, second.folder].toSorted());
    expect(runs[0]).toMatchObject({ state: 'ready', title: 'Release 4.2', steps: { done: 0, of: 1 } });
    const facts = await engine.request('runs.facts', { runbook: path });
    expect(facts).toMatchObject({ title: 'Payments', driver: 'Mara Lindt', lastEnvironment: 'dev' });
    // Whoever comes back as it is being let go waits for that.
    await engine.request('runs.leave', { run: second.folder });
    expect(await engine.request('runs.open', { run: second.folder })).toMatchObject({ readOnly: null });
    // Changed since, until it is gone: what nobody can rehearse is not asked for.
    const changed = async () => (await engine.request('runs.changed', {})).runbooks;
    expect(await changed()).toEqual([]);
    await writeFile(path, before.toString().replace('echo', 'printf'));
    expect(await changed()).toMatchObject([{ path, changed: 1, rehearsedAt: expect.any(String) }]);
    // A cell that is gone counts as well.
    await writeNotebookFile(path, [{ type: 'markdown', source: '# Payments' }], 'bash');
    expect(await changed()).toMatchObject([{ path, changed: 1 }]);
    const { lastRehearsal } = await engine.request('runs.facts', { runbook: path });
    expect(lastRehearsal?.changed).toEqual(['c1']);
    await writeFile(path, 'no notebook');
    expect(await changed()).toEqual([]);
    await rm(path);
    expect(await changed()).toEqual([]);
  });

  it('refuses an unknown environment, a wrong value and a strict start without its name, and leaves nothing', async () => {
    await writeNotebookFile(path, ['true'], 'bash');
    const engine = await library.connect();
    const start = (request: object) => RunDriver.start(engine, path, { environment: 'dev', ...request });
    await expect(start({ environment: 'nowhere' })).rejects.toMatchObject({ code: 'bad-request' });
    await expect(start({ environment: 'prod' })).rejects.toMatchObject({ code: 'needs-consent' });
    const wrong = [{ name: 'batch', value: 'many', source: 'given' as const }];
    await expect(start({ parameters: wrong })).rejects.toMatchObject({ code: 'bad-request' });
    await expect(start({ driver: ' ' })).rejects.toMatchObject({ code: 'bad-request' });
    expect((await readdir(library.folder)).toSorted()).toEqual(['releases', 'watchbook.json']);
  });

  it('goes step by step on the shell: done, failed, retried, adjusted, skipped, by hand, to its end', async () => {
    await writeNotebookFile(
      path,
      [
        'echo "batch $batch"',
        'false',
        'echo never',
        'echo last',
        { source: 'echo undo', metadata: { tags: ['rollback'] } },
      ],
      'bash',
    );
    const run = await library.start(path);
    const done = await run.next('c0');
    expect(await run.content(done.attempts[0]?.finished?.content)).toMatchObject({ line: 'batch 5' });
    // What does not fit is refused, and nothing happened.
    await expect(run.act({ kind: 'next', cell: 'c0' })).rejects.toMatchObject({ code: 'conflict' });
    await expect(run.act({ kind: 'next', cell: 'c2' })).rejects.toMatchObject({ code: 'conflict' });
    const failed = await run.next('c1', 'failed');
    expect(failed.attempts[0]?.finished).toMatchObject({ status: 'failed', exitStatus: 1 });
    expect((await run.offers()).map(({ kind }) => kind)).toContain('retry');
    // Where it stops, the record is whole: the report of a run that is not over lies there too, and can be checked.
    const reported = (): Promise<string> => readFile(join(run.folder, 'report.md'), 'utf8').catch(() => '');
    await until('the failure is reported', async () => / failed: exit status 1/.test(await reported()));
    expect(await reported()).toContain('Not finished after');
    expect(await reported()).toContain('| Fact | Value |');
    await until('its recipe holds', async () => (await followRecipe(run.folder)).code === 0);
    await run.act({ kind: 'adjust', cell: 'c1', source: 'true' });
    await run.act({ kind: 'retry', cell: 'c1' });
    const retried = await run.reached('c1', 'done');
    expect(retried.attempts.map(({ finished }) => finished?.status)).toEqual(['failed', 'done']);
    expect(await run.content(retried.attempts[0]?.source)).toEqual({ source: 'false' });
    expect(await run.content(retried.attempts[1]?.source)).toEqual({ source: 'true' });
    await expect(run.act({ kind: 'skip', cell: 'c2', reason: ' ' })).rejects.toMatchObject({
      code: 'bad-request',
    });
    await run.act({ kind: 'skip', cell: 'c2', reason: 'not needed' });
    await run.act({ kind: 'note', cell: null, text: 'half past' });
    await run.act({ kind: 'checkpoint', name: 'before the last' });
    await run.act({ kind: 'mark-done', cell: 'c3', reason: 'done in the console' });
    await until('it has ended', () => run.run.finished?.status === 'done');
    expect(run.run.deviations.map(({ kind }) => kind)).toEqual(['adjusted', 'skipped', 'by-hand']);
    const reading = await readRunJournal(run.folder);
    expect(reading.faults).toEqual([]);
    await until('the copy has the head', async () => {
      const own = (await run.notebook()).metadata['watchbook'] as { journal?: { seq: number } };
      return own.journal?.seq === reading.events.at(-1)?.seq;
    });
    await reportOfEnd(run.folder);
    // The report is the last file to be written, and may lag behind the end by a moment.
    await until('its recipe holds', async () => (await followRecipe(run.folder)).code === 0);
    expect((await verifyRunFolder(run.folder)).verdict.findings).toEqual([]);
    const { cells } = await run.notebook();
    expect(cells.find(({ id }) => id === 'c0')?.outputs).toEqual([
      { output_type: 'stream', name: 'stdout', text: 'batch 5\n' },
    ]);
    expect(run.run.steps['c4']).toBeUndefined();
  });

  it('is driven by one client, and its cells by its actions alone', async () => {
    await writeNotebookFile(path, ['sleep 600', 'true'], 'bash');
    const run = await library.start(path);
    const document = await DocumentView.open(run.engine, run.view.document);
    await expect(document.run('c0')).rejects.toMatchObject({ code: 'forbidden' });
    await expect(document.type('c0', 'true')).rejects.toMatchObject({ code: 'forbidden' });
    await run.act({ kind: 'next', cell: 'c0' });
    await expect(run.act({ kind: 'next', cell: 'c0' })).rejects.toMatchObject({ code: 'conflict' });
    const other = await RunDriver.open(await library.connect(), run.folder);
    expect(other.view.readOnly).toContain('Mara Lindt');
    await expect(other.act({ kind: 'interrupt' })).rejects.toMatchObject({ code: 'locked' });
    await run.act({ kind: 'interrupt' });
    const { attempts } = await other.reached('c0', 'failed');
    expect(attempts[0]?.finished?.status).toBe('interrupted');
    // The wheel is free as soon as its driver leaves, and who takes it is told to the others.
    let readOnly: string | null = other.view.readOnly;
    other.engine.on('runs.driving', (told) => (readOnly = told.readOnly));
    await run.engine.request('runs.leave', { run: run.folder });
    await until('the other one may drive', () => readOnly === null);
    await run.engine.request('runs.open', { run: run.folder });
    await run.act({ kind: 'note', cell: null, text: 'mine again' });
    await until('the other one may not', () => readOnly?.includes('Mara Lindt') === true);
    await run.act({ kind: 'abort', reason: 'enough' });
    await until('both know', () => other.run.finished?.status === 'aborted');
  });

  it('sends the parameters to each session before its first step, expects, and stops at a limit', async () => {
    await writeNotebookFile(path, [
      { source: 'batch = 1', metadata: { tags: ['parameters'] } },
      {
        source: "print('rows', batch * 2)",
        metadata: { watchbook: { expect: { number: { pattern: 'rows (\\d+)', min: 11 } } } },
      },
      shellCell('echo "shell $batch"'),
      {
        source: 'import time\ntime.sleep(600)',
        // oxlint-disable-next-line unicorn/no-thenable -- the member of the file format, never awaited
        metadata: { watchbook: { limit: { seconds: 0.5, then: 'interrupt' } } },
      },
      {
        source: 'import time\ntime.sleep(1.5)',
        // oxlint-disable-next-line unicorn/no-thenable -- the member of the file format, never awaited
        metadata: { watchbook: { limit: { seconds: 0.2, then: 'warn' } } },
      },
    ]);
    const run = await library.start(path);
    const { attempts } = await run.next('c1', 'failed');
    expect(await run.content(attempts[0]?.finished?.content)).toMatchObject({
      expectations: [{ holds: false, found: 'was 10' }],
    });
    await run.act({ kind: 'skip', cell: 'c1', reason: 'known' });
    const beside = await run.next('c2');
    expect(await run.content(beside.attempts[0]?.finished?.content)).toMatchObject({ line: 'shell 5' });
    const limited = await run.next('c3', 'failed');
    expect(await run.content(limited.attempts[0]?.finished?.content)).toMatchObject({
      failure: 'stopped after its time limit of 0.5 s',
    });
    await run.act({ kind: 'skip', cell: 'c3', reason: 'known' });
    // One that only warns is said while the step goes on, and stands in the record.
    const warned = await run.next('c4');
    expect(warned.attempts[0]).toMatchObject({
      limitPassedAt: expect.any(String),
      finished: { status: 'done' },
    });
    const setup = (await run.events()).flatMap((event) =>
      event.type === 'cell-started' ? [event.data.cell] : [],
    );
    expect(setup.filter((cell) => cell === 'c0')).toHaveLength(1);
  });
});

const CONFIG = {
  version: 1,
  parameters: { batch: { type: 'number' } },
  environments: [
    { name: 'dev', colour: 'teal', guard: 'none', gates: 'confirm', values: { batch: 5 } },
    { name: 'prod', colour: 'carmine', guard: 'strict', values: { batch: 50 } },
  ],
};
