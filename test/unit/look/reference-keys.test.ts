import { describe, expect, test, vi } from 'vitest';
import { windowCommands } from '../../../renderer/app/app-commands';
import { NOTEBOOK_COMMANDS } from '../../../renderer/notebook/commands';
import { createKeyMap, type KeyPress } from '../../../renderer/notebook/key-map';

// The table of the window stands beside what it does, which looks at once where it is.
vi.hoisted(() => {
  vi.stubGlobal('navigator', { platform: 'Linux', userAgent: '', maxTouchPoints: 0 });
  vi.stubGlobal('localStorage', { getItem: () => null });
});

/**
 * The keys of JupyterLab 4.6 and of the classic Notebook, as their own help pages list them: where they count, the keys
 * as they are printed on the keyboard, and our command. `Accel` is Ctrl, on macOS Cmd. Written by hand: a key that is lost
 * from our table must be missed here.
 */
const REFERENCE: readonly (readonly ['command' | 'edit' | 'both', string, string])[] = [
  // Modes.
  ['edit', 'Escape', 'leave-edit'],
  ['edit', 'Ctrl M', 'leave-edit'],
  ['command', 'Enter', 'edit'],
  // Running.
  ['both', 'Shift Enter', 'run-and-advance'],
  ['both', 'Accel Enter', 'run'],
  ['both', 'Ctrl Enter', 'run'],
  ['both', 'Alt Enter', 'run-and-insert'],
  ['command', 'I, I', 'interrupt'],
  ['command', '0, 0', 'restart'],
  // Moving.
  ['command', 'J', 'select-below'],
  ['command', 'ArrowDown', 'select-below'],
  ['command', 'K', 'select-above'],
  ['command', 'ArrowUp', 'select-above'],
  ['command', 'Space', 'scroll-down'],
  ['command', 'Shift Space', 'scroll-up'],
  // Selecting several.
  ['command', 'Shift J', 'extend-below'],
  ['command', 'Shift ArrowDown', 'extend-below'],
  ['command', 'Shift K', 'extend-above'],
  ['command', 'Shift ArrowUp', 'extend-above'],
  ['command', 'Shift Home', 'extend-to-first'],
  ['command', 'Shift End', 'extend-to-last'],
  ['command', 'Accel A', 'select-all'],
  // Cells.
  ['command', 'A', 'insert-above'],
  ['command', 'B', 'insert-below'],
  ['command', 'Shift A', 'insert-heading-above'],
  ['command', 'Shift B', 'insert-heading-below'],
  ['command', 'C', 'copy'],
  ['command', 'X', 'cut'],
  ['command', 'V', 'paste'],
  ['command', 'Shift V', 'paste-above'],
  ['command', 'Accel C', 'copy'],
  ['command', 'Accel X', 'cut'],
  ['command', 'Accel V', 'paste'],
  ['command', 'D, D', 'delete'],
  ['command', 'Z', 'undo'],
  ['command', 'Shift Z', 'redo'],
  ['command', 'Shift M', 'merge'],
  ['command', 'Ctrl Backspace', 'merge-above'],
  ['command', 'Ctrl Shift M', 'merge-below'],
  ['edit', 'Ctrl Shift -', 'split'],
  ['both', 'Ctrl Shift ArrowUp', 'move-up'],
  ['both', 'Ctrl Shift ArrowDown', 'move-down'],
  // Kinds.
  ['command', 'Y', 'to-code'],
  ['command', 'M', 'to-markdown'],
  ['command', 'R', 'to-raw'],
  ['command', '1', 'heading-1'],
  ['command', '2', 'heading-2'],
  ['command', '3', 'heading-3'],
  ['command', '4', 'heading-4'],
  ['command', '5', 'heading-5'],
  ['command', '6', 'heading-6'],
  // View, file and text.
  ['command', 'O', 'toggle-outputs'],
  ['command', 'Shift O', 'toggle-scrolled'],
  ['command', 'ArrowLeft', 'collapse-heading'],
  ['command', 'ArrowRight', 'expand-heading'],
  ['command', 'Ctrl Shift ArrowLeft', 'collapse-all'],
  ['command', 'Ctrl Shift ArrowRight', 'expand-all'],
  ['command', 'F', 'find'],
  ['command', 'L', 'toggle-line-numbers'],
  ['command', 'Shift L', 'toggle-line-numbers'],
  ['command', 'Shift R', 'toggle-beside'],
  ['command', 'P', 'show-palette'],
  ['command', 'H', 'show-keys'],
  ['both', 'Accel S', 'save'],
  ['command', 'S', 'save'],
  ['edit', 'Accel Z', 'undo-in-source'],
  ['edit', 'Accel Shift Z', 'redo-in-source'],
];

