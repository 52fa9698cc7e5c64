import { describe, expect, it } from 'vitest';
import {
  BOOTSTRAP,
  beginText,
  fenceText,
  frameCommand,
  MARK_START,
  MARKS,
} from '../../../electron/engine/kernels/shell/bootstrap';
import { screenAt } from '../../../electron/engine/kernels/shell/full-screen';
import { bashArguments, bashEnvironment, startFiles } from '../../../electron/engine/kernels/shell/open-bash';
import { OutputCutter } from '../../../electron/engine/kernels/shell/output-cutter';

const NONCE = '0123456789abcdef0123456789abcdef';

/** macOS has bash 3.2 from 2007; what came later must not be used there. */
describe('what bash is started with', () => {
  it.each([
    ['named descriptors (4.1)', /\{[a-z_]\w*\}[<>]/i],
    ['&>> and |& (4.0)', /&>>|\|&/],
    ['associative arrays and other later attributes (4.0)', /(declare|local|typeset)\s+-[a-zA-Z]*[Ag nlu]/],
    ['mapfile and readarray (4.0)', /\b(mapfile|readarray)\b/],
    ['case changes and transformations of expansions (4.0, 4.4)', /\$\{\w+(\^|,,?|@)/],
    ['coproc (4.0)', /\bcoproc\b/],
    ['negative substring lengths (4.2)', /\$\{\w+:[^}]*:\s*-/],
    ['printf of times and into arrays (4.2, 4.1)', /printf\s+(-v\s+\S+\[|.*%\(\S+\)T)/],
    [
      'read with fractions of a second or of exactly so many characters (4.0, 4.1)',
      /\bread\b[^;]*\s-(N|t\s*0?\.)/,
    ],
    ['test -v and wait -n (4.2, 4.3)', /(\[\[?|test)\s+-v\b|\bwait\s+-n\b/],
    [
      'EPOCHSECONDS, BASHPID and other later variables',
      /\$\{?(EPOCH\w+|BASHPID|SRANDOM|BASH_ARGV0|BASH_XTRACEFD)/,
    ],
    [';& and ;;& (4.0)', /;;?&/],
    ['ranges with steps or leading zeros (4.0)', /\{\d+\.\.\d+\.\.\d+\}/],
    ['PROMPT_COMMAND as an array (5.1)', /PROMPT_COMMAND=\(/],
    ['single quotes inside the quoted loop', /__wb_loop='[^']*'[^\n]/],
  ])('uses no %s', (_, pattern) => {
    expect(BOOTSTRAP).not.toMatch(pattern);
  });

  it('counts the lines of a command from its first: the loop is one line', () => {
    expect(/__wb_loop='([^']*)'/.exec(BOOTSTRAP)?.[1]).not.toContain('\n');
    expect(/__wb_enter='([^']*)'/.exec(BOOTSTRAP)?.[1]).not.toContain('\n');
  });

  it('reads no file of the person, and is interactive', () => {
    expect(bashArguments('/f/rc')).toEqual(['--noprofile', '--rcfile', '/f/rc', '--noediting', '-i']);
    const files = startFiles('/f');
    expect(bashEnvironment({ TERM: 'dumb', PAGER: 'less', HOME: '/h' }, files)).toEqual({
      HOME: '/h',
      TERM: 'xterm-256color',
      PAGER: 'cat',
      GIT_PAGER: 'cat',
      MANPAGER: 'cat',
      SYSTEMD_PAGER: 'cat',
      WATCHBOOK_COMMANDS: files.commands,
      WATCHBOOK_STATUS: files.status,
    });
  });

  it('gets commands of any text but a zero byte', () => {
    expect(frameCommand(NONCE, true, ' a\n"b" ')).toBe(`${NONCE} terminal  a\n"b" \0`);
    expect(frameCommand(NONCE, false, '')).toBe(`${NONCE} none \0`);
    expect(() => frameCommand(NONCE, true, 'a\0b')).toThrow(RangeError);
  });
});

describe('the output of one command', () => {
  const whole = `before${beginText(NONCE)}one\r\ntwo${fenceText(NONCE)}after\r\n`;

  it.each(Array.from({ length: whole.length }, (_, index) => index))(
    'is cut out wherever the stream is parted: %i',
    (index) => {
      const cutter = new OutputCutter(NONCE);
      const got = { before: '', text: '', rest: '' };
      for (const part of [whole.slice(0, index), whole.slice(index)]) {
        const { before, text, rest } = cutter.push(part);
        got.before += before;
        got.text += text;
        got.rest += rest;
      }
      got.text += cutter.flush(false);
      // Between commands a line end may come in two parts, which a terminal shows as one.
      got.rest = got.rest.replaceAll('\r\n', '\n');
      expect(got).toEqual({ before: 'before', text: 'one\ntwo', rest: 'after\n' });
      expect(cutter.isDone).toBe(true);
    },
  );

  it('is without the echo of what was typed, and with what equals it', () => {
    const cutter = new OutputCutter(NONCE);
    cutter.push(beginText(NONCE));
    cutter.expectEcho('yes\n');
    expect(cutter.push('ye').text + cutter.push('s\r\nyes\r\n').text).toBe('yes\n');
  });

  it('is without a mark that bash was writing when it was interrupted, however far it had come', () => {
    const pieces = [fenceText(NONCE), `${MARK_START}${NONCE} 130`].flatMap((mark) =>
      Array.from(mark.replace('\u0007', ''), (_, index) => mark.slice(0, index + 1)),
    );
    for (const piece of pieces) {
      for (const parts of [
        [`out\r\n${piece}\r\n${fenceText(NONCE)}`],
        ['out\r\n', `${piece}\r`, `\n${fenceText(NONCE)}`],
        [`out\r\n${piece.slice(0, 9)}`, `${piece.slice(9)}\r\n`, fenceText(NONCE)],
      ]) {
        const cutter = new OutputCutter(NONCE);
        cutter.push(beginText(NONCE));
        cutter.holdLineEnds();
        const text = parts.map((part) => cutter.push(part).text).join('');
        cutter.dropLineEnds();
        expect(text + cutter.flush(false)).toBe('out\n');
      }
    }
  });

  it('ends with the last mark where bash was interrupted while it wrote the first', () => {
    const cutter = new OutputCutter(NONCE);
    cutter.holdLineEnds();
    const cut = cutter.push(`${beginText(NONCE).slice(0, 20)}\r\n${fenceText(NONCE)}after`);
    cutter.dropLineEnds();
    expect([cut.before, cut.text, cut.isFenced, cut.rest]).toEqual(['', '', true, 'after']);
    expect(cutter.flush(false)).toBe('');
  });

  it('does not wait for an echo for ever', () => {
    const cutter = new OutputCutter(NONCE);
    cutter.push(beginText(NONCE));
    cutter.expectEcho('yes\n');
    expect(cutter.push('x'.repeat(70_000)).text).toHaveLength(70_000);
    expect(cutter.push('yes\r\n').text).toBe('yes\n');
  });

  it('is without line ends that bash writes for an interrupt, and with the command’s own', () => {
    for (const [own, more, kept] of [
      ['begun\r\n', '\r\n', 'begun\n'],
      ['begun', '\r\n\r\n', 'begun'],
      ['begun\r\n', 'Traceback\r\n\r\n', 'begun\nTraceback\n'],
    ] as const) {
      const cutter = new OutputCutter(NONCE);
      let text = cutter.push(beginText(NONCE) + own).text;
      cutter.holdLineEnds();
      text += cutter.push(more + fenceText(NONCE)).text;
      cutter.dropLineEnds();
      expect(text + cutter.flush(false)).toBe(kept);
    }
  });

  it('is without the word of a bash that exits, at the start of a line alone', () => {
    for (const [stream, kept] of [
      ['a\r\nexit\r\n', 'a\n'],
      ['exit\r\n', ''],
      ['no exit\r\n', 'no exit\n'],
    ] as const) {
      const cutter = new OutputCutter(NONCE);
      const { text } = cutter.push(beginText(NONCE) + stream);
      expect(text + cutter.flush(true)).toBe(kept);
    }
  });

  it('shows where a program takes the whole screen', () => {
    expect(screenAt('plain \u001b[31mred\u001b[0m \u001b[2J\u001b[H')).toBe(-1);
    expect(screenAt('ab\u001b[?1049h')).toBe(2);
    expect(screenAt('\u001b[?1h\u001b=')).toBe(0);
    expect(screenAt('\u001b[?1l\u001b[?12h\u001b[?25h')).toBe(-1);
  });

  it('holds no mark of ours', () => {
    expect(`a${fenceText(NONCE)}b${beginText(NONCE)}c`.replaceAll(MARKS, '')).toBe('abc');
  });
});
