import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, realpath, symlink, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { readNotebook } from '../../shared/notebook/notebook-file';
import { fullOutputsOf } from '../../shared/notebook/outputs/full-output';
import { engineShared } from '../support/engine-fixture';
import { writeNotebookFile } from '../support/notebooks';
import { killHard } from '../support/processes';
import { until } from '../support/until';

const here = engineShared();
const at = (name: string): string => here.at(name);

async function read(file = here.path) {
  return readNotebook(await readFile(file), file);
}

describe('a save', () => {
  it('says before what else it changes: ids and minor of 4.0 to 4.4, at the first edit only', async () => {
    for (const minor of [0, 1, 2, 3, 4]) {
      const file = at(`four-${minor}.ipynb`);
      const text = JSON.stringify({
        cells: [{ cell_type: 'markdown', metadata: {}, source: ['one\n', 'two'] }],
        metadata: { x: 1 },
        nbformat: 4,
        nbformat_minor: minor,
      });
      await writeFile(file, text);
      const book = await here.open(file);
      expect(book.state.saveNotes).toEqual([]);
      await book.save();
      expect(await readFile(file, 'utf8')).toBe(text);
      await book.type(book.snapshot.cells[0]!.id, 'one\n2');
      expect((await book.fresh()).state.saveNotes).toEqual([
        `This file is nbformat 4.${minor}. Saving makes it 4.5: each cell gets an id.`,
      ]);
      await book.save();
      expect(await readFile(file, 'utf8')).toBe(
        text
          .replace('"two"', '"2"')
          .replace(`"nbformat_minor":${minor}`, '"nbformat_minor":5')
          .replace('"cell_type":"markdown",', `"cell_type":"markdown","id":"${book.snapshot.cells[0]!.id}",`),
      );
      const { state } = await book.fresh();
      expect(state).toMatchObject({ unsavedEdits: false, saveNotes: [] });
    }
  });

  it('keeps in the file that a cell was edited since its run, and lets go of it where it ran again', async () => {
    await writeNotebookFile(here.path, ['echo one', 'echo two'], 'bash');
    let book = await here.open();
    await book.run('c0', 'c1');
    await book.finished('c1');
    await book.save();
    const anew = async (): Promise<void> => {
      expect((await here.profile.cli(['engine', 'stop', '--force'])).code).toBe(0);
      await here.reconnect();
      book = await here.open();
    };
    await anew();
    expect(book.runs.get('c0')).toMatchObject({ status: 'done', edited: false });
    await book.type('c0', 'echo changed');
    await until('the mark is there', () => book.runs.get('c0')?.edited === true);
    await book.save();
    expect((await book.fresh()).state).toMatchObject({ unsavedEdits: false });
    await anew();
    expect(book.runs.get('c0')).toMatchObject({ status: 'done', edited: true });
    expect(book.runs.get('c1')).toMatchObject({ edited: false });
    expect((await read()).notebook.cells[1]?.metadata).not.toHaveProperty('watchbook');
    await book.run('c0');
    await book.finished('c0');
    await until('the mark is gone', () => book.runs.get('c0')?.edited === false);
    expect((await book.fresh()).state).toMatchObject({ unsavedEdits: false, unsavedOutputs: true });
    await book.save();
    expect((await read()).notebook.cells[0]?.metadata).not.toHaveProperty('watchbook');
  });

  it('asks before it converts nbformat 3, and writes nothing until then', async () => {
    const text = await readFile('test/fixtures/notebook/nbformat3.ipynb', 'utf8');
    await writeFile(here.path, text);
    const book = await here.open();
    const [cell] = book.snapshot.cells;
    await book.type(cell!.id, 'changed');
    expect((await book.fresh()).state.saveNotes[0]).toMatch(
      /nbformat 3\. Saving converts it to nbformat 4\.5/,
    );
    await expect(book.save()).rejects.toMatchObject({
      code: 'needs-consent',
      message: expect.stringMatching(/book\.ipynb is in nbformat 3/) as string,
    });
    expect(await readFile(here.path, 'utf8')).toBe(text);
    await book.save({ convert: true });
    const saved = await read();
    expect(saved).toMatchObject({ nbformat: 4, nbformatMinor: 5 });
    expect(saved.findings.filter(({ severity }) => severity === 'fault')).toEqual([]);
    expect(saved.notebook.cells[0]?.source).toBe('changed');
  });

  it('repairs missing, doubled and bad ids with an edit only, and says so', async () => {
    const cell = (id: string, source: string): string =>
      `{"cell_type":"raw",${id}"metadata":{},"source":"${source}"}`;
    const text = `{"cells":[${cell('"id":"a",', '1')},${cell('"id":"a",', '2')},${cell('', '3')},${cell('"id":"no good",', '4')}],"metadata":{},"nbformat":4,"nbformat_minor":5}`;
    await writeFile(here.path, text);
    const book = await here.open();
    expect(book.snapshot.findings.map(({ code, cell: index }) => [code, index])).toEqual(
      expect.arrayContaining([
        ['duplicate-id', 1],
        ['missing-id', 2],
        ['invalid-id', 3],
      ]) as unknown[],
    );
    await book.save();
    expect(await readFile(here.path, 'utf8')).toBe(text);
    await book.type('a', 'one');
    expect((await book.fresh()).state.saveNotes).toEqual([
      '3 cells have no id of their own and get a new one.',
    ]);
    await book.save();
    const { notebook, findings } = await read();
    expect(findings).toEqual([]);
    expect(notebook.cells.map(({ source }) => source)).toEqual(['one', '2', '3', '4']);
    expect(notebook.cells.map(({ id }) => id)).toEqual(book.snapshot.cells.map(({ id }) => id));
  });

  it('follows a link and leaves it one, and keeps the mode', async () => {
    await mkdir(at('real'));
    await writeNotebookFile(at('real/there.ipynb'), ['1']);
    const { chmod, lstat, stat } = await import('node:fs/promises');
    await chmod(at('real/there.ipynb'), 0o640);
    await symlink('real/there.ipynb', here.path);
    const book = await here.open();
    await book.type('c0', '2');
    await book.save();
    expect((await lstat(here.path)).isSymbolicLink()).toBe(true);
    expect((await stat(here.path)).mode & 0o777).toBe(0o640);
    expect((await read(at('real/there.ipynb'))).notebook.cells[0]?.source).toBe('2');
    expect(await readdir(at('real'))).toEqual(['there.ipynb']);
  });

  it('of two at once is one after the other, and keeps what was typed meanwhile unsaved', async () => {
    await writeNotebookFile(here.path, ['0']);
    const book = await here.open();
    await book.type('c0', '1');
    await Promise.all([book.save(), book.save(), book.save()]);
    expect((await book.fresh()).state.unsavedEdits).toBe(false);
    const saving = book.save();
    await book.type('c0', '2');
    await saving;
    expect((await book.fresh()).state.unsavedEdits).toBe((await read()).notebook.cells[0]?.source !== '2');
    await book.save();
    expect((await read()).notebook.cells[0]?.source).toBe('2');
  });
});

