import { SHELL_LANGUAGE_ID, wantedKernel, type Cell, type Notebook, type Output } from '../notebook/model';
import type { JsonObject } from '../rpc/contract';
import { plainOutput, type CommandWithOutput } from './command-markdown';

/** A past command with what is known of it where it ran. */
export interface RanCommand extends CommandWithOutput {
  /** The terminal's title, as a person named it. */
  readonly terminal: string;
  /** The host of a terminal that was opened by ssh; null for a shell of this machine. */
  readonly host: string | null;
}

/** What keeps a command from being made a step, as a sentence; null where nothing does. */
export function whyNoStep({ command }: CommandWithOutput): string | null {
  if (command.ended === null) return 'This command still runs. It can be made a step when it has ended.';
  if ((command.text ?? '').trim() === '') return 'The shell did not say which command this was.';
  return null;
}

/** The command as the source of a cell. */
export function sourceOf({ command }: CommandWithOutput): string {
  return (command.text ?? '').trim();
}

/** What a command printed and how it ended, as nbformat outputs, in the way of a cell of the shell. */
export function outputsOf({ command, output }: CommandWithOutput): readonly Output[] {
  const text = output === null ? '' : plainOutput(output);
  const printed: readonly Output[] =
    text === '' ? [] : [{ output_type: 'stream', name: 'stdout', text: `${text}\n` }];
  const { status } = command;
  if (status === 0 || status === null) return printed;
  const words = `exit status ${status}`;
  return [
    ...printed,
    { output_type: 'error', ename: 'ExitStatus', evalue: String(status), traceback: [words] },
  ];
}

/**
 * What a step that was a command carries: that it runs in a shell, beside a kernel where the notebook has one, and on
 * the host where it was typed.
 */
export function stepMetadata(notebook: Pick<Notebook, 'metadata'>, host: string | null): JsonObject {
  return {
    ...(wantedKernel(notebook).name === 'bash' ? {} : { vscode: { languageId: SHELL_LANGUAGE_ID } }),
    ...(host === null ? {} : { watchbook: { terminal: { host } } }),
  };
}

/**
 * A command as a cell that was run: its output with it, and its times in the keys of JupyterLab. No kernel counted it,
 * so it has no number.
 */
export function cellOfCommand(id: string, ran: RanCommand, notebook: Pick<Notebook, 'metadata'>): Cell {
  const { started, ended } = ran.command;
  return {
    id,
    type: 'code',
    source: sourceOf(ran),
    metadata: {
      execution: {
        'shell.execute_reply.started': started,
        ...(ended === null ? {} : { 'shell.execute_reply': ended }),
      },
      ...stepMetadata(notebook, ran.host),
    },
    outputs: [...outputsOf(ran)],
    executionCount: null,
  };
}
