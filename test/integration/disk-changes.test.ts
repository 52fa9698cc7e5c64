import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DocumentState } from '../../shared/notebook/contract';
import { readNotebook } from '../../shared/notebook/notebook-file';
import type { DocumentView } from '../support/document-view';
import { engineShared } from '../support/engine-fixture';
import { writeNotebookFile } from '../support/notebooks';
import { killHard } from '../support/processes';
import { until } from '../support/until';

const here = engineShared();
const at = (name: string): string => here.at(name);

async function sourceOf(file = here.path): Promise<string | undefined> {
  return readNotebook(await readFile(file), file).notebook.cells[0]?.source;
}

async function edited(): Promise<DocumentView> {
  await writeNotebookFile(here.path, ['base']);
  const book = await here.open();
  await book.type('c0', 'mine');
  return book;
}

async function becomes(book: DocumentView, disk: DocumentState['disk']): Promise<void> {
  await until(`the file is ${disk}`, async () => (await book.fresh()).state.disk === disk);
}

const compare = (book: DocumentView) => here.engine.request('notebook.compare', { document: book.document });
const resolve = (book: DocumentView, take: 'mine' | 'theirs') =>
  here.engine.request('notebook.resolve', { document: book.document, take });

/** As an editor writes: beside, then renamed. */
async function writtenByAnother(...cells: string[]): Promise<void> {
  await writeNotebookFile(at('.beside'), cells);
  await rename(at('.beside'), here.path);
}

describe('a file that another program changed while it is edited here', () => {
  it('is compared cell by cell, and mine is kept', async () => {
    const book = await edited();
    await writtenByAnother('theirs', 'added');
    await becomes(book, 'changed');
    const { cells } = await compare(book);
    expect(cells.map(({ cell, side, kind, here, disk }) => ({ cell, side, kind, here, disk }))).toEqual([
      { cell: 'c0', side: 'both', kind: 'changed', here: 'mine', disk: 'theirs' },
      { cell: 'c1', side: 'disk', kind: 'added', here: null, disk: 'added' },
    ]);
    await expect(book.save()).rejects.toMatchObject({
      code: 'changed-on-disk',
      message: expect.stringMatching(/book\.ipynb was changed on disk.*Your edits are kept here/) as string,
    });
    await resolve(book, 'mine');
    expect(await sourceOf()).toBe('theirs');
    await book.save();
    expect(await sourceOf()).toBe('mine');
  });

  it('gives theirs when that is taken, and mine is gone from here for good', async () => {
    const book = await edited();
    await writtenByAnother('theirs');
    await becomes(book, 'changed');
    await resolve(book, 'theirs');
    const now = await book.fresh();
    expect(now.cells[0]?.source).toBe('theirs');
    expect(now.state).toMatchObject({ disk: 'same', unsavedEdits: false, canUndo: false });
  });

  it('and changed it again after mine was kept, is asked again', async () => {
    const book = await edited();
    await writtenByAnother('theirs');
    await becomes(book, 'changed');
    await resolve(book, 'mine');
    await writtenByAnother('theirs again');
    await becomes(book, 'changed');
    await expect(book.save()).rejects.toMatchObject({ code: 'changed-on-disk' });
    expect(await sourceOf()).toBe('theirs again');
    await book.save({ overwrite: true });
    expect(await sourceOf()).toBe('mine');
    expect((await book.fresh()).state.disk).toBe('same');
  });

  it('twice before anybody looked, is one change', async () => {
    const book = await edited();
    await writtenByAnother('first');
    await writtenByAnother('second');
    await becomes(book, 'changed');
    await resolve(book, 'theirs');
    expect((await book.fresh()).cells[0]?.source).toBe('second');
  });

  it('just before a save is noticed by the save, and can be solved at once', async () => {
    const book = await edited();
    await writtenByAnother('theirs');
    await expect(book.save()).rejects.toMatchObject({ code: 'changed-on-disk' });
    expect((await book.fresh()).state.disk).toBe('changed');
    await resolve(book, 'mine');
    await book.save();
    expect(await sourceOf()).toBe('mine');
  });

  it('into no notebook at all, keeps mine open to be written over or saved elsewhere', async () => {
    const book = await edited();
    await writeFile(here.path, '<<<<<<< HEAD\n');
    await becomes(book, 'changed');
    await expect(resolve(book, 'theirs')).rejects.toMatchObject({ code: 'not-a-notebook' });
    await expect(compare(book)).rejects.toMatchObject({ code: 'not-a-notebook' });
    expect((await book.fresh()).cells[0]?.source).toBe('mine');
    await resolve(book, 'mine');
    await book.save();
    expect(await sourceOf()).toBe('mine');
  });

  it('into nothing, 0 bytes, says so without edits here too, and takes it when it is written', async () => {
    await writeNotebookFile(here.path, ['base']);
    const book = await here.open();
    await writeFile(here.path, '');
    await becomes(book, 'changed');
    expect((await book.fresh()).cells[0]?.source).toBe('base');
    await writtenByAnother('whole');
    await until('it is read', async () => (await book.fresh()).cells[0]?.source === 'whole');
    await becomes(book, 'same');
  });

  it('and back again, is as if nothing was', async () => {
    const book = await edited();
    const before = await readFile(here.path);
    await writtenByAnother('theirs');
    await becomes(book, 'changed');
    await writeFile(here.path, before);
    await becomes(book, 'same');
    await book.save();
    expect(await sourceOf()).toBe('mine');
  });

  it('does not take theirs silently where results here would be lost', async () => {
    await writeNotebookFile(here.path, ["print('result')", 'other']);
    const book = await here.open();
    await book.run('c0');
    await book.finished('c0');
    await writtenByAnother("print('result')", 'theirs');
    await until(
      'what changes elsewhere is taken',
      async () => (await book.fresh()).cells[1]?.source === 'theirs',
    );
    expect((await book.fresh()).outputs['c0']).toHaveLength(1);
    await writtenByAnother('print("another")', 'theirs');
    await becomes(book, 'changed');
    expect((await book.fresh()).cells[0]?.source).toBe("print('result')");
    expect((await book.fresh()).outputs['c0']).toHaveLength(1);
  });
});

