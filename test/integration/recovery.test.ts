import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ChangeSet } from '@codemirror/state';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineConnection } from '../../electron/engine/client/engine-connection';
import { openRecovery, recoveryFile } from '../../electron/engine/notebook/recovery-log';
import { readNotebook } from '../../shared/notebook/notebook-file';
import { DocumentView } from '../support/document-view';
import { writeNotebookFile } from '../support/notebooks';
import { killHard } from '../support/processes';
import { makeProfile, type TestProfile } from '../support/profile';
import { until } from '../support/until';

let profile: TestProfile;
let engine: EngineConnection | null = null;
let path: string;
beforeEach(async () => {
  profile = await makeProfile();
  path = join(profile.home, 'book.ipynb');
});
afterEach(async () => {
  engine?.dispose();
  engine = null;
  await profile.dispose();
});

async function open(): Promise<DocumentView> {
  engine ??= await profile.connect();
  return DocumentView.open(engine, path);
}

const digestOf = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

/** What an engine left that stood on these bytes. */
async function left(base: string, ...records: readonly object[]): Promise<string> {
  const { log } = await openRecovery(profile.places.state, path);
  await log.restart({ path, digest: digestOf(base) }, records as never);
  await log.close();
  return log.file;
}

const edit = (cell: string, from: string, to: string): object => ({
  kind: 'edit',
  edit: `${from} to ${to}`,
  operation: {
    kind: 'text',
    cell,
    changes: ChangeSet.of([{ from: 0, to: from.length, insert: to }], from.length).toJSON() as never,
  },
});

async function fresh(): Promise<string> {
  await mkdir(profile.places.state, { recursive: true, mode: 0o700 });
  await writeNotebookFile(path, ['one', 'two']);
  return readFile(path, 'utf8');
}

describe('edits that an engine left', () => {
  it('stand beside a file that another program changed meanwhile, and are compared', async () => {
    await fresh();
    let book = await open();
    await book.type('c0', 'mine');
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await killHard(book.engine.enginePid);
    await writeNotebookFile(path, ['theirs', 'two']);
    engine = null;
    book = await open();
    expect(book.snapshot.cells.map(({ source }) => source)).toEqual(['mine', 'two']);
    expect(book.state).toMatchObject({ disk: 'changed', unsavedEdits: true });
    const { cells } = await book.engine.request('notebook.compare', { document: book.document });
    expect(cells).toMatchObject([{ cell: 'c0', side: 'both', here: 'mine', disk: 'theirs' }]);
    await expect(book.save()).rejects.toMatchObject({ code: 'changed-on-disk' });
    await book.engine.request('notebook.resolve', { document: book.document, take: 'mine' });
    await book.save();
    const saved = readNotebook(await readFile(path), path).notebook;
    expect(saved.cells.map(({ source }) => source)).toEqual(['mine', 'two']);
  });

  it('are in the file already when it was killed between file and log: no conflict, nothing twice', async () => {
    const before = await fresh();
    const after = before.replace('"one"', '"saved"');
    await left(
      before,
      edit('c0', 'one', 'saved'),
      { kind: 'saved', digest: digestOf(after) },
      edit('c0', 'saved', 'later'),
    );
    await writeFile(path, after);
    const book = await open();
    expect(book.state).toMatchObject({ disk: 'same', unsavedEdits: true, editedCells: 1 });
    expect(book.snapshot.cells[0]?.source).toBe('later');
    // Both are known, also the one that is in the file: sent again they change nothing.
    expect(book.snapshot.recentEdits).toEqual(['one to saved', 'saved to later']);
    await book.edit('one to saved', 'c0', 'later', 'twice');
    expect((await book.fresh()).cells[0]?.source).toBe('later');
  });

  it('were saved, are known when their author sends them again', async () => {
    await fresh();
    let book = await open();
    await book.edit('the edit', 'c0', 'one', 'saved');
    await book.save();
    await killHard(book.engine.enginePid);
    engine = null;
    book = await open();
    expect(book.snapshot).toMatchObject({ recovered: false, recentEdits: ['the edit'], findings: [] });
    await book.edit('the edit', 'c0', 'saved', 'twice');
    expect((await book.fresh()).cells[0]?.source).toBe('saved');
    // Nor does it count as something to lose when the file is another one by then.
    await killHard(book.engine.enginePid);
    await writeNotebookFile(path, ['theirs']);
    engine = null;
    book = await open();
    expect(book.snapshot).toMatchObject({ recovered: false, findings: [], state: { disk: 'same' } });
  });

  it('without the file they were made on are set aside and said, never dropped', async () => {
    await fresh();
    const file = await left('another content', edit('c0', 'one', 'mine'));
    const book = await open();
    expect(book.snapshot.cells[0]?.source).toBe('one');
    const finding = book.snapshot.findings.find(({ code }) => code === 'edits-set-aside');
    expect(finding?.message).toMatch(
      /could not be brought back: the file they were made on is not there any more\. They are kept in /,
    );
    const [kept] = (await readdir(dirname(file))).filter((name) => name.endsWith('.unused'));
    expect(finding?.message).toContain(kept);
    expect(await readFile(join(dirname(file), kept!), 'utf8')).toContain('mine');
    await book.type('c0', 'goes on');
    await book.save();
    expect(await readdir(dirname(file))).toContain(kept);
  });

  it('of which one does not fit are brought back up to it; the rest is set aside and said', async () => {
    const base = await fresh();
    const file = await left(
      base,
      edit('c0', 'one', 'first'),
      edit('c1', 'not what is there', 'second'),
      edit('c0', 'first', 'third'),
    );
    const book = await open();
    expect(book.snapshot.cells.map(({ source }) => source)).toEqual(['first', 'two']);
    expect(book.snapshot.recovered).toBe(true);
    const finding = book.snapshot.findings.find(({ code }) => code === 'edits-set-aside');
    expect(finding?.message).toContain('one of them does not fit the file. Those before it are here');
    const [kept] = (await readdir(dirname(file))).filter((name) => name.endsWith('.unused'));
    expect(await readFile(join(dirname(file), kept!), 'utf8')).toContain('second');
    // What was brought back is safe again.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await killHard(book.engine.enginePid);
    engine = null;
    expect((await open()).snapshot.cells.map(({ source }) => source)).toEqual(['first', 'two']);
  });

  it('with a record of no known kind keep those before it', async () => {
    const base = await fresh();
    await left(base, edit('c0', 'one', 'kept'), { kind: 'from-the-future' }, edit('c0', 'kept', 'not'));
    expect((await open()).snapshot.cells[0]?.source).toBe('kept');
  });

  it('are gone for good when they were discarded, and after a save nothing is left of them', async () => {
    await fresh();
    const book = await open();
    const file = await recoveryFile(profile.places.state, path);
    await book.type('c0', 'dropped');
    await book.engine.request('notebook.close', { document: book.document, discard: true });
    await until('it and what it stands on are gone', async () => (await readdir(dirname(file))).length === 0);
    const again = await open();
    expect(again.snapshot.cells[0]?.source).toBe('one');
    await again.type('c0', 'saved');
    await again.save();
    await again.engine.request('notebook.close', { document: again.document, discard: false });
    await until('it is closed', async () => (await readdir(dirname(file))).length === 0);
  });
});

