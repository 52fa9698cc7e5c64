import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Json } from '../../../shared/rpc/contract';
import { argumentsOf, argumentText } from '../../../shared/runs/environments/argument-text';
import { jsonOf, parseCommentedJson } from '../../../shared/runs/environments/commented-json';
import { draftOf, valueAt, withEdit } from '../../../shared/runs/environments/draft';
import { editConfig } from '../../../shared/runs/environments/edit-config';

const TEXT = `{
  // the first line of ours
  "version": 1,
  "theirs": { "kept": true }, /* unknown */
  "environments": [
    // lowest
    { "name": "dev", "colour": "teal", "guard": "none" }, // any machine
    { "name": "prod", /* careful */ "colour": "carmine", "guard": "strict" },
  ],
}
`;
const value = (text: string | null): unknown => {
  const tree = text === null ? null : parseCommentedJson(text).tree;
  return tree === null ? null : jsonOf(tree);
};

describe('a change of watchbook.json', () => {
  it('changes one value and leaves every other character', () => {
    const edited = editConfig(TEXT, [{ kind: 'set', path: ['environments', 1, 'guard'], value: 'confirm' }]);
    expect(edited).toBe(TEXT.replace('"strict"', '"confirm"'));
  });

  it('makes what is not there yet, and the file itself', () => {
    const edited = editConfig('', [
      { kind: 'set', path: ['environments', 0], value: { name: 'dev' } },
      { kind: 'set', path: ['environments', 0, 'values', '__proto__'], value: 1 },
      { kind: 'set', path: ['environments', 1], value: { name: 'prod' } },
    ]);
    expect(value(edited)).toEqual({
      version: 1,
      environments: [{ name: 'dev', values: JSON.parse('{"__proto__":1}') }, { name: 'prod' }],
    });
  });

  it('moves an item with the comments in it', () => {
    const edited = editConfig(TEXT, [{ kind: 'move', path: ['environments'], from: 1, to: 0 }]);
    expect(value(edited)).toMatchObject({ environments: [{ name: 'prod' }, { name: 'dev' }] });
    for (const comment of [
      '// the first line of ours',
      '/* unknown */',
      '// lowest',
      '/* careful */',
      '// any machine',
    ])
      expect(edited).toContain(comment);
  });

  it('removes', () => {
    expect(value(editConfig(TEXT, [{ kind: 'remove', path: ['environments', 0] }]))).toMatchObject({
      environments: [{ name: 'prod' }],
    });
  });

  test.each([
    [{ kind: 'set', path: ['version', 'x'], value: 1 }],
    [{ kind: 'set', path: ['environments', 'x'], value: 1 }],
    [{ kind: 'set', path: ['environments', 9], value: 1 }],
    [{ kind: 'set', path: [0], value: 1 }],
    [{ kind: 'remove', path: ['nothing'] }],
    [{ kind: 'move', path: ['environments'], from: 0, to: 2 }],
    [{ kind: 'move', path: ['version'], from: 0, to: 0 }],
  ] as const)('is refused where there is no such place: %o', (edit) => {
    expect(editConfig(TEXT, [edit])).toBeNull();
  });

  it('is refused in a text that can not be read', () => {
    expect(editConfig('{ "version": 1', [{ kind: 'set', path: ['version'], value: 1 }])).toBeNull();
  });

  it('does to the text what it does to the value, and comments stay in any order of changes', () => {
    const edit = fc.oneof(
      fc.record({
        kind: fc.constant('set' as const),
        path: fc.constantFrom(['version'], ['new'], ['environments', 0, 'x'], ['environments', 1, 'name']),
        value: fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<never>,
      }),
      fc.record({
        kind: fc.constant('move' as const),
        path: fc.constant(['environments']),
        from: fc.integer({ min: 0, max: 1 }),
        to: fc.integer({ min: 0, max: 1 }),
      }),
    );
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 5 }), (edits) => {
        // As JSON has it: a text knows no zero below zero.
        const asJson = (of: unknown): unknown => JSON.parse(JSON.stringify(of));
        expect(asJson(draftOf(value(TEXT) as Json, edits))).toEqual(asJson(value(editConfig(TEXT, edits))));
        const expected = structuredClone(value(TEXT)) as Record<string, unknown>;
        for (const one of edits) {
          const list = expected['environments'] as Record<string, unknown>[];
          if (one.kind === 'move') list.splice(one.to, 0, ...list.splice(one.from, 1));
          else if (one.path.length === 1) expected[String(one.path[0])] = one.value;
          else list[Number(one.path[1])]![String(one.path[2])] = one.value;
        }
        const edited = editConfig(TEXT, edits);
        expect(asJson(value(edited))).toEqual(asJson(expected));
        for (const comment of ['// the first line of ours', '/* careful */', '// lowest'])
          expect(edited).toContain(comment);
      }),
    );
  });
});

describe('changes that are not saved yet', () => {
  it('are a value of their own, by the same places', () => {
    const draft = draftOf(null, [
      { kind: 'set', path: ['environments', 0, 'values', '__proto__'], value: 1 },
      { kind: 'remove', path: ['environments', 0, 'nothing'] },
      { kind: 'remove', path: ['nothing', 'there'] },
    ]);
    expect(valueAt(draft, ['environments', 0, 'values', '__proto__'])).toBe(1);
    expect(valueAt(draft, ['environments', 0, 'values', 'constructor'])).toBeUndefined();
    expect(valueAt(draft, ['version'])).toBe(1);
    const removed = draftOf(draft, [{ kind: 'remove', path: ['environments', 0] }]);
    expect(removed).toEqual({ version: 1, environments: [] });
  });

  it('are one where the same place is typed into again', () => {
    const typed = ['p', 'pr', 'pro'].map((value) => ({ kind: 'set' as const, path: ['a', 0], value }));
    expect(typed.reduce(withEdit, [])).toEqual([typed[2]]);
    expect(withEdit(typed.slice(0, 1), { kind: 'set', path: ['a', 1], value: '' })).toHaveLength(2);
  });
});

describe('an argument list as a line', () => {
  it('comes back as it was, whatever is in it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constantFrom('', ' ', '"', "'", '\\', 'a b'))),
        (list) => {
          expect(argumentsOf(argumentText(list))).toEqual(list);
        },
      ),
    );
  });

  it('knows quotes and backslashes, and nothing that a shell knows', () => {
    expect(argumentsOf(` a "b c" 'd"e' f\\ g $HOME *  ""`)).toEqual([
      'a',
      'b c',
      'd"e',
      'f g',
      '$HOME',
      '*',
      '',
    ]);
    expect(argumentsOf('a "b')).toBeNull();
  });
});
