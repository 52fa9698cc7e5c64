import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clipboardCells, clipboardTexts, type CopiedCell } from '../../../shared/notebook/clipboard-cells';
import { copiedMetadata } from '../../../shared/notebook/copied-metadata';
import { awkwardText } from '../../support/notebook-arbitraries';

const cell: CopiedCell = { id: 'c1', type: 'code', source: 'print("<&>")', metadata: {} };

describe('cells on the clipboard', () => {
  it('come back as they were, and are plain text for others', () => {
    const meme = { current: 'a-1', history: ['a-0'] };
    const cells: readonly CopiedCell[] = [
      { ...cell, metadata: { lc_cell_meme: meme, tags: ['x'], editable: false } },
      {
        id: 'm1',
        type: 'markdown',
        source: '![](attachment:a.png)',
        metadata: {},
        attachments: { 'a.png': {} },
      },
    ];
    const texts = clipboardTexts(cells);
    expect(texts.text).toBe('print("<&>")\n\n![](attachment:a.png)');
    expect(clipboardCells(texts)).toEqual(cells);
  });

  it('survive whatever text is in them', () => {
    fc.assert(
      fc.property(fc.array(awkwardText, { minLength: 1, maxLength: 4 }), (sources) => {
        const cells = sources.map((source, at): CopiedCell => ({ ...cell, id: `c${at}`, source }));
        expect(clipboardCells(clipboardTexts(cells))).toEqual(cells);
      }),
    );
  });

  it('are JupyterLab’s too, a list as plain text', () => {
    const list = [
      {
        cell_type: 'code',
        source: ['a\n', 'b'],
        metadata: { trusted: true },
        outputs: [{ output_type: 'x' }],
      },
      { cell_type: 'raw', source: 'r', metadata: {} },
    ];
    const cells = clipboardCells({ text: JSON.stringify(list), html: '' })!;
    expect(cells.map(({ type, source }) => [type, source])).toEqual([
      ['code', 'a\nb'],
      ['raw', 'r'],
    ]);
    expect(cells[0]!.metadata).toEqual({});
  });

  it('are the classic Notebook’s too, as it is or escaped by a program on the way', () => {
    const json = JSON.stringify([{ cell_type: 'code', source: 'a < b', metadata: {} }]);
    for (const inside of [json, json.replaceAll('<', '&lt;').replaceAll('"', '&quot;')]) {
      const html = `<meta charset="utf-8"><pre class="jupyter-nb-cells-json">${inside}</pre>`;
      expect(clipboardCells({ text: 'a < b', html })?.[0]?.source).toBe('a < b');
    }
  });

  it('are not seen in other text', () => {
    for (const text of [
      '',
      'ls -la',
      '[1, 2]',
      '[]',
      '[{"cell_type": "code"}]',
      '[{"cell_type":"x","source":""}]',
      '[[[[',
    ])
      expect(clipboardCells({ text, html: '<p>text</p>' })).toBeNull();
    expect(clipboardCells({ text: '['.repeat(200_000), html: '' })).toBeNull();
  });
});

describe('the metadata of a copy', () => {
  it('has no times and no trust, and keeps what others wrote', () => {
    const metadata = {
      execution: { 'iopub.status.busy': 'x' },
      ExecuteTime: {},
      trusted: true,
      lc_cell_meme: { current: 'a' },
      run_through_control: { frozen: true },
      tags: ['parameters', 'destructive'],
      name: 'setup',
      watchbook: { fullOutput: [], title: 'Prepare', note: 'n' },
    };
    expect(copiedMetadata(metadata, 'copy')).toEqual({
      lc_cell_meme: { current: 'a' },
      run_through_control: { frozen: true },
      tags: ['parameters', 'destructive'],
      name: 'setup',
      watchbook: { title: 'Prepare', note: 'n' },
    });
    expect(copiedMetadata(metadata, 'piece')).toEqual({
      lc_cell_meme: { current: 'a' },
      run_through_control: { frozen: true },
      tags: ['destructive'],
      watchbook: { note: 'n' },
    });
  });
});
