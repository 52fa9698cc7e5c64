import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PtyText } from '../../../electron/engine/terminals/pty-text';

const PIECES = ['a', '\r\n', '\u001b[0m', 'é', '語', '🚨', '\ufeff'].map((text) => Buffer.from(text));
const BROKEN = [[0x80], [0xc3], [0xe8, 0xaa], [0xf0, 0x9f], [0xff], [0xed, 0xa0, 0x80]].map((bytes) =>
  Buffer.from(bytes),
);

describe('the bytes of a terminal', () => {
  it('are the same text however they are parted', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...PIECES, ...BROKEN), { maxLength: 40 }),
        fc.array(fc.nat(120), { maxLength: 10 }),
        (all, cuts) => {
          const bytes = Buffer.concat(all);
          const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)), bytes.length].toSorted(
            (a, b) => a - b,
          );
          const text = new PtyText();
          const parts = places.slice(1).map((end, index) => text.take(bytes.subarray(places[index], end)));
          const whole = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
          expect(parts.join('') + text.finish()).toBe(whole);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('are the same text with a piece of nothing in the middle of a character', () => {
    const text = new PtyText();
    const [whole, nothing] = [Buffer.from('é'), Buffer.alloc(0)];
    const parts = [whole.subarray(0, 1), nothing, whole.subarray(1), Buffer.from('a')];
    expect(parts.map((bytes) => text.take(bytes)).join('')).toBe('éa');
    expect([whole.subarray(0, 1), nothing, Buffer.from('a')].map((bytes) => text.take(bytes)).join('')).toBe(
      '\ufffda',
    );
  });
});
