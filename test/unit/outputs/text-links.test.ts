import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ansiRuns } from '../../../shared/notebook/outputs/ansi';
import { linkRuns } from '../../../shared/notebook/outputs/text-links';

const addresses = (line: string): readonly string[] => [
  ...new Set(linkRuns(ansiRuns(line).runs).flatMap(({ address }) => address ?? [])),
];

describe('an address in a text output', () => {
  it.each([
    ['see https://ci.example/build/42.', ['https://ci.example/build/42']],
    ['(https://wiki.example/A_(b)), then', ['https://wiki.example/A_(b)']],
    ['[x](https://a.example/p?q=1#top)', ['https://a.example/p?q=1#top']],
    ['two http://a.example/1 http://b.example/2', ['http://a.example/1', 'http://b.example/2']],
    ['"https://quoted.example/a"', ['https://quoted.example/a']],
    ['javascript://alert.example ftp://f.example file:///etc/passwd https://', []],
    ['plain text', []],
  ])('in %j is %j', (line, expected) => {
    expect(addresses(line)).toEqual(expected);
  });

  it('is whole where colour codes part it', () => {
    const { runs } = ansiRuns('at \u001b[32mhttps://ci.example\u001b[1m/build\u001b[0m/42 now');
    const linked = linkRuns(runs);
    expect(linked.filter(({ address }) => address !== undefined).map(({ text }) => text)).toEqual([
      'https://ci.example',
      '/build',
      '/42',
    ]);
    expect(new Set(linked.flatMap(({ address }) => address ?? []))).toEqual(
      new Set(['https://ci.example/build/42']),
    );
  });

  it('changes nothing of the text around it', () => {
    const part = fc.oneof(
      fc.constantFrom('https://a.example/', ' ', ').', '\u001b[31m', '(', '://'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const { runs } = ansiRuns(parts.join('').replaceAll('\n', ' '));
        const text = (all: readonly { readonly text: string }[]): string =>
          all.map((run) => run.text).join('');
        expect(text(linkRuns(runs))).toBe(text(runs));
      }),
    );
  });

  it('takes no long time to find, however many there are', () => {
    expect(addresses('https://a.example/x '.repeat(5_000))).toEqual(['https://a.example/x']);
    expect(addresses(`https://${'('.repeat(4_000)}${')'.repeat(4_000)}`).length).toBeLessThan(2);
  });
});
