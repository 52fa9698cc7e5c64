import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { judgeKeys, type JudgedKeys, type KeyedCommand, type KeysSetting } from '../../shared/settings/keys';
import { NOTEBOOK_COMMANDS } from './commands';
import { isMac, keyWords } from './key-words';
import { PART_COMMANDS } from './part-commands';
import { SOURCE_KEYS } from './source-keys';

/** Every command with a key of this window: the notebook's, and those that the window has beside them. */
let commands: readonly KeyedCommand[] = [...NOTEBOOK_COMMANDS, ...PART_COMMANDS, ...SOURCE_KEYS];

const store = createStore<JudgedKeys>(() => judgeKeys(commands, {}, isMac()));

/** Says which keys hold from now on. `own` are the window's commands, beside the notebook's. */
export function takeKeys(own: readonly KeyedCommand[], setting: KeysSetting): void {
  commands = [...NOTEBOOK_COMMANDS, ...PART_COMMANDS, ...SOURCE_KEYS, ...own];
  const twice = commands.find(({ id }, at) => commands.findIndex((one) => one.id === id) !== at);
  if (twice !== undefined) throw new Error(`Two commands are called ${twice.id}: keys go by these names`);
  store.setState(judgeKeys(commands, setting, isMac()));
}

/** The keys that hold, by command id, as the tables write them. */
export function keysInUse(): ReadonlyMap<string, readonly string[]> {
  return store.getState().keys;
}

/** As {@link keysInUse}; the component is drawn again when they change. */
export function useKeysInUse(): ReadonlyMap<string, readonly string[]> {
  return useStore(store, ({ keys }) => keys);
}

/** What of the setting was not taken, by command. */
export function useKeyMistakes(): JudgedKeys['mistakes'] {
  return useStore(store, ({ mistakes }) => mistakes);
}

/** The first key of a command as a person reads it, for menus and tooltips; undefined where it has none. */
export function useKeyWords(): (command: string) => string | undefined {
  const keys = useKeysInUse();
  return (command) => {
    const first = keys.get(command)?.[0];
    return first === undefined ? undefined : keyWords(first);
  };
}

/** A tooltip: what a button does, and its key. */
export function useTooltip(): (label: string, command: string) => string {
  const words = useKeyWords();
  return (label, command) => {
    const key = words(command);
    return key === undefined ? label : `${label} (${key})`;
  };
}
