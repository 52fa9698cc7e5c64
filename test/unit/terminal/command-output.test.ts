import { describe, expect, it } from 'vitest';
import { BothEnds, CommandOutput, ShownOutput } from '../../../electron/cli/command-output';
import type { TerminalMark } from '../../../shared/terminal/contract';

const BRACKETS = '\u001b[?2004h';

function outputOf(...events: readonly (readonly [string, readonly TerminalMark[]])[]): string {
  let written = '';
  const output = new CommandOutput((text) => (written += text));
  for (const [data, marks] of events) output.take({ data, marks: [...marks] });
  expect(output.isOver).toBe(true);
  return written;
}

const start = (at: number, command = 1): TerminalMark => ({ at, step: 'start', command });
const end = (at: number, command = 1): TerminalMark => ({ at, step: 'end', command });

describe('the output of a command', () => {
  it('is what stands between its marks', () => {
    expect(outputOf(['$ ls\r\na b\r\n$ ', [start(6), end(11)]])).toBe('a b\r\n');
    expect(outputOf(['$ ls\r\n', [start(6)]], ['a ', []], ['b\r\n$ ', [end(3)]])).toBe('a b\r\n');
    expect(outputOf(['', [start(0)]], ['', [end(0)]], ['more', []])).toBe('');
  });

  it('is without what the line editor writes before the next prompt, also where that is parted', () => {
    expect(outputOf([`a${BRACKETS}$ `, [start(0), end(1 + BRACKETS.length)]])).toBe('a');
    const parted = [...`a${BRACKETS}`].map((one) => [one, []] as const);
    expect(outputOf(['', [start(0)]], ...parted, ['$ ', [end(0)]])).toBe('a');
    // In the middle it is the program's own.
    expect(outputOf(['', [start(0)]], [`a${BRACKETS}`, []], ['b', []], ['', [end(0)]])).toBe(`a${BRACKETS}b`);
    expect(outputOf(['', [start(0)]], ['a\u001b[', []], ['0mb\u001b', []], ['', [end(0)]])).toBe(
      'a\u001b[0mb\u001b',
    );
  });

  it('as it was shown keeps both ends of a flood', () => {
    const ends = new BothEnds();
    const piece = 'x'.repeat(1_000_000);
    ends.add('first');
    for (let count = 0; count < 50; count += 1) ends.add(piece);
    ends.add('last');
    const { text, omitted } = ends.ends;
    expect(text.startsWith('first') && text.endsWith('last')).toBe(true);
    expect(text.length + omitted).toBe(50_000_009);
    expect(text.length).toBeLessThan(17_000_000);
    const shown = new ShownOutput();
    shown.add('10 %\r\u001b[31m20');
    shown.add(' %\r\n');
    expect(shown.finish()).toEqual({ text: '20 %\n', omitted: 0 });
  });
});
