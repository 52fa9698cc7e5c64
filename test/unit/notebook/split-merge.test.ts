import { describe, expect, it, vi } from 'vitest';
import { changeType, deleteSelected } from '../../../renderer/notebook/cell-actions';
import type { NotebookHost } from '../../../renderer/notebook/document-context';
import type { DocumentModel } from '../../../renderer/notebook/document-model';
import type { OpenDocument } from '../../../renderer/notebook/document-store';
import { insertHeading } from '../../../renderer/notebook/headings';
import { runCommand } from '../../../renderer/notebook/run-command';
import { selectOne } from '../../../renderer/notebook/selection';
import { mergeCells, splitCell } from '../../../renderer/notebook/split-merge';
import { applyOperation } from '../../../shared/notebook/apply-operation';
import type { Cell, Notebook } from '../../../shared/notebook/model';

// The table of what commands do reaches to all that they open.
vi.hoisted(() => {
  vi.stubGlobal('navigator', { platform: 'Linux', userAgent: '', maxTouchPoints: 0 });
  vi.stubGlobal('localStorage', { getItem: () => null });
});

/** A document of a window with nobody behind it: edits are applied, notices kept. */
function documentOf(...drafts: readonly Partial<Cell>[]) {
  const cells = drafts.map((draft, at): Cell => ({
    id: `c${at}`,
    type: 'code',
    source: '',
    metadata: {},
    outputs: [],
    executionCount: null,
    ...draft,
  }));
  let notebook: Notebook = { cells, metadata: {}, nbformat: 4, nbformatMinor: 5 };
  let model = {
    phase: 'open',
    state: { readOnly: null, queue: { first: null, length: 0, passed: 0 } },
    selection: selectOne('c0'),
    mode: 'command',
    runs: new Map(),
    outputs: new Map(),
    notices: [],
    collapsed: new Set(),
    question: null,
  } as unknown as DocumentModel;
  const said: string[] = [];
  const open = {
    store: {
      getState: (): DocumentModel => ({
        ...model,
        cells: notebook.cells,
        order: notebook.cells.map(({ id }) => id),
        byId: new Map(notebook.cells.map((cell) => [cell.id, cell])),
      }),
    },
    edit(operation: Parameters<OpenDocument['edit']>[0]) {
      ({ notebook } = applyOperation(notebook, operation));
      return true;
    },
    set(changes: Partial<DocumentModel>) {
      model = { ...model, ...changes };
    },
    say: (error: Error) => said.push(error.message),
  } as unknown as OpenDocument;
  return { open, said, cells: () => notebook.cells, model: () => model, set: open.set };
}

describe('splitting a cell', () => {
  it('keeps lineage and tags in each piece, outputs and name in the first, and pictures where they are shown', () => {
    const meme = { current: 'm' };
    const document = documentOf({
      type: 'markdown',
      source: 'one ![](attachment:a.png)\ntwo ![](attachment:b.png)\nthree',
      metadata: { lc_cell_meme: meme, tags: ['parameters', 'x'], name: 'n', editable: true },
      attachments: { 'a.png': { 'image/png': 'A' }, 'b.png': { 'image/png': 'B' } },
    });
    splitCell(document.open, 'c0', [26, 52]);
    const [first, second, third] = document.cells();
    expect(document.cells()).toHaveLength(3);
    expect([first!.source, second!.source, third!.source]).toEqual([
      'one ![](attachment:a.png)',
      'two ![](attachment:b.png)',
      'three',
    ]);
    expect(first).toMatchObject({ id: 'c0', metadata: { name: 'n', tags: ['parameters', 'x'] } });
    expect(Object.keys(first!.attachments!)).toEqual(['a.png', 'b.png']);
    for (const piece of [second!, third!])
      expect(piece.metadata).toEqual({ lc_cell_meme: meme, tags: ['x'], editable: true });
    expect(second!.attachments).toEqual({ 'b.png': { 'image/png': 'B' } });
    expect(third!.attachments).toBeUndefined();
    expect(document.model().selection.active).toBe(third!.id);
  });

  it('keeps a piece of a shell cell in the shell', () => {
    const metadata = { vscode: { languageId: 'shellscript' }, execution: { x: 'y' } };
    const document = documentOf({ source: 'a\nb', metadata });
    splitCell(document.open, 'c0', [2]);
    expect(document.cells()[1]!.metadata).toEqual({ vscode: { languageId: 'shellscript' } });
  });

  it('is not done to a frozen cell', () => {
    const document = documentOf({ source: 'a\nb', metadata: { run_through_control: { frozen: true } } });
    splitCell(document.open, 'c0', [2]);
    expect(document.cells()).toHaveLength(1);
    expect(document.said).toEqual(['Not split: one cell is marked as frozen. It is kept as it is.']);
  });
});