describe('a change on disk of other cells than those edited here', () => {
  const sources = async (book: DocumentView) => (await book.fresh()).cells.map(({ source }) => source);
  const unmerge = (book: DocumentView) =>
    here.engine.request('notebook.unmerge', { document: book.document });
  const undo = (book: DocumentView) => here.engine.request('notebook.undo', { document: book.document });

  async function merged(): Promise<DocumentView> {
    await writeNotebookFile(here.path, ['one', 'two', 'three']);
    const book = await here.open();
    await book.type('c0', 'mine');
    await writtenByAnother('one', 'theirs', 'three', 'new');
    await until('it is taken in', async () => (await book.fresh()).state.merged !== null);
    return book;
  }

  it('is taken in by itself, said, and nothing of either side is lost', async () => {
    const book = await merged();
    expect(await sources(book)).toEqual(['mine', 'theirs', 'three', 'new']);
    expect(book.state).toMatchObject({ disk: 'same', editedCells: 1, merged: { cells: 2 } });
    expect(await sourceOf()).toBe('one');
    // What was typed before is still undone by itself.
    await undo(book);
    expect(await sources(book)).toEqual(['one', 'theirs', 'three', 'new']);
    await here.engine.request('notebook.redo', { document: book.document });
    await book.save();
    const saved = readNotebook(await readFile(here.path), here.path).notebook.cells.map(
      ({ source }) => source,
    );
    expect(saved).toEqual(['mine', 'theirs', 'three', 'new']);
    expect((await book.fresh()).state.merged).toBeNull();
  });

  it('is taken back in one step, with what was edited since kept; the file then waits for a choice', async () => {
    const book = await merged();
    await book.type('c2', 'three, mine');
    await unmerge(book);
    expect(await sources(book)).toEqual(['mine', 'two', 'three, mine']);
    expect(book.state).toMatchObject({ disk: 'changed', editedCells: 2, merged: null });
    await expect(book.save()).rejects.toMatchObject({ code: 'changed-on-disk' });
    const { cells } = await compare(book);
    expect(cells.map(({ cell, side }) => ({ cell, side }))).toEqual([
      { cell: 'c0', side: 'here' },
      { cell: 'c1', side: 'disk' },
      { cell: 'c2', side: 'here' },
      { cell: 'c3', side: 'disk' },
    ]);
    // There is nothing left to take back.
    await unmerge(book);
    expect(await sources(book)).toEqual(['mine', 'two', 'three, mine']);
  });

  it('is there after the engine was killed, and so is mine', async () => {
    const book = await merged();
    // In the recovery log within a second.
    await new Promise((done) => setTimeout(done, 1_500));
    await killHard(here.engine.enginePid);
    await here.reconnect();
    const again = await here.open();
    expect(again.snapshot.cells.map(({ source }) => source)).toEqual(['mine', 'theirs', 'three', 'new']);
    expect(again.state).toMatchObject({ disk: 'same', editedCells: 1, unsavedEdits: true });
    expect(again.document).not.toBe(book.document);
  });

  it('brings the results of the other program, and keeps those of cells that ran here', async () => {
    const stdout = (text: string) => [{ output_type: 'stream' as const, name: 'stdout' as const, text }];
    await writeNotebookFile(here.path, [
      { source: "print('here')" },
      { source: 'other', outputs: stdout('old') },
    ]);
    const book = await here.open();
    await book.run('c0');
    await book.finished('c0');
    await writeNotebookFile(at('.beside'), [
      { source: "print('here')", outputs: stdout('elsewhere') },
      { source: 'other', outputs: stdout('new') },
      'added',
    ]);
    await rename(at('.beside'), here.path);
    await until('it is taken in', async () => (await book.fresh()).cells.length === 3);
    const { outputs } = await book.fresh();
    const text = (cell: string) => JSON.stringify(outputs[cell]);
    expect(text('c0')).toContain('here');
    expect(text('c0')).not.toContain('elsewhere');
    expect(text('c1')).toContain('new');
    await unmerge(book);
    const back = await book.fresh();
    expect(JSON.stringify(back.outputs['c1'])).toContain('old');
    expect(JSON.stringify(back.outputs['c0'])).toContain('here');
  });

  it('is taken in while a cell runs, and the cell goes on and keeps what it prints', async () => {
    await writeNotebookFile(here.path, [
      { source: "import time\nprint('begun', flush=True)\ntime.sleep(4)\nprint('over')" },
      'other',
    ]);
    const book = await here.open();
    await book.run('c0');
    await until('it prints', () => book.text('c0').includes('begun'));
    await book.save();
    const [running] = readNotebook(await readFile(here.path), here.path).notebook.cells;
    await writeNotebookFile(at('.beside'), [running!, 'theirs']);
    await rename(at('.beside'), here.path);
    await until('it is taken in', async () => (await sources(book))[1] === 'theirs');
    await book.finished('c0');
    expect(JSON.stringify((await book.fresh()).outputs['c0'])).toMatch(/begun.*over/);
  });

  it('in a notebook without ids finds the cells again', async () => {
    const write = (...cells: string[]) =>
      writeFile(
        here.path,
        JSON.stringify({
          cells: cells.map((source) => ({
            cell_type: 'code',
            execution_count: null,
            metadata: {},
            outputs: [],
            source,
          })),
          metadata: {},
          nbformat: 4,
          nbformat_minor: 4,
        }),
      );
    await write('one', 'two', 'three');
    const book = await here.open();
    await book.type(book.snapshot.cells[0]!.id, 'mine');
    await write('one', 'theirs', 'three');
    await until('it is taken in', async () => (await sources(book))[1] === 'theirs');
    expect(await sources(book)).toEqual(['mine', 'theirs', 'three']);
    expect((await book.fresh()).cells.map(({ id }) => id)).toEqual(book.snapshot.cells.map(({ id }) => id));
    await book.save();
    const saved = readNotebook(await readFile(here.path), here.path).notebook;
    expect(saved.cells.map(({ source }) => source)).toEqual(['mine', 'theirs', 'three']);
  });
});

