import { useMemo } from 'react';
import { NOTEBOOK_COMMANDS, type NotebookCommandId } from './commands';
import { createKeyMap, type KeyMap } from './key-map';
import { isMac } from './key-words';
import { useKeysInUse } from './keys-in-use';
import { PART_COMMANDS, type PartCommand } from './part-commands';

/** The keys of a part of the pane, those that hold. */
export function usePartKeys(): KeyMap<PartCommand> {
  const keys = useKeysInUse();
  return useMemo(() => createKeyMap(isMac(), PART_COMMANDS, keys), [keys]);
}

/** The notebook's commands for finding. */
export type FindCommandId = Extract<NotebookCommandId, 'find' | 'replace' | 'find-next' | 'find-previous'>;

const FINDING: ReadonlySet<string> = new Set<FindCommandId>([
  'find',
  'replace',
  'find-next',
  'find-previous',
]);
const FIND_COMMANDS = NOTEBOOK_COMMANDS.flatMap((command) =>
  FINDING.has(command.id) ? [{ ...command, id: command.id as FindCommandId }] : [],
);

/** The notebook's keys for finding, for what has a search of its own: they mean that one while it has the keys. */
export function useFindKeys(): KeyMap<(typeof FIND_COMMANDS)[number]> {
  const keys = useKeysInUse();
  return useMemo(() => createKeyMap(isMac(), FIND_COMMANDS, keys), [keys]);
}
