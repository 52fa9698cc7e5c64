import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyRunFolder } from '../../electron/engine/runs/verify-run';
import { isShellCell } from '../../shared/notebook/model';
import { DocumentView } from '../support/document-view';
import { writeNotebookFile } from '../support/notebooks';
import { readNotebookFile } from '../support/notebook-page';
import { RunLibrary, reborn, standsAt } from '../support/run-library';
import { TerminalView } from '../support/terminal-view';
import { until } from '../support/until';

const CONFIG = {
  version: 1,
  environments: [
    { name: 'dev', colour: 'teal', guard: 'none' },
    { name: 'prod', colour: 'carmine', guard: 'strict' },
  ],
};

let library: RunLibrary;
beforeAll(async () => {
  library = await RunLibrary.make(CONFIG);
  await writeFile(join(library.profile.home, '.bashrc'), "PS1='me> '\n");
  await mkdir(library.at('books'));
});
afterAll(() => library.dispose());

describe('a command that was typed in a terminal', () => {
  it('becomes a cell of a runbook with its output and times, which is undone as one edit', async () => {
    const engine = await library.connect();
    const path = library.at('books', 'plain.ipynb');
    await writeNotebookFile(path, ['print(1)', 'print(2)']);
    const view = await DocumentView.open(engine, path);
    const shell = await TerminalView.open(engine, { profile: 'shell:bash' });
    const good = await shell.run('printf "\\033[32mup\\033[0m\\n"');
    const bad = await shell.run('echo "no response"; (exit 2)');
    const request = { terminal: shell.info.id, document: view.document, after: 'c0' };
    const { cells } = await engine.request('promote.commands', { ...request, commands: [good.id, bad.id] });
    const [first = '', second = ''] = cells;
    const now = await view.fresh();
    expect(now.cells.map(({ id }) => id)).toEqual(['c0', first, second, 'c1']);
    await until('what it printed is shown', () => view.text(second) === 'no response\n');
    expect(view.text(first)).toBe('up\n');
    expect(now.runs[second]).toMatchObject({ status: 'failed', startedAt: bad.started, edited: false });
    await view.save();
    const saved = await readNotebookFile(path);
    expect(saved.cells[1]).toMatchObject({
      metadata: {
        execution: { 'shell.execute_reply.started': good.started, 'shell.execute_reply': good.ended },
        vscode: { languageId: 'shellscript' },
      },
      outputs: [{ output_type: 'stream', name: 'stdout' }],
    });
    await view.type(first, 'uptime');
    await until('it is told that its output is of another text', async () => {
      return (await view.fresh()).runs[first]?.edited === true;
    });
    await engine.request('notebook.undo', { document: view.document });
    await engine.request('notebook.undo', { document: view.document });
    expect((await view.fresh()).cells.map(({ id }) => id)).toEqual(['c0', 'c1']);

    await shell.type('sleep 1000\r');
    await until('it runs', () => shell.info.phase === 'running');
    const promote = (command: number) =>
      engine.request('promote.commands', { ...request, commands: [good.id, command] });
    await expect(promote(bad.id + 1)).rejects.toThrow(/still runs.*Nothing was added/);
    await expect(promote(99)).rejects.toMatchObject({ code: 'not-found' });
    await expect(
      engine.request('promote.commands', { ...request, after: 'gone', commands: [good.id] }),
    ).rejects.toMatchObject({ code: 'bad-request' });
    expect((await view.fresh()).cells).toHaveLength(2);
    await engine.request('terminal.close', { terminal: shell.info.id, force: true });
  });

  it('becomes a step of a run that it never sent, done or failed by its status, and is whole after kill -9', async () => {
    const path = library.at('books', 'run.ipynb');
    await writeNotebookFile(path, ['echo one', 'echo two'], 'bash');
    const run = await library.start(path);
    const shell = await TerminalView.open(run.engine, { profile: 'shell:bash' });
    await run.engine.request('terminal.rename', { terminal: shell.info.id, title: 'incident' });
    const good = await shell.run('echo "it is up"');
    const bad = await shell.run('echo "no response"; (exit 2)');
    const add = (after: string | null, command: number) =>
      run.act({
        kind: 'add-step',
        after,
        language: 'shell',
        source: '?',
        ran: { terminal: shell.info.id, command },
      });
    await add(null, good.id);
    const added = () => Object.values(run.run.steps).filter((step) => step.added !== null);
    await until('it is recorded', () => added().length === 1);
    const [done] = added();
    expect(done).toMatchObject({
      state: 'done',
      byHand: false,
      attempts: [
        {
          number: 1,
          session: 'terminal',
          isCaptured: true,
          startedAt: good.started,
          finished: { exitStatus: 0 },
        },
      ],
    });
    // The run itself has sent nothing yet: its first step is still its first.
    expect(await run.position()).toMatchObject({ kind: 'ready', isFirst: true, step: { cell: 'c0' } });
    expect(await run.content(done?.attempts[0]?.finished?.content)).toMatchObject({
      line: 'it is up',
      terminal: 'incident',
      directory: bad.directory,
    });
    await run.next('c0');
    await add('c0', bad.id);
    await until('both are recorded', () => added().length === 2);
    const failed = added().find(({ state }) => state === 'failed');
    await standsAt(run, 'failed');
    await until('the file has it', async () => (await run.notebook()).cells.length === 4);
    const { cells } = await run.notebook();
    expect(cells.map(({ source }) => source)).toEqual([
      'echo "it is up"',
      'echo one',
      'echo "no response"; (exit 2)',
      'echo two',
    ]);
    expect(cells.map(isShellCell)).toEqual([false, false, false, false]);
    expect(cells[2]?.outputs).toHaveLength(2);
    await until('it is whole', async () => (await verifyRunFolder(run.folder)).verdict.isWhole);

    const again = await reborn(run, () => library.connect());
    await until('it is whole', async () => (await verifyRunFolder(again.folder)).verdict.isWhole);
    expect((await again.notebook()).cells[2]?.outputs).toHaveLength(2);
    // The shell of the run went with the engine; what was typed elsewhere did not depend on it.
    expect(await again.position()).toMatchObject({ kind: 'lost', done: [{ cell: 'c0' }] });
    await again.act({ kind: 'resume', from: failed?.cell ?? '', rerunAbove: false });
    await again.act({ kind: 'skip', cell: failed?.cell ?? '', reason: 'The host is known to be down.' });
    await again.next('c1');
    await until('it has ended', () => again.run.finished?.status === 'done');
    await until('its report is written', async () =>
      (await readFile(join(again.folder, 'report.md'), 'utf8')).includes('done in the terminal'),
    );
    const report = await readFile(join(again.folder, 'report.md'), 'utf8');
    expect(report).toMatch(
      /was added during the run, a command that was typed in a terminal at \d\d:\d\d:\d\d/,
    );
    expect(report).toContain('attempt 1, typed in a terminal: started');
    expect((await verifyRunFolder(again.folder)).verdict).toMatchObject({ isWhole: true });
  });

  it('is taken in a strict run only when a person takes the word of the shell', async () => {
    const path = library.at('books', 'strict.ipynb');
    await writeNotebookFile(path, ['echo one'], 'bash');
    const run = await library.start(path, { environment: 'prod', typed: 'prod' });
    const shell = await TerminalView.open(run.engine, { profile: 'shell:bash' });
    const { id: command } = await shell.run('echo up');
    const add = (confirmed: boolean) =>
      run.act({
        kind: 'add-step',
        after: null,
        language: 'shell',
        source: '?',
        ran: { terminal: shell.info.id, command, confirmed },
      });
    await expect(add(false)).rejects.toMatchObject({ code: 'needs-consent' });
    expect((await run.notebook()).cells).toHaveLength(1);
    await add(true);
    await until('it is recorded', () => Object.values(run.run.steps).some(({ state }) => state === 'done'));
  });
});