describe('a save of results', () => {
  it('changes no byte of other cells, in a file of any style', async () => {
    const text = [
      '{',
      '    "nbformat_minor":5, "nbformat" : 4,',
      '    "metadata": {"kernelspec":{"name":"python3","display_name":"P\\u00e4"}, "n": 12345678901234567890},',
      '    "cells": [',
      '        {"cell_type":"markdown","id":"m","source":"\\u00e9\\/","metadata":{"x":1.0,"y":1e5}},',
      '        {',
      '            "source": [',
      '                "print(\'\\u00e9\')"',
      '            ],',
      '            "outputs": [],',
      '            "metadata": {},',
      '            "id": "c",',
      '            "execution_count": null,',
      '            "cell_type": "code"',
      '        } ,',
      '        {"cell_type":"raw","id":"r","source":["\\ud83d\\ude00"],"metadata":{"z":-0.0}}',
      '    ]',
      '}',
    ].join('\r\n');
    await writeFile(here.path, text);
    const book = await here.open();
    await book.run('c');
    await book.finished('c');
    await book.save();
    const saved = await readFile(here.path, 'utf8');
    const start = text.indexOf('"outputs": []');
    expect(saved.slice(0, start)).toBe(text.slice(0, start));
    const end = text.slice(text.indexOf('            "cell_type": "code"'));
    expect(saved.slice(-end.length)).toBe(end);
    expect(saved.replaceAll('\r\n', '')).not.toContain('\n');
    // As the file writes texts: escaped.
    expect(saved).toContain('"\\u00e9\\n"');
    expect(saved).toContain('            "execution_count": 1,\r\n');
    expect((await read()).findings).toEqual([]);
  });
});