describe('merging cells', () => {
  it('brings their attachments along, under another name where one is taken', () => {
    const same = { 'image/png': 'A' };
    const document = documentOf(
      { type: 'markdown', source: '![](attachment:a.png)', attachments: { 'a.png': same } },
      { type: 'markdown', source: '![](attachment:a.png)', attachments: { 'a.png': { 'image/png': 'B' } } },
      { type: 'markdown', source: '![](attachment:a.png)', attachments: { 'a.png': same } },
    );
    document.set({ selection: { active: 'c2', anchor: 'c0' } });
    mergeCells(document.open, 'selected');
    expect(document.cells()).toHaveLength(1);
    expect(document.cells()[0]).toMatchObject({
      source: '![](attachment:a.png)\n\n![](attachment:a-2.png)\n\n![](attachment:a.png)',
      attachments: { 'a.png': same, 'a-2.png': { 'image/png': 'B' } },
    });
  });

  it('takes the one above or below, and nothing at the ends', () => {
    const document = documentOf({ source: 'a' }, { source: 'b' }, { source: 'c' });
    mergeCells(document.open, 'above');
    expect(document.cells()).toHaveLength(3);
    document.set({ selection: selectOne('c1') });
    mergeCells(document.open, 'below');
    expect(document.cells().map(({ source }) => source)).toEqual(['a', 'b\n\nc']);
    document.set({ selection: selectOne('c1') });
    mergeCells(document.open, 'above');
    expect(document.cells().map(({ source }) => source)).toEqual(['a\n\nb\n\nc']);
  });

  it('never makes one cell of the shell’s and the kernel’s', () => {
    const document = documentOf(
      { source: 'a' },
      { source: 'b', metadata: { vscode: { languageId: 'shellscript' } } },
    );
    mergeCells(document.open, 'below');
    expect(document.cells()).toHaveLength(2);
    expect(document.said[0]).toContain('some of these cells run in the shell and some in the kernel');
  });

  it('keeps what is not deletable where it is, unless it is the first', () => {
    const kept = { metadata: { deletable: false } };
    const document = documentOf({ source: 'a' }, { source: 'b', ...kept });
    mergeCells(document.open, 'below');
    expect(document.said).toEqual(['Not merged: one cell is marked as not deletable. It is kept as it is.']);
    const other = documentOf({ source: 'a', ...kept }, { source: 'b' });
    mergeCells(other.open, 'below');
    expect(other.cells()).toHaveLength(1);
  });
});

describe('what a run or a mark holds', () => {
  it('is not deleted, and the others are', () => {
    const document = documentOf({}, { metadata: { deletable: false } }, {}, {});
    document.set({
      selection: { active: 'c3', anchor: 'c0' },
      runs: new Map([['c0', { status: 'running' }]]) as unknown as DocumentModel['runs'],
    });
    expect(deleteSelected(document.open)).toBe(2);
    expect(document.cells().map(({ id }) => id)).toEqual(['c0', 'c1']);
    expect(document.said).toEqual([
      'Not deleted: one cell runs or waits in line. Interrupt it first. One cell is marked as not deletable. It is kept as it is.',
    ]);
  });

  it('asks before anything is deleted while something runs', () => {
    const document = documentOf({}, {});
    document.set({
      state: {
        readOnly: null,
        queue: { first: 'c1', length: 1, passed: 1 },
      } as unknown as DocumentModel['state'],
    });
    expect(deleteSelected(document.open)).toBe(0);
    expect(document.model().question).toEqual({ kind: 'delete', cells: ['c0'], withOutputs: 0 });
    expect(deleteSelected(document.open, true)).toBe(1);
    expect(document.cells().map(({ id }) => id)).toEqual(['c1']);
  });

  it('keeps its kind', () => {
    const document = documentOf({ metadata: { editable: false } }, {});
    document.set({ selection: { active: 'c1', anchor: 'c0' } });
    changeType(document.open, 'markdown');
    expect(document.cells().map(({ type }) => type)).toEqual(['code', 'markdown']);
    expect(document.said).toEqual(['Not changed: one cell is marked as not editable. It is kept as it is.']);
  });
});

it('a new heading has the level of its section, above the cell or below the whole section', () => {
  const markdown = (source: string): Partial<Cell> => ({ type: 'markdown', source });
  const document = documentOf(
    markdown('# T'),
    markdown('## A'),
    { source: 'a' },
    markdown('### A1'),
    markdown('## B'),
  );
  document.set({ selection: selectOne('c2') });
  insertHeading(document.open, 'below');
  expect(document.cells().map(({ source }) => source)).toEqual(['# T', '## A', 'a', '### A1', '## ', '## B']);
  document.set({ selection: selectOne('c2') });
  insertHeading(document.open, 'above');
  expect(
    document
      .cells()
      .map(({ source }) => source)
      .slice(0, 4),
  ).toEqual(['# T', '## A', '## ', 'a']);
});

describe('an undo', () => {
  it('takes away the word that it would bring something back', async () => {
    const document = documentOf({ source: 'a' }, { source: 'b' });
    const open = {
      ...document.open,
      settled: () => Promise.resolve('d'),
      engine: { request: () => Promise.resolve({ cell: 'c1' }) },
    } as unknown as OpenDocument;
    const said: string[] = [];
    const host = {
      confirm: (text: string) => said.push(text),
      unsay: () => said.splice(0),
    } as unknown as NotebookHost;
    runCommand('delete', open, host);
    expect(said).toEqual(['Deleted one cell. Undo brings it back.']);
    runCommand('undo', open, host);
    await expect.poll(() => said).toEqual([]);
  });
});
