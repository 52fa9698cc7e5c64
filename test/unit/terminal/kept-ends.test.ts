import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeptEnds, textOf } from '../../../shared/terminal/kept-ends';

describe('a text of which both ends are kept', () => {
  it('is whole up to its limit, with the times of its pieces', () => {
    const kept = new KeptEnds(100);
    kept.push('one ', 0);
    kept.push('two ', 5);
    kept.push('three', 400);
    expect(kept.ends()).toEqual({
      head: [
        { at: 0, text: 'one two ' },
        { at: 400, text: 'three' },
      ],
      tail: [],
      cut: 0,
    });
  });

  it('says how much of it is not kept, and goes on where a line begins', () => {
    const kept = new KeptEnds(40);
    for (let line = 0; line < 1_000; line += 1) kept.push(`line ${line}\n`, line * 20);
    const { head, tail, cut } = kept.ends();
    const all = Array.from({ length: 1_000 }, (_, line) => `line ${line}\n`).join('');
    expect(textOf(head)).toBe(all.slice(0, 20));
    expect(textOf(tail)).toBe('line 998\nline 999\n');
    expect(cut).toBe(all.length - textOf(head).length - textOf(tail).length);
    expect(tail.map(({ at }) => at)).toEqual([998 * 20, 999 * 20]);
  });

  it('loses nothing but what it counts, however it came, and parts no character', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', '\n', '😀', 'é') }), { maxLength: 60 }),
        fc.integer({ min: 4, max: 60 }),
        (parts, limit) => {
          const kept = new KeptEnds(limit);
          for (const [index, part] of parts.entries()) kept.push(part, index);
          const all = parts.join('');
          const { head, tail, cut } = kept.ends();
          expect(all.startsWith(textOf(head))).toBe(true);
          expect(all.endsWith(textOf(tail))).toBe(true);
          expect(textOf(head).length + cut + textOf(tail).length).toBe(all.length);
          expect(kept.length).toBeLessThanOrEqual(limit + 1);
          if (all.length <= limit) expect(cut).toBe(0);
          for (const text of [textOf(head), textOf(tail)]) expect(/\p{Surrogate}/u.test(text)).toBe(false);
        },
      ),
    );
  });
});
