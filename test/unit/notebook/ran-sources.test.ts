import { expect, it } from 'vitest';
import { RanSources } from '../../../electron/engine/notebook/ran-sources';
import { applyOperation } from '../../../shared/notebook/apply-operation';
import { copiedMetadata } from '../../../shared/notebook/copied-metadata';
import { formatNotebook } from '../../../shared/notebook/new-notebook';
import type { Cell, Notebook } from '../../../shared/notebook/model';
import { readNotebook } from '../../../shared/notebook/notebook-file';
import { writeNotebook } from '../../../shared/notebook/notebook-writer';

const RAN: Cell = {
  id: 'a',
  type: 'code',
  source: 'print(1)',
  metadata: {
    execution: { 'iopub.execute_input': '2026-11-24T02:18:05.000000Z' },
    watchbook: { note: 'kept' },
  },
  outputs: [
    { output_type: 'stream', name: 'stdout', text: '1\r\n\u001b[31mÄ\ud83d\ude00\n' },
    {
      output_type: 'display_data',
      data: { 'text/html': '<b>1</b>\n', 'x/y+json': { b: 1, a: [1.5, null] } },
      metadata: {},
    },
    { output_type: 'error', ename: 'E', evalue: '', traceback: ['a\nb', ''] },
  ],
  executionCount: 3,
};
const QUIET: Cell = { ...RAN, id: 'q', source: 'x = 1', metadata: {}, outputs: [] };
const NEVER: Cell = { ...RAN, id: 'n', source: '', metadata: {}, outputs: [], executionCount: null };

const bytesOf = (cells: readonly Cell[]): Uint8Array => Buffer.from(formatNotebook({ cells, metadata: {} }));
const read = (bytes: Uint8Array) => readNotebook(bytes, 'book.ipynb');
const retyped = (notebook: Notebook, id: string, source: string): Notebook => ({
  ...notebook,
  cells: notebook.cells.map((cell) => (cell.id === id ? { ...cell, source } : cell)),
});
const edited = (sources: RanSources, { cells }: Notebook): readonly string[] =>
  cells.filter((cell) => sources.isEdited(cell)).map(({ id }) => id);
/** A save as a document does it; answers what the next reader finds. */
function saved(file: ReturnType<typeof read>, sources: RanSources, notebook: Notebook) {
  const noted = sources
    .notesFor(notebook.cells)
    .reduce((before, operation) => applyOperation(before, operation).notebook, notebook);
  return read(writeNotebook(file, noted));
}

it('knows from the file alone which cells were edited after their run, over saves and readers', () => {
  let file = read(bytesOf([RAN, QUIET, NEVER]));
  let sources = new RanSources(() => file.notebook);
  let now = retyped(retyped(retyped(file.notebook, 'a', 'print(2)'), 'n', 'new()'), 'q', 'x = 2');
  expect(edited(sources, file.notebook)).toEqual([]);
  expect(edited(sources, now)).toEqual(['a', 'q']);
  file = saved(file, sources, now);
  sources = new RanSources(() => file.notebook);
  expect(edited(sources, file.notebook)).toEqual(['a', 'q']);
  expect(file.notebook.cells[0]?.metadata['watchbook']).toMatchObject({ note: 'kept' });
  // Edited once more, it is still the source of the run that counts.
  now = retyped(file.notebook, 'a', 'print(3)');
  file = saved(file, sources, now);
  sources = new RanSources(() => file.notebook);
  expect(edited(sources, retyped(file.notebook, 'a', RAN.source))).toEqual(['q']);
  file = saved(file, sources, retyped(file.notebook, 'a', RAN.source));
  expect(file.notebook.cells[0]).toEqual(RAN);
});

it('writes nothing about cells that nobody edited, whatever stands there', () => {
  const foreign = { ...RAN, metadata: { watchbook: { ranAs: { source: 'x'.repeat(64), result: 7 } } } };
  const stale = {
    ...QUIET,
    metadata: { watchbook: { ranAs: { source: 'a'.repeat(64), result: 'b'.repeat(64) } } },
  };
  const file = read(bytesOf([foreign, stale, NEVER]));
  const sources = new RanSources(() => file.notebook);
  expect(edited(sources, file.notebook)).toEqual([]);
  expect(sources.notesFor(file.notebook.cells)).toEqual([]);
});

it('holds a note for nothing where another program ran the cell since, also without an output', () => {
  const file = read(bytesOf([QUIET]));
  const sources = new RanSources(() => file.notebook);
  const [cell] = saved(file, sources, retyped(file.notebook, 'q', 'x = 2')).notebook.cells;
  for (const since of [
    { executionCount: 9 },
    { outputs: RAN.outputs },
    { metadata: { ...cell?.metadata, execution: { 'iopub.execute_input': '2026-12-24T00:00:00Z' } } },
  ]) {
    const again = read(bytesOf([{ ...cell!, ...since }]));
    expect(edited(new RanSources(() => again.notebook), again.notebook)).toEqual([]);
  }
});

it('follows what was sent here before what a file says, and clears the note when it ran again', () => {
  let file = read(bytesOf([QUIET]));
  let sources = new RanSources(() => file.notebook);
  file = saved(file, sources, retyped(file.notebook, 'q', 'x = 2'));
  sources = new RanSources(() => file.notebook);
  sources.sentCell('q', 'x = 2');
  expect(edited(sources, file.notebook)).toEqual([]);
  const again = file.notebook.cells.map((cell) => ({ ...cell, executionCount: 4 }));
  file = saved(file, sources, { ...file.notebook, cells: again });
  expect(file.notebook.cells[0]).toEqual({ ...QUIET, source: 'x = 2', executionCount: 4 });
});

it('goes with no copy of a cell', () => {
  const metadata = { watchbook: { ranAs: { source: 'a', result: 'b' }, title: 'T' } };
  expect(copiedMetadata(metadata, 'copy')).toEqual({ watchbook: { title: 'T' } });
  expect(copiedMetadata(metadata, 'piece')).toEqual({});
});
