import type { KeyScope } from '../../shared/settings/keys';

const TABLE = [
  ['find-case', 'Match upper and lower case', ['Alt-C'], 'find', false],
  ['find-words', 'Find whole words', ['Alt-W'], 'find', false],
  ['find-pattern', 'Find by a regular expression', ['Alt-R'], 'find', false],
  ['find-outputs', 'Search outputs too', ['Alt-O'], 'find', false],
  ['find-selected', 'Search the selected cells alone', ['Alt-L'], 'find', false],
  ['replace-all', 'Replace all matches in sources', ['Mod-Alt-Enter'], 'find', false],
  ['compare-next', 'Next cell that differs', ['ArrowDown', 'J'], 'compare', true],
  ['compare-previous', 'Previous cell that differs', ['ArrowUp', 'K'], 'compare', true],
  ['compare-mine', 'Use mine', ['M'], 'compare', false],
  ['compare-theirs', 'Use theirs', ['T'], 'compare', false],
  ['compare-both', 'Keep both', ['B'], 'compare', false],
  ['compare-take', 'Take what is chosen', ['Enter'], 'compare', false],
] as const satisfies readonly (readonly [string, string, readonly string[], KeyScope, boolean])[];

export type PartCommandId = (typeof TABLE)[number][0];

/** A command of a part of the pane, which counts while that part has the keys. */
export interface PartCommand {
  readonly id: PartCommandId;
  readonly title: string;
  readonly keys: readonly string[];
  readonly when: 'find' | 'compare';
  readonly repeats: boolean;
}

/** What the find bar and the compare view have keys for beside the notebook's own. */
export const PART_COMMANDS: readonly PartCommand[] = TABLE.map(([id, title, keys, when, repeats]) => ({
  id,
  title,
  keys,
  when,
  repeats,
}));
