import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compileQuery,
  findInTexts,
  replacementsIn,
  type FindQuery,
  type Replacement,
} from '../../../shared/notebook/find';
import { awkwardText } from '../../support/notebook-arbitraries';

const PLAIN: FindQuery = { text: '', isPattern: false, isCaseSensitive: false, isWholeWord: false };

function patternOf(query: Partial<FindQuery>): RegExp {
  const compiled = compileQuery({ ...PLAIN, ...query });
  if (compiled.kind !== 'pattern') throw new Error(`no pattern: ${JSON.stringify(compiled)}`);
  return compiled.pattern;
}

function found(query: Partial<FindQuery>, ...texts: string[]): string[] {
  const named = texts.map((text, index) => ({ id: `t${index}`, text }));
  return findInTexts(named, patternOf(query)).matches.map(
    ({ id, from, to }) => `${id}:${named.find((each) => each.id === id)!.text.slice(from, to)}@${from}`,
  );
}

function replaced(text: string, query: Partial<FindQuery>, template: string): string {
  const isPattern = query.isPattern ?? false;
  const { replacements } = replacementsIn([{ id: 't', text }], patternOf(query), {
    text: template,
    isPattern,
  });
  return apply(text, replacements);
}

function apply(text: string, replacements: readonly Replacement[]): string {
  return replacements
    .toReversed()
    .reduce((now, { from, to, insert }) => now.slice(0, from) + insert + now.slice(to), text);
}

describe('finding', () => {
  it('takes what is typed as it is, whatever it means elsewhere', () => {
    expect(found({ text: 'a.b(' }, 'axb( a.b(')).toEqual(['t0:a.b(@5']);
    for (const text of ['\\', '^', '$', '[', ']', '{', '}', '(', ')', '|', '/', '-', '*', '+', '?', '.']) {
      expect(found({ text }, `x${text}y`)).toEqual([`t0:${text}@1`]);
    }
  });

  it('looks at case only when asked, in other scripts too', () => {
    expect(found({ text: 'Ärger' }, 'ärger ÄRGER')).toHaveLength(2);
    expect(found({ text: 'Ärger', isCaseSensitive: true }, 'ärger Ärger')).toEqual(['t0:Ärger@6']);
  });

  it('knows whole words, where they end in letters of any script', () => {
    expect(found({ text: 'pod', isWholeWord: true }, 'pod pods _pod pod.')).toEqual([
      't0:pod@0',
      't0:pod@14',
    ]);
    expect(found({ text: 'caf', isWholeWord: true }, 'café caf')).toEqual(['t0:caf@5']);
  });

  it('finds by pattern, line by line, and passes over matches of nothing', () => {
    expect(found({ text: '^b+$', isPattern: true }, 'a\nbb\nc')).toEqual(['t0:bb@2']);
    expect(found({ text: 'x*', isPattern: true }, 'axxb')).toEqual(['t0:xx@1']);
    expect(found({ text: 'a|b', isPattern: true, isWholeWord: true }, 'a ab b')).toEqual([
      't0:a@0',
      't0:b@5',
    ]);
  });

  it('takes escapes that the stricter grammar refuses', () => {
    expect(found({ text: 'a\\-b', isPattern: true }, 'a-b')).toEqual(['t0:a-b@0']);
  });

  it('says what is wrong with a pattern', () => {
    expect(compileQuery({ ...PLAIN, text: '(', isPattern: true })).toEqual({
      kind: 'bad',
      reason: 'This is not a regular expression: unterminated group.',
    });
    expect(compileQuery({ ...PLAIN, isPattern: true })).toEqual({ kind: 'nothing' });
  });

  it('stops at its limit and says so', () => {
    const texts = [
      { id: 'a', text: 'aaa' },
      { id: 'b', text: 'a' },
    ];
    expect(findInTexts(texts, patternOf({ text: 'a' }), 3)).toMatchObject({ hasMore: true });
    expect(findInTexts(texts, patternOf({ text: 'a' }), 4)).toMatchObject({ hasMore: false });
  });

  it('of plain text finds what indexOf finds', () => {
    fc.assert(
      fc.property(awkwardText, awkwardText, (text, wanted) => {
        fc.pre(wanted !== '' && !/[\ud800-\udfff]/.test(wanted));
        const { matches } = findInTexts(
          [{ id: 't', text }],
          patternOf({ text: wanted, isCaseSensitive: true }),
        );
        const expected: number[] = [];
        for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + wanted.length))
          expected.push(at);
        expect(matches.map(({ from }) => from)).toEqual(expected);
      }),
    );
  });
});

describe('replacing', () => {
  it('puts plain text in place, with nothing in it expanded', () => {
    expect(replaced('a a', { text: 'a' }, '$&\\n$1')).toBe('$&\\n$1 $&\\n$1');
  });

  it('expands groups, names and escapes of a pattern', () => {
    const query = { text: '(\\w)=(?<value>\\d)', isPattern: true };
    expect(replaced('a=1 b=2', query, '$<value>:$1')).toBe('1:a 2:b');
    expect(replaced('a=1', query, '[$&]$$\\t$12$9')).toBe('[a=1]$\ta2$9');
  });

  it('replaces the one match asked for', () => {
    const texts = [{ id: 't', text: 'aba' }];
    const { replacements } = replacementsIn(
      texts,
      patternOf({ text: 'a' }),
      { text: 'x', isPattern: false },
      {
        id: 't',
        from: 2,
        to: 3,
      },
    );
    expect(apply('aba', replacements)).toBe('abx');
  });

  it('of all is what String.replaceAll makes', () => {
    fc.assert(
      fc.property(
        awkwardText,
        fc.constantFrom('a', 'b = 1', '\n', '=', '1\nx'),
        awkwardText,
        (text, wanted, by) => {
          const query = { text: wanted, isCaseSensitive: true };
          expect(replaced(text, query, by)).toBe(text.replaceAll(wanted, () => by));
        },
      ),
    );
  });
});