describe('save as', () => {
  it('makes the new file the document, leaves the old one, and recovers under the new name', async () => {
    await writeNotebookFile(here.path, ['old']);
    const before = await readFile(here.path);
    await mkdir(at('sub'));
    await symlink('sub', at('link'));
    const book = await here.open();
    await book.type('c0', 'new');
    expect(await book.save({ path: at('link/other.ipynb') })).toMatchObject({
      path: await realpath(at('sub/other.ipynb')),
    });
    expect(await readFile(here.path)).toEqual(before);
    expect((await read(at('sub/other.ipynb'))).notebook.cells[0]?.source).toBe('new');
    expect((await book.fresh()).state).toMatchObject({ unsavedEdits: false, disk: 'same' });
    // By whatever name: it is this document.
    for (const name of ['sub/other.ipynb', 'link/other.ipynb']) {
      expect((await here.open(at(name))).document).toBe(book.document);
    }
    // The old file is nobody's now.
    expect((await here.open()).document).not.toBe(book.document);
    await book.type('c0', 'newer');
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await killHard(here.engine.enginePid);
    await here.reconnect();
    const again = await here.open(at('sub/other.ipynb'));
    expect(again.snapshot).toMatchObject({ recovered: true, state: { disk: 'same' } });
    expect(again.snapshot.cells[0]?.source).toBe('newer');
    expect((await here.open()).snapshot).toMatchObject({ recovered: false });
  });

  it('refuses a name that is taken, or open elsewhere, and writes nothing beside it', async () => {
    await writeNotebookFile(here.path, [`print('x' * 3_000_000)`]);
    await writeNotebookFile(at('taken.ipynb'), ['theirs']);
    const theirs = await readFile(at('taken.ipynb'));
    const book = await here.open();
    await book.run('c0');
    await book.finished('c0');
    await expect(book.save({ path: at('taken.ipynb') })).rejects.toMatchObject({
      code: 'exists',
      message: expect.stringMatching(/taken\.ipynb exists already\. Nothing was written/) as string,
    });
    const other = await here.open(at('taken.ipynb'));
    await expect(book.save({ path: at('taken.ipynb'), overwrite: true })).rejects.toMatchObject({
      code: 'locked',
      message: expect.stringMatching(
        /taken\.ipynb was not written: it is open elsewhere in Watchbook\. Close it there, or choose another name/,
      ) as string,
    });
    expect(await readFile(at('taken.ipynb'))).toEqual(theirs);
    expect(existsSync(at('taken.output'))).toBe(false);
    expect((await book.fresh()).state.path).toBe(here.path);
    await other.engine.request('notebook.close', { document: other.document, discard: true });
    await until('it may be written', () =>
      book.save({ path: at('taken.ipynb'), overwrite: true }).then(
        () => true,
        () => false,
      ),
    );
    expect((await read(at('taken.ipynb'))).notebook.cells[0]?.source).toContain('3_000_000');
  });

  it('takes the whole texts of long outputs along, those of earlier saves too', async () => {
    await writeNotebookFile(here.path, [`print('a' * 3_000_000)`, `print('b' * 3_000_000)`]);
    const book = await here.open();
    await book.run('c0');
    await book.finished('c0');
    await book.save();
    expect(await readdir(at('book.output'))).toHaveLength(1);
    await here.engine.request('notebook.close', { document: book.document, discard: false });
    await here.engine.request('notebook.shutdown', { document: (await here.open()).document });
    const again = await here.open();
    await again.run('c1');
    await again.finished('c1');
    await again.save({ path: at('copy.ipynb') });
    const { notebook } = await read(at('copy.ipynb'));
    const names = notebook.cells
      .flatMap(({ metadata }) => fullOutputsOf(metadata))
      .map(({ sha256 }) => sha256);
    expect(names).toHaveLength(2);
    expect((await readdir(at('copy.output'))).toSorted()).toEqual(
      names.map((name) => `${name}.txt`).toSorted(),
    );
    expect(await readdir(at('book.output'))).toHaveLength(1);
  });
});

