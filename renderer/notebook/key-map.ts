import { modesOf, sameOn, type KeyMode, type KeyScope } from '../../shared/settings/keys';

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
  // Where a digit needs Shift to be typed, the digit is meant.
  if (press.shiftKey && !/^\d$/.test(press.key)) parts.push('Shift');
  parts.push(keyOf(press));
  return parts.join('-');
}

/** Which key it was, whatever the modifiers made of it. */
function keyOf({ key, code }: KeyPress): string {
  if (key === ' ') return 'Space';
  // With Shift the key of `-` says `_`.
  if (key === '_') return '-';
  if (key.length !== 1) return key;
  if (key.charCodeAt(0) < 128) return key.toUpperCase();
  // Another alphabet, or what Option types on macOS: there the place of the key counts.
  return /^Key([A-Z])$/.exec(code)?.[1] ?? key.toUpperCase();
}

/** Finds commands by keys, with the memory that pairs like `D D` need. */
export interface KeyMap<C> {
  /** The command of this key press; `pending` when it may begin a pair; null when it means nothing here. */
  press(press: KeyPress, mode: KeyMode, now: number): C | 'pending' | null;
}

/** What a key map must know of a command. */
interface Pressable {
  readonly id: string;
  readonly keys: readonly string[];
  readonly when: KeyScope;
  readonly repeats: boolean;
}

/** Makes a key map over a table of commands; `keys` has those that hold in the place of the table's, by id. */
export function createKeyMap<C extends Pressable>(
  onMac: boolean,
  commands: readonly C[],
  keys: ReadonlyMap<string, readonly string[]> = new Map(),
): KeyMap<C> {
  const bound = new Map<string, C>();
  const begins = new Set<string>();
  for (const command of commands) {
    for (const each of keys.get(command.id) ?? command.keys) {
      const name = sameOn(each, onMac);
      for (const mode of modesOf(command.when, each)) {
        if (!bound.has(`${mode} ${name}`)) bound.set(`${mode} ${name}`, command);
        const [first, second] = name.split(' ');
        if (second !== undefined) begins.add(`${mode} ${first ?? ''}`);
      }
    }
  }
  let first: { readonly name: string; readonly at: number } | null = null;

  return {
    press(press, mode, now) {
      if (MODIFIERS.has(press.key)) return null;
      const name = keyName(press, onMac);
      const begun = first;
      first = null;
      if (begun !== null && now - begun.at <= PAIR_MILLISECONDS && !press.repeat) {
        const found = bound.get(`${mode} ${begun.name} ${name}`);
        if (found) return found;
      }
      const single = bound.get(`${mode} ${name}`);
      if (single) return press.repeat && !single.repeats ? 'pending' : single;
      if (!begins.has(`${mode} ${name}`)) return null;
      if (!press.repeat) first = { name, at: now };
      return 'pending';
    },
  };
}
