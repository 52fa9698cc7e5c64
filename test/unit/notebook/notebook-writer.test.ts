import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../shared/rpc/contract';
import { applyOperation } from '../../../shared/notebook/apply-operation';
import { cellToJson, type TextShape } from '../../../shared/notebook/cell-json';
import { CANONICAL_STYLE, formatJson, type JsonStyle } from '../../../shared/notebook/json-style';
import type { Notebook } from '../../../shared/notebook/model';
import { newNotebook } from '../../../shared/notebook/new-notebook';
import { readNotebook, type NotebookFile } from '../../../shared/notebook/notebook-file';
import { isChanged, saveNotes, writeNotebook } from '../../../shared/notebook/notebook-writer';
import { caseCount } from '../../support/environment';
import { cook, freshIds, notebookArbitrary, recipe } from '../../support/notebook-arbitraries';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function read(text: string): NotebookFile {
  return readNotebook(encoder.encode(text), 'a.ipynb');
}

function written(file: NotebookFile, current: Notebook): string {
  return decoder.decode(writeNotebook(file, current));
}

/** The file with one cell changed by hand. */
function withCell(file: NotebookFile, index: number, change: object): Notebook {
  const cell = { ...file.notebook.cells[index]!, ...change };
  return { ...file.notebook, cells: file.notebook.cells.with(index, cell) };
}

/** How the writer would write a notebook from nothing; what editing must come to in a file of this style. */
function format(notebook: Notebook, style: JsonStyle, shape: TextShape): string {
  const json = {
    cells: notebook.cells.map((cell) => cellToJson(cell, shape, shape)),
    metadata: notebook.metadata,
    nbformat: 4,
    nbformat_minor: 5,
  } as Json;
  return `${formatJson(json, style, '')}\n`;
}

/** A cell whose texts show the file's style and shape; it is never edited. */
const SHOWING = {
  id: 'shows-style',
  type: 'code',
  source: 'one\ntwo é\n',
  metadata: { a: [1] },
  outputs: [{ output_type: 'stream', name: 'stdout', text: 'x\ny\n' }],
  executionCount: 1,
} as const;

const styles: [string, JsonStyle][] = [
  ['one space', CANONICAL_STYLE],
  ['two spaces, escapes', { ...CANONICAL_STYLE, indent: '  ', asciiOnly: true }],
  ['four spaces, CRLF', { ...CANONICAL_STYLE, indent: '    ', newline: '\r\n' }],
  ['tabs', { ...CANONICAL_STYLE, indent: '\t' }],
  ['no indent but lines', { ...CANONICAL_STYLE, indent: '' }],
  ['one line', { ...CANONICAL_STYLE, indent: null }],
  ['one line without spaces', { ...CANONICAL_STYLE, indent: null, colon: ':', comma: ',' }],
];

describe('saving an edited notebook', () => {
  it.each(styles)('comes to what a file of this style would be: %s', (_name, style) => {
    fc.assert(
      fc.property(
        notebookArbitrary,
        fc.array(recipe, { minLength: 1, maxLength: 5 }),
        fc.constantFrom<TextShape>('list', 'string'),
        (made, recipes, shape) => {
          const start = { ...made, cells: [SHOWING, ...made.cells] };
          const file = read(format(start, style, shape));
          expect(isChanged(start, file.notebook)).toBe(false);
          const fresh = freshIds('n');
          let current: Notebook = { ...file.notebook, cells: file.notebook.cells.slice(1) };
          for (const each of recipes) current = applyOperation(current, cook(current, each, fresh)).notebook;
          current = { ...current, cells: [file.notebook.cells[0]!, ...current.cells] };
          const text = written(file, current);
          expect(isChanged(current, read(text).notebook)).toBe(false);
          expect(text).toBe(format(current, style, shape));
        },
      ),
      { numRuns: caseCount(400) },
    );
  });

  it('gives the very same bytes when nothing differs, also by value only', () => {
    fc.assert(
      fc.property(
        notebookArbitrary,
        fc.constantFrom(...styles.map(([, style]) => style)),
        fc.boolean(),
        (made, style, bom) => {
          const bytes = encoder.encode((bom ? '\ufeff' : '') + format(made, style, 'list'));
          const file = readNotebook(bytes, 'a.ipynb');
          expect(writeNotebook(file, file.notebook)).toEqual(bytes);
          expect(writeNotebook(file, structuredClone(file.notebook))).toEqual(bytes);
        },
      ),
    );
  });
});