describe('times of a run', () => {
  const KEYS = [
    'iopub.execute_input',
    'iopub.status.busy',
    'iopub.status.idle',
    'shell.execute_reply',
    'shell.execute_reply.started',
  ];
  const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

  it('stand in metadata.execution with the names of JupyterLab, as ISO texts', async () => {
    await writeNotebookFile(here.path, [
      'print(1)',
      { source: 'echo 1', metadata: { vscode: { languageId: 'shellscript' } } },
      '1/0',
    ]);
    const book = await here.open();
    await book.run('c0', 'c1', 'c2');
    await book.finished('c2');
    await book.save();
    const { notebook, findings } = await read();
    expect(findings).toEqual([]);
    for (const [index, cell] of notebook.cells.entries()) {
      const times = cell.metadata['execution'] as Record<string, string>;
      // The start in the reply is ipykernel's own.
      const keys = index === 1 ? Object.keys(times).toSorted() : KEYS;
      expect(Object.keys(times).toSorted()).toEqual(keys);
      expect(KEYS).toEqual(expect.arrayContaining(keys));
      expect(keys).toEqual(expect.arrayContaining(['iopub.execute_input', 'shell.execute_reply']));
      for (const value of Object.values(times)) expect(value).toMatch(ISO);
      expect(Date.parse(times['shell.execute_reply']!)).toBeGreaterThanOrEqual(
        Date.parse(times['iopub.execute_input']!),
      );
    }
  });

  it('are read from JupyterLab and from ExecuteTime, and stay as they are', async () => {
    const lab = {
      'iopub.status.busy': '2024-05-01T10:00:00.123456Z',
      'iopub.execute_input': '2024-05-01T10:00:00.124Z',
      'shell.execute_reply.started': '2024-05-01T10:00:00.125000Z',
      'shell.execute_reply': '2024-05-01T12:00:04.125000+02:00',
      'iopub.status.idle': '2024-05-01T10:00:04.126Z',
    };
    await writeNotebookFile(here.path, [
      { source: '1', metadata: { execution: lab } },
      {
        source: '2',
        metadata: {
          ExecuteTime: { start_time: '2019-01-02T03:04:05.678', end_time: '2019-01-02T03:04:06Z' },
        },
      },
      {
        source: '3',
        metadata: {
          execution: {
            execution_failed: '2024-05-01T10:00:09Z',
            'iopub.execute_input': '2024-05-01T10:00:08Z',
          },
        },
      },
      { source: '4', metadata: { execution: { 'iopub.status.busy': 'no time', 'iopub.execute_input': 7 } } },
    ]);
    const text = await readFile(here.path, 'utf8');
    const book = await here.open();
    expect(book.snapshot.runs).toMatchObject({
      c0: { status: 'done', startedAt: '2024-05-01T10:00:00.125Z', endedAt: '2024-05-01T10:00:04.125Z' },
      c1: { status: 'done', startedAt: '2019-01-02T03:04:05.678Z', endedAt: '2019-01-02T03:04:06.000Z' },
      c2: { status: 'failed', endedAt: '2024-05-01T10:00:09.000Z' },
    });
    expect(book.snapshot.runs).not.toHaveProperty('c3');
    await book.type('c3', '44');
    await book.save();
    expect(await readFile(here.path, 'utf8')).toBe(text.replace('"4"', '"44"'));
  });
});
