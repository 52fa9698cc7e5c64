import { lstat, mkdir, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { engineEach } from '../support/engine-fixture';
import { writeNotebookFile } from '../support/notebooks';
import { killHard } from '../support/processes';
import { until } from '../support/until';

describe('the library', () => {
  const here = engineEach();
  let root: string;
  beforeEach(async () => {
    root = here.at('ops-runbooks');
    await mkdir(join(root, 'releases'), { recursive: true });
    await writeNotebookFile(join(root, 'releases', 'payments.ipynb'), ['echo 1']);
    await writeFile(join(root, 'README.md'), '# Restart\n\n```sh\ndate\n```\n');
    await here.engine.request('library.addFolder', { path: root });
  });

  const names = async (folder: string): Promise<readonly string[]> =>
    (await here.engine.request('library.list', { folder })).entries.map(({ name }) => name);
  const payments = (): string => join(root, 'releases', 'payments.ipynb');

  it('lists folders and runbooks, and nothing that is not for a person here', async () => {
    for (const name of ['.git', 'node_modules', 'runs']) await mkdir(join(root, name));
    for (const name of ['notes.txt', 'id_rsa', 'a.png']) await writeFile(join(root, name), '');
    await writeFile(join(root, 'watchbook.json'), '{}');
    await symlink('/etc', join(root, 'elsewhere'));
    expect(await names(root)).toEqual(['releases', 'notes.txt', 'README.md', 'watchbook.json']);
    expect(await names(join(root, 'releases'))).toEqual(['payments.ipynb']);
    const { folders } = await here.engine.request('library.folders', {});
    expect(folders).toEqual([{ path: root, name: 'ops-runbooks', exists: true, isFollowed: true }]);
  });

  it('remembers its folders through a killed engine, and says where one is gone', async () => {
    await killHard(here.engine.enginePid);
    await here.engine.closed;
    await rename(root, `${root}-away`);
    await here.reconnect();
    const { folders } = await here.engine.request('library.folders', {});
    expect(folders).toMatchObject([{ path: root, exists: false }]);
    await here.engine.request('library.removeFolder', { path: root });
    expect((await here.engine.request('library.folders', {})).folders).toEqual([]);
  });

  it('tells of files that other programs make and remove, not of what it does not show', async () => {
    await here.engine.request('library.folders', {});
    const told: string[] = [];
    here.engine.on('library.changed', ({ folders }) => told.push(...folders));
    await mkdir(join(root, '.git'));
    await writeFile(join(root, '.git', 'index'), 'x');
    await writeNotebookFile(join(root, 'releases', 'other.ipynb'), []);
    await until('the change is told', () => told.includes(join(root, 'releases')));
    expect(told).not.toContain(join(root, '.git'));
  });

  it('filters by words of names and folders', async () => {
    await writeNotebookFile(join(root, 'payroll.ipynb'), []);
    const filter = async (text: string) =>
      (await here.engine.request('library.filter', { text })).entries.map(({ name }) => name);
    expect(await filter('pay')).toEqual(['payroll.ipynb', 'payments.ipynb']);
    expect(await filter('rel pay')).toEqual(['payments.ipynb']);
    expect(await filter('nowhere')).toEqual([]);
  });

  it('makes runbooks: empty, from another one without its outputs, and from Markdown', async () => {
    const make = async (
      name: string,
      origin: Parameters<typeof here.engine.request<'library.newRunbook'>>[1]['origin'],
    ) => (await here.engine.request('library.newRunbook', { folder: root, name, origin })).path;
    const sourcesOf = async (path: string) => {
      const { cells } = JSON.parse(await readFile(path, 'utf8')) as {
        readonly cells: readonly {
          readonly cell_type: string;
          readonly source: string | readonly string[];
          readonly outputs?: readonly unknown[];
        }[];
      };
      return cells.map(({ cell_type, source, outputs }) => [
        cell_type,
        [source].flat().join(''),
        outputs?.length ?? 0,
      ]);
    };
    expect(await sourcesOf(await make('empty.ipynb', { kind: 'empty', language: 'bash' }))).toEqual([
      ['code', '', 0],
    ]);
    expect(await sourcesOf(await make('from.ipynb', { kind: 'template', path: payments() }))).toEqual([
      ['code', 'echo 1', 0],
    ]);
    const markdown = join(root, 'README.md');
    expect(await sourcesOf(await make('md.ipynb', { kind: 'markdown', path: markdown }))).toEqual([
      ['markdown', '# Restart', 0],
      ['code', 'date', 0],
    ]);
    await expect(make('md.ipynb', { kind: 'empty', language: 'bash' })).rejects.toMatchObject({
      code: 'exists',
    });
  });

  it('renames an open runbook with its outputs: edits and document stay, under the new name', async () => {
    await mkdir(join(root, 'releases', 'payments.output'));
    await writeFile(join(root, 'releases', 'payments.output', 'a.txt'), 'whole');
    const book = await here.open(payments());
    await book.edit('e1', 'c0', 'echo 1', 'echo 2');
    const { path } = await here.engine.request('library.rename', { path: payments(), name: 'pay.ipynb' });
    expect(path).toBe(join(root, 'releases', 'pay.ipynb'));
    expect(await readdir(join(root, 'releases'))).toEqual(['pay.ipynb', 'pay.output']);
    await until('the document has its new name', () => book.state.path === path);
    expect(book.state).toMatchObject({ unsavedEdits: true, disk: 'same' });
    // Also after a crash: the edit is found under the new name.
    await killHard(here.engine.enginePid);
    await here.engine.closed;
    await here.reconnect();
    const again = await here.open(path);
    expect(again.snapshot.cells[0]?.source).toBe('echo 2');
    await here.engine.request('notebook.save', { document: again.document });
    expect(await readFile(path, 'utf8')).toContain('echo 2');
    const { files } = await here.engine.request('library.recent', {});
    expect(files.map((file) => file.path)).toEqual([path]);
  });

  it('renames a folder: open runbooks in it follow with their edits, recent files too, and all or nothing', async () => {
    await writeNotebookFile(join(root, 'releases', 'deep.ipynb'), ['echo 1']);
    const books = [await here.open(payments()), await here.open(join(root, 'releases', 'deep.ipynb'))];
    await books[0]!.edit('e1', 'c0', 'echo 1', 'echo 2');
    await here.engine.request('checkpoints.keep', { document: books[1]!.document, name: 'before' });
    await mkdir(join(root, 'taken'));
    const rename_ = (name: string) =>
      here.engine.request('library.rename', { path: join(root, 'releases'), name });
    await expect(rename_('taken')).rejects.toMatchObject({ code: 'exists' });
    expect((await books[0]!.fresh()).state).toMatchObject({ path: payments(), disk: 'same' });

    expect(await rename_('rollouts')).toEqual({ path: join(root, 'rollouts') });
    for (const [at, name] of ['payments.ipynb', 'deep.ipynb'].entries()) {
      const { state } = await books[at]!.fresh();
      expect(state).toMatchObject({
        path: join(root, 'rollouts', name),
        unsavedEdits: at === 0,
        disk: 'same',
      });
    }
    await here.engine.request('notebook.save', { document: books[0]!.document });
    expect(await readFile(join(root, 'rollouts', 'payments.ipynb'), 'utf8')).toContain('echo 2');
    expect(await names(root)).toEqual(['rollouts', 'taken', 'README.md']);
    const { files } = await here.engine.request('library.recent', {});
    expect(files.map(({ path }) => path)).toContain(join(root, 'rollouts', 'deep.ipynb'));
    const { checkpoints } = await here.engine.request('checkpoints.list', { document: books[1]!.document });
    expect(checkpoints.map(({ name }) => name)).toEqual(['before']);
  });

  it('keeps a copy of a folder that is removed, and does not remove one that is worked in', async () => {
    await symlink('..', join(root, 'releases', 'round'));
    const before = await readFile(payments());
    const book = await here.open(payments());
    await book.edit('e1', 'c0', 'echo 1', 'echo 2');
    const folder = join(root, 'releases');
    await expect(here.engine.request('library.keepCopy', { path: folder })).rejects.toMatchObject({
      code: 'busy',
    });
    await here.engine.request('notebook.undo', { document: book.document });
    await until('it has no edits', () => !book.state.unsavedEdits);
    const { kept, paths } = await here.engine.request('library.keepCopy', { path: folder });
    expect(paths).toEqual([folder]);
    await rename(folder, here.at('trash'));
    expect(await here.engine.request('library.putBack', { kept })).toEqual({ path: folder });
    expect(await readFile(payments())).toEqual(before);
  });

  it('never renames over another file', async () => {
    await writeNotebookFile(join(root, 'releases', 'taken.ipynb'), ['theirs']);
    const book = await here.open(payments());
    await expect(
      here.engine.request('library.rename', { path: payments(), name: 'taken.ipynb' }),
    ).rejects.toMatchObject({ code: 'exists' });
    expect(await readFile(join(root, 'releases', 'taken.ipynb'), 'utf8')).toContain('theirs');
    // The document is as it was: it is saved where it lies.
    await book.edit('e1', 'c0', 'echo 1', 'echo 3');
    await here.engine.request('notebook.save', { document: book.document });
    expect(await readFile(payments(), 'utf8')).toContain('echo 3');
    await expect(
      here.engine.request('library.rename', { path: payments(), name: 'payments.md' }),
    ).rejects.toMatchObject({ code: 'bad-request' });
  });

  it('duplicates under the first free name, with the outputs', async () => {
    await mkdir(join(root, 'releases', 'payments.output'));
    await writeFile(join(root, 'releases', 'payments.output', 'a.txt'), 'whole');
    await here.engine.request('library.duplicate', { path: payments() });
    await here.engine.request('library.duplicate', { path: payments() });
    expect(await readdir(join(root, 'releases'))).toEqual([
      'payments copy 2.ipynb',
      'payments copy 2.output',
      'payments copy.ipynb',
      'payments copy.output',
      'payments.ipynb',
      'payments.output',
    ]);
  });

  it('keeps a copy of what is removed, puts it back, and drops it when the window is gone', async () => {
    const before = await readFile(payments());
    const { kept, paths } = await here.engine.request('library.keepCopy', { path: payments() });
    expect(paths).toEqual([payments()]);
    await rename(payments(), here.at('trash.ipynb'));
    await here.engine.request('library.putBack', { kept });
    expect(await readFile(payments())).toEqual(before);
    await expect(here.engine.request('library.putBack', { kept })).rejects.toMatchObject({
      code: 'not-found',
    });

    await here.engine.request('library.keepCopy', { path: payments() });
    const removed = join(here.profile.places.state, 'removed');
    expect(await readdir(removed)).toHaveLength(1);
    await here.reconnect();
    await until('the copy is dropped', async () => (await readdir(removed)).length === 0);
  });

  it('does not remove what is open with edits', async () => {
    const book = await here.open(payments());
    await book.edit('e1', 'c0', 'echo 1', 'echo 4');
    await expect(here.engine.request('library.keepCopy', { path: payments() })).rejects.toMatchObject({
      code: 'busy',
    });
    expect((await lstat(payments())).isFile()).toBe(true);
  });
});