const ODD = `{
    "nbformat":4,  "nbformat_minor" : 5,
    "x-tool": {"v": 1.0},
    "metadata": { "kernelspec": {"name":"bash", "display_name": "B\\u00e4sh"}, "big": 12345678901234567890, "f": 1e5 },
    "cells": [
        {"cell_type":"code","source":["a = 1.0\\n",
            "b"],"metadata":{"x":1.0,"tags":["t"]},"id":"one",
         "execution_count":1,"outputs":[{"output_type":"display_data","data":{"application/json":{"n":1.0}},"metadata":{},"extra":1},
            {"output_type":"stream","name":"stdout","text":"s"}]} ,
        {"cell_type":"markdown","id":"two","source":"\\u00e9t\\u00e9 \\/","metadata":{}, "attachments": {"a.png": {"image/png": "AAAA"}}},


        {"cell_type":"raw","id":"three","source":"","metadata":{"deep":{"er":{"n":1.50,"m":[1.0]}}}}
    ]
}`;

describe('saving leaves every other byte', () => {
  const file = read(ODD);

  it('around a changed source, in the shape, escapes and line that it had', () => {
    expect(written(file, withCell(file, 0, { source: 'a\nc é' }))).toBe(
      ODD.replace('["a = 1.0\\n",\n            "b"]', '["a\\n",\n            "c \\u00e9"]').replace(
        // The list keeps its lines, in the file's indent.
        '["a\\n",\n            "c \\u00e9"]',
        '[\n            "a\\n",\n            "c \\u00e9"\n        ]',
      ),
    );
    expect(written(file, withCell(file, 1, { source: 'ü\n"' }))).toBe(
      ODD.replace('"\\u00e9t\\u00e9 \\/"', '"\\u00fc\\n\\""'),
    );
  });

  it('around a changed count', () => {
    expect(written(file, withCell(file, 0, { executionCount: 12 }))).toBe(
      ODD.replace('"execution_count":1', '"execution_count":12'),
    );
  });

  it('around one member of metadata, at any depth', () => {
    const metadata = { deep: { er: { n: 2, m: [1] } } };
    expect(written(file, withCell(file, 2, { metadata }))).toBe(ODD.replace('1.50', '2'));
    const added = { deep: { er: { n: 1.5, m: [1], o: null } } };
    expect(written(file, withCell(file, 2, { metadata: added }))).toBe(
      ODD.replace('"m":[1.0]', '"m":[1.0],"o": null').replace('"o": null', '"o":null'),
    );
    const removed = { deep: { er: { m: [1] } } };
    expect(written(file, withCell(file, 2, { metadata: removed }))).toBe(ODD.replace('"n":1.50,', ''));
  });

  it('around metadata of the notebook', () => {
    const { big: _big, ...rest } = file.notebook.metadata;
    expect(written(file, { ...file.notebook, metadata: rest })).toBe(
      ODD.replace('"big": 12345678901234567890, ', ''),
    );
  });

  it('of outputs that stay, when one is added or one goes', () => {
    const { outputs } = file.notebook.cells[0]!;
    const added = [...outputs, { output_type: 'stream', name: 'stderr', text: 'e' } as const];
    expect(written(file, withCell(file, 0, { outputs: added }))).toContain(
      '{"output_type":"display_data","data":{"application/json":{"n":1.0}},"metadata":{},"extra":1},\n            {"output_type":"stream","name":"stdout","text":"s"},\n            {',
    );
    expect(written(file, withCell(file, 0, { outputs: outputs.slice(0, 1) }))).toBe(
      ODD.replace(/,\n {12}\{"output_type":"stream"[^}]*\}/, ''),
    );
  });

  it('of cells that are moved, and cuts deleted ones with their comma', () => {
    const [one, two, three] = file.notebook.cells;
    const text = written(file, { ...file.notebook, cells: [three!, one!] });
    expect(read(text).notebook.cells).toEqual([three, one]);
    expect(text).toContain(
      '"m":[1.0]}}}} ,\n        {"cell_type":"code","source":["a = 1.0\\n",\n            "b"]',
    );
    const without = written(file, { ...file.notebook, cells: [one!, three!] });
    expect(without).toBe(ODD.replace(/ ,\n {8}\{"cell_type":"markdown".*\n\n\n/, ',\n\n\n'));
    expect(written(file, { ...file.notebook, cells: [one!, two!] })).toBe(
      ODD.replace(/,\n\n\n .*"raw".*\n/, '\n'),
    );
  });

  it('of the first and the last member', () => {
    const { x: _x, ...rest } = file.notebook.cells[0]!.metadata;
    expect(written(file, withCell(file, 0, { metadata: rest }))).toBe(ODD.replace('"x":1.0,', ''));
    expect(written(file, withCell(file, 0, { metadata: { x: 1 } }))).toBe(ODD.replace(',"tags":["t"]', ''));
    expect(written(file, withCell(file, 0, { metadata: {} }))).toBe(
      ODD.replace('{"x":1.0,"tags":["t"]}', '{}'),
    );
    expect(written(file, withCell(file, 1, { attachments: undefined }))).toBe(
      ODD.replace(', "attachments": {"a.png": {"image/png": "AAAA"}}', ''),
    );
  });

  it('of an object with a doubled key: the last one is changed', () => {
    const doubled = read(ODD.replace('"x":1.0', '"x":1.0,"x":2.0'));
    const text = written(doubled, withCell(doubled, 0, { metadata: { x: 3, tags: ['t'] } }));
    expect(text).toBe(ODD.replace('"x":1.0', '"x":1.0,"x":3'));
    expect(written(doubled, withCell(doubled, 0, { metadata: { tags: ['t'] } }))).toBe(
      ODD.replace('"x":1.0,', ''),
    );
  });
});

