/** What can be done with selected commands. */
export type CommandAct = 'make-step' | 'copy-markdown' | 'copy-output';

/** The acts with their words, and the letter that does them with Control and Shift while commands are selected. */
export const COMMAND_ACTS: readonly {
  readonly act: CommandAct;
  readonly label: string;
  /** As the palette lists it. */
  readonly title: string;
  readonly letter: string;
}[] = [
  { act: 'make-step', label: 'Make it a step', title: 'Make the selected command a step', letter: 'e' },
  {
    act: 'copy-markdown',
    label: 'Copy as markdown',
    title: 'Copy the selected command as markdown',
    letter: 'm',
  },
  { act: 'copy-output', label: 'Copy output', title: 'Copy the output of the selected command', letter: 'c' },
];

/** The key of an act as a person reads it. */
export function actKeys(letter: string, isMac: boolean): string {
  return `${isMac ? 'Cmd' : 'Ctrl'} Shift ${letter.toUpperCase()}`;
}
