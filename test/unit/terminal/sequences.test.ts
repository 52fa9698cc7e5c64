import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeSequence } from '../../../shared/terminal/judge-sequence';
import { OSC_LIMIT, SequenceReader, type Sequence } from '../../../shared/terminal/sequences';
import { caseCount } from '../../support/environment';

const ESC = '\u001b';
const BEL = '\u0007';

function read(...chunks: readonly string[]): readonly Sequence[] {
  const reader = new SequenceReader();
  return joined(chunks.flatMap((chunk) => reader.push(chunk)));
}

/** Text that came in several pieces as one, and so what is in strings. */
function joined(sequences: readonly Sequence[]): readonly Sequence[] {
  const all: Sequence[] = [];
  for (const one of sequences) {
    const last = all.at(-1);
    if ((one.kind === 'text' || one.kind === 'string') && last?.kind === one.kind)
      all[all.length - 1] = { kind: one.kind, text: last.text + one.text };
    else all.push(one);
  }
  return all;
}

const PIECES =
  `a|ü|\n|\r|;|?|1|m|[|]|P|\\|52;c;|633;A|${ESC}|${ESC}[|${ESC}]|${ESC}P|${ESC}\\|${BEL}|\u009b|\u009c|\u009d|\u0018|\u0085|\u007f`.split(
    '|',
  );

/** What a screen gets. */
function shown(...chunks: readonly string[]): string {
  return read(...chunks)
    .map((one) => (judgeSequence(one).kind === 'show' ? one.text : ''))
    .join('');
}

describe('the stream of a terminal', () => {
  it('is parted into text and sequences', () => {
    const text = `a${ESC}[1;31mred${ESC}[0m${ESC}]0;title${BEL}b${ESC}(Bc${ESC}7`;
    expect(read(text)).toEqual([
      { kind: 'text', text: 'a' },
      { kind: 'csi', text: `${ESC}[1;31m`, parameters: '1;31', final: 'm' },
      { kind: 'text', text: 'red' },
      { kind: 'csi', text: `${ESC}[0m`, parameters: '0', final: 'm' },
      { kind: 'osc', text: `${ESC}]0;title${BEL}`, data: '0;title' },
      { kind: 'text', text: 'b' },
      { kind: 'escape', text: `${ESC}(B`, final: 'B' },
      { kind: 'text', text: 'c' },
      { kind: 'escape', text: `${ESC}7`, final: '7' },
    ]);
  });

  it('is the same however it is split', () => {
    const piece = fc.constantFrom(...PIECES);
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 60 }),
        fc.array(fc.nat(200), { maxLength: 12 }),
        (all, cuts) => {
          const text = all.join('');
          const places = [0, ...cuts.map((cut) => Math.min(cut, text.length)), text.length].toSorted(
            (a, b) => a - b,
          );
          const chunks = places.slice(1).map((end, index) => text.slice(places[index], end));
          expect(read(...chunks)).toEqual(read(text));
        },
      ),
      { numRuns: caseCount(2_000) },
    );
  });

  it('loses nothing, whatever is shown of it: a record is whole', () => {
    // A control in the middle of a sequence counts before it, as on every terminal.
    const piece = fc.constantFrom(
      ...PIECES.filter((one) => !['\n', '\r', BEL].includes(one) && !one.startsWith('633')),
      `${ESC}]0;x`,
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), fc.nat(200), (all, cut) => {
        const text = all.join('');
        const reader = new SequenceReader();
        const found = [
          ...reader.push(text.slice(0, cut)),
          ...reader.push(text.slice(cut)),
          ...reader.finish(),
        ];
        expect(found.map((one) => one.text).join('')).toBe(text);
      }),
      { numRuns: caseCount(2_000) },
    );
  });

  it('loses nothing of what is no sequence', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        // oxlint-disable-next-line no-control-regex -- control characters are what this is about
        const plain = text.replaceAll(/[\u001b\u0080-\u009f]/g, '.');
        expect(shown(plain)).toBe(plain);
      }),
    );
  });

  it('holds no more of a sequence that does not end than its limit, and shows the next line again', () => {
    const reader = new SequenceReader();
    reader.push(`${ESC}]0;`);
    for (let sent = 0; sent < 100; sent += 1) {
      reader.push('x'.repeat(16_384));
      expect(reader.waiting).toBeLessThanOrEqual(OSC_LIMIT + 16_384);
    }
    const found = joined(reader.push('end\nnext'));
    expect(found).toEqual([
      { kind: 'broken', text: 'end' },
      { kind: 'text', text: '\nnext' },
    ]);
  });

  it('tells nothing of a mark that breaks off or goes over the limit: a nonce may be in it', () => {
    const nonce = 'ab'.repeat(16);
    const told = (...chunks: readonly string[]): string => {
      const reader = new SequenceReader();
      return [...chunks.flatMap((chunk) => reader.push(chunk)), ...reader.finish()]
        .filter((one) => judgeSequence(one).kind !== 'mark')
        .map(({ text }) => text)
        .join('');
    };
    expect(told(`a${ESC}]633;D;0;${nonce}`)).toBe('a');
    expect(told(`a${ESC}]633;D;0;${nonce}${ESC}`, '[1mb')).toBe(`a${ESC}[1mb`);
    expect(told(`a${ESC}]633;E;`, 'x'.repeat(200_000), `;${nonce}\nb`)).toBe('a\nb');
    expect(told(`a\u009d633;E;`, 'x'.repeat(200_000), 'y', `;${nonce}${BEL}b`)).toBe('ab');
  });

  it('keeps nothing of a device string of many megabytes', () => {
    const reader = new SequenceReader();
    reader.push(`${ESC}Pq`);
    for (let sent = 0; sent < 100; sent += 1) {
      for (const one of reader.push('#0;2;0;0;0'.repeat(10_000))) expect(judgeSequence(one).kind).toBe('cut');
      expect(reader.waiting).toBe(0);
    }
    expect(joined(reader.push(`${ESC}\\after`))).toEqual([
      { kind: 'string', text: `${ESC}\\` },
      { kind: 'text', text: 'after' },
    ]);
  });

  it('ends a title that never ended at the next sequence', () => {
    expect(shown(`${ESC}]0;never ends`, `${ESC}[1mbold`)).toBe(`${ESC}[1mbold`);
  });
});