it('a cell that runs goes on with all its output when the edits beside it are given up', async () => {
  await mkdir(profile.places.state, { recursive: true, mode: 0o700 });
  const going = join(profile.home, 'going');
  const waits = `import os, time\nprint('before', flush=True)\nwhile not os.path.exists(${JSON.stringify(going)}): time.sleep(0.05)\nprint('after')`;
  await writeNotebookFile(path, ["print('short')", waits, 'one']);
  const book = await open();
  await book.run('c0');
  await book.finished('c0');
  await book.run('c1');
  await until('it runs', () => book.text('c1') === 'before\n');
  await book.type('c2', 'dropped');
  await book.engine.request('notebook.close', { document: book.document, discard: true });

  // What was given up is gone as a whole: neither a result nor the time of one is left.
  let again = await open();
  expect(again.snapshot.cells[2]?.source).toBe('one');
  expect([again.text('c0'), again.runs.get('c0')?.status]).toEqual(['', undefined]);
  expect([again.text('c1'), again.runs.get('c1')?.status]).toEqual(['before\n', 'running']);
  // That is in the recovery log too: the next engine finds the cell with what it printed.
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  await killHard(again.engine.enginePid);
  engine = null;
  again = await open();
  expect(again.text('c1')).toContain('before\n');
  await writeFile(going, '');
  await until('it ended', () => again.text('c1').includes('after'), 30);
});

describe('results that an engine left', () => {
  it('come back where they are not saved; where their place is gone those of the file count', async () => {
    await mkdir(profile.places.state, { recursive: true, mode: 0o700 });
    await writeNotebookFile(path, ["print('result')"]);
    let book = await open();
    await book.run('c0');
    await book.finished('c0');
    await book.save();
    await book.run('c0');
    await until('it ran twice', () => book.runs.get('c0')?.executionCount === 2);
    await book.finished('c0');
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await killHard(book.engine.enginePid);
    engine = null;
    book = await open();
    expect(book.text('c0')).toBe('result\n');
    expect(book.state.unsavedOutputs).toBe(true);
    await killHard(book.engine.enginePid);
    engine = null;
    await rm(join(profile.places.state, 'spool'), { recursive: true });
    book = await open();
    expect(book.text('c0')).toBe('result\n');
    await book.save();
    expect(readNotebook(await readFile(path), path).notebook.cells[0]?.outputs).toHaveLength(1);
  });

  it('of a deleted cell come back with undo', async () => {
    await fresh();
    await writeNotebookFile(path, ["print('kept')", 'two']);
    const book = await open();
    await book.run('c0');
    await book.finished('c0');
    const { version } = await book.fresh();
    await book.engine.request('notebook.edit', {
      document: book.document,
      base: version,
      edit: 'd',
      operation: { kind: 'delete', cells: ['c0'] },
    });
    expect((await book.fresh()).cells).toHaveLength(1);
    await book.engine.request('notebook.undo', { document: book.document });
    const { outputs } = await book.fresh();
    expect(outputs['c0']).toMatchObject([{ kind: 'stream', text: { head: 'kept\n' } }]);
  });
});
