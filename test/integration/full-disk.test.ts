import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openRecovery } from '../../electron/engine/notebook/recovery-log';
import { readNotebook } from '../../shared/notebook/notebook-file';
import { engineShared } from '../support/engine-fixture';
import { forbidWriting, limitFiles, MAY_MOUNT, smallDisk } from '../support/full-disk';
import { writeNotebookFile } from '../support/notebooks';
import { isAlive, killHard } from '../support/processes';
import { until } from '../support/until';

const here = engineShared();
const undo: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const action of undo.splice(0)) await action();
});

async function enginePid(): Promise<number> {
  return (await here.engine.request('engine.status', {})).pid;
}

/** The engine's disk takes nothing more of any file beyond so many bytes, until `room` is called. */
async function fill(bytes: number): Promise<() => Promise<void>> {
  const pid = await enginePid();
  const room = (): Promise<void> => limitFiles(pid, null);
  undo.push(async () => {
    if (isAlive(pid)) await room();
  });
  await limitFiles(pid, bytes);
  return room;
}

async function cells(file = here.path) {
  return readNotebook(await readFile(file), file).notebook.cells;
}

/** All that lies in the folder beside the notebook, save the home's own. */
async function beside(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.includes('book'));
}

describe('a disk that is full', () => {
  // A limit on files for everybody; a small disk for who may mount one.
  const ways = ['a limit', ...(MAY_MOUNT ? ['a small disk'] : [])];

  it.each(ways)(
    'on save harms nothing, says what is kept, and takes the save when there is room (%s)',
    async (way) => {
      const folder = here.at('disk');
      await mkdir(folder);
      here.path = join(folder, 'book.ipynb');
      if (way === 'a small disk') undo.push(await smallDisk(folder, 256));
      await writeNotebookFile(here.path, ['base']);
      const before = await readFile(here.path);
      const book = await here.open();
      await book.type('c0', `# ${'long '.repeat(way === 'a small disk' ? 60_000 : 4_000)}`);
      await until('it is in the log', async () => (await book.fresh()).state.problem === null);
      let room: () => Promise<void>;
      if (way === 'a small disk') {
        room = () => smallDiskOf(folder, 4_096);
      } else {
        room = await fill(10_000);
      }
      const saving = book.save();
      await expect(saving).rejects.toMatchObject({ code: 'disk-full', retryable: true });
      const message = await saving.catch((error: unknown) => (error as Error).message);
      expect(message).toContain(`${here.path} was not saved: the disk is full`);
      expect(message).toContain('The file is as it was, and your edits are kept');
      expect(message).toContain('Free some space and save again, or save it elsewhere');
      expect(await readFile(here.path)).toEqual(before);
      expect(await beside(folder)).toEqual(['book.ipynb']);
      expect((await book.fresh()).state).toMatchObject({ unsavedEdits: true, disk: 'same' });
      await room();
      await book.save();
      expect((await cells())[0]?.source).toMatch(/^# long/);
      expect(await beside(folder)).toEqual(['book.ipynb']);
    },
  );

  it('under the recovery log is said; edits go on, and are on disk as soon as there is room', async () => {
    await writeNotebookFile(here.path, ['base']);
    const book = await here.open();
    const room = await fill(0);
    await book.type('c0', 'typed on a full disk');
    await until('it is said', async () => (await book.fresh()).state.problem !== null);
    const { problem } = book.state;
    expect(problem).toContain('book.ipynb');
    expect(problem).toContain(join(here.profile.places.state, 'recovery'));
    expect(problem).toMatch(/the disk is full\. They are kept in memory/);
    expect(problem).toMatch(/Free some space there, or save the file\.$/);
    await book.type('c0', 'typed later');
    expect((await book.fresh()).cells[0]?.source).toBe('typed later');
    await room();
    await until('it is written', async () => (await book.fresh()).state.problem === null);
    await killHard(await enginePid());
    await here.engine.closed;
    await here.reconnect();
    const again = await here.open();
    expect(again.snapshot).toMatchObject({ recovered: true });
    expect(again.snapshot.cells[0]?.source).toBe('typed later');
  });

  it('under the recovery log keeps the document when its last window closes, until it is written', async () => {
    await writeNotebookFile(here.path, ['base']);
    const book = await here.open();
    const room = await fill(0);
    await book.type('c0', 'not on disk');
    await until('it is said', async () => (await book.fresh()).state.problem !== null);
    await here.engine.request('notebook.close', { document: book.document, discard: false });
    const again = await here.open();
    expect(again.document).toBe(book.document);
    expect(again.snapshot.cells[0]?.source).toBe('not on disk');
    await here.engine.request('notebook.close', { document: book.document, discard: false });
    await room();
    await until('the session has ended', async () => {
      const now = await here.open();
      const isNew = now.document !== book.document;
      await here.engine.request('notebook.close', { document: now.document, discard: false });
      return isNew;
    });
    const last = await here.open();
    expect(last.snapshot).toMatchObject({ recovered: true });
    expect(last.snapshot.cells[0]?.source).toBe('not on disk');
  });

  it('lets a notebook be opened, read and edited', async () => {
    await writeNotebookFile(here.path, ['base']);
    const room = await fill(0);
    const book = await here.open();
    await book.type('c0', 'edited');
    await until('it is said', async () => (await book.fresh()).state.problem !== null);
    await room();
    await until('it is written', async () => (await book.fresh()).state.problem === null);
    await book.save();
    expect((await cells())[0]?.source).toBe('edited');
  });

  it('under the spool costs no output: it is said, kept in memory, and written when there is room', async () => {
    await writeNotebookFile(here.path, [
      "import time, os\nprint('begun')\nwhile not os.path.exists('go'): time.sleep(0.05)\nfor i in range(100_000): print('line', i)\nprint('end')",
    ]);
    const book = await here.open();
    await book.run('c0');
    await until('it has begun', () => book.text('c0') === 'begun\n');
    const room = await fill(16_384);
    await writeFile(here.at('go'), '');
    expect((await book.finished('c0')).status).toBe('done');
    await until('it is said', async () => (await book.fresh()).state.problem !== null);
    const spool = join(here.profile.places.state, 'spool');
    expect(book.state.problem).toContain(`The disk of ${spool} is full`);
    expect(book.state.problem).toMatch(/kept in memory.*Free some space there/);
    const whole = { document: book.document, cell: 'c0', key: book.outputs.get('c0')![0]!.key };
    await room();
    await until('it is written', async () => (await book.fresh()).state.problem === null);
    expect(await here.engine.request('notebook.outputLines', { ...whole, from: 99_999, count: 5 })).toEqual({
      lines: ['line 99998', 'line 99999', 'end'],
      total: 100_002,
    });
    await book.save();
    const [name] = await readdir(here.at('book.output'));
    const text = await readFile(here.at('book.output', name!), 'utf8');
    expect(text).toBe(`begun\n${Array.from({ length: 100_000 }, (_, i) => `line ${i}\n`).join('')}end\n`);
  });

  it('under the whole text of an output leaves the notebook as it was, and no half file', async () => {
    await writeNotebookFile(here.path, ["print('x' * 3_000_000)"]);
    const before = await readFile(here.path);
    const book = await here.open();
    await book.run('c0');
    await book.finished('c0');
    await until('the spool has it', async () => (await book.fresh()).state.problem === null);
    const room = await fill(2_000_000);
    const saving = book.save();
    await expect(saving).rejects.toMatchObject({
      code: 'disk-full',
      message: expect.stringMatching(
        /full output could not be written to .*book\.output.*: the disk is full\. The notebook was not changed, and the output is kept/,
      ) as string,
    });
    expect(await readFile(here.path)).toEqual(before);
    expect(await readdir(here.at('book.output'))).toEqual([]);
    await room();
    await book.save();
    expect(await readdir(here.at('book.output'))).toHaveLength(1);
  });

  it('does not send a cell whose place can not be written, and says that nothing was run', async () => {
    await writeNotebookFile(here.path, ["open('ran', 'w').close()", '1']);
    const book = await here.open();
    const refused = async (how: RegExp): Promise<void> => {
      await book.run('c0');
      await until(`it says ${how.source}`, () => how.test(book.runs.get('c0')?.summary ?? ''));
    };
    let room = await fill(0);
    await refused(/was not started: the disk of the state folder is full\. Nothing was run/);
    await room();
    await book.run('c1');
    await until('the kernel is there', () => book.runs.get('c1')?.status === 'done');
    room = await fill(0);
    await refused(
      /^The cell was not sent: the disk of the state folder is full\. Nothing was run\. Free some space/,
    );
    expect(await readdir(here.at())).not.toContain('ran');
    await room();
    await book.run('c0');
    await until('it has run', async () => (await readdir(here.at())).includes('ran'));
  });
});

describe('a folder that can not be written', () => {
  let folder: string;
  beforeEach(async () => {
    folder = here.at('folder');
    await mkdir(folder);
    if (MAY_MOUNT) undo.push(await smallDisk(folder, 1_024));
    here.path = join(folder, 'book.ipynb');
    await writeNotebookFile(here.path, ['base']);
  });

  it('makes a notebook one for reading, which runs, and is saved elsewhere', async () => {
    await writeNotebookFile(here.path, ["print('runs')"]);
    const before = await readFile(here.path);
    const allow = await forbidWriting(folder);
    const book = await here.open();
    expect(book.state.readOnly).toMatch(/can only be read|no permission to write it or its folder/);
    await expect(book.type('c0', 'edited')).rejects.toMatchObject({
      code: 'read-only',
      message: expect.stringContaining('This notebook can not be edited here') as string,
    });
    await book.run('c0');
    expect((await book.finished('c0')).status).toBe('done');
    await expect(book.save()).rejects.toMatchObject({
      code: 'read-only',
      message: expect.stringMatching(/book\.ipynb was not saved: .* Save it as another file\./) as string,
    });
    expect(await readFile(here.path)).toEqual(before);
    const elsewhere = here.at('mine.ipynb');
    await book.save({ path: elsewhere });
    expect((await cells(elsewhere))[0]?.outputs).toHaveLength(1);
    expect((await book.fresh()).state.readOnly).toBeNull();
    await book.type('c0', 'edited');
    await allow();
  });

  it('while it is edited keeps the edits, says so, and takes the save when it can be written again', async () => {
    const before = await readFile(here.path);
    const book = await here.open();
    await book.type('c0', 'mine');
    const allow = await forbidWriting(folder);
    await expect(book.save()).rejects.toMatchObject({
      code: 'not-writable',
      message: `${here.path} was not saved: you have no permission to write there. The file is as it was; save it elsewhere.`,
    });
    expect(await readFile(here.path)).toEqual(before);
    expect((await book.fresh()).state).toMatchObject({ unsavedEdits: true, disk: 'same' });
    await expect(book.save({ path: join(folder, 'other.ipynb') })).rejects.toMatchObject({
      code: 'not-writable',
    });
    await allow();
    expect(await beside(folder)).toEqual(['book.ipynb']);
    await book.save();
    expect((await cells())[0]?.source).toBe('mine');
  });
});

describe('the recovery log of a document', () => {
  it('torn at any byte is read up to its last whole line', async () => {
    const file = here.at('a.ipynb');
    await writeFile(file, 'x');
    const base = { path: file, digest: 'd'.repeat(64) };
    const state = here.at('state-of-its-own');
    const records = [{ a: 1 }, { b: 'é漢' }, { c: [1, 2, 3] }];
    const { log } = await openRecovery(state, file);
    await log.restart(base);
    for (const record of records) log.append(record);
    await log.close();
    const whole = await readFile(log.file);
    const ends = [...whole.entries()].filter(([, byte]) => byte === 0x0a).map(([index]) => index + 1);
    for (let length = 0; length <= whole.length; length += 1) {
      await writeFile(log.file, whole.subarray(0, length));
      const lines = ends.filter((end) => end <= length);
      const again = await openRecovery(state, file);
      if (lines.length === 0) {
        expect(again.found).toBeNull();
        continue;
      }
      expect(again.found).toMatchObject({
        records: records.slice(0, lines.length - 1),
        tornBytes: length - lines.at(-1)!,
      });
      again.log.append({ after: length });
      await again.log.close();
      const last = await openRecovery(state, file);
      expect(last.found?.records.at(-1)).toEqual({ after: length });
      expect(last.found?.tornBytes).toBe(0);
    }
  });

  it('with zeros where data never reached the disk keeps what is before them', async () => {
    const file = here.at('a.ipynb');
    await writeFile(file, 'x');
    const state = here.at('state-of-its-own');
    const { log } = await openRecovery(state, file);
    await log.restart({ path: file, digest: 'd'.repeat(64) });
    log.append({ kept: true });
    await log.close();
    await writeFile(
      log.file,
      Buffer.concat([await readFile(log.file), Buffer.alloc(100), Buffer.from('\n{"a":1}\n')]),
    );
    const { found } = await openRecovery(state, file);
    expect(found?.records).toEqual([{ kept: true }]);
  });

  it('without a readable first line is set aside, not thrown away', async () => {
    const file = here.at('a.ipynb');
    await writeFile(file, 'x');
    const state = here.at('state-of-its-own');
    const { log } = await openRecovery(state, file);
    await log.restart({ path: file, digest: 'd'.repeat(64) });
    await log.close();
    await writeFile(log.file, 'garbage\n{"kind":"edit"}\n');
    expect((await openRecovery(state, file)).found).toBeNull();
    expect(await readFile(`${log.file}.damaged`, 'utf8')).toContain('"edit"');
  });
});

async function smallDiskOf(folder: string, kib: number): Promise<void> {
  const { execFile } = await import('node:child_process');
  const { promisify } = await import('node:util');
  await promisify(execFile)('mount', ['-o', `remount,size=${kib}k`, folder]);
}
