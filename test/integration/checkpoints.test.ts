import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../shared/notebook/checkpoint-contract';
import { readNotebook } from '../../shared/notebook/notebook-file';
import type { DocumentView } from '../support/document-view';
import { engineShared } from '../support/engine-fixture';
import { limitFiles } from '../support/full-disk';
import { writeNotebookFile } from '../support/notebooks';
import { killHard } from '../support/processes';
import { RunDriver } from '../support/run-driver';
import { until } from '../support/until';

const here = engineShared();

const folderOf = (file: string): string =>
  join(here.profile.places.state, 'checkpoints', createHash('sha256').update(file).digest('hex'));

const of = ({ engine: port, document }: DocumentView) => ({
  keep: (name: string | null = null) => port.request('checkpoints.keep', { document, name }),
  list: async (): Promise<readonly Checkpoint[]> =>
    (await port.request('checkpoints.list', { document })).checkpoints,
  compare: (id: string) => port.request('checkpoints.compare', { document, id }),
  restore: (id: string) => port.request('checkpoints.restore', { document, id }),
  remove: (id: string) => port.request('checkpoints.remove', { document, id }),
  putBack: (id: string) => port.request('checkpoints.putBack', { document, id }),
  rename: (id: string, name: string) => port.request('checkpoints.rename', { document, id, name }),
});

const sources = async (book: DocumentView): Promise<readonly string[]> =>
  (await book.fresh()).cells.map(({ source }) => source);

const names = async (book: DocumentView): Promise<readonly (string | null)[]> =>
  (await of(book).list()).map(({ name, why }) => name ?? why);

