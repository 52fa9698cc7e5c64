import { toWireError, WatchbookError } from '../../shared/rpc/errors';
import { placeBefore } from '../../shared/runs/added-place';
import {
  commandsMarkdown,
  outputsText,
  type CommandWithOutput,
} from '../../shared/terminal/command-markdown';
import { MOST_PROMOTED } from '../../shared/terminal/promote-contract';
import { frontTab } from '../app/tabs';
import type { WindowContext } from '../app/window-context';
import { goToCell, placeBeside } from '../notebook/cell-actions';
import type { OpenDocument } from '../notebook/document-store';
import { focusActiveCell } from '../notebook/focus-cell';
import type { OpenRun } from '../runs/run-store';
import type { CommandAct } from './command-keys';
import { pick, picks, type Picked } from './command-picks';
import { openRunbookOf, runOf } from './run-of-terminal';
import { terminalFocus } from './terminal-focus';

export type ActionContext = Pick<WindowContext, 'client' | 'tabs' | 'host' | 'terminals' | 'toast'>;

/** Does something with the commands that are selected. Never rejects: a failure is shown in the pane. */
export async function actOnCommands(act: CommandAct, context: ActionContext): Promise<void> {
  const { picked } = picks.getState();
  if (picked === null) return;
  context.terminals.set({ failure: null });
  try {
    await ACTS[act](picked, context);
  } catch (error) {
    context.terminals.set({ failure: toWireError(error).message });
  }
}

const ACTS: Readonly<Record<CommandAct, (picked: Picked, context: ActionContext) => Promise<void>>> = {
  'make-step': makeSteps,
  'make-runbook-step': async (picked, context) => {
    refuseUnready(picked);
    const { run } = runOf(picked.terminal, context) ?? {};
    if (run === undefined)
      throw new WatchbookError('conflict', 'No run is in front whose runbook could get this command.');
    const [open, after] = await openRunbookOf(run, context);
    await makeStepsOfRunbook(open, after, picked, context.toast);
  },
  'copy-markdown': async (picked, { client, host, terminals }) => {
    const commands = await withOutputs(picked, client);
    await host.copyText(commandsMarkdown(commands, titleOf(picked, terminals)));
  },
  'copy-output': async (picked, { client, host, toast }) => {
    const commands = await withOutputs(picked, client);
    const missing = commands.filter(({ output }) => output === null).length;
    if (missing === commands.length) throw gone(missing);
    const text = outputsText(commands);
    if (text === '') return toast(commands.length === 1 ? 'It printed nothing.' : 'They printed nothing.');
    await host.copyText(text);
    if (missing > 0) toast(`Copied. What ${missing} of them printed is not kept any more.`);
  },
  'run-again': runAgain,
};

function gone(count: number): WatchbookError {
  const what = count === 1 ? 'What this command printed' : 'What these commands printed';
  return new WatchbookError(
    'not-found',
    `${what} is not kept any more. Nothing was copied; what the terminal shows can be selected and copied.`,
  );
}

function titleOf(picked: Picked, terminals: WindowContext['terminals']): string {
  return terminals.store.getState().terminals?.find(({ id }) => id === picked.terminal)?.title ?? '';
}

/** The commands with what is kept of their outputs. Rejects as the engine does, save for what it keeps no more. */
async function withOutputs(
  { terminal, commands }: Picked,
  client: WindowContext['client'],
): Promise<readonly CommandWithOutput[]> {
  return Promise.all(
    commands.map(async (command): Promise<CommandWithOutput> => {
      try {
        const found = await client.request('terminal.commandOutput', { terminal, command: command.id });
        return { command: found.command, output: found.shown };
      } catch (error) {
        if (toWireError(error).code !== 'not-found') throw error;
        return { command, output: null };
      }
    }),
  );
}

/** Leaves what was selected and gives the keys to the cell that came of it. */
function showMade(picked: Picked): void {
  terminalFocus.shown?.leaveCommands();
  pick(picked.terminal, null);
  setTimeout(focusActiveCell, 0);
}

