import type { PartCommandId } from '../notebook/part-commands';
import { picks } from './command-picks';
import { terminalFocus } from './terminal-focus';

/** What can be done with selected commands. */
export type CommandAct = 'make-step' | 'make-runbook-step' | 'copy-markdown' | 'copy-output' | 'run-again';

/** The acts with their words, and the command of the pane that has their key and their line in the palette. */
export const COMMAND_ACTS: readonly {
  readonly act: CommandAct;
  readonly label: string;
  readonly command: Extract<PartCommandId, `terminal-${CommandAct}`>;
}[] = [
  { act: 'make-step', label: 'Make it a step', command: 'terminal-make-step' },
  { act: 'make-runbook-step', label: 'Add to the runbook', command: 'terminal-make-runbook-step' },
  { act: 'copy-markdown', label: 'Copy as markdown', command: 'terminal-copy-markdown' },
  { act: 'copy-output', label: 'Copy output', command: 'terminal-copy-output' },
  { act: 'run-again', label: 'Run again', command: 'terminal-run-again' },
];

/** The words of an act on one command, or on several. */
export function actWords(label: string, isSeveral: boolean): string {
  if (!isSeveral) return label;
  return label === 'Make it a step' ? 'Make them steps' : label.replace('output', 'outputs');
}

/** Those that fit: what is made a step of the runbook from elsewhere needs a run that has one. */
export function actsThatFit(hasRun: boolean): typeof COMMAND_ACTS {
  return hasRun ? COMMAND_ACTS : COMMAND_ACTS.filter(({ act }) => act !== 'make-runbook-step');
}

/** Whether a key of the pane means its command now; else it is the shell's, and that of who runs in it. */
export function countsNow(command: PartCommandId): boolean {
  const { shown } = terminalFocus;
  if (command === 'terminal-command-above' || command === 'terminal-command-below')
    return shown?.hasCommands === true;
  if (!COMMAND_ACTS.some((one) => one.command === command)) return true;
  // Text that is selected is what is copied first.
  const isOfText = command === 'terminal-copy-output' && shown?.hasSelection === true;
  return picks.getState().picked !== null && !isOfText;
}
