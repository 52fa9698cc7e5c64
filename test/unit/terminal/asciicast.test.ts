import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CastWriter, readCast, type Cast } from '../../../shared/terminal/asciicast';
import { transcriptText } from '../../../shared/terminal/transcript-text';

const ESC = '\u001b';
const HEADER = { width: 80, height: 24, timestamp: 1_700_000_000 };

function read(text: string): Cast {
  const cast = readCast(text);
  if (typeof cast === 'string') throw new Error(cast);
  return cast;
}

describe('a recording', () => {
  it('is a header and one event a line, as players read it', () => {
    const writer = new CastWriter({ ...HEADER, title: 'incident', env: { TERM: 'xterm-256color' } });
    const text = [
      writer.begin(),
      writer.wrote(248.8, `${ESC}[1mHi\r\n`),
      writer.typed(1_000, 'ls\r'),
      writer.resized(1_500, 100, 30),
      writer.marked(1_500, 'ls'),
      writer.end(2_000),
    ].join('');
    expect(text).toBe(
      [
        '{"version":2,"width":80,"height":24,"timestamp":1700000000,"title":"incident","env":{"TERM":"xterm-256color"}}',
        String.raw`[0.249,"o","\u001b[1mHi\r\n"]`,
        String.raw`[1,"i","ls\r"]`,
        '[1.5,"r","100x30"]',
        '[1.5,"m","ls"]',
        '',
      ].join('\n'),
    );
  });

  it('comes back as it was, however its text was parted', () => {
    const piece = fc.string({ unit: 'binary', maxLength: 6 });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), fc.array(fc.nat(40)), (pieces, cuts) => {
        const whole = pieces.join('😀');
        const writer = new CastWriter(HEADER);
        let text = writer.begin();
        let at = 0;
        for (const cut of cuts.toSorted((a, b) => a - b)) {
          text += writer.wrote(at, whole.slice(at, Math.max(at, cut)));
          at = Math.max(at, cut);
        }
        text += writer.wrote(at, whole.slice(at)) + writer.end(at);
        const { events, header, isTorn } = read(text);
        expect(events.map(({ data }) => data).join('')).toBe(whole);
        expect([header.width, isTorn]).toEqual([80, false]);
        // Each piece is Unicode by itself, and nothing in the file is obeyed by a terminal that shows it.
        for (const { data } of events) expect(data).not.toMatch(/\p{Surrogate}/u);
        // oxlint-disable-next-line no-control-regex -- control characters are what this is about
        expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e]/);
      }),
    );
  });

  it('holds half a character until its other half comes, and gives up one that stays alone', () => {
    const writer = new CastWriter(HEADER);
    const text = [
      writer.begin(),
      writer.wrote(0, 'a\ud83d'),
      writer.typed(1, '\ud83d'),
      writer.resized(2, 10, 10),
      writer.wrote(3, '\ude00b'),
      writer.wrote(4, '\ude00c\ud83d'),
      writer.end(5),
    ].join('');
    expect(read(text).events.map(({ code, data }) => code + data)).toEqual([
      'oa',
      'r10x10',
      'o😀b',
      'o\ufffdc',
      'o\ufffd',
      'i\ufffd',
    ]);
  });

  it('never goes back in time', () => {
    const writer = new CastWriter(HEADER);
    const text = writer.begin() + writer.wrote(500, 'a') + writer.wrote(-3, 'b') + writer.wrote(499, 'c');
    expect(read(text).events.map(({ seconds }) => seconds)).toEqual([0.5, 0.5, 0.5]);
  });

  it('is read from other programs too: more in the header, kinds of events that are not known, a torn end', () => {
    const text = [
      '{"version": 2, "width": 80, "height": 24, "duration": 1.2, "theme": {"fg": "#fff"}}',
      '[0.1, "o", "a"]',
      '',
      '[0.2, "x", "0"]',
      '[0.3, "o", "b',
    ].join('\n');
    expect(read(text)).toMatchObject({ isTorn: true, events: [{ seconds: 0.1, code: 'o', data: 'a' }] });
  });

  it.each([
    ['', 'line 1: no header of an asciicast of version 2'],
    ['{"version":3,"width":1,"height":1}\n', 'line 1: no header of an asciicast of version 2'],
    ['{"version":2,"width":0,"height":1}\n', 'line 1: no header of an asciicast of version 2'],
    ['{"version":2,"width":1,"height":1}\n\n{"a":1}\n', 'line 3: no event'],
    ['{"version":2,"width":1,"height":1}\n["0","o","a"]\n', 'line 2: no event'],
    ['{"version":2,"width":1,"height":1}\n[0,"o"]\n', 'line 2: no event'],
    ['{"version":2,"width":1,"height":1}\nnonsense\n', 'line 2: no event'],
  ])('is none: %j', (text, why) => {
    expect(readCast(text)).toBe(why);
  });
});

describe('what a terminal showed', () => {
  it('is plain text: overwritten text and colours are gone', () => {
    expect(transcriptText([`10 %\r100 %\r\n${ESC}[31mred${ESC}[0m\r\n`, 'lsx\b \b\r\n'])).toBe(
      '100 %\nred\nls \n',
    );
  });

  it('says where a program had the whole screen, and goes on below it', () => {
    const program = [`vim\r\n${ESC}[?1049h${ESC}[2J${ESC}[5;5Hdrawn${ESC}[`, `?1049lafter\r\n`];
    expect(transcriptText(program)).toBe('vim\n\n[a full-screen program]\nafter\n');
  });

  it('names what turns the direction of text, and cuts what no screen gets', () => {
    expect(transcriptText([`a\u202eb\u2069c${ESC}]0;ti`, `tle\u0007d${ESC}P1;2q#junk${ESC}\\e`])).toBe(
      'a<U+202E>b<U+2069>cde',
    );
  });
});