describe('checkpoints of a runbook', () => {
  it('keep unsaved texts under as many names as wanted, and change no file of the library', async () => {
    await writeNotebookFile(here.path, ['one', 'two']);
    await mkdir(here.at('.ipynb_checkpoints'));
    const jupyters = here.at('.ipynb_checkpoints', 'book-checkpoint.ipynb');
    await writeFile(jupyters, 'of Jupyter');
    const before = await readFile(here.path);
    const book = await here.open();
    await of(book).keep('first');
    await of(book).keep('the same again');
    await book.type('c0', 'edited');
    await of(book).keep('  second  ');
    expect(await names(book)).toEqual(['second', 'the same again', 'first']);
    expect(await readFile(here.path)).toEqual(before);
    expect(await readFile(jupyters, 'utf8')).toBe('of Jupyter');
    expect(await readdir(here.at('.ipynb_checkpoints'))).toHaveLength(1);
    // The same content is there once, for this user alone.
    const contents = await readdir(join(folderOf(here.path), 'content'));
    expect(contents).toHaveLength(2);
    for (const file of [folderOf(here.path), join(folderOf(here.path), 'content', contents[0] ?? '')]) {
      expect((await stat(file)).mode & 0o077).toBe(0);
    }
  });

  it('are compared cell by cell and restored as one step, with what was here kept and nothing lost', async () => {
    await writeNotebookFile(here.path, [
      { type: 'markdown', source: '# Payments' },
      'deploy',
      { source: 'watch', metadata: { watchbook: { title: 'Watch it' } } },
    ]);
    const book = await here.open();
    const { id } = await of(book).keep('good');
    await book.type('c1', 'deploy --all');
    const edit = (operation: object) =>
      here.engine.request('notebook.edit', {
        document: book.document,
        base: book.version,
        edit: JSON.stringify(operation),
        operation: operation as never,
      });
    await edit({ kind: 'delete', cells: ['c2'] });
    const added = { id: 'new', type: 'code', source: 'added', metadata: {}, outputs: [] };
    await edit({ kind: 'insert', after: 'c0', cells: [{ ...added, executionCount: null }] });
    const { cells, settings } = await of(book).compare(id);
    expect(cells.map(({ cell, kind, here, disk }) => ({ cell, kind, here, disk }))).toEqual([
      { cell: 'new', kind: 'added', here: 'added', disk: null },
      { cell: 'c1', kind: 'changed', here: 'deploy --all', disk: 'deploy' },
      { cell: 'c2', kind: 'removed', here: null, disk: 'watch' },
    ]);
    expect(settings).toBe(false);
    expect(await of(book).restore(id)).toMatchObject({ isChanged: true });
    const now = await book.fresh();
    expect(now.cells.map(({ source }) => source)).toEqual(['# Payments', 'deploy', 'watch']);
    expect(now.cells[2]?.metadata).toEqual({ watchbook: { title: 'Watch it' } });
    expect(await names(book)).toEqual(['restore', 'good']);
    await here.engine.request('notebook.undo', { document: book.document });
    expect(await sources(book)).toEqual(['# Payments', 'added', 'deploy --all']);
    await here.engine.request('notebook.redo', { document: book.document });
    expect(await sources(book)).toEqual(['# Payments', 'deploy', 'watch']);
    // What was here before is a checkpoint too, and nothing differs from the one that was gone back to.
    const kept = (await of(book).list()).find(({ why }) => why === 'restore');
    await of(book).restore(kept?.id ?? '');
    expect(await sources(book)).toEqual(['# Payments', 'added', 'deploy --all']);
  });

  it('leave results where their cells stay, and bring a deleted one back with its own by undo', async () => {
    const output = { output_type: 'stream', name: 'stdout', text: 'of a run' } as const;
    await writeNotebookFile(here.path, ['kept', { source: 'gone', outputs: [output], executionCount: 4 }]);
    const book = await here.open();
    const { id } = await of(book).keep();
    const { cells } = readNotebook(
      await readFile(join(folderOf(here.path), 'content', await onlyContent())),
      'x',
    ).notebook;
    expect(cells.flatMap(({ outputs }) => outputs)).toEqual([]);
    await book.type('c1', 'edited');
    await of(book).restore(id);
    const now = await book.fresh();
    expect(now.cells[1]).toMatchObject({ source: 'gone', executionCount: 4 });
    expect(now.outputs['c1']).toHaveLength(1);
    await of(book)
      .restore(id)
      .then((answer) => expect(answer).toEqual({ cell: null, isChanged: false }));
  });

  async function onlyContent(): Promise<string> {
    const [name] = await readdir(join(folderOf(here.path), 'content'));
    return name ?? '';
  }

  it('are renamed, removed and put back, and told to every window', async () => {
    await writeNotebookFile(here.path, ['one']);
    const book = await here.open();
    let told = 0;
    here.engine.on('checkpoints.changed', () => (told += 1));
    const { id } = await of(book).keep('a');
    await of(book).rename(id, 'b');
    expect(await names(book)).toEqual(['b']);
    await of(book).remove(id);
    expect(await names(book)).toEqual([]);
    await of(book).putBack(id);
    expect(await names(book)).toEqual(['b']);
    expect(told).toBe(4);
    await expect(of(book).rename(id, 'two\nlines')).rejects.toMatchObject({ code: 'bad-request' });
    await expect(of(book).restore('0'.repeat(20))).rejects.toMatchObject({ code: 'not-found' });
  });

  it('outlive a killed engine, with what it left half written out of the way', async () => {
    await writeNotebookFile(here.path, ['one']);
    let book = await here.open();
    await book.type('c0', 'never saved');
    const { id } = await of(book).keep('before the storm');
    const half = join(folderOf(here.path), 'content', `.watchbook-999999999-${'a'.repeat(12)}.tmp`);
    const unnamed = join(folderOf(here.path), 'content', `${'cd'.repeat(32)}.ipynb`);
    for (const file of [half, unnamed]) {
      await writeFile(file, 'half');
      await utimes(file, new Date(0), new Date(0));
    }
    await killHard(here.engine.enginePid);
    await here.reconnect();
    book = await here.open();
    await of(book).restore(id);
    expect(await sources(book)).toEqual(['never saved']);
    await of(book).keep('later');
    expect((await names(book)).at(0)).toBe('later');
    expect((await names(book)).at(-1)).toBe('before the storm');
    expect(await readdir(join(folderOf(here.path), 'content'))).not.toContain(basename(unnamed));
    expect(await readdir(join(folderOf(here.path), 'content'))).not.toContain(basename(half));
  });

  it('go with a runbook that is renamed in the library, open or not', async () => {
    await here.engine.request('library.addFolder', { path: here.profile.home });
    await writeNotebookFile(here.path, ['one']);
    const book = await here.open();
    await of(book).keep('mine');
    await here.engine.request('library.rename', { path: here.path, name: 'pay.ipynb' });
    expect(await names(book)).toEqual(['mine']);
    await here.engine.request('notebook.close', { document: book.document, discard: true });
    const { path: third } = await here.engine.request('library.rename', {
      path: here.at('pay.ipynb'),
      name: 'third.ipynb',
    });
    const again = await here.open(third);
    expect(await names(again)).toEqual(['mine']);
    // Of a file that takes the name of one that is gone they stand beside those of that one.
    await here.engine.request('notebook.close', { document: again.document, discard: true });
    await writeNotebookFile(here.path, ['other']);
    const other = await here.open();
    expect(await names(other)).toEqual([]);
    await of(other).keep('its own');
    await rm(third);
    await here.engine.request('library.rename', { path: here.path, name: 'third.ipynb' });
    expect(await names(other)).toEqual(['its own', 'mine']);
  });

  it('are there for both files when a runbook is saved as another one', async () => {
    await writeNotebookFile(here.path, ['one']);
    const book = await here.open();
    const { id } = await of(book).keep('before the release');
    await of(book).remove((await of(book).keep('not wanted')).id);
    await book.type('c0', 'two');
    await book.save({ path: here.at('copy.ipynb') });
    expect(await names(book)).toEqual(['before the release']);
    await of(book).restore(id);
    expect(await sources(book)).toEqual(['one']);
    await of(book).rename(id, 'of the copy');
    const first = await here.open();
    expect(await names(first)).toEqual(['before the release']);
  });

  it('keep what is here when the version on disk is taken', async () => {
    await writeNotebookFile(here.path, ['base']);
    const book = await here.open();
    await book.type('c0', 'mine');
    await writeNotebookFile(here.path, ['theirs']);
    await until('the change is seen', async () => (await book.fresh()).state.disk === 'changed');
    await here.engine.request('notebook.resolve', { document: book.document, take: 'theirs' });
    expect(await sources(book)).toEqual(['theirs']);
    const [kept] = await of(book).list();
    expect(kept).toMatchObject({ why: 'disk', name: null });
    await of(book).restore(kept?.id ?? '');
    expect(await sources(book)).toEqual(['mine']);
  });

  it('of a full disk are refused in words, and those before stay', async () => {
    await writeNotebookFile(here.path, ['one']);
    const book = await here.open();
    await of(book).keep('fits');
    await book.type('c0', `# ${'long '.repeat(4_000)}`);
    await until('it is in the log', async () => (await book.fresh()).state.problem === null);
    await limitFiles(here.engine.enginePid, 10_000);
    await expect(of(book).keep('too much')).rejects.toMatchObject({
      code: 'disk-full',
      retryable: true,
      message: expect.stringMatching(
        /^The checkpoint “too much” was not kept: .*full.*are as they were\. Free some space/,
      ) as string,
    });
    expect(await names(book)).toEqual(['fits']);
    await limitFiles(here.engine.enginePid, null);
    await of(book).keep('too much');
    expect(await names(book)).toEqual(['too much', 'fits']);
  });

  it('restore nothing where one cell may not be changed, and nothing in a run', async () => {
    await writeNotebookFile(here.path, ['one', 'two']);
    const book = await here.open();
    const { id } = await of(book).keep('a');
    await book.type('c0', 'changed');
    await book.type('c1', 'changed');
    await here.engine.request('notebook.edit', {
      document: book.document,
      base: (await book.fresh()).version,
      edit: 'lock',
      operation: { kind: 'metadata', cell: 'c1', path: ['editable'], value: false },
    });
    await expect(of(book).restore(id)).rejects.toMatchObject({
      code: 'read-only',
      message: 'This cell is marked as not editable. Nothing was changed.',
    });
    expect(await sources(book)).toEqual(['changed', 'changed']);
    expect(await names(book)).toEqual(['a']);
    await book.save();
    const run = await RunDriver.start(here.engine, here.path);
    const copy = await here.open(run.view.document);
    await expect(of(copy).restore(id)).rejects.toMatchObject({ code: 'forbidden' });
  });
});
