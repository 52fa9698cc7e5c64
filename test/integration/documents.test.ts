import { readFile, writeFile } from 'node:fs/promises';
import { ChangeSet } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import { readNotebook } from '../../shared/notebook/notebook-file';
import type { DocumentView } from '../support/document-view';
import { engineShared } from '../support/engine-fixture';
import { writeNotebookFile } from '../support/notebooks';
import { until } from '../support/until';

describe('a document in the engine', () => {
  const here = engineShared();
  const view = () => here.openApart();

  it('saves an unedited file byte for byte, and an edited one with nothing else changed', async () => {
    await writeNotebookFile(here.path, ['x = 1', 'y = 2']);
    const before = await readFile(here.path);
    const book = await view();
    await book.engine.request('notebook.save', { document: book.document });
    expect(await readFile(here.path)).toEqual(before);
    await book.edit('e1', 'c0', 'x = 1', 'x = 99');
    await book.engine.request('notebook.save', { document: book.document });
    expect(await readFile(here.path, 'utf8')).toBe(before.toString('utf8').replace('x = 1', 'x = 99'));
  });

  it('orders edits of two windows, applies one sent twice once, and undoes', async () => {
    await writeNotebookFile(here.path, ['ab']);
    const one = await view();
    const two = await view();
    expect(one.document).toBe(two.document);
    const insert = (at: number, text: string) =>
      ({
        kind: 'text',
        cell: 'c0',
        changes: ChangeSet.of([{ from: at, insert: text }], 2).toJSON() as never,
      }) as const;
    const base = one.version;
    const send = (who: DocumentView, edit: string, at: number, text: string) =>
      who.engine.request('notebook.edit', {
        document: who.document,
        base,
        edit,
        operation: insert(at, text),
      });
    await send(one, 'a1', 0, '1');
    await send(two, 'b1', 2, '2');
    await send(one, 'a1', 0, '1');
    const source = async (): Promise<string | undefined> =>
      (await one.engine.request('notebook.snapshot', { document: one.document })).cells[0]?.source;
    expect(await source()).toBe('1ab2');
    await one.engine.request('notebook.undo', { document: one.document });
    expect(await source()).toBe('1ab');
    await one.engine.request('notebook.redo', { document: one.document });
    expect(await source()).toBe('1ab2');
  });

  it('runs cells in line, stops at the first failure, and shows times', async () => {
    await writeNotebookFile(here.path, ["print('one')", '1/0', "print('never')"]);
    const book = await view();
    await book.engine.request('notebook.run', { document: book.document, cells: ['c0', 'c1', 'c2'] });
    expect((await book.finished('c0')).status).toBe('done');
    expect(await book.finished('c1')).toMatchObject({
      status: 'failed',
      summary: 'ZeroDivisionError: division by zero',
    });
    await until('the line is empty', async () => {
      const { state } = await book.engine.request('notebook.snapshot', { document: book.document });
      return state.queue.length === 0;
    });
    expect(book.runs.get('c2')?.status ?? 'idle').toBe('idle');
    expect(book.text('c0')).toBe('one\n');
    await book.engine.request('notebook.save', { document: book.document });
    const { notebook } = readNotebook(await readFile(here.path), here.path);
    expect(notebook.cells[0]?.metadata['execution']).toHaveProperty('shell.execute_reply');
    expect(notebook.cells[0]?.executionCount).toBe(1);
  });

  it('asks at the cell for input, masked for a password, and never keeps the answer', async () => {
    await writeNotebookFile(here.path, ["import getpass\nlen(getpass.getpass('word: '))"]);
    const book = await view();
    const asked = new Promise<{ request: string; password: boolean; prompt: string }>((resolve) => {
      book.engine.on('notebook.inputRequested', ({ input }) => resolve(input));
    });
    await book.engine.request('notebook.run', { document: book.document, cells: ['c0'] });
    const { request, password, prompt } = await asked;
    expect({ password, prompt }).toEqual({ password: true, prompt: 'word: ' });
    await book.engine.request('notebook.input', { document: book.document, request, value: 'hush-hush-9' });
    expect((await book.finished('c0')).status).toBe('done');
    await book.engine.request('notebook.save', { document: book.document });
    expect(await readFile(here.path, 'utf8')).not.toContain('hush-hush-9');
  });

  it('interrupts what runs', async () => {
    await writeNotebookFile(here.path, ["import time\nprint('begun')\ntime.sleep(60)"]);
    const book = await view();
    await book.engine.request('notebook.run', { document: book.document, cells: ['c0'] });
    await until('it has begun', () => book.text('c0') === 'begun\n');
    await book.engine.request('notebook.interrupt', { document: book.document });
    expect(await book.finished('c0')).toMatchObject({ status: 'failed', summary: 'interrupted' });
  });

  it('goes on running when its client is gone, and shows all of it to the next', async () => {
    await writeNotebookFile(here.path, [
      'import time\nfor i in range(20):\n    print(i, flush=True)\n    time.sleep(0.05)',
    ]);
    const book = await view();
    await book.engine.request('notebook.run', { document: book.document, cells: ['c0'] });
    await until('it has begun', () => book.text('c0').includes('3'));
    book.engine.dispose();
    const again = await view();
    await again.finished('c0');
    await until(
      'all is there',
      () => again.text('c0') === Array.from({ length: 20 }, (_, i) => `${i}\n`).join(''),
    );
  });

  it('takes up a running kernel after kill -9 of the engine, with the gap marked and edits kept', async () => {
    await writeNotebookFile(here.path, [
      "import os, time\ni = 0\nwhile not os.path.exists('seen'):\n    print(i, flush=True)\n    i += 1\n    time.sleep(0.1)\nprint('last')\nvalue = 'lives'",
      'text = 1',
      'print(value)',
    ]);
    const book = await view();
    await book.edit('e1', 'c1', 'text = 1', 'text = 2');
    await book.engine.request('notebook.run', { document: book.document, cells: ['c0'] });
    await until('it has begun', () => book.text('c0').includes('5'));
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    const pid = await here.profile.enginePid();
    process.kill(pid!, 'SIGKILL');
    await book.engine.closed;
    const again = await view();
    expect(again.snapshot.cells[1]?.source).toBe('text = 2');
    expect(again.snapshot.recovered).toBe(true);
    // A window whose answer was lost learns that its edit is in, and one sent again is applied once.
    expect(again.snapshot.recentEdits).toContain('e1');
    await again.edit('e1', 'c1', 'text = 1', 'text = 2');
    expect(
      (await again.engine.request('notebook.snapshot', { document: again.document })).cells[1]?.source,
    ).toBe('text = 2');
    expect(again.runs.get('c0')?.status).toBe('running');
    const views = again.outputs.get('c0') ?? [];
    expect(views.some(({ kind }) => kind === 'gap')).toBe(true);
    expect(again.text('c0')).toMatch(/^0\n1\n2\n/);
    await writeFile(here.at('seen'), '');
    expect((await again.finished('c0')).status).toBe('done');
    expect(again.text('c0')).toMatch(/\nlast\n$/);
    await again.engine.request('notebook.run', { document: again.document, cells: ['c2'] });
    await again.finished('c2');
    expect(again.text('c2')).toBe('lives\n');
  });

  it('notices a change on disk: takes it without edits here, asks with edits', async () => {
    await writeNotebookFile(here.path, ['a']);
    const book = await view();
    let isReset = false;
    book.engine.on('notebook.reset', () => (isReset = true));
    await writeNotebookFile(here.path, ['b']);
    await until('the file was read anew', () => isReset);
    const fresh = await book.engine.request('notebook.snapshot', { document: book.document });
    expect(fresh.cells[0]?.source).toBe('b');
    book.version = fresh.version;
    await book.edit('e1', 'c0', 'b', 'mine');
    await writeNotebookFile(here.path, ['theirs']);
    await until('it is noticed', async () => {
      const { state } = await book.engine.request('notebook.snapshot', { document: book.document });
      return state.disk === 'changed';
    });
    await expect(book.engine.request('notebook.save', { document: book.document })).rejects.toMatchObject({
      code: 'changed-on-disk',
    });
    expect(await readFile(here.path, 'utf8')).toContain('theirs');
    await book.engine.request('notebook.resolve', { document: book.document, take: 'mine' });
    await book.engine.request('notebook.save', { document: book.document });
    expect(await readFile(here.path, 'utf8')).toContain('mine');
  });

  it('refuses what can not be opened with words that name it, and harms nothing', async () => {
    const cases: readonly (readonly [string, string | Buffer, string])[] = [
      ['empty.ipynb', '', 'not-a-notebook'],
      ['text.ipynb', 'hello', 'not-a-notebook'],
      ['five.ipynb', '{"cells":[],"metadata":{},"nbformat":5,"nbformat_minor":0}', 'unsupported-format'],
      ['nan.ipynb', '{"cells":[],"metadata":{"x":NaN},"nbformat":4,"nbformat_minor":5}', 'not-a-notebook'],
      ['latin.ipynb', Buffer.from([0x7b, 0xff, 0xfe]), 'not-a-notebook'],
    ];
    for (const [name, content, code] of cases) {
      const file = here.at(name);
      await writeFile(file, content);
      await expect(here.engine.request('notebook.open', { path: file }), name).rejects.toMatchObject({
        code,
        message: expect.stringContaining(name) as string,
      });
      expect(await readFile(file)).toEqual(Buffer.from(content));
    }
    await expect(here.engine.request('notebook.open', { path: here.profile.home })).rejects.toMatchObject({
      code: 'not-readable',
    });
  });
});
