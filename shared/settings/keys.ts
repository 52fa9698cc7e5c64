import * as z from 'zod';

/** Keys by command id, as a person writes them; an empty list takes a command's keys away. */
export const keysSettingSchema = z.record(z.string(), z.array(z.string()));
export type KeysSetting = z.infer<typeof keysSettingSchema>;

/** Where the keys are: among the cells, in a source, in the find bar, where two versions are compared, in a terminal. */
export type KeyMode = 'command' | 'edit' | 'find' | 'compare' | 'terminal';

/** Where a key counts: in one of these modes, among cells and in a source, or everywhere in the window. */
export type KeyScope = KeyMode | 'both' | 'window';

/** A command that keys can be given to. */
export interface KeyedCommand {
  readonly id: string;
  readonly title: string;
  /** Its own keys, as {@link parseKeys} gives them. */
  readonly keys: readonly string[];
  readonly when: KeyScope;
  /** Its keys are not to be changed, and are given to no other command. */
  readonly isFixed?: boolean;
}

/** Something in the setting that is not done as it is written. */
export interface KeyMistake {
  readonly command: string;
  readonly message: string;
}

/** Which keys hold, by command id, and what of the setting was not taken. */
export interface JudgedKeys {
  readonly keys: ReadonlyMap<string, readonly string[]>;
  readonly mistakes: readonly KeyMistake[];
}

const MODIFIERS: ReadonlyMap<string, string> = new Map([
  ['mod', 'Mod'],
  ['accel', 'Mod'],
  ['cmd', 'Mod'],
  ['command', 'Mod'],
  ['ctrl', 'Ctrl'],
  ['control', 'Ctrl'],
  ['meta', 'Meta'],
  ['alt', 'Alt'],
  ['option', 'Alt'],
  ['shift', 'Shift'],
]);
const ORDER = ['Mod', 'Ctrl', 'Meta', 'Alt', 'Shift'];

const NAMED: ReadonlyMap<string, string> = new Map([
  ...'Enter Escape Space Tab Backspace Delete Home End PageUp PageDown ArrowUp ArrowDown ArrowLeft ArrowRight'
    .split(' ')
    .map((name): [string, string] => [name.toLowerCase(), name]),
  ...Array.from({ length: 12 }, (_, at): [string, string] => [`f${at + 1}`, `F${at + 1}`]),
  ['esc', 'Escape'],
  ['return', 'Enter'],
  ['up', 'ArrowUp'],
  ['down', 'ArrowDown'],
  ['left', 'ArrowLeft'],
  ['right', 'ArrowRight'],
  ['↑', 'ArrowUp'],
  ['↓', 'ArrowDown'],
  ['←', 'ArrowLeft'],
  ['→', 'ArrowRight'],
]);

/** Kept for getting round the window and for completion: whoever took these would not find the way without a mouse. */
const RESERVED: ReadonlySet<string> = new Set(['F6', 'Shift-F6', 'Tab', 'Shift-Tab']);

/**
 * Keys as a person writes them (`Ctrl Shift Z`, `ctrl+shift+z`, `D D`) in the form of the command tables: `Ctrl-Shift-Z`,
 * `D D`. Null for what no keyboard sends. At most two presses one after the other.
 */
export function parseKeys(text: string): string | null {
  // A last `-` or `+` is the key, one between two others only joins them.
  const words = text
    .trim()
    .replace(/(\S)[-+](?=\S)/g, '$1 ')
    .split(/\s+/);
  const presses: string[] = [];
  let modifiers: string[] = [];
  for (const word of words) {
    const modifier = MODIFIERS.get(word.toLowerCase());
    if (modifier !== undefined) {
      modifiers.push(modifier);
      continue;
    }
    const key = NAMED.get(word.toLowerCase()) ?? ([...word].length === 1 ? word.toUpperCase() : null);
    if (key === null || new Set(modifiers).size !== modifiers.length) return null;
    presses.push([...inOrder(modifiers), key].join('-'));
    modifiers = [];
  }
  return modifiers.length > 0 || presses.length > 2 ? null : presses.join(' ');
}

function inOrder(modifiers: readonly string[]): readonly string[] {
  return modifiers.toSorted((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b));
}

/** Keys of a table as they are compared: Ctrl is Mod everywhere but on macOS. */
export function sameOn(keys: string, isMac: boolean): string {
  if (isMac) return keys;
  return keys
    .split(' ')
    .map((press) => {
      const [, modifiers = '', key = press] = /^((?:(?:Mod|Ctrl|Meta|Alt|Shift)-)*)(.+)$/.exec(press) ?? [];
      const names = modifiers.split('-').filter((name) => name !== '');
      return [...new Set(inOrder(names.map((name) => (name === 'Ctrl' ? 'Mod' : name)))), key].join('-');
    })
    .join(' ');
}

