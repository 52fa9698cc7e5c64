import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactJson, Redactions, Redactor, redactText } from '../../../shared/notebook/outputs/redactor';
import { caseCount } from '../../support/environment';

function redactions(...texts: readonly string[]): Redactions {
  return new Redactions(texts.map((text) => ({ text, replacement: `<${text.length}>` })));
}

function run(set: Redactions, ...chunks: readonly string[]): string {
  const redactor = new Redactor(set);
  return chunks.map((chunk) => redactor.push(chunk)).join('') + redactor.flush();
}

/** What is asked for, in the simplest way: at each place the longest text that stands there. */
function simply(texts: readonly string[], text: string): string {
  let result = '';
  let at = 0;
  while (at < text.length) {
    const match = [...texts].sort((a, b) => b.length - a.length).find((one) => text.startsWith(one, at));
    result += match === undefined ? text.charAt(at) : `<${match.length}>`;
    at += match === undefined ? 1 : match.length;
  }
  return result;
}

describe('the redactor', () => {
  it('passes everything at once while there is nothing to look for', () => {
    const redactor = new Redactor();
    expect(redactor.push('any \u001b[3')).toBe('any \u001b[3');
    expect(redactor.flush()).toBe('');
  });

  it('replaces a secret that arrives in two parts, and holds back no more than its beginning', () => {
    const redactor = new Redactor(redactions('hunter22'));
    expect(redactor.push('the word is hunt')).toBe('the word is ');
    expect(redactor.push('er22!')).toBe('<8>!');
    expect(redactor.push('hunt')).toBe('');
    expect(redactor.flush()).toBe('hunt');
  });

  it('prefers the longer secret, also when its rest comes later', () => {
    expect(run(redactions('abcd', 'abcdef'), 'x abcd', 'ef y')).toBe('x <6> y');
    expect(run(redactions('abcd', 'abcdef'), 'x abcd', 'e y')).toBe('x <4>e y');
  });

  it('is blind to colour codes between the characters, and keeps them', () => {
    const set = redactions('hunter22');
    expect(run(set, 'a hun\u001b[31mter\u001b[0m22 b')).toBe('a <8>\u001b[31m\u001b[0m b');
    expect(run(set, 'a hun\u001b[3', '1mter\u001b', '[0m22 b')).toBe('a <8>\u001b[31m\u001b[0m b');
  });

  it('finds secrets of several lines', () => {
    expect(run(redactions('-----BEGIN\nabc\n-----END'), 'k: -----BEGIN\nab', 'c\n-----END\n')).toBe(
      'k: <23>\n',
    );
  });

  it('looks into every member of a bundle, names too, and keeps names of prototypes harmless', () => {
    const value = JSON.parse('{"__proto__": {"a": ["hunter22"]}, "hunter22": 1}');
    const result = redactJson(redactions('hunter22'), value);
    expect(JSON.stringify(result)).toBe('{"__proto__":{"a":["<8>"]},"<8>":1}');
    expect(({} as Record<string, unknown>)['a']).toBeUndefined();
  });

  const texts = fc.uniqueArray(fc.stringMatching(/^[ab漢]{4,9}$/), { minLength: 1, maxLength: 6 });
  const streams = fc.array(fc.constantFrom('a', 'b', 'ab', 'ba', '漢', '\n', ' '), { maxLength: 60 });
  const cuts = fc.array(fc.nat({ max: 60 }), { maxLength: 10 });

  it('finds what a simple search finds, however the text is cut into chunks', () => {
    fc.assert(
      fc.property(texts, streams, cuts, (secrets, stream, at) => {
        const text = stream.join('');
        const places = [...new Set(at.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
        const chunks = [0, ...places].map((from, index) => text.slice(from, places[index] ?? text.length));
        expect(run(redactions(...secrets), ...chunks)).toBe(simply(secrets, text));
      }),
      { numRuns: caseCount(3_000) },
    );
  });

  it('finds the same in long texts, which it reads by pieces, with signs of other scripts among them', () => {
    const words = ['hunter22', 'hunter2', 'zq-漢字-password', 'a\ud83d\ude00bcdefgh', '0123456789abcdef'];
    const fillers = fc.constantFrom(
      'x'.repeat(997),
      'hunter2'.repeat(9),
      'hunter ',
      '漢',
      '\ud83d',
      'é'.repeat(300),
      'plain text of a log, '.repeat(120),
      ...words,
    );
    fc.assert(
      fc.property(fc.array(fillers, { minLength: 5, maxLength: 40 }), fc.nat({ max: 30 }), (parts, shift) => {
        const text = 'y'.repeat(shift) + parts.join('');
        expect(run(redactions(...words), text)).toBe(simply(words, text));
      }),
      { numRuns: 150 },
    );
  });

  it('lets no secret through colour codes, however they are cut', () => {
    const pieces = fc.array(fc.constantFrom('a', 'b', 'ab', '\u001b[1m', '\u001b[38;5;9m', '\n'), {
      maxLength: 50,
    });
    fc.assert(
      fc.property(texts, pieces, cuts, (secrets, stream, at) => {
        const text = stream.join('');
        const places = [...new Set(at.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
        const chunks = [0, ...places].map((from, index) => text.slice(from, places[index] ?? text.length));
        const set = redactions(...secrets);
        const result = run(set, ...chunks);
        expect(result).toBe(redactText(set, text));
        expect(withoutColours(result)).toBe(simply(secrets, withoutColours(text)));
      }),
      { numRuns: caseCount(2_000) },
    );
  });
});

function withoutColours(text: string): string {
  // oxlint-disable-next-line no-control-regex -- colour codes
  return text.replace(/\u001b\[[0-9;]*m/g, '');
}
