import { describe, expect, it } from 'vitest';
import { ansiRuns } from '../../../shared/notebook/outputs/ansi';
import { markRuns } from '../../../shared/notebook/outputs/mark-runs';
import { SGR_DEFAULT } from '../../../shared/notebook/outputs/sgr';
import { isShortened, rowsOfLines, viewRows } from '../../../shared/notebook/outputs/text-rows';
import { viewOfText } from '../../../shared/notebook/outputs/text-view';

const flood = (lines: number): string =>
  Array.from({ length: lines }, (_, index) => `line ${index}\n`).join('');

describe('the rows of a text', () => {
  it('keep their numbers while a text grows', () => {
    const { head, tail } = viewRows(viewOfText(flood(1_000)));
    expect([head[0]?.number, head.at(-1)?.number]).toEqual([0, 99]);
    expect([tail[0]?.number, tail.at(-1)?.number]).toEqual([900, 999]);
    expect(tail.every(({ number, text }) => text === `line ${number}`)).toBe(true);
    const later = viewRows(viewOfText(flood(1_050))).tail;
    expect(later.find(({ number }) => number === 960)).toEqual(tail.find(({ number }) => number === 960));
  });

  it('are all there is of a short text, its last line without an end too', () => {
    expect(viewRows(viewOfText('a\n\nb')).head.map(({ text }) => text)).toEqual(['a', '', 'b']);
    expect(viewRows(viewOfText(''))).toEqual({ head: [], tail: [] });
    expect(viewRows(viewOfText('\n')).head).toHaveLength(1);
  });

  it('begin in the colour that the line before left', () => {
    const rows = rowsOfLines(['\u001b[31mred', 'still red\u001b[0m', 'plain'], 0);
    expect(rows.map(({ entry }) => entry.codes)).toEqual(['', '31', '']);
    expect(rows[2]?.entry).toBe(SGR_DEFAULT);
  });

  it('say where a line goes on elsewhere', () => {
    const long = viewOfText(`short\n${'x'.repeat(5_000)}\n${'\u001b[32my\u001b[0m'.repeat(900)}\n`);
    expect(viewRows(long).head.map(({ isCut }) => isCut)).toEqual([false, true, true]);
    expect(isShortened(long)).toBe(true);
    expect(isShortened(viewOfText('an ellipsis is no cut …\n'))).toBe(false);
    expect(isShortened(viewOfText(flood(300)))).toBe(true);
  });
});

describe('marks in a line', () => {
  it('are found across colours, and part the runs', () => {
    const { runs } = ansiRuns('an \u001b[31merr\u001b[32mor\u001b[0m, an ERROR');
    const marked = markRuns(runs, 'error', false);
    expect(marked.filter(({ isFound }) => isFound).map(({ text }) => text)).toEqual(['err', 'or', 'ERROR']);
    expect(marked.map(({ text }) => text).join('')).toBe('an error, an ERROR');
    expect(markRuns(runs, 'error', true).filter(({ isFound }) => isFound)).toHaveLength(2);
  });

  it('are bounded, and lose nothing of the line', () => {
    const { runs } = ansiRuns('a'.repeat(10_000));
    const marked = markRuns(runs, 'a', false);
    expect(marked.map(({ text }) => text).join('')).toHaveLength(10_000);
    expect(marked.length).toBeLessThan(600);
  });
});
