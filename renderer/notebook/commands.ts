/** Where a key counts: among the cells, in a source, or in both. */
export type CommandScope = 'command' | 'edit' | 'both';

/** One command of the notebook, as the key table, the menus and the palette see it. */
export interface NotebookCommand {
  readonly id: NotebookCommandId;
  readonly title: string;
  /** `Mod` is Ctrl, on macOS Cmd. Two keys with a space between are pressed one after the other. */
  readonly keys: readonly string[];
  readonly when: CommandScope;
  /** A held key repeats it. Never for what runs, deletes or asks. */
  readonly repeats: boolean;
}

const TABLE = [
  ['run-and-advance', 'Run and go to the next cell', ['Shift-Enter'], 'both', false],
  ['run', 'Run', ['Mod-Enter', 'Ctrl-Enter'], 'both', false],
  ['run-and-insert', 'Run and insert a cell below', ['Alt-Enter'], 'both', false],
  ['run-all', 'Run all cells', [], 'both', false],
  ['run-above', 'Run the cells above', [], 'both', false],
  ['run-below', 'Run this cell and those below', [], 'both', false],
  ['restart-run-all', 'Restart and run all cells', [], 'both', false],
  ['interrupt', 'Interrupt', ['I I'], 'command', false],
  ['restart', 'Restart the kernel', ['0 0'], 'command', false],
  ['shut-down', 'Shut down the kernel', [], 'both', false],
  ['choose-kernel', 'Use another kernel…', [], 'both', false],
  ['edit', 'Edit the cell', ['Enter'], 'command', false],
  ['leave-edit', 'Leave the source', ['Escape', 'Ctrl-M'], 'edit', false],
  ['insert-above', 'Insert a cell above', ['A'], 'command', false],
  ['insert-below', 'Insert a cell below', ['B'], 'command', false],
  ['insert-heading-above', 'Insert a heading above', ['Shift-A'], 'command', false],
  ['insert-heading-below', 'Insert a heading below the section', ['Shift-B'], 'command', false],
  ['to-code', 'Make it a code cell', ['Y'], 'command', false],
  ['to-markdown', 'Make it a markdown cell', ['M'], 'command', false],
  ['to-raw', 'Make it a raw cell', ['R'], 'command', false],
  ['heading-1', 'Make the text a heading 1', ['1'], 'command', false],
  ['heading-2', 'Make the text a heading 2', ['2'], 'command', false],
  ['heading-3', 'Make the text a heading 3', ['3'], 'command', false],
  ['heading-4', 'Make the text a heading 4', ['4'], 'command', false],
  ['heading-5', 'Make the text a heading 5', ['5'], 'command', false],
  ['heading-6', 'Make the text a heading 6', ['6'], 'command', false],
  ['delete', 'Delete the cells', ['D D'], 'command', false],
  ['clear-outputs', 'Clear the outputs of the cells', [], 'both', false],
  ['clear-all-outputs', 'Clear all outputs', [], 'both', false],
  ['cut', 'Cut the cells', ['X', 'Mod-X'], 'command', false],
  ['copy', 'Copy the cells', ['C', 'Mod-C'], 'command', false],
  ['paste', 'Paste cells below', ['V', 'Mod-V'], 'command', false],
  ['paste-above', 'Paste cells above', ['Shift-V'], 'command', false],
  ['undo', 'Undo', ['Z'], 'command', true],
  ['redo', 'Redo', ['Shift-Z'], 'command', true],
  ['undo-in-source', 'Undo', ['Mod-Z'], 'both', true],
  ['redo-in-source', 'Redo', ['Mod-Shift-Z', 'Ctrl-Y'], 'both', true],
  ['select-above', 'Select the cell above', ['K', 'ArrowUp'], 'command', true],
  ['select-below', 'Select the cell below', ['J', 'ArrowDown'], 'command', true],
  ['extend-above', 'Extend the selection up', ['Shift-K', 'Shift-ArrowUp'], 'command', true],
  ['extend-below', 'Extend the selection down', ['Shift-J', 'Shift-ArrowDown'], 'command', true],
  ['extend-to-first', 'Extend the selection to the first cell', ['Shift-Home'], 'command', false],
  ['extend-to-last', 'Extend the selection to the last cell', ['Shift-End'], 'command', false],
  ['select-all', 'Select all cells', ['Mod-A'], 'command', false],
  ['select-first', 'Select the first cell', ['Home', 'Mod-Home'], 'command', false],
  ['select-last', 'Select the last cell', ['End', 'Mod-End'], 'command', false],
  ['move-up', 'Move the cells up', ['Ctrl-Shift-ArrowUp'], 'both', true],
  ['move-down', 'Move the cells down', ['Ctrl-Shift-ArrowDown'], 'both', true],
  ['merge', 'Merge the cells', ['Shift-M'], 'command', false],
  ['merge-above', 'Merge with the cell above', ['Ctrl-Backspace'], 'command', false],
  ['merge-below', 'Merge with the cell below', ['Ctrl-Shift-M'], 'command', false],
  ['split', 'Split the cell at the cursors', ['Ctrl-Shift--'], 'edit', false],
  ['toggle-source', 'Show or hide the source', [], 'command', false],
  ['toggle-outputs', 'Show or hide the outputs', ['O'], 'command', false],
  ['toggle-beside', 'Show outputs beside or below their sources', ['Shift-R'], 'command', false],
  ['toggle-line-numbers', 'Show or hide the numbers of lines', ['Shift-L', 'L'], 'command', false],
  ['scroll-down', 'Scroll a page down', ['Space'], 'command', true],
  ['scroll-up', 'Scroll a page up', ['Shift-Space'], 'command', true],
  ['show-palette', 'Search or run a command', ['P'], 'command', false],
  ['toggle-scrolled', 'Scroll the outputs, or show them whole', ['Shift-O'], 'command', false],
  ['inspect-cell', 'Show the settings of the cell', ['Mod-Alt-B', 'Mod-Shift-U'], 'both', false],
  ['switch-session', 'Switch the cell between the kernel and the shell', [], 'both', false],
  [
    'send-to-terminal',
    'Send the cells, or what is selected, to the terminal',
    ['Mod-Alt-Enter'],
    'both',
    false,
  ],
  ['send-line', 'Send the line to the terminal', ['Mod-Alt-Shift-Enter'], 'edit', false],
  ['send-elsewhere', 'Send to another terminal…', [], 'both', false],
  ['choose-environment', 'Choose the environment that cells are tried in', ['Mod-Alt-E'], 'both', false],
  ['hide-all-code', 'Hide all code', [], 'command', false],
  ['show-all-code', 'Show all code', [], 'command', false],
  ['collapse-heading', 'Fold the heading, or go to the one above', ['ArrowLeft'], 'command', false],
  ['expand-heading', 'Open the heading, or go to the one below', ['ArrowRight'], 'command', false],
  ['collapse-all', 'Fold all headings', ['Ctrl-Shift-ArrowLeft'], 'command', false],
  ['expand-all', 'Open all headings', ['Ctrl-Shift-ArrowRight'], 'command', false],
  ['show-keys', 'List every key', ['H'], 'command', false],
  ['find', 'Find…', ['Mod-F', 'F'], 'both', false],
  ['replace', 'Find and replace…', ['Mod-H', 'Mod-Alt-F'], 'both', false],
  ['find-next', 'Next match', ['F3', 'Mod-G'], 'both', true],
  ['find-previous', 'Previous match', ['Shift-F3', 'Mod-Shift-G'], 'both', true],
  ['save', 'Save', ['Mod-S', 'S'], 'both', false],
  ['export', 'Export…', [], 'both', false],
  ['print', 'Print…', ['Mod-P'], 'both', false],
  ['save-as', 'Save as…', ['Mod-Shift-S'], 'both', false],
  ['keep-checkpoint', 'Keep a checkpoint…', ['Mod-Alt-S'], 'both', false],
  ['show-checkpoints', 'Show the checkpoints', [], 'both', false],
  ['save-widgets', 'Save the state of the widgets', [], 'both', false],
] as const satisfies readonly (readonly [string, string, readonly string[], CommandScope, boolean])[];

export type NotebookCommandId = (typeof TABLE)[number][0];

/**
 * Every command of the notebook with Jupyter's keys, in the order in which a help page lists them.
 *
 * A single letter counts among the cells only, whatever `when` says: in a source it is text.
 */
export const NOTEBOOK_COMMANDS: readonly NotebookCommand[] = TABLE.map(
  ([id, title, keys, when, repeats]) => ({
    id,
    title,
    keys,
    when,
    repeats,
  }),
);
