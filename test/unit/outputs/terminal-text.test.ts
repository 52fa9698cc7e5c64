import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  CONTROL_STRING_LIMIT,
  TERMINAL_ROWS,
  TerminalText,
} from '../../../shared/notebook/outputs/terminal-text';
import { caseCount } from '../../support/environment';

function show(...chunks: readonly string[]): string {
  let settled = '';
  const terminal = new TerminalText({ settle: (text) => (settled += text) });
  for (const chunk of chunks) terminal.push(chunk);
  terminal.finish();
  return settled + terminal.pending();
}

describe('what a terminal would show', () => {
  it('keeps plain text, tabs, line ends and colours as they are', () => {
    const text = 'a\tb\n\u001b[31mred\u001b[0m\n\nüñ 漢 🙂 e\u0301\n';
    expect(show(text)).toBe(text);
  });

  it('overwrites after a carriage return, character by character', () => {
    expect(show('10 %\r20 %\r100 %\ndone')).toBe('100 %\ndone');
    expect(show('long text\rab')).toBe('abng text');
  });

  it('overwrites after a backspace and stops at the beginning', () => {
    expect(show('ab\b\b\b\bX')).toBe('Xb');
    expect(show('|\b/\b-\b\\')).toBe('\\');
    expect(show('a\bb\nc')).toBe('b\nc');
  });

  it('takes CRLF for a line end, also when it comes in two parts', () => {
    expect(show('a\r\nb\r', '\nc')).toBe('a\nb\nc');
    expect(show('\u001b[1mbold\u001b[0m\r', '\nc')).toBe('\u001b[1mbold\u001b[0m\nc');
  });

  it('gives colours no column and keeps them at their characters', () => {
    expect(show('\u001b[31mabc\u001b[0m\rX')).toBe('X\u001b[31mbc\u001b[0m');
    expect(show('abc\r\u001b[32mX')).toBe('\u001b[32mX\u001b[0mbc\u001b[32m');
  });

  it('replaces the other half of a wide character by a space', () => {
    expect(show('漢字\rx')).toBe('x 字');
    expect(show('漢字\r\u001b[1Cx')).toBe(' x字');
    expect(show('ab\r漢c')).toBe('漢c');
    expect(show('e\u0301f\rg')).toBe('gf');
    expect(show('👩‍💻x\ry')).toBe('y x');
  });

  it('moves over tabs without erasing', () => {
    expect(show('0123456789\r\tX')).toBe('01234567X9');
    expect(show('a\tb\rcd')).toBe('cd      b');
  });

  it('applies erasing in a line', () => {
    expect(show('abcdef\r\u001b[Kxy')).toBe('xy');
    expect(show('abcdef\u001b[3D\u001b[K')).toBe('abc');
    expect(show('abcdef\u001b[3D\u001b[1KX')).toBe('   Xef');
    expect(show('abcdef\u001b[2KX')).toBe('      X');
    expect(show('match\u001b[m\u001b[K rest')).toBe('match\u001b[m rest');
  });

  it('draws the nested bars of tqdm where they belong', () => {
    const bars = [
      '\r 0%| outer',
      '\n',
      '\r 0%| inner',
      '\u001b[A',
      '\r50%| outer',
      '\n',
      '\r99%| inner',
      '\u001b[A\n',
    ];
    expect(show(...bars)).toBe('50%| outer\n99%| inner');
  });

  it('reaches no further up than the rows of a terminal', () => {
    const lines = Array.from({ length: 60 }, (_, index) => `line ${index}`);
    const shown = show(`${lines.join('\n')}\u001b[500A\rX`).split('\n');
    expect(shown).toHaveLength(60);
    expect(shown[60 - TERMINAL_ROWS]).toBe('Xine 36');
  });

  it('never erases the screen', () => {
    expect(show('kept\n\u001b[H\u001b[2J\u001b[3Jmore')).toBe('kept\nmore');
  });

  it('takes out control strings in both forms, however they are parted', () => {
    expect(show('a\u001b]0;title\u0007b')).toBe('ab');
    expect(show('a\u001b]8;;https://x.example\u001b\\link\u001b]8;;\u001b\\b')).toBe('alinkb');
    expect(show('a\u009d52;c;aGk=\u009cb\u0090q#0\u009cc\u009f_x\u001b', '\\d')).toBe('abcd');
    expect(show('a\u001bPbell \u0007 is content\u001b\\b')).toBe('ab');
  });

  it('takes out other control characters and sequences', () => {
    expect(show('a\u0000\u0007b\u000e\u007fc\u001b(Bd\u001b=e\u001b[?25lf\u001b[6ng\u001b[21th')).toBe(
      'abcdefgh',
    );
  });

  it('shows what an unfinished control string would have hidden', () => {
    expect(show('a\u001b]0;all of this')).toBe('a0;all of this');
    const flood = 'x'.repeat(CONTROL_STRING_LIMIT + 10);
    expect(show(`\u001b]${flood}`)).toBe(flood);
    expect(show('\u009d'.repeat(3 * CONTROL_STRING_LIMIT))).toBe('');
  });

  it('keeps a row without end, and lets a carriage return reach only its last part', () => {
    const long = 'x'.repeat(200_000);
    expect(show(long)).toBe(long);
    const shown = show(`${long}\rY`);
    expect(shown).toHaveLength(200_000);
    expect(shown.indexOf('Y')).toBeGreaterThan(100_000);
  });

  it('settles all but the last rows', () => {
    let settled = '';
    const terminal = new TerminalText({ settle: (text) => (settled += text) });
    for (let line = 0; line < 1_000; line += 1) terminal.push(`${line}\n`);
    expect(terminal.pending().split('\n')).toHaveLength(TERMINAL_ROWS);
    expect(settled.startsWith('0\n1\n')).toBe(true);
  });

  it('hands lines that were overwritten, and only those, to the redactor again', () => {
    const seen: string[] = [];
    const redactLine = (line: string): string => {
      seen.push(line);
      return line.replaceAll('secret', '****');
    };
    let settled = '';
    const terminal = new TerminalText({ settle: (text) => (settled += text), redactLine });
    terminal.push('secret stays\nsecXet\b\b\bret\nse\u001b]0;\u0007cret\nplain');
    expect(settled + terminal.pending()).toBe('secret stays\n****\n****\nplain');
    expect(seen).toEqual(['secret', 'secret']);
  });

  const noise = fc.array(
    fc.constantFrom(
      'a',
      'b',
      'xyz',
      '漢',
      'e\u0301',
      '🙂',
      '👩‍💻',
      ' ',
      '\t',
      '\n',
      '\n',
      '\r',
      '\r\n',
      '\b',
      '\u001b',
      '[',
      'm',
      '3',
      ';',
      '\u001b[31m',
      '\u001b[0m',
      '\u001b[1;38;5;9m',
      '\u001b[A',
      '\u001b[2B',
      '\u001b[K',
      '\u001b[1K',
      '\u001b[3G',
      '\u001b[2C',
      '\u001b[D',
      '\u001b[J',
      '\u001b[2J',
      '\u001b]0;t\u0007',
      '\u001b]',
      '\u0007',
      '\u001b\\',
      '\u009b4m',
      '\u0090',
      '\u009c',
      '\u0000',
      '\u001b(B',
      '\u000c',
    ),
    { maxLength: 80 },
  );

  it('shows the same however the text is cut into chunks', () => {
    fc.assert(
      fc.property(noise, fc.array(fc.nat({ max: 60 }), { maxLength: 12 }), (pieces, cuts) => {
        const text = pieces.join('');
        const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
        const chunks = [0, ...places].map((from, index) => text.slice(from, places[index] ?? text.length));
        expect(show(...chunks)).toBe(show(text));
      }),
      { numRuns: caseCount(3_000) },
    );
  });

  it('changes nothing when what it shows is shown again', () => {
    fc.assert(
      fc.property(noise, (pieces) => {
        const once = show(pieces.join(''));
        expect(show(once)).toBe(once);
      }),
      { numRuns: caseCount(1_000) },
    );
  });
});
