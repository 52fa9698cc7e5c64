import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyLinesOf } from '../../../electron/engine/settings/key-settings';
import { NOTEBOOK_COMMANDS } from '../../../renderer/notebook/commands';
import { keyWords } from '../../../renderer/notebook/key-words';
import { PART_COMMANDS } from '../../../renderer/notebook/part-commands';
import { SOURCE_KEYS } from '../../../renderer/notebook/source-keys';
import { judgeKeys, modesOf, parseKeys, sameOn, type KeyedCommand } from '../../../shared/settings/keys';

const COMMANDS: readonly KeyedCommand[] = [
  { id: 'above', title: 'Insert above', keys: ['A'], when: 'command' },
  { id: 'delete', title: 'Delete', keys: ['D D'], when: 'command' },
  { id: 'run', title: 'Run', keys: ['Mod-Enter'], when: 'both' },
  { id: 'split', title: 'Split', keys: ['Ctrl-Shift--'], when: 'edit' },
  { id: 'open', title: 'Open', keys: ['Mod-O'], when: 'window' },
  { id: 'bare', title: 'Bare', keys: [], when: 'command' },
  { id: 'source:copy', title: 'Copy text', keys: ['Mod-C'], when: 'edit', isFixed: true },
];

function judged(wanted: Record<string, string[]>, isMac = false) {
  const { keys, mistakes } = judgeKeys(COMMANDS, wanted, isMac);
  return { keys: Object.fromEntries(keys), said: mistakes.map(({ command, message }) => [command, message]) };
}

describe('keys as a person writes them', () => {
  it.each([
    ['A', 'A'],
    ['a', 'A'],
    ['Ctrl Shift Z', 'Ctrl-Shift-Z'],
    ['shift+ctrl+z', 'Ctrl-Shift-Z'],
    ['Ctrl-Shift--', 'Ctrl-Shift--'],
    ['Ctrl -', 'Ctrl--'],
    ['Ctrl +', 'Ctrl-+'],
    ['D D', 'D D'],
    ['Ctrl K Ctrl S', 'Ctrl-K Ctrl-S'],
    ['Cmd Enter', 'Mod-Enter'],
    ['Option ↑', 'Alt-ArrowUp'],
    ['esc', 'Escape'],
    ['f12', 'F12'],
  ])('%s is %s', (text, keys) => {
    expect(parseKeys(text)).toBe(keys);
  });

  it.each(['', ' ', 'Ctrl', 'Ctrl Foo', 'A B C', 'Ctrl Ctrl A', 'Shift'])('“%s” is none', (text) => {
    expect(parseKeys(text)).toBeNull();
  });

  it('are those of the tables, which read them back from what they show', () => {
    for (const { keys } of NOTEBOOK_COMMANDS)
      for (const key of keys) {
        expect(parseKeys(key)).toBe(key);
        expect(sameOn(parseKeys(keyWords(key, false))!, false)).toBe(sameOn(key, false));
        expect(parseKeys(keyWords(key, true))).toBe(key);
      }
  });

  it('are named as they are printed on each keyboard', () => {
    expect(keyWords('Mod-Shift-Z', false)).toBe('Ctrl Shift Z');
    expect(keyWords('Mod-Shift-Z', true)).toBe('Cmd Shift Z');
    expect(keyWords('Alt-Enter', true)).toBe('Option Enter');
    expect(keyWords('Ctrl-Shift-ArrowUp', true)).toBe('Ctrl Shift ↑');
    expect(keyWords('D D', false)).toBe('D D');
    expect(keyWords('Ctrl-Shift--', false)).toBe('Ctrl Shift -');
  });
});