describe('a change on disk of the same cells', () => {
  async function differing(): Promise<{ book: DocumentView; digest: string }> {
    await writeNotebookFile(here.path, ['one', 'two', 'three']);
    const book = await here.open();
    await book.type('c0', 'mine');
    await book.type('c2', 'mine too');
    await writtenByAnother('theirs', 'their second', 'their third');
    await becomes(book, 'changed');
    return { book, digest: (await compare(book)).digest };
  }
  const choose = (
    book: DocumentView,
    digest: string,
    choices: { cell: string; take: 'mine' | 'theirs' | 'both' }[],
  ) => here.engine.request('notebook.mergeDisk', { document: book.document, digest, choices });

  it('is chosen cell by cell, as one step of undo', async () => {
    const { book, digest } = await differing();
    await choose(book, digest, [
      { cell: 'c0', take: 'both' },
      { cell: 'c2', take: 'theirs' },
    ]);
    const now = await book.fresh();
    expect(now.cells.map(({ source }) => source)).toEqual(['mine', 'theirs', 'their second', 'their third']);
    expect(now.state).toMatchObject({ disk: 'same', unsavedEdits: true });
    await here.engine.request('notebook.undo', { document: book.document });
    expect((await book.fresh()).cells.map(({ source }) => source)).toEqual(['mine', 'two', 'mine too']);
    await here.engine.request('notebook.redo', { document: book.document });
    await book.save();
    const saved = readNotebook(await readFile(here.path), here.path).notebook.cells.map(
      ({ source }) => source,
    );
    expect(saved).toEqual(['mine', 'theirs', 'their second', 'their third']);
  });

  it('is not chosen from what the file no longer holds', async () => {
    const { book, digest } = await differing();
    await writtenByAnother('theirs, again', 'their second', 'their third');
    await expect(choose(book, digest, [{ cell: 'c0', take: 'theirs' }])).rejects.toMatchObject({
      code: 'changed-on-disk',
      retryable: true,
    });
    expect((await book.fresh()).cells.map(({ source }) => source)).toEqual(['mine', 'two', 'mine too']);
  });
});

