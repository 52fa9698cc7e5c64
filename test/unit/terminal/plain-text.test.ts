import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeSequence } from '../../../shared/terminal/judge-sequence';
import { JudgedStream, type JudgedPart } from '../../../shared/terminal/judged-stream';
import { plainEnd } from '../../../shared/terminal/plain-text';
import { SequenceReader, type Sequence } from '../../../shared/terminal/sequences';

const ESC = '\u001b';
const BEL = '\u0007';

/** What is made of each character, in a form that does not depend on how the stream was parted. */
interface Judged {
  readonly verdict: string;
  readonly text: string;
}

function of(sequence: Sequence): Judged {
  const verdict = judgeSequence(sequence);
  // Text and colours are shown; how many pieces they come in does not matter.
  const isText = sequence.kind === 'text' || (sequence.kind === 'csi' && verdict.kind === 'show');
  return { verdict: isText ? 'show' : `${sequence.kind} ${JSON.stringify(verdict)}`, text: sequence.text };
}

function joined(all: readonly Judged[]): readonly Judged[] {
  const whole: Judged[] = [];
  for (const one of all) {
    const last = whole.at(-1);
    if (last?.verdict === one.verdict) whole[whole.length - 1] = { ...one, text: last.text + one.text };
    else whole.push(one);
  }
  return whole;
}

function slowly(chunks: readonly string[]): readonly Judged[] {
  const reader = new SequenceReader();
  return joined(chunks.flatMap((chunk) => reader.push(chunk)).map(of));
}

function quickly(chunks: readonly string[]): readonly Judged[] {
  const stream = new JudgedStream();
  const parts = chunks.flatMap((chunk) => stream.push(chunk));
  return joined(
    parts.map((part) => (part.kind === 'plain' ? { verdict: 'show', text: part.text } : of(part.sequence))),
  );
}

const PIECES = [
  ...`a|ü|語|🚨|\n|\r\n|\t|;|:|?|>|1|31|m|c|n|h|r|[|]|P|\\|52;c;aGk=|8;;x|633;A|${BEL}|\u0018|\u0085|\u007f|\u009b|\u009d`.split(
    '|',
  ),
  ...['', '[', '[31', '[31m', '[0m', '[38;2;1;2;3m', '[4:3m', '[>4m', '[?1m', '[6n', ']', '\\', 'P', 'c'].map(
    (rest) => ESC + rest,
  ),
  // Longer than what is looked at as a colour, and than any sequence may be.
  `${ESC}[${'1;'.repeat(40)}m`,
  `${ESC}[${'1;'.repeat(200)}m`,
];

/** A text, and the same in pieces that end anywhere. */
const inPieces = fc
  .tuple(fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }), fc.array(fc.nat(300), { maxLength: 12 }))
  .map(([all, cuts]) => {
    const text = all.join('');
    const places = [0, ...cuts.map((cut) => Math.min(cut, text.length)), text.length].toSorted(
      (a, b) => a - b,
    );
    return places.slice(1).map((end, index) => text.slice(places[index], end));
  });

describe('plain text', () => {
  it('is judged as each of its pieces is, however the stream is parted', () => {
    fc.assert(
      fc.property(inPieces, (chunks) => {
        expect(quickly(chunks)).toEqual(slowly(chunks));
      }),
      { numRuns: 1_500 },
    );
  });

  it('is judged as each of its pieces is, also among chance bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 8 }), (chunks) => {
        expect(quickly(chunks)).toEqual(slowly(chunks));
      }),
      { numRuns: 40 },
    );
  });

  it('loses nothing, and keeps the order', () => {
    fc.assert(
      fc.property(inPieces, (chunks) => {
        const stream = new JudgedStream();
        const reader = new SequenceReader();
        const text = ({ text: one }: { readonly text: string }): string => one;
        const quick = chunks
          .flatMap((chunk): readonly JudgedPart[] => stream.push(chunk))
          .map((part) => (part.kind === 'plain' ? part.text : part.sequence.text));
        const slow = chunks.flatMap((chunk) => reader.push(chunk)).map(text);
        expect(quick.join('') + stream.finish()).toBe([...slow, ...reader.finish().map(text)].join(''));
      }),
      { numRuns: 800 },
    );
  });

  it('of a log is one part, also where a colour is cut in two', () => {
    const line = `2026-11-24 ${ESC}[32mINFO${ESC}[0m handled\r\n`;
    expect(new JudgedStream().push(line.repeat(20))).toEqual([{ kind: 'plain', text: line.repeat(20) }]);
    for (let at = 1; at < line.length; at += 1) {
      const stream = new JudgedStream();
      const parts = [...stream.push(line.slice(0, at)), ...stream.push(line.slice(at))];
      expect(new Set(parts.map(({ kind }) => kind))).toEqual(new Set(['plain']));
    }
  });

  it.each([
    ['a bell', `ab${BEL}`],
    ['a step back', 'ab\b'],
    ['a set of letters', 'ab\u000e'],
    ['a control of one character', 'ab\u009b31m'],
    ['a delete', 'ab\u007f'],
    ['a cursor', `ab${ESC}[2J`],
    ['keys', `ab${ESC}[>4;1m`],
    ['half a colour', `ab${ESC}[31`],
    ['a title', `ab${ESC}]0;m`],
  ])('ends at %s', (_, text) => {
    expect(plainEnd(text, 0)).toBe(2);
    expect(plainEnd(text, 2)).toBe(2);
  });
});
