import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkNotebook, isProblem } from '../../../shared/notebook/check';
import { MAX_NOTEBOOK_BYTES, readNotebook } from '../../../shared/notebook/notebook-file';
import { WatchbookError } from '../../../shared/rpc/errors';

const encoder = new TextEncoder();

function bytesOf(value: unknown): Uint8Array {
  return encoder.encode(typeof value === 'string' ? value : JSON.stringify(value));
}

function read(value: unknown): ReturnType<typeof readNotebook> {
  return readNotebook(bytesOf(value), 'book.ipynb');
}

function refusal(bytes: Uint8Array): WatchbookError {
  try {
    readNotebook(bytes, './as typed/book.ipynb');
  } catch (error) {
    if (error instanceof WatchbookError) return error;
    throw error;
  }
  throw new Error('was not refused');
}

function code(more: object = {}): object {
  return {
    cell_type: 'code',
    id: 'a',
    metadata: {},
    source: '',
    outputs: [],
    execution_count: null,
    ...more,
  };
}

function notebook(cells: readonly unknown[], more: object = {}): object {
  return { cells, metadata: {}, nbformat: 4, nbformat_minor: 5, ...more };
}

const UTF16 = (littleEndian: boolean, bom: boolean): Uint8Array => {
  const text = `${bom ? '\ufeff' : ''}{"nbformat":4}`;
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  [...text].forEach((character, index) => view.setUint16(index * 2, character.charCodeAt(0), littleEndian));
  return bytes;
};

describe('a file that is refused', () => {
  it.each<[string, Uint8Array, string, RegExp]>([
    ['is empty', bytesOf(''), 'not-a-notebook', /empty/],
    ['has only spaces', bytesOf(' \n'), 'not-a-notebook', /only spaces/],
    ['is not JSON', bytesOf('{\n "cells": [],\n oops\n}'), 'not-a-notebook', /line 3, column 2/],
    ['ends too early', bytesOf('{"cells": ['), 'not-a-notebook', /line 1, column 12: .*too early/],
    ['has NaN', bytesOf('{"nbformat": 4,\n"x": NaN}'), 'not-a-notebook', /line 2, column 6: NaN/],
    ['has Infinity', bytesOf('[-Infinity]'), 'not-a-notebook', /column 2: -Infinity/],
    ['has a comment', bytesOf('{} // x'), 'not-a-notebook', /column 4/],
    ['is a list', bytesOf('[]'), 'not-a-notebook', /no object/],
    ['is another JSON', bytesOf('{"name": "x"}'), 'not-a-notebook', /no “nbformat”/],
    [
      'is nbformat 2',
      bytesOf('{"metadata":{},\n"nbformat": 2}'),
      'unsupported-format',
      /line 2: this is nbformat 2/,
    ],
    [
      'is nbformat 5',
      bytesOf('{"cells":[],"nbformat": 5}'),
      'unsupported-format',
      /line 1: this is nbformat 5/,
    ],
    ['names no version', bytesOf('{"cells":[],"nbformat": "4"}'), 'not-a-notebook', /no version number/],
    ['has no cells', bytesOf('{"nbformat": 4}'), 'not-a-notebook', /no list “cells”/],
    ['has a cell that is none', bytesOf('{"nbformat": 4, "cells": [{}, 7]}'), 'not-a-notebook', /cells\[1\]/],
    ['is UTF-16', UTF16(true, true), 'unsupported-format', /UTF-16/],
    ['is UTF-16, the other way', UTF16(false, true), 'unsupported-format', /UTF-16/],
    ['is UTF-16 without a mark', UTF16(true, false), 'unsupported-format', /UTF-16/],
    ['is UTF-16, the other way, without a mark', UTF16(false, false), 'unsupported-format', /UTF-16/],
    [
      'has a stray byte',
      Uint8Array.of(0x7b, 0x0a, 0x22, 0xff, 0x22),
      'not-a-notebook',
      /line 2, byte 4 .*UTF-8/,
    ],
    ['has a cut character', Uint8Array.of(0x22, 0xe2, 0x82, 0x22), 'not-a-notebook', /line 1, byte 2/],
    ['has an overlong character', Uint8Array.of(0x22, 0xc0, 0xaf, 0x22), 'not-a-notebook', /byte 2/],
    ['has an encoded surrogate', Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22), 'not-a-notebook', /byte 2/],
    ['nests deep', bytesOf('['.repeat(100_000)), 'too-large', /column 513: .*512 levels/],
  ])('because it %s says so, with its name and the place', (_name, bytes, errorCode, reason) => {
    const error = refusal(bytes);
    expect(error.code).toBe(errorCode);
    expect(error.message).toMatch(reason);
    expect(error.message.startsWith('./as typed/book.ipynb: ')).toBe(true);
  });

  it('because of its size is refused before it is decoded', () => {
    const huge = new Proxy(new Uint8Array(0), {
      get: (target, key) =>
        key === 'length' ? MAX_NOTEBOOK_BYTES + 1 : (Reflect.get(target, key) as unknown),
    });
    expect(refusal(huge).code).toBe('too-large');
  });
});