describe('what a program may do to a screen', () => {
  const cut = [
    ['read the clipboard', `${ESC}]52;c;?${BEL}`],
    ['report the title into the shell', `${ESC}[21t`],
    ['resize or move the window', `${ESC}[8;50;200t`],
    ['ask for the checksum of an area', `${ESC}[1;1;1;1;5;5*y`],
    ['ask for settings by a device string', `${ESC}P$qm${ESC}\\`],
    ['ask for capabilities', `${ESC}P+q544e${ESC}\\`],
    ['ask for a colour', `${ESC}]11;?${BEL}`],
    ['draw a picture', `${ESC}Pq#0;2;0;0;0~${ESC}\\`],
    ['send a file', `${ESC}]1337;File=inline=1:aGk=${BEL}`],
    ['show a notice of the system', `${ESC}]777;notify;a;b${BEL}`],
    ['change the font', `${ESC}]50;#1${BEL}`],
    ['mark a command as ended', `${ESC}]133;D;0${BEL}`],
    ['mark one in the other family', `${ESC}]633;D;0;00;11${BEL}`],
    ['ask what the terminal is in the old way', `${ESC}Z`],
    ['ask for the version', `${ESC}[>0q`],
    ['hide words in a message string', `${ESC}^rm -rf${ESC}\\`],
  ] as const;
  it.each(cut)('is not to %s', (_, sequence) => {
    expect(shown(`a${sequence}b`)).toBe('ab');
    for (let at = 1; at < sequence.length; at += 1)
      expect(shown(`a${sequence.slice(0, at)}`, `${sequence.slice(at)}b`)).toBe('ab');
  });

  it.each([
    ['set the title', `${ESC}]2;vim${BEL}`],
    [
      'make a link, which is judged when it is opened',
      `${ESC}]8;;https://a.example${ESC}\\x${ESC}]8;;${ESC}\\`,
    ],
    ['set a colour', `${ESC}]4;1;rgb:ff/00/00${BEL}`],
    ['take the whole screen', `${ESC}[?1049h`],
    ['set the cursor’s shape', `${ESC}[4 q`],
  ])('is to %s', (_, sequence) => {
    expect(shown(sequence)).toBe(sequence);
  });

  it('is answered once, by the engine’s screen: no other one gets the question', () => {
    for (const question of [`${ESC}[c`, `${ESC}[>c`, `${ESC}[6n`, `${ESC}[?6n`, `${ESC}[?2004$p`])
      expect(read(question).map((one) => judgeSequence(one).kind)).toEqual(['ask']);
  });

  it('is to ask for the clipboard with a text of some size, and with nothing else', () => {
    const verdict = (data: string) => judgeSequence({ kind: 'osc', text: '', data });
    expect(verdict(`52;c;${btoa('kubectl get pods')}`)).toEqual({ kind: 'copy', text: 'kubectl get pods' });
    expect(verdict(`52;c;${btoa('x'.repeat(90_000))}`)).toEqual({ kind: 'cut' });
    expect(verdict('52;c;no base64!')).toEqual({ kind: 'cut' });
    expect(verdict(`52;c;${btoa('\u00ff\u00fe')}`)).toEqual({ kind: 'cut' });
  });
});