/** Types a command again, where the shell stands at an empty prompt; one at a time, so that each is seen to end. */
async function runAgain({ terminal, commands }: Picked, { client }: ActionContext): Promise<void> {
  const [command, ...others] = commands;
  if (command === undefined) return;
  if (others.length > 0)
    throw new WatchbookError('conflict', 'One command at a time is run again. Nothing was sent.');
  if (command.text === null)
    throw new WatchbookError('conflict', 'The shell did not say which command this was. Nothing was sent.');
  const answer = await client.request('terminal.send', { terminal, text: command.text });
  if (answer.kind !== 'sent') throw new WatchbookError('conflict', answer.message);
  terminalFocus.shown?.leaveCommands();
  terminalFocus.shown?.focus();
}

/** Makes each command a step: of the runbook in front, of the run in front, or of the one that the terminal is attached to. */
async function makeSteps(picked: Picked, context: ActionContext): Promise<void> {
  refuseUnready(picked);
  const { tabs, toast } = context;
  const front = frontTab(tabs.store.getState());
  if (front?.kind === 'notebook')
    return makeStepsOfRunbook(front.open, placeBeside(front.open, 'below'), picked, toast);
  const tab = runOf(picked.terminal, context);
  if (tab === null)
    throw new WatchbookError(
      'conflict',
      'A command is made a step of the runbook or run in front, and none is. Open one beside the terminal.',
    );
  tabs.activate(tab.id);
  await makeStepsOfRun(tab.run, picked, false, toast);
}

/** Throws where the commands can not be made steps, whatever of. */
function refuseUnready(picked: Picked): void {
  const running = picked.commands.find(({ ended }) => ended === null);
  if (running !== undefined)
    throw new WatchbookError('conflict', 'This command still runs. It can be made a step when it has ended.');
  if (picked.commands.length > MOST_PROMOTED)
    throw new WatchbookError('bad-request', `At most ${MOST_PROMOTED} commands are made steps at once.`);
}

function madeWords(count: number, where: string): string {
  return count === 1
    ? `The command is a step of ${where} now.`
    : `${count} commands are steps of ${where} now.`;
}

async function makeStepsOfRunbook(
  open: OpenDocument,
  after: string | null,
  picked: Picked,
  toast: ActionContext['toast'],
): Promise<void> {
  const document = await open.settled();
  const { cells } = await open.engine.request('promote.commands', {
    terminal: picked.terminal,
    commands: picked.commands.map(({ id }) => id),
    document,
    after,
  });
  const last = cells.at(-1);
  if (last !== undefined) goToCell(open, last);
  showMade(picked);
  toast(madeWords(cells.length, 'the runbook'));
}

/** A person said that they take the shell's word, or is asked for it first where the run is strict. */
export async function makeStepsOfRun(
  run: OpenRun,
  picked: Picked,
  isConfirmed: boolean,
  toast: ActionContext['toast'],
): Promise<void> {
  const isStrict = run.store.getState().run?.started?.data.environment.guard === 'strict';
  if (isStrict && !isConfirmed) return picks.setState({ isAsked: true });
  let after = placeToAdd(run);
  let made: string | null = null;
  for (const { id, text } of picked.commands) {
    const before = addedIn(run);
    const isDone = await run.act({
      kind: 'add-step',
      after,
      language: 'shell',
      source: text ?? '?',
      ran: { terminal: picked.terminal, command: id, confirmed: isConfirmed },
    });
    // Why not is said in the run.
    if (!isDone) return;
    made = addedIn(run).find((cell) => !before.includes(cell)) ?? made;
    after = made ?? after;
  }
  picks.setState({ isAsked: false });
  if (made !== null) {
    run.set({ page: 'notebook' });
    goToCell(run.document, made);
  }
  showMade(picked);
  toast(madeWords(picked.commands.length, 'the run'));
}

function addedIn(run: OpenRun): readonly string[] {
  return Object.values(run.store.getState().run?.steps ?? {}).flatMap(({ cell, added }) =>
    added === null ? [] : [cell],
  );
}

/** What has happened stands before where the run stands; at its end where all is done. */
function placeToAdd(run: OpenRun): string | null {
  const { position, plan } = run.store.getState();
  const { cells } = run.document.store.getState();
  const step = position !== null && 'step' in position ? position.step : null;
  return step === null ? (cells.at(-1)?.id ?? null) : placeBefore(cells, plan, step.cell);
}