describe('a file that is read', () => {
  it('joins texts of either shape', () => {
    const { cells } = read(
      notebook([
        code({
          source: ['a\n', 'b'],
          outputs: [
            { output_type: 'stream', name: 'stdout', text: ['x\n', 'y'] },
            {
              output_type: 'display_data',
              metadata: {},
              data: {
                'text/html': ['<b>', '</b>'],
                'image/png': ['iVB', 'OR'],
                'application/json': ['a', 'b'],
                'application/x+json': ['c'],
              },
            },
          ],
        }),
        { cell_type: 'markdown', id: 'b', metadata: {}, source: 'one\ntwo' },
      ]),
    ).notebook;
    expect(cells[0]).toMatchObject({ source: 'a\nb', outputs: [{ text: 'x\ny' }, {}] });
    expect(cells[0]!.outputs[1]).toMatchObject({
      data: {
        'text/html': '<b></b>',
        'image/png': 'iVBOR',
        'application/json': ['a', 'b'],
        'application/x+json': ['c'],
      },
    });
    expect(cells[1]!.source).toBe('one\ntwo');
  });

  it('with a byte order mark keeps it, which is a note and no problem', () => {
    const file = readNotebook(bytesOf(`\ufeff${JSON.stringify(notebook([code()]))}`), 'a');
    expect(file.bom).toBe(true);
    expect(file.findings).toMatchObject([{ code: 'bom', severity: 'note' }]);
    expect(file.findings.some(isProblem)).toBe(false);
  });

  it('of a newer minor warns, and has no fault in what it does not know', () => {
    const file = read(
      notebook(
        [
          code({ colour: 'red', outputs: [{ output_type: 'sound', pitch: 440 }] }),
          { cell_type: 'canvas', id: 'b', metadata: {} },
        ],
        {
          nbformat_minor: 6,
          theme: {},
        },
      ),
    );
    expect(file.findings.map(({ code: name, severity }) => [name, severity])).toEqual([
      ['newer-minor', 'warning'],
    ]);
    expect(file.nbformatMinor).toBe(6);
    expect(file.notebook.cells[0]).toMatchObject({
      extra: { colour: 'red' },
      outputs: [{ output_type: 'unknown', raw: { output_type: 'sound', pitch: 440 } }],
    });
    expect(file.notebook.cells[1]).toMatchObject({ type: 'raw', source: '' });
  });

  it('names faults against the schema with cell and place', () => {
    const file = read(
      notebook(
        [
          code({ id: 'ok' }),
          code({ id: 'x', source: 5, metadata: { tags: ['a,b'] } }),
          code({ id: 'y', outputs: [{ output_type: 'stream', name: 'stdout' }], surplus: 1 }),
          { cell_type: 'markdown', id: 'm', metadata: {}, source: '', outputs: [] },
        ],
        { metadata: { kernelspec: { name: 'bash' } } },
      ),
    );
    expect(file.findings.map(({ cell, place }) => [cell, place])).toEqual([
      [null, 'metadata.kernelspec'],
      [1, 'cells[1].metadata.tags[0]'],
      [1, 'cells[1].source'],
      [2, 'cells[2]'],
      [2, 'cells[2].outputs[0]'],
      [3, 'cells[3]'],
    ]);
    expect(file.findings[4]!.message).toBe('The member “text” is missing.');
    // Shown rather than hidden, and kept as it is in the file.
    expect(file.notebook.cells[1]!.source).toBe('5');
  });

  it.each([0, 1, 2, 3, 4])('of nbformat 4.%i needs no ids', (minor) => {
    const { id: _id, ...cell } = code() as { id: string };
    const file = read(notebook([cell, cell], { nbformat_minor: minor }));
    expect(file.findings).toEqual([]);
    const [first, second] = file.notebook.cells.map((each) => each.id);
    expect(first).not.toBe(second);
    // The same each time, so that what was kept by id is found again.
    expect(
      read(notebook([cell, cell], { nbformat_minor: minor })).notebook.cells.map((each) => each.id),
    ).toEqual([first, second]);
  });

  it('gives missing, doubled and bad ids new ones, and never takes one that stands below', () => {
    const { id: _id, ...bare } = code() as { id: string };
    const first = read(notebook([bare])).notebook.cells[0]!.id;
    const file = read(
      notebook([bare, code({ id: first }), code({ id: first }), code({ id: 'a b' }), code({ id: 7 })]),
    );
    expect(file.findings.map(({ code: name, cell }) => [name, cell])).toEqual([
      ['missing-id', 0],
      ['duplicate-id', 2],
      ['invalid-id', 3],
      ['invalid-id', 4],
    ]);
    const ids = file.notebook.cells.map((cell) => cell.id);
    expect(new Set(ids).size).toBe(5);
    expect(ids[1]).toBe(first);
  });

  it('says which key stands twice, and takes the last', () => {
    const text = JSON.stringify(notebook([code()]), null, 1).replace(
      '"source": ""',
      '"source": "first",\n   "source": "last"',
    );
    const file = read(text);
    expect(file.notebook.cells[0]!.source).toBe('last');
    expect(file.findings).toMatchObject([
      { code: 'duplicate-key', severity: 'warning', cell: 0, place: 'cells[0].source' },
    ]);
    expect(file.findings[0]!.message).toContain('line 8');
  });

  it('has __proto__ and constructor as members like any other', () => {
    const text =
      '{"cells":[{"cell_type":"code","id":"a","source":"","outputs":[{"output_type":"display_data","metadata":{},' +
      '"data":{"__proto__":{"x":1},"text/plain":"t"}}],"execution_count":null,"metadata":{"__proto__":{"polluted":true},"constructor":1},' +
      '"__proto__":{"polluted":true}}],"metadata":{"__proto__":{"kernelspec":{"name":"evil"}}},"nbformat":4,"nbformat_minor":5}';
    const file = read(text);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    const [cell] = file.notebook.cells;
    expect(Object.keys(cell!.metadata)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(cell!.metadata)).toBe(Object.prototype);
    expect(Object.keys((cell!.outputs[0] as { data: object }).data)).toEqual(['__proto__', 'text/plain']);
    expect(file.notebook.metadata['kernelspec']).toBeUndefined();
  });

  it('of nbformat 3 is shown as nbformat 4 would be', () => {
    const bytes = readFileSync(join(import.meta.dirname, '../../fixtures/notebook/nbformat3.ipynb'));
    const file = readNotebook(bytes, 'old.ipynb');
    expect([file.nbformat, file.notebook.nbformat, file.notebook.nbformatMinor]).toEqual([3, 4, 5]);
    expect(file.findings).toMatchObject([{ code: 'old-format', severity: 'note' }]);
    expect(file.notebook.metadata).toEqual({});
    expect(
      file.notebook.cells.map(({ type, source, metadata, executionCount }) => ({
        type,
        source,
        metadata,
        executionCount,
      })),
    ).toEqual([
      { type: 'markdown', source: '## Restart the queue', metadata: {}, executionCount: null },
      { type: 'markdown', source: 'First line\nsecond', metadata: {}, executionCount: null },
      { type: 'code', source: 'import sys\n1', metadata: { collapsed: true }, executionCount: 4 },
      { type: 'raw', source: 'on the second sheet', metadata: {}, executionCount: null },
    ]);
    expect(file.notebook.cells[2]!.outputs).toEqual([
      { output_type: 'stream', name: 'stderr', text: 'warning\n' },
      {
        output_type: 'execute_result',
        data: { 'text/html': '<b>1</b>', 'text/plain': '1' },
        metadata: {},
        execution_count: 4,
      },
      {
        output_type: 'display_data',
        data: { 'application/json': { a: [1] }, 'image/png': 'iVBORw0KGgo=\n' },
        metadata: { 'image/png': { width: 1 } },
      },
      { output_type: 'error', ename: 'NameError', evalue: 'x', traceback: ['line one', 'line two'] },
    ]);
  });

  it('with outputs of no sense still opens', () => {
    const file = read(
      notebook([
        code({
          outputs: [null, 3, {}, { output_type: 'error' }, { output_type: 'stream', name: 'log', text: 'x' }],
        }),
      ]),
    );
    expect(file.notebook.cells[0]!.outputs.map((output) => output.output_type)).toEqual([
      'unknown',
      'unknown',
      'unknown',
      'error',
      'unknown',
    ]);
    expect(file.findings.length).toBeGreaterThan(3);
  });

  it('with very many faults lists some and counts the rest', () => {
    const file = read(
      notebook(Array.from({ length: 1_000 }, (_, index) => code({ id: `c${index}`, source: 1 }))),
    );
    expect(file.findings.length).toBe(201);
    expect(file.findings.at(-1)!.message).toContain('800 more');
  });
});

describe('checking a notebook', () => {
  it('warns of a rollback of a cell that is not there', () => {
    const rollback = (id: string, rollbackOf: unknown): object =>
      code({ id, metadata: { watchbook: { rollbackOf } } });
    const file = read(
      notebook([code({ id: 'a' }), rollback('b', 'a'), rollback('c', 'nowhere'), rollback('d', 4)]),
    );
    expect(checkNotebook(file).map(({ code: name, cell, severity }) => [name, cell, severity])).toEqual([
      ['rollback-of-nothing', 2, 'warning'],
      ['rollback-of-nothing', 3, 'warning'],
    ]);
  });
});
