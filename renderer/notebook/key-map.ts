import type { Mode } from './document-model';
import { NOTEBOOK_COMMANDS, type NotebookCommand } from './commands';

/** What of a keyboard event decides. */
export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  readonly repeat: boolean;
}

/** How long the second key of a pair may take. */
const PAIR_MILLISECONDS = 800;

const MODIFIERS = new Set(['Shift', 'Control', 'Alt', 'Meta', 'AltGraph']);

/** A key as the table writes it: `Ctrl-Shift-ArrowUp`, `Shift-J`, `D`. */
export function keyName(press: KeyPress, isMac: boolean): string {
  const parts: string[] = [];
  if (isMac ? press.metaKey : press.ctrlKey) parts.push('Mod');
  if (isMac ? press.ctrlKey : press.metaKey) parts.push(isMac ? 'Ctrl' : 'Meta');
  if (press.altKey) parts.push('Alt');
  if (press.shiftKey) parts.push('Shift');
  const letter = press.key.length === 1 ? press.key.toUpperCase() : press.key;
  // With Shift the key of `-` says `_`; which key it was is what counts.
  parts.push(press.code === 'Minus' ? '-' : letter);
  return parts.join('-');
}

/** A key of the table in the form of {@link keyName}: Ctrl is Mod everywhere but on macOS. */
function tableName(key: string, isMac: boolean): string {
  const isDash = key.endsWith('--');
  const parts = (isDash ? key.slice(0, -2) : key).split('-');
  const last = isDash ? '-' : parts.pop();
  const order = ['Mod', 'Ctrl', 'Meta', 'Alt', 'Shift'];
  const names = parts.map((part) => (part === 'Ctrl' && !isMac ? 'Mod' : part));
  return [...names.toSorted((a, b) => order.indexOf(a) - order.indexOf(b)), last].join('-');
}

function countsIn(command: NotebookCommand, key: string, mode: Mode): boolean {
  if (command.when !== 'both' && command.when !== mode) return false;
  // A bare key is text while a source is edited; Escape is not.
  return mode === 'command' || key.includes('-') || key === 'Escape';
}

/** Finds commands by keys, with the memory that pairs like `D D` need. */
export interface KeyMap {
  /** The command of this key press; `pending` when it may begin a pair; null when it means nothing here. */
  press(press: KeyPress, mode: Mode, now: number): NotebookCommand | 'pending' | null;
}

/** Makes a key map over the table of commands. */
export function createKeyMap(
  isMac: boolean,
  commands: readonly NotebookCommand[] = NOTEBOOK_COMMANDS,
): KeyMap {
  const singles = new Map<string, NotebookCommand[]>();
  const pairs = new Map<string, NotebookCommand[]>();
  for (const command of commands) {
    for (const key of command.keys) {
      const name = key
        .split(' ')
        .map((part) => tableName(part, isMac))
        .join(' ');
      const map = name.includes(' ') ? pairs : singles;
      map.set(name, [...(map.get(name) ?? []), command]);
    }
  }
  let first: { readonly name: string; readonly at: number } | null = null;

  return {
    press(press, mode, now) {
      if (MODIFIERS.has(press.key)) return null;
      const name = keyName(press, isMac);
      const begun = first;
      first = null;
      if (begun !== null && now - begun.at <= PAIR_MILLISECONDS && !press.repeat) {
        const found = pairs.get(`${begun.name} ${name}`)?.find((command) => countsIn(command, name, mode));
        if (found) return found;
      }
      const single = singles.get(name)?.find((command) => countsIn(command, name, mode));
      if (single) return press.repeat && !single.repeats ? 'pending' : single;
      const begins = [...pairs].some(
        ([pair, list]) =>
          pair.startsWith(`${name} `) && list.some((command) => countsIn(command, name, mode)),
      );
      if (!begins) return null;
      if (!press.repeat) first = { name, at: now };
      return 'pending';
    },
  };
}