describe('a file that is not there any more while it is edited', () => {
  it('is said, and written anew by a save', async () => {
    const book = await edited();
    await unlink(here.path);
    await becomes(book, 'gone');
    await book.save();
    expect(await sourceOf()).toBe('mine');
    expect((await book.fresh()).state).toMatchObject({ disk: 'same', unsavedEdits: false });
  });

  it('just removed, is not written behind the back of whoever removed it; then it is', async () => {
    const book = await edited();
    await unlink(here.path);
    await expect(book.save()).rejects.toMatchObject({
      code: 'changed-on-disk',
      message: expect.stringMatching(/was removed or renamed.*saving again writes it anew/) as string,
    });
    await book.save();
    expect(await sourceOf()).toBe('mine');
  });

  it('renamed away and back is found again', async () => {
    const book = await edited();
    await rename(here.path, at('away.ipynb'));
    await becomes(book, 'gone');
    await rename(at('away.ipynb'), here.path);
    await becomes(book, 'same');
    await book.save();
    expect(await sourceOf()).toBe('mine');
  });

  it('is found again when its whole folder was away', async () => {
    await mkdir(at('in'));
    here.path = at('in/book.ipynb');
    const book = await edited();
    await rename(at('in'), at('out'));
    await becomes(book, 'gone');
    await expect(book.save()).rejects.toMatchObject({
      code: 'not-writable',
      message: expect.stringMatching(
        /book\.ipynb was not saved: its folder does not exist. Save it elsewhere/,
      ) as string,
    });
    await rename(at('out'), at('in'));
    await becomes(book, 'same');
    await book.save();
    expect(await sourceOf()).toBe('mine');
  });

  it.each([
    ['a folder', () => mkdir(here.path)],
    ['a pipe', () => Promise.resolve(void execFileSync('mkfifo', [here.path]))],
  ])('replaced by %s, is saved elsewhere', async (_what, replace) => {
    const book = await edited();
    await unlink(here.path);
    await replace();
    await becomes(book, 'gone');
    await expect(book.save()).rejects.toMatchObject({
      code: 'not-writable',
      message: expect.stringMatching(/book\.ipynb is not a regular file\. Nothing was written/) as string,
    });
    await book.save({ path: at('elsewhere.ipynb') });
    expect(await sourceOf(at('elsewhere.ipynb'))).toBe('mine');
  });

  it('replaced by a link to another file, is a change; what the link leads to is not written unasked', async () => {
    const book = await edited();
    await writeNotebookFile(at('target.ipynb'), ['of the link']);
    const target = await readFile(at('target.ipynb'));
    await unlink(here.path);
    await symlink('target.ipynb', here.path);
    await becomes(book, 'changed');
    await expect(book.save()).rejects.toMatchObject({ code: 'changed-on-disk' });
    expect(await readFile(at('target.ipynb'))).toEqual(target);
    await resolve(book, 'theirs');
    expect((await book.fresh()).cells[0]?.source).toBe('of the link');
  });
});

