import type { KeyScope } from '../../shared/settings/keys';

/** Terminals stand beside each other, or one above the other where the pane is narrow. */
const LEFT = ['Mod-Shift-ArrowLeft', 'Mod-Shift-ArrowUp'];
const RIGHT = ['Mod-Shift-ArrowRight', 'Mod-Shift-ArrowDown'];

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
  ['terminal-split', 'Split the terminal', ['Mod-Shift-D'], 'terminal', false],
  ['terminal-left', 'Go to the terminal before it', LEFT, 'terminal', true],
  ['terminal-right', 'Go to the terminal beside it', RIGHT, 'terminal', true],
  ['terminal-next', 'Next tab of terminals', ['Mod-PageDown'], 'terminal', true],
  ['terminal-previous', 'Previous tab of terminals', ['Mod-PageUp'], 'terminal', true],
  ['terminal-close', 'Close the terminal', ['Mod-Shift-W'], 'terminal', false],
  ['terminal-clear', 'Forget what scrolled away in the terminal', ['Mod-Shift-K'], 'terminal', false],
  ['terminal-full', 'Terminal as large as the window', ['Mod-Shift-X'], 'terminal', false],
  ['terminal-marks', 'Mark the commands of the shell in the terminal…', [], 'terminal', false],
  ['terminal-place', 'Terminal below or beside the document', [], 'terminal', false],
  ['terminal-command-above', 'Select the command above in the terminal', ['Mod-ArrowUp'], 'terminal', true],
  ['terminal-command-below', 'Select the command below in the terminal', ['Mod-ArrowDown'], 'terminal', true],
  [
    'terminal-make-step',
    'Make the command selected in the terminal a step',
    ['Mod-Shift-E'],
    'terminal',
    false,
  ],
  [
    'terminal-make-runbook-step',
    'Add the command selected in the terminal to the runbook of its run',
    [],
    'terminal',
    false,
  ],
  [
    'terminal-copy-markdown',
    'Copy the command selected in the terminal as markdown',
    ['Mod-Shift-M'],
    'terminal',
    false,
  ],
  [
    'terminal-copy-output',
    'Copy the output of the command selected in the terminal',
    ['Mod-Shift-C'],
    'terminal',
    false,
  ],
  [
    'terminal-run-again',
    'Run the command selected in the terminal again',
    ['Mod-Shift-R'],
    'terminal',
    false,
  ],
] as const satisfies readonly (readonly [string, string, readonly string[], KeyScope, boolean])[];

export type PartCommandId = (typeof TABLE)[number][0];

/** A command of a part of the pane, which counts while that part has the keys. */
export interface PartCommand {
  readonly id: PartCommandId;
  readonly title: string;
  readonly keys: readonly string[];
  readonly when: 'find' | 'compare' | 'terminal';
  readonly repeats: boolean;
}

/** What the find bar, the compare view and terminals have keys for beside the notebook's own. */
export const PART_COMMANDS: readonly PartCommand[] = TABLE.map(([id, title, keys, when, repeats]) => ({
  id,
  title,
  keys,
  when,
  repeats,
}));
