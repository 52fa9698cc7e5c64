import { expect, test } from 'vitest';
import { fuzzyPlaces, fuzzyScore } from '../../../renderer/app/fuzzy';
import { KEY_GROUPS, matchingGroups } from '../../../renderer/app/key-groups';
import { otherScore } from '../../../renderer/app/other-words';
import { NOTEBOOK_COMMANDS } from '../../../renderer/notebook/commands';
import { createKeyMap, type KeyPress } from '../../../renderer/notebook/key-map';

const PLAIN = { code: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, repeat: false };

function press(key: string, more: Partial<KeyPress> = {}): KeyPress {
  return { ...PLAIN, key, ...more };
}

test('the page of keys lists every command that has one, once', () => {
  const listed = KEY_GROUPS.flatMap(({ ids }) => ids);
  const withKeys = NOTEBOOK_COMMANDS.filter(({ keys }) => keys.length > 0).map(({ id }) => id);
  expect(listed.toSorted()).toEqual(withKeys.toSorted());
});

test('what is looked for is found by its words and keys, and named once where it stands in several groups', () => {
  const row = (id: string, title: string, ...keys: string[]) => ({ id, title, keys, isCommand: true });
  const start = row('start-run', 'Start a run…', 'Ctrl Shift Enter');
  const groups = [
    { title: 'Open and begin', rows: [row('new', 'New window', 'Ctrl Shift N'), start] },
    {
      title: 'Runs and their record',
      rows: [start, row('run-note', 'Add a note to the run…', 'Ctrl Shift E')],
    },
  ];
  const found = (words: string) =>
    matchingGroups(groups, words).map(({ title, rows }) => [title, ...rows.map(({ id }) => id)]);
  expect(found(' A RUN ')).toEqual([['Open and begin', 'start-run']]);
  expect(found('ctrl shift e')).toEqual([
    ['Open and begin', 'start-run'],
    ['Runs and their record', 'run-note'],
  ]);
  // A heading stands for all below it.
  expect(found('their record')).toEqual([['Runs and their record', 'start-run', 'run-note']]);
  expect(found('')).toEqual([
    ['Open and begin', 'new', 'start-run'],
    ['Runs and their record', 'run-note'],
  ]);
});

test('no command stands in the table twice', () => {
  const ids = NOTEBOOK_COMMANDS.map(({ id }) => id);
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
});

test('a pair takes two presses, soon after each other', () => {
  const map = createKeyMap(false, NOTEBOOK_COMMANDS);
  expect(map.press(press('d'), 'command', 0)).toBe('pending');
  expect(map.press(press('d'), 'command', 400)).toMatchObject({ id: 'delete' });
  expect(map.press(press('d'), 'command', 1_000)).toBe('pending');
  expect(map.press(press('d'), 'command', 3_000)).toBe('pending');
});

test('a held key is never the second press of a pair, and runs nothing twice', () => {
  const map = createKeyMap(false, NOTEBOOK_COMMANDS);
  expect(map.press(press('d'), 'command', 0)).toBe('pending');
  expect(map.press(press('d', { repeat: true }), 'command', 30)).toBe('pending');
  expect(map.press(press('d'), 'command', 60)).toBe('pending');
  const held = press('Enter', { shiftKey: true, repeat: true });
  expect(map.press(held, 'command', 0)).toBe('pending');
  expect(map.press({ ...held, repeat: false }, 'command', 0)).toMatchObject({ id: 'run-and-advance' });
});

test('moving repeats while its key is held', () => {
  const map = createKeyMap(false, NOTEBOOK_COMMANDS);
  expect(map.press(press('j', { repeat: true }), 'command', 0)).toMatchObject({ id: 'select-below' });
});

test('a letter is text while a source is edited', () => {
  const map = createKeyMap(false, NOTEBOOK_COMMANDS);
  expect(map.press(press('d'), 'edit', 0)).toBeNull();
  expect(map.press(press('Escape'), 'edit', 0)).toMatchObject({ id: 'leave-edit' });
  expect(map.press(press('s', { ctrlKey: true }), 'edit', 0)).toMatchObject({ id: 'save' });
});

test('on macOS Command stands for Ctrl, and Ctrl for itself', () => {
  const map = createKeyMap(true, NOTEBOOK_COMMANDS);
  expect(map.press(press('s', { metaKey: true }), 'edit', 0)).toMatchObject({ id: 'save' });
  expect(map.press(press('s', { ctrlKey: true }), 'edit', 0)).toBeNull();
});

test('the palette marks the letters that were meant', () => {
  expect([...fuzzyPlaces('cell b', 'Insert a cell below')]).toEqual([9, 10, 11, 12, 13, 14]);
  expect([...fuzzyPlaces('iab', 'Insert a cell below')]).toEqual([0, 7, 14]);
  expect([...fuzzyPlaces('xyz', 'Insert a cell below')]).toEqual([]);
  expect([...fuzzyPlaces(' ', 'Insert a cell below')]).toEqual([]);
});

test('the palette finds a command by what other programs call it, behind what is called so', () => {
  const first = (letters: string): string | undefined =>
    NOTEBOOK_COMMANDS.map(({ id, title }) => ({
      id,
      score: Math.max(fuzzyScore(letters, title), otherScore(letters, id)),
    }))
      .filter(({ score }) => score > 0)
      .toSorted((a, b) => b.score - a.score)[0]?.id;
  expect(['tag', 'gate', 'rollb', 'venv', 'snapshot', 'pdf'].map(first)).toEqual([
    'inspect-cell',
    'inspect-cell',
    'inspect-cell',
    'choose-kernel',
    'keep-checkpoint',
    'export',
  ]);
  // A word of a title comes before.
  expect(first('interrupt')).toBe('interrupt');
  expect(otherScore('ta', 'inspect-cell')).toBe(0);
  expect(otherScore('ags', 'inspect-cell')).toBe(0);
  expect(otherScore('tag', 'constructor')).toBe(0);
});
