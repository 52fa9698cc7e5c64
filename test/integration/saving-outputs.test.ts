import { createHash } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { readNotebook } from '../../shared/notebook/notebook-file';
import { fullOutputsOf } from '../../shared/notebook/outputs/full-output';
import type { DocumentView } from '../support/document-view';
import { engineEach, engineShared } from '../support/engine-fixture';
import { writeNotebookFile } from '../support/notebooks';
import { until } from '../support/until';

const here = engineShared();
const at = (name: string): string => here.at(name);

async function read(file = here.path) {
  return readNotebook(await readFile(file), file);
}

describe('a long output', () => {
  const CODE = `for i in range(200_000):\n    print('line', i)`;

  async function ran(): Promise<DocumentView> {
    await writeNotebookFile(here.path, [CODE]);
    const book = await here.open();
    await book.run('c0');
    await book.finished('c0');
    return book;
  }

  it('is cut in the file and whole beside it, and no edit for that', async () => {
    const book = await ran();
    await book.save();
    const { state } = await book.fresh();
    expect(state).toMatchObject({ unsavedEdits: false, unsavedOutputs: false, editedCells: 0 });
    const [cell] = (await read()).notebook.cells;
    const [output] = cell!.outputs;
    const text = output?.output_type === 'stream' ? output.text : '';
    const [entry] = fullOutputsOf(cell!.metadata);
    const whole = await readFile(at(`book.output/${entry!.sha256}.txt`), 'utf8');
    expect(entry).toEqual({
      output: 0,
      path: `output/${entry!.sha256}.txt`,
      bytes: Buffer.byteLength(whole),
      lines: 200_000,
      sha256: createHash('sha256').update(whole).digest('hex'),
    });
    expect(whole).toBe(Array.from({ length: 200_000 }, (_, i) => `line ${i}\n`).join(''));
    const middle = text.split('\n').findIndex((line) => line.startsWith('['));
    const head = `${text.split('\n').slice(0, middle).join('\n')}\n`;
    const tail = text
      .split('\n')
      .slice(middle + 1)
      .join('\n');
    expect(whole.startsWith(head)).toBe(true);
    expect(whole.endsWith(tail)).toBe(true);
    for (const part of [head, tail]) {
      expect(part.length).toBeLessThanOrEqual(65_536);
      expect(part.length).toBeGreaterThan(65_536 - 100);
    }
    // Saved again, nothing moves.
    const before = await readFile(here.path);
    await book.save();
    expect(await readFile(here.path)).toEqual(before);
    expect(await readdir(at('book.output'))).toEqual([`${entry!.sha256}.txt`]);
  });

  it('opened again is read and searched in full, and its change is noticed', async () => {
    const book = await ran();
    await book.save();
    await here.engine.request('notebook.shutdown', { document: book.document });
    await here.engine.request('notebook.close', { document: book.document, discard: false });
    const again = await here.open();
    const [view] = again.snapshot.outputs['c0'] ?? [];
    const where = { document: again.document, cell: 'c0', key: view!.key };
    expect(await here.engine.request('notebook.outputLines', { ...where, from: 123_456, count: 2 })).toEqual({
      lines: ['line 123456', 'line 123457'],
      total: 200_000,
    });
    expect(
      await here.engine.request('notebook.outputSearch', {
        ...where,
        text: 'LINE 150000',
        caseSensitive: false,
      }),
    ).toEqual({ lines: [150_000], more: false });
    // The notebook alone, without its folder.
    const [name] = await readdir(at('book.output'));
    const whole = await readFile(at(`book.output/${name}`));
    await writeFile(at(`book.output/${name}`), Buffer.concat([whole, Buffer.from('more\n')]));
    await expect(
      here.engine.request('notebook.outputLines', { ...where, from: 0, count: 1 }),
    ).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('its digest differs') as string,
    });
    await rm(at('book.output'), { recursive: true });
    await expect(
      here.engine.request('notebook.outputLines', { ...where, from: 0, count: 1 }),
    ).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringMatching(/is not here.*The notebook has both its ends/) as string,
    });
    // Cut to what the notebook has, it is still shown.
    expect(view).toMatchObject({ kind: 'stream' });
  });

  it.each([
    '../../../etc/passwd',
    '/etc/passwd',
    'output/../secret.txt',
    `output/${'A'.repeat(64)}.txt`,
    `output/${'a'.repeat(63)}.txt`,
    `other/${'a'.repeat(64)}.txt`,
    `output/${'a'.repeat(64)}.txt\u0000`,
  ])('is not looked for at a path of another form: %j', async (bad) => {
    const entry = { output: 0, path: bad, bytes: 5, lines: 1, sha256: 'a'.repeat(64) };
    await writeFile(at('secret.txt'), 'secret\n');
    await writeNotebookFile(here.path, [
      {
        source: 'x',
        metadata: { watchbook: { fullOutput: [entry] } },
        outputs: [{ output_type: 'stream', name: 'stdout', text: 'ends\n' }],
      },
    ]);
    const book = await here.open();
    const [view] = book.snapshot.outputs['c0'] ?? [];
    expect(
      await here.engine.request('notebook.outputLines', {
        document: book.document,
        cell: 'c0',
        key: view!.key,
        from: 0,
        count: 10,
      }),
    ).toEqual({ lines: ['ends'], total: 1 });
  });
});

describe('a setting', () => {
  const here = engineEach();
  const read = async () => readNotebook(await readFile(here.path), here.path);

  it('that is the limit of an output cuts it there', async () => {
    await here.engine.request('settings.set', { changes: { outputLimitBytes: 65_536 } });
    await writeNotebookFile(here.path, [`print('x\\n' * 40_000)`, `print('y\\n' * 1_000)`]);
    const book = await here.open();
    await book.run('c0', 'c1');
    await book.finished('c1');
    await book.save();
    const { notebook } = await read();
    expect(notebook.cells.map(({ metadata }) => fullOutputsOf(metadata).length)).toEqual([1, 0]);
    expect(await readdir(here.at('book.output'))).toHaveLength(1);
  });

  it('that saves after a run writes after each cell when nothing else is unsaved, and not otherwise', async () => {
    await here.engine.request('settings.set', { changes: { saveAfterRun: true } });
    await writeNotebookFile(here.path, ['print(1)', 'print(2)', 'print(3)']);
    const book = await here.open();
    await book.run('c0');
    await until('it is in the file', async () => (await read()).notebook.cells[0]?.outputs.length === 1);
    await until('it is said', async () => !(await book.fresh()).state.unsavedOutputs);
    await book.type('c2', 'print(33)');
    const before = await readFile(here.path);
    await book.run('c1');
    await book.finished('c1');
    await book.run('c0');
    await until('both have ended', async () => (await book.fresh()).state.queue.length === 0);
    expect(await readFile(here.path)).toEqual(before);
    expect((await book.fresh()).state).toMatchObject({ unsavedEdits: true, unsavedOutputs: true });
    await book.save();
    expect((await read()).notebook.cells.map(({ outputs }) => outputs.length)).toEqual([1, 1, 0]);
  });
});