/** Those of the reference that are keys of the whole window: they count in both modes, and beside a notebook too. */
const OF_THE_WINDOW: readonly (readonly [string, string])[] = [
  ['Accel Shift C', 'palette'],
  ['Accel Shift H', 'keys'],
];

/** Stands for a window of which nothing is used but the names of its commands. */
const anyWindow: unknown = new Proxy(() => undefined, { get: () => anyWindow, apply: () => anyWindow });

/** What the keyboard sends for one combination, on a US layout. */
function pressOf(combination: string, isMac: boolean): KeyPress {
  const parts = combination.split(' ');
  const name = parts.pop()!;
  const shiftKey = parts.includes('Shift');
  const isAccel = parts.includes('Accel');
  const isLetter = /^[A-Z]$/.test(name);
  const shifted: Record<string, string> = { '-': '_' };
  return {
    key: isLetter
      ? shiftKey
        ? name
        : name.toLowerCase()
      : name === 'Space'
        ? ' '
        : shiftKey
          ? (shifted[name] ?? name)
          : name,
    code: isLetter ? `Key${name}` : name === '-' ? 'Minus' : /^\d$/.test(name) ? `Digit${name}` : name,
    ctrlKey: parts.includes('Ctrl') || (isAccel && !isMac),
    metaKey: isAccel && isMac,
    altKey: parts.includes('Alt'),
    shiftKey,
    repeat: false,
  };
}

function commandOf(keys: string, mode: 'command' | 'edit', isMac: boolean): string | null {
  const map = createKeyMap(isMac, NOTEBOOK_COMMANDS);
  let found: ReturnType<typeof map.press> = null;
  for (const [index, combination] of keys.split(', ').entries())
    found = map.press(pressOf(combination, isMac), mode, index * 100);
  return found === null || found === 'pending' ? null : found.id;
}

describe.each([
  ['Linux', false],
  ['macOS', true],
])('Jupyter’s keys on %s', (_name, isMac) => {
  test.each(REFERENCE)('in %s mode %s is %s', (scope, keys, id) => {
    for (const mode of scope === 'both' ? (['command', 'edit'] as const) : [scope])
      expect(commandOf(keys, mode, isMac)).toBe(id);
  });

  test.each(OF_THE_WINDOW)('anywhere in the window %s is %s', (keys, id) => {
    const map = createKeyMap(isMac, windowCommands(anyWindow as never));
    for (const mode of ['command', 'edit'] as const) {
      expect(map.press(pressOf(keys, isMac), mode, 0)).toMatchObject({ id });
      // It goes to the window first; the notebook has no other use for it.
      expect(commandOf(keys, mode, isMac)).toBeNull();
    }
  });

  test('a key that counts among the cells only is text or the editor’s own in a source', () => {
    const missed = REFERENCE.filter(([scope]) => scope === 'command').flatMap(([, keys]) => {
      const found = commandOf(keys, 'edit', isMac);
      // Ctrl M leaves the source, with Shift it merges among the cells.
      return found === null ? [] : [[keys, found]];
    });
    expect(missed).toEqual([]);
  });
});

test('in other alphabets the place of a key counts, and where digits need Shift the digit does', () => {
  const map = createKeyMap(false, NOTEBOOK_COMMANDS);
  const plain = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, repeat: false };
  expect(map.press({ ...plain, key: 'ф', code: 'KeyA' }, 'command', 0)).toMatchObject({ id: 'insert-above' });
  const azerty = { ...plain, key: '2', code: 'Digit2', shiftKey: true };
  expect(map.press(azerty, 'command', 0)).toMatchObject({ id: 'heading-2' });
  // On this layout the key beside zero is no dash.
  const german = { ...plain, key: '?', code: 'Minus', ctrlKey: true, shiftKey: true };
  expect(map.press(german, 'edit', 0)).toBeNull();
});
