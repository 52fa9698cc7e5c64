import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  elementsAt,
  indexJson,
  JsonTextError,
  MAX_JSON_DEPTH,
  membersAt,
  positionOf,
} from '../../../shared/notebook/json-text';
import { caseCount } from '../../support/environment';

function accepts(text: string): boolean {
  try {
    indexJson(text, 'cells');
    return true;
  } catch (error) {
    if (error instanceof JsonTextError) return false;
    throw error;
  }
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('the pass over a JSON text', () => {
  it('accepts what JSON.parse accepts and nothing else', () => {
    const broken = fc
      .tuple(
        fc.json(),
        fc.nat(),
        fc.constantFrom('', '"', '\\', ',', '}', ']', '{', '0', '-', '.', 'e', '\n', 'NaN', ' ', '\\u12'),
      )
      .map(([json, at, piece]) => {
        const place = at % (json.length + 1);
        return json.slice(0, place) + piece + json.slice(place + (at % 2));
      });
    fc.assert(
      fc.property(fc.oneof(broken, fc.string(), fc.json()), (text) => {
        expect(accepts(text)).toBe(parses(text));
      }),
      { numRuns: caseCount(3_000) },
    );
  });

  it.each([
    '01',
    '-',
    '1.',
    '.5',
    '1e',
    '+1',
    '"\t"',
    '"\\x"',
    '"\\u12g4"',
    '[1,]',
    '{"a":1,}',
    '{a:1}',
    "'a'",
    '[1 2]',
    'tru',
    '\u00a01',
  ])('refuses %s', (text) => {
    expect(accepts(text)).toBe(false);
    expect(parses(text)).toBe(false);
  });

  it.each([
    ['{"a": NaN}', 'NaN is not JSON', 6],
    ['[Infinity]', 'Infinity is not JSON', 1],
    ['[-Infinity]', '-Infinity is not JSON', 1],
    ['{"a": 1', 'a comma or } is missing here', 7],
    ['"abc', 'a text is not closed', 0],
  ])('says what is wrong in %s, and where', (text, reason, offset) => {
    let caught: unknown;
    try {
      indexJson(text, '');
    } catch (error) {
      caught = error;
    }
    expect(caught).toMatchObject({ reason, offset });
  });

  it('refuses nesting beyond the limit without running out of stack', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    expect(accepts(nested(MAX_JSON_DEPTH))).toBe(true);
    expect(accepts(nested(MAX_JSON_DEPTH + 1))).toBe(false);
    expect(accepts('{"a":'.repeat(200_000))).toBe(false);
  });

  it('finds members, the elements of one of them, and doubled keys with their path', () => {
    const text = ' { "cells" : [ {"a":1, "a" : 2} , 3 ],\n"x":{"y":[{"__proto__":1,"\\u005f_proto__":2}]} } ';
    const index = indexJson(text, 'cells');
    expect(index.members.map(({ key, start, end }) => [key, text.slice(start, end)])).toEqual([
      ['cells', '[ {"a":1, "a" : 2} , 3 ]'],
      ['x', '{"y":[{"__proto__":1,"\\u005f_proto__":2}]}'],
    ]);
    const elements = [...index.elements];
    expect([text.slice(elements[0], elements[1]), text.slice(elements[2], elements[3])]).toEqual([
      '{"a":1, "a" : 2}',
      '3',
    ]);
    expect(index.duplicates.map(({ path }) => path)).toEqual([
      ['cells', 0, 'a'],
      ['x', 'y', 0, '__proto__'],
    ]);
  });

  it('takes the last of two lists of the same name, as JSON.parse does', () => {
    const text = '{"cells":[1,2],"cells":[3]}';
    const { elements } = indexJson(text, 'cells');
    expect(elements.length).toBe(2);
    expect(text.slice(elements[0], elements[1])).toBe('3');
  });

  it('does not take a list deeper down for the one asked for', () => {
    expect(indexJson('{"a":{"cells":[1]},"b":[[2]],"cells":[]}', 'cells').elements.length).toBe(0);
  });

  it('cuts any object and any list into the texts of its parts', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, '\t'), (value, space) => {
        const text = JSON.stringify({ list: [value, value], value }, null, space);
        const members = membersAt(text, 0);
        expect(members.map(({ key }) => key)).toEqual(['list', 'value']);
        const expected: unknown = JSON.parse(JSON.stringify(value));
        expect(JSON.parse(text.slice(members[1]!.start, members[1]!.end))).toEqual(expected);
        const elements = elementsAt(text, members[0]!.start);
        expect(elements.map(({ start, end }) => JSON.parse(text.slice(start, end)) as unknown)).toEqual([
          expected,
          expected,
        ]);
      }),
    );
  });

  it('counts lines by all three line ends', () => {
    expect(positionOf('a\nb\r\nc\rd', 7)).toEqual({ line: 4, column: 1 });
    expect(positionOf('abc', 2)).toEqual({ line: 1, column: 3 });
  });
});
