import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { engineEach } from '../support/engine-fixture';
import { writeNotebookFile } from '../support/notebooks';
import { until } from '../support/until';

const shell = (source: string) => ({ source, metadata: { vscode: { languageId: 'shellscript' } } });

describe('cells tried in a runbook of a library with environments', () => {
  const here = engineEach();
  let library: string;
  let path: string;
  beforeEach(async () => {
    library = here.at('lib');
    await mkdir(library);
    path = join(library, 'book.ipynb');
    const place = join(library, 'place');
    await writeFile(place, 'dev-eu1');
    const asks = (text: string) => [{ title: 'The place', command: ['cat', place], equals: text }];
    const config = {
      version: 1,
      parameters: { target: { type: 'string' }, batch: { type: 'number', default: 3 } },
      environments: [
        {
          name: 'dev',
          colour: 'teal',
          guard: 'none',
          checks: asks('dev-eu1'),
          values: { target: 'the dev cluster' },
        },
        { name: 'staging', colour: 'ochre', guard: 'confirm', values: { target: 'staging' } },
        {
          name: 'prod',
          colour: 'carmine',
          guard: 'strict',
          checks: asks('prod-eu1'),
          values: { target: 'prod' },
        },
      ],
    };
    await writeFile(join(library, 'watchbook.json'), JSON.stringify(config));
  });

  const trying = () => here.engine.request('runs.trying', { runbook: path });
  async function accept(): Promise<void> {
    const { commands, library: named } = await here.engine.request('runs.config', { place: path });
    const digests = commands.map(({ digest }) => digest);
    await here.engine.request('runs.acceptCommands', { library: named, digests });
  }
  const goTo = (where: string) => writeFile(join(library, 'place'), where);

  it('run in the lowest one, with its values in kernel and shell, after its checks were asked there', async () => {
    await writeNotebookFile(path, [
      { source: 'target = "mine"\nbatch = 3', metadata: { tags: ['parameters'] } },
      'print(target, batch)',
      shell('echo "$target $batch"; echo "$(bash -c \'echo $target\')"'),
    ]);
    const book = await here.open(path);
    expect(await trying()).toMatchObject({ chosen: 'dev', block: null });
    // Nobody has seen the commands of the checks: none is asked, and nothing is sent.
    await expect(book.run('c1')).rejects.toMatchObject({ code: 'forbidden', message: /cat .*place/ });
    expect((await trying()).block?.kind).toBe('commands');
    expect(book.state.kernel.pid).toBeNull();
    await accept();
    expect((await trying()).block).toBeNull();

    await book.run('c0', 'c1', 'c2');
    await book.finished('c2', 60);
    expect(book.text('c1')).toBe('the dev cluster 3\n');
    expect(book.text('c2')).toBe('the dev cluster 3\nthe dev cluster\n');
    expect((await book.fresh()).cells.map(({ source }) => source)[1]).toBe('print(target, batch)');

    // Asked before the first cell of a session, and not before each.
    await goTo('elsewhere');
    await book.run('c1');
    await until('it ran again', () => book.runs.get('c1')?.status === 'done');
    await book.engine.request('notebook.restart', { document: book.document });
    await book.run('c1');
    await until('it is blocked', async () => (await trying()).block?.kind === 'check');
    expect((await trying()).block?.message).toMatch(/not dev.*“elsewhere”.*expects.*dev-eu1/);
    await goTo('dev-eu1');
    await book.run('c1');
    await until('the block is over', async () => (await trying()).block === null);
  });

  it('are not sent where a strict environment answers, which is never one to try cells in', async () => {
    await writeNotebookFile(path, ['echo "sent to $target" >> trace'], 'bash');
    await accept();
    await goTo('prod-eu1');
    const book = await here.open(path);
    await book.run('c0');
    await until('it is blocked', async () => (await trying()).block?.kind === 'strict');
    const { block } = await trying();
    expect(block).toMatchObject({ kind: 'strict', environment: { name: 'prod', guard: 'strict' } });
    expect(block?.message).toMatch(/This is prod.*“prod-eu1”.*Nothing was sent/);
    await expect(readFile(join(library, 'trace'))).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(
      here.engine.request('runs.tryIn', { runbook: path, environment: 'prod' }),
    ).rejects.toMatchObject({
      code: 'forbidden',
    });
    // One without checks of its own is no way round.
    await here.engine.request('runs.tryIn', { runbook: path, environment: 'staging' });
    const confirmed = { environment: 'staging', cells: [] };
    await here.engine.request('notebook.run', { document: book.document, cells: ['c0'], confirmed });
    await until('it is blocked again', async () => (await trying()).block?.kind === 'strict');
    await goTo('staging-eu1');
    await book.run('c0');
    await until('it was sent', () => book.runs.get('c0')?.status === 'done');
    expect(await readFile(join(library, 'trace'), 'utf8')).toBe('sent to staging\n');
  });

  it('ask before destructive ones, and before the first one under a guard that asks; the choice is remembered', async () => {
    await writeNotebookFile(
      path,
      ['echo one', { source: 'echo "drop $target"', metadata: { tags: ['destructive'] } }],
      'bash',
    );
    await accept();
    const book = await here.open(path);
    const run = (cells: string[], environment: string, named: string[]) =>
      here.engine.request('notebook.run', {
        document: book.document,
        cells,
        confirmed: { environment, cells: named },
      });
    await expect(book.run('c0', 'c1')).rejects.toMatchObject({
      code: 'needs-consent',
      message: /destructive: 2 .*runs in dev/,
    });
    await expect(run(['c1'], 'staging', ['c1'])).rejects.toMatchObject({ code: 'needs-consent' });
    await expect(run(['c1'], 'dev', ['c0'])).rejects.toMatchObject({ code: 'needs-consent' });
    expect((await book.fresh()).state.kernel.pid).toBeNull();
    await run(['c1'], 'dev', ['c1']);
    await book.finished('c1');
    expect(book.text('c1')).toBe('drop the dev cluster\n');
    // Its checks are asked anew each time.
    await goTo('elsewhere');
    await run(['c1'], 'dev', ['c1']);
    await until('it is blocked', async () => (await trying()).block?.kind === 'check');

    await here.engine.request('runs.tryIn', { runbook: path, environment: 'staging' });
    await expect(book.run('c0')).rejects.toMatchObject({ code: 'needs-consent', message: /in staging/ });
    await run(['c0'], 'staging', []);
    await book.finished('c0');
    await book.run('c0');
    expect(await trying()).toMatchObject({ chosen: 'staging' });
  });

  it('of a library whose file was never good are sent after a question alone, once a session', async () => {
    await writeFile(join(library, 'watchbook.json'), '{\n  "version": 1,\n  "environments": [\n');
    await writeNotebookFile(path, ['echo "sent $target" >> trace'], 'bash');
    const book = await here.open(path);
    const refused = {
      code: 'needs-consent',
      message:
        /^watchbook\.json can not be used, line \d: .*“local”: without values, and without a check.*Nothing was sent yet\.$/s,
    };
    await expect(book.run('c0')).rejects.toMatchObject(refused);
    expect(await trying()).toMatchObject({ environments: [], chosen: null, block: null });
    expect((await book.fresh()).state.kernel.pid).toBeNull();
    const confirmed = { environment: null, cells: [] };
    await here.engine.request('notebook.run', { document: book.document, cells: ['c0'], confirmed });
    await book.finished('c0');
    await book.run('c0');
    const trace = (): Promise<string> => readFile(join(library, 'trace'), 'utf8');
    await until('it was sent again', async () => (await trace()) === 'sent \nsent \n');
    // Another fault, or another session, is another question.
    await writeFile(join(library, 'watchbook.json'), '{\n  "version": 7 }\n');
    await expect(book.run('c0')).rejects.toMatchObject(refused);
    await here.engine.request('notebook.run', { document: book.document, cells: ['c0'], confirmed });
    await until('it was sent once more', async () => (await trace()) === 'sent \nsent \nsent \n');
    await here.engine.request('notebook.restart', { document: book.document });
    await expect(book.run('c0')).rejects.toMatchObject(refused);
    expect(await trace()).toBe('sent \nsent \nsent \n');
  });

  it('can not be run from the command line without saying where', async () => {
    await writeNotebookFile(path, ['echo one > trace'], 'bash');
    const plain = await here.profile.cli(['run', path]);
    expect(plain).toMatchObject({ code: 2 });
    expect(plain.err).toMatch(/dev, staging, prod.*--env NAME/s);
    // With a mistake in the file its last good version holds.
    await writeFile(join(library, 'watchbook.json'), '{ "version": 1, "environments": [');
    expect((await here.profile.cli(['run', path])).err).toMatch(/dev, staging, prod.*--env NAME/s);
    await expect(readFile(join(library, 'trace'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