/** True for a press that puts text in where text is edited, or moves in it. */
function isText(press: string): boolean {
  return /^(?:(?:Shift-)?(?:.|Space)|Enter|Tab|Backspace|Delete|Home|End|Page\w+|Arrow\w+)$/u.test(press);
}

/** The modes in which a command's keys count: what is text in a source counts among the cells only, if there. */
export function modesOf(when: KeyScope, keys: string): readonly KeyMode[] {
  const isTyped = keys.split(' ').some(isText);
  if (when === 'command' || when === 'compare') return [when];
  if (isTyped) return when === 'both' ? ['command'] : [];
  switch (when) {
    case 'edit':
    case 'find':
    case 'terminal':
      return [when];
    case 'both':
      return ['command', 'edit'];
    case 'window':
      return ['command', 'edit', 'find', 'compare'];
  }
}

interface Bound {
  readonly command: KeyedCommand;
  readonly keys: string;
}

/**
 * Puts a person's keys in the place of the commands' own.
 *
 * Two commands never get the same key where both count, nor one a key that begins the other's pair: then the command
 * that was given it keeps its own, and both are named. What is given free in the setting can be given away in it.
 */
export function judgeKeys(
  commands: readonly KeyedCommand[],
  wanted: KeysSetting,
  isMac: boolean,
): JudgedKeys {
  const byId = new Map(commands.map((command) => [command.id, command]));
  const mistakes: KeyMistake[] = [];
  const given = new Map<string, readonly string[]>();
  for (const [id, texts] of Object.entries(wanted)) {
    const command = byId.get(id);
    if (command === undefined || command.isFixed === true) {
      mistakes.push({ command: id, message: `“${id}” is not a command. It is kept and not used.` });
      continue;
    }
    const keys = texts.map(parseKeys);
    const wrong = texts.find((_, at) => keys[at] === null);
    const reserved = texts.find((_, at) => RESERVED.has(keys[at] ?? ''));
    if (wrong !== undefined) {
      mistakes.push({
        command: id,
        message: `“${wrong}” is not a key. “${command.title}” keeps its own. Write it as in the list of keys: Ctrl Shift K.`,
      });
    } else if (reserved !== undefined) {
      mistakes.push({
        command: id,
        message: `“${reserved}” is kept for getting round the window. “${command.title}” keeps its own keys.`,
      });
    } else if (keys.some((one) => one !== null && modesOf(command.when, one).length === 0)) {
      mistakes.push({
        command: id,
        message: `A key of “${command.title}” is one that is typed with, and counts where text is. It keeps its own; add Ctrl or Alt.`,
      });
    } else given.set(id, [...new Set(keys.filter((one) => one !== null))]);
  }
  for (;;) {
    const clash = findClash(commands, given, isMac);
    if (clash === null) break;
    // Of two that were both given it, the later one in the file yields.
    const ids = [...given.keys()];
    const [yields, stays] =
      ids.indexOf(clash.first.command.id) > ids.indexOf(clash.second.command.id)
        ? [clash.first, clash.second]
        : [clash.second, clash.first];
    if (!given.delete(yields.command.id)) break;
    mistakes.push({
      command: yields.command.id,
      message: `“${yields.keys.replace(/-(?=.)/g, ' ')}” is a key of “${stays.command.title}”${stays.command.isFixed === true ? ' in a source' : ` (${stays.command.id})`} already. “${yields.command.title}” keeps its own keys.`,
    });
  }
  return { keys: new Map(commands.map(({ id, keys }) => [id, given.get(id) ?? keys])), mistakes };
}

function findClash(
  commands: readonly KeyedCommand[],
  given: ReadonlyMap<string, readonly string[]>,
  isMac: boolean,
): { readonly first: Bound; readonly second: Bound } | null {
  const seen = new Map<string, Bound[]>();
  for (const command of commands) {
    for (const keys of given.get(command.id) ?? command.keys) {
      const bound = { command, keys };
      for (const mode of modesOf(command.when, keys)) {
        const [begin = ''] = sameOn(keys, isMac).split(' ');
        const place = `${mode} ${begin}`;
        const others = seen.get(place) ?? [];
        const other = others.find((one) => one.command !== command && clashes(one.keys, keys, isMac));
        // Two of the tables' own are not a person's mistake.
        if (other !== undefined && (given.has(command.id) || given.has(other.command.id)))
          return { first: other, second: bound };
        seen.set(place, [...others, bound]);
      }
    }
  }
  return null;
}

/** Equal, or one is the first press of the other. */
function clashes(one: string, other: string, isMac: boolean): boolean {
  const [a, b] = [sameOn(one, isMac), sameOn(other, isMac)];
  return a === b || a.startsWith(`${b} `) || b.startsWith(`${a} `);
}
