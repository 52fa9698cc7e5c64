import { describe, expect, it } from 'vitest';
import type { CellView } from '../../../shared/notebook/contract';
import { sentPart } from '../../../renderer/terminal/send-to-terminal';

const cell = (id: string, source: string, more: Partial<CellView> = {}): CellView => ({
  id,
  type: 'code',
  source,
  metadata: {},
  executionCount: null,
  ...more,
});
const BASH = { kernelspec: { name: 'bash', display_name: 'Bash', language: 'bash' } };
const PYTHON = { kernelspec: { name: 'python3', display_name: 'Python', language: 'python' } };

/** A notebook of these cells, with the first selected. */
function model(cells: readonly CellView[], more: object = {}): Parameters<typeof sentPart>[0] {
  return {
    byId: new Map(cells.map((one) => [one.id, { ...one, outputs: [] }])),
    order: cells.map(({ id }) => id),
    selection: { active: cells[0]?.id ?? null, anchor: cells[0]?.id ?? null },
    mode: 'command',
    metadata: BASH,
    ...more,
  };
}

describe('what of a notebook is sent', () => {
  const cells = [cell('a', 'one\ntwo\nthree'), cell('b', 'four')];

  it('is the selected cells', () => {
    expect(sentPart(model(cells), 'cells', null)).toEqual({ text: 'one\ntwo\nthree', cells: ['a'] });
    const both = model(cells, { selection: { active: 'b', anchor: 'a' } });
    expect(sentPart(both, 'cells', null)).toEqual({ text: 'one\ntwo\nthree\nfour', cells: ['a', 'b'] });
  });

  it('is what is selected in a source that is edited, else its cell', () => {
    const edited = model(cells, { mode: 'edit' });
    expect(sentPart(edited, 'cells', [4, 7])).toEqual({ text: 'two', cells: ['a'] });
    expect(sentPart(edited, 'cells', [4])).toEqual({ text: 'one\ntwo\nthree', cells: ['a'] });
  });

  it.each([
    [0, 'one'],
    [3, 'one'],
    [4, 'two'],
    [13, 'three'],
  ])('is the line with the cursor, at %d', (at, text) =>
    expect(sentPart(model(cells, { mode: 'edit' }), 'line', [at])).toEqual({ text, cells: ['a'] }),
  );

  it('is nothing without a cursor, and of no other kind of cell', () => {
    expect(sentPart(model(cells), 'line', null)).toMatch(/No line was chosen/);
    expect(sentPart(model(cells, { metadata: PYTHON }), 'cells', null)).toMatch(/Only shell cells/);
    const beside = cell('a', 'ls', { metadata: { vscode: { languageId: 'shellscript' } } });
    expect(sentPart(model([beside], { metadata: PYTHON }), 'cells', null)).toEqual({
      text: 'ls',
      cells: ['a'],
    });
    expect(sentPart(model([cell('a', '# Text', { type: 'markdown' })]), 'cells', null)).toMatch(
      /Only shell cells/,
    );
    expect(sentPart(model([]), 'cells', null)).toMatch(/Nothing was sent/);
  });
});