describe('the version and the ids', () => {
  const old = `{
 "cells": [
  {
   "cell_type": "code",
   "execution_count": null,
   "metadata": {},
   "outputs": [],
   "source": [
    "1"
   ]
  },
  {
   "source": "same", "cell_type": "raw", "metadata": {}
  },
  {
   "source": "same", "cell_type": "raw", "metadata": {}
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 2
}
`;

  it('become 4.5 with the first edit, said before', () => {
    const file = read(old);
    expect(saveNotes(file, file.notebook)).toEqual([]);
    const current = withCell(file, 0, { source: '2' });
    expect(saveNotes(file, current)).toEqual([expect.stringContaining('4.5')]);
    const [a, b, c] = file.notebook.cells.map((cell) => cell.id);
    expect(new Set([a, b, c]).size).toBe(3);
    const raw = '"source": "same", "cell_type": "raw", "metadata": {}';
    expect(written(file, current)).toBe(
      old
        .replace('"1"', '"2"')
        .replace('"execution_count": null,', `"execution_count": null,\n   "id": "${a}",`)
        .replace(raw, `${raw}, "id": "${b}"`)
        .replace(`{\n   ${raw}\n`, `{\n   ${raw}, "id": "${c}"\n`)
        .replace('"nbformat_minor": 2', '"nbformat_minor": 5'),
    );
    const again = read(written(file, current));
    expect(again.findings).toEqual([]);
    expect(again.notebook.cells.map((cell) => cell.id)).toEqual([a, b, c]);
  });

  it('stay with a newer minor', () => {
    const file = read(old.replace('"nbformat_minor": 2', '"nbformat_minor": 7'));
    const text = written(file, withCell(file, 0, { source: '2' }));
    expect(text).toContain('"nbformat_minor": 7');
  });

  it('are repaired only where they are wrong, and only with an edit', () => {
    const text = ODD.replace('"id":"two"', '"id":"one"').replace('"id":"three"', '"id":"not allowed!"');
    const file = read(text);
    const aboutIds = file.findings.filter(({ code }) => code !== 'schema');
    expect(aboutIds.map(({ code, cell }) => [code, cell])).toEqual([
      ['duplicate-id', 1],
      ['invalid-id', 2],
    ]);
    expect(written(file, file.notebook)).toBe(text);
    const current = withCell(file, 2, { metadata: {} });
    expect(saveNotes(file, current)).toEqual([expect.stringContaining('2 cells')]);
    const ids = file.notebook.cells.map((cell) => cell.id);
    expect(written(file, current)).toBe(
      ODD.replace('"id":"two"', `"id":"${ids[1]}"`)
        .replace('"id":"three"', `"id":"${ids[2]}"`)
        .replace('{"deep":{"er":{"n":1.50,"m":[1.0]}}}', '{}'),
    );
  });

  it('of nbformat 3 are converted, said before', () => {
    const file = read(
      '{"metadata":{},"nbformat":3,"nbformat_minor":0,"worksheets":[{"cells":[{"cell_type":"heading","level":2,"source":["A ","b"]}]}]}\n',
    );
    const current = withCell(file, 0, { source: 'new' });
    expect(saveNotes(file, current)).toEqual([expect.stringContaining('nbformat 3')]);
    const again = read(written(file, current));
    expect([again.nbformat, again.nbformatMinor, again.findings]).toEqual([4, 5, []]);
    expect(again.notebook.cells[0]).toMatchObject({ type: 'markdown', source: 'new' });
  });
});

describe('a new notebook', () => {
  it.each(['bash', 'python'] as const)('for %s is canonical and has nothing to be said of it', (language) => {
    const file = newNotebook(language);
    expect(file.findings).toEqual([]);
    expect(file.text).toBe(format(file.notebook, CANONICAL_STYLE, 'list'));
    expect(written(file, withCell(file, 0, { source: 'ls\n' }))).toContain(
      '\n   "source": [\n    "ls\\n"\n   ]\n',
    );
  });
});

it('writes lone surrogates as escapes, so that they come back', () => {
  const file = newNotebook('bash');
  const current = withCell(file, 0, { source: 'a\ud800b' });
  const bytes = writeNotebook(file, current);
  expect(decoder.decode(bytes)).toContain('a\\ud800b');
  expect(readNotebook(bytes, 'a').notebook.cells[0]!.source).toBe('a\ud800b');
});