describe('a document that another engine has', () => {
  it('is for reading here, says by whom, and leaves nothing of its lock behind', async () => {
    await writeNotebookFile(here.path, ['1']);
    const { createHash } = await import('node:crypto');
    const locks = join(here.profile.places.state, 'locks');
    await mkdir(locks, { recursive: true, mode: 0o700 });
    const file = join(locks, `${createHash('sha256').update(here.path).digest('hex')}.json`);
    const lock = {
      pid: process.pid,
      host: (await import('node:os')).hostname(),
      protocol: 0,
      driver: 'ada',
      since: '2026-01-02T03:04:05.678Z',
      started: null,
      holding: 'an-older-engine',
    };
    const others = await readdir(locks);
    const own = async () => (await readdir(locks)).filter((name) => !others.includes(name));
    await writeFile(file, JSON.stringify(lock));
    const book = await here.open();
    expect(book.state.readOnly).toMatch(
      /^It is open in another Watchbook on this machine, of another version \(ada, since 2 Jan 2026, 03:04:05 UTC\)/,
    );
    await expect(book.type('c0', '2')).rejects.toMatchObject({ code: 'read-only' });
    await expect(book.save()).rejects.toMatchObject({ code: 'read-only' });
    await book.save({ path: at('mine.ipynb') });
    expect(await own()).toHaveLength(2);
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(lock);
    // Of a process that is gone it is taken over.
    await writeFile(file, JSON.stringify({ ...lock, pid: 4_194_303 }));
    const again = await here.open();
    expect(again.state.readOnly).toBeNull();
    // Of another host it is respected, whatever its process.
    await here.engine.request('notebook.close', { document: again.document, discard: true });
    await until('it is closed', async () => (await own()).length === 1);
    await writeFile(file, JSON.stringify({ ...lock, pid: 4_194_303, host: 'elsewhere' }));
    expect((await here.open()).state.readOnly).toMatch(/open in Watchbook on elsewhere/);
    await rm(file);
  });
});