describe('the setting', () => {
  it('gives, takes away and adds keys', () => {
    const { keys, said } = judged({ run: [], bare: ['Ctrl B', 'F8'], above: ['Q'] });
    expect(said).toEqual([]);
    expect(keys).toMatchObject({ run: [], bare: ['Ctrl-B', 'F8'], above: ['Q'], delete: ['D D'] });
  });

  it('lets two commands change their keys with each other', () => {
    const { keys, said } = judged({ above: ['D D'], delete: ['A'] });
    expect(said).toEqual([]);
    expect(keys).toMatchObject({ above: ['D D'], delete: ['A'] });
  });

  it('names both commands of one key, and leaves the key where it was', () => {
    const { keys, said } = judged({ bare: ['a'] });
    expect(keys['bare']).toEqual([]);
    expect(said).toEqual([
      ['bare', '“A” is a key of “Insert above” (above) already. “Bare” keeps its own keys.'],
    ]);
    // Of two that were given it, the first in the file has it.
    expect(judged({ bare: ['Q'], above: ['Q'] })).toMatchObject({
      keys: { bare: ['Q'], above: ['A'] },
      said: [['above', expect.stringContaining('“Bare” (bare)')]],
    });
  });

  it('sees a key that begins the pair of another, and one that is another’s under another name', () => {
    expect(judged({ bare: ['D'] }).said).toHaveLength(1);
    expect(judged({ bare: ['Ctrl O'] }).said).toEqual([['bare', expect.stringContaining('“Open”')]]);
    // On a Mac Ctrl is no Cmd.
    expect(judged({ bare: ['Ctrl O'] }, true).said).toEqual([]);
    expect(judged({ bare: ['Cmd O'] }, true).said).toHaveLength(1);
  });

  it('lets the same key mean two things where they never meet', () => {
    const { said } = judged({ bare: ['Ctrl Shift -'] });
    expect(said).toEqual([]);
  });

  it('gives no key away that a source needs, and changes none of those', () => {
    expect(judged({ run: ['Ctrl C'], 'source:copy': ['Q'] })).toMatchObject({
      keys: { run: ['Mod-Enter'], 'source:copy': ['Mod-C'] },
      said: [
        ['source:copy', expect.stringContaining('is not a command')],
        ['run', '“Ctrl C” is a key of “Copy text” in a source already. “Run” keeps its own keys.'],
      ],
    });
    // Among the cells it is free.
    expect(judged({ bare: ['Ctrl C'] }).said).toEqual([]);
  });

  it('names commands that are none, keys that are none, and keys that are not to be given', () => {
    const { keys, said } = judged({
      nothing: ['A'],
      run: ['Ctrl Foo'],
      above: ['Tab'],
      open: ['O'],
      split: ['S'],
    });
    expect(said.map(([id]) => id)).toEqual(['nothing', 'run', 'above', 'open', 'split']);
    expect(said[0]![1]).toContain('is not a command');
    expect(said[1]![1]).toContain('“Ctrl Foo” is not a key');
    expect(said[2]![1]).toContain('getting round the window');
    expect(said[3]![1]).toContain('typed with');
    expect(keys).toEqual(Object.fromEntries(COMMANDS.map(({ id, keys: own }) => [id, own])));
  });

  it('never ends with one key for two commands, whatever is written', () => {
    const key = fc.constantFrom(
      'A',
      'D',
      'D D',
      'D A',
      'Ctrl O',
      'Ctrl Enter',
      'Q',
      'F2',
      'Ctrl Shift -',
      'nonsense',
    );
    const id = fc.constantFrom(...COMMANDS.map((command) => command.id), 'nothing', '__proto__');
    const setting = fc.array(fc.tuple(id, fc.array(key, { maxLength: 2 })), { maxLength: 6 });
    fc.assert(
      fc.property(setting, fc.boolean(), (entries, isMac) => {
        const { keys } = judgeKeys(COMMANDS, Object.fromEntries(entries), isMac);
        const seen = new Map<string, string>();
        for (const { id: command, when } of COMMANDS)
          for (const each of keys.get(command)!)
            for (const mode of modesOf(when, each)) {
              const place = `${mode} ${sameOn(each, isMac)}`;
              expect(seen.get(place) ?? command).toBe(command);
              seen.set(place, command);
            }
      }),
    );
  });
});

describe('our own keys', () => {
  it('clash with none of each other', () => {
    for (const isMac of [false, true]) {
      const seen = new Map<string, string>();
      for (const { id, keys, when } of [...NOTEBOOK_COMMANDS, ...PART_COMMANDS, ...SOURCE_KEYS])
        for (const each of keys)
          for (const mode of modesOf(when, each)) {
            const place = `${mode} ${sameOn(each, isMac)}`;
            expect([place, seen.get(place) ?? id]).toEqual([place, id]);
            seen.set(place, id);
          }
    }
  });
});

describe('keys of the find bar and the compare view', () => {
  const commands = [
    ...NOTEBOOK_COMMANDS,
    ...PART_COMMANDS,
    ...COMMANDS.filter(({ when }) => when === 'window'),
  ];
  const judge = (wanted: Record<string, string[]>) => judgeKeys(commands, wanted, false);

  it('are changed as others are, and may be letters only where nothing is typed', () => {
    const { keys, mistakes } = judge({ 'find-case': ['Alt M'], 'compare-mine': ['1'], 'find-words': ['W'] });
    expect(keys.get('find-case')).toEqual(['Alt-M']);
    expect(keys.get('compare-mine')).toEqual(['1']);
    expect(mistakes.map(({ command }) => command)).toEqual(['find-words']);
    expect(keys.get('find-words')).toEqual(['Alt-W']);
  });

  it('clash with each other and with those of the window, not with those of cells', () => {
    const said = (wanted: Record<string, string[]>) => judge(wanted).mistakes.map(({ command }) => command);
    expect(said({ 'compare-mine': ['T'] })).toEqual(['compare-mine']);
    expect(said({ 'find-outputs': ['Ctrl O'] })).toEqual(['find-outputs']);
    expect(said({ 'compare-mine': ['Y'], 'to-code': ['T'] })).toEqual([]);
  });
});

it('the lines of the commands in the file are known', () => {
  const text = '{\n  // mine\n  "keys": {\n    "run": [],\n    "above": ["Q"],\n  },\n}\n';
  expect(keyLinesOf(text)).toEqual({ run: 4, above: 5 });
  expect(keyLinesOf('{ "keys": [] }')).toEqual({});
  expect(keyLinesOf('nonsense')).toEqual({});
});
