import type { WindowContext } from '../app/window-context';
import { PART_COMMANDS, type PartCommand, type PartCommandId } from '../notebook/part-commands';
import { createKeyMap, type KeyMap } from '../notebook/key-map';
import { isMac } from '../notebook/key-words';
import { actOnCommands } from './command-actions';
import { COMMAND_ACTS } from './command-keys';
import { picks } from './command-picks';
import { askMarks } from './send-question';
import { splitTerminal } from './terminal-commands';
import { terminalFocus } from './terminal-focus';

type TerminalCommandId = Extract<PartCommandId, `terminal-${string}`>;
type TerminalPartCommand = PartCommand & { readonly id: TerminalCommandId };

/** What counts while the pane of terminals has the keys. */
const COMMANDS: readonly TerminalPartCommand[] = PART_COMMANDS.filter(
  (command): command is TerminalPartCommand => command.when === 'terminal',
);

/** The keys of the pane, those that hold. */
export function terminalKeys(keys: ReadonlyMap<string, readonly string[]>): KeyMap<TerminalPartCommand> {
  return createKeyMap(isMac(), COMMANDS, keys);
}

/** The commands of the pane, for the palette; none while it is hidden. */
export function terminalCommands(
  context: WindowContext,
  directory: string | null,
): readonly (TerminalPartCommand & { readonly run: () => void })[] {
  if (!context.library.layout.getState().terminal.isOpen) return [];
  return COMMANDS.map((command) => ({
    ...command,
    run: () => runTerminalCommand(command.id, context, directory),
  }));
}

/** `directory`: where a first terminal begins. */
export function runTerminalCommand(
  id: TerminalCommandId,
  context: WindowContext,
  directory: string | null,
): void {
  const { terminals } = context;
  const { active, isFull } = terminals.store.getState();
  switch (id) {
    case 'terminal-split':
      return splitTerminal(context, directory);
    case 'terminal-left':
    case 'terminal-right':
      terminalFocus.wish();
      return terminals.stepPart(id === 'terminal-right' ? 1 : -1);
    case 'terminal-next':
    case 'terminal-previous':
      terminalFocus.wish();
      return terminals.step(id === 'terminal-next' ? 1 : -1);
    case 'terminal-close':
      return active === null ? undefined : terminals.askClose(active);
    case 'terminal-clear':
      terminalFocus.shown?.clear();
      return terminalFocus.shown?.focus();
    case 'terminal-full':
      return terminals.set({ isFull: !isFull });
    case 'terminal-marks':
      return askMarks(active);
    case 'terminal-place':
      return movePane(context);
    case 'terminal-command-above':
    case 'terminal-command-below':
      return terminalFocus.shown?.stepCommand(id === 'terminal-command-above' ? -1 : 1);
    case 'terminal-make-step':
    case 'terminal-make-runbook-step':
    case 'terminal-copy-markdown':
    case 'terminal-copy-output':
    case 'terminal-run-again': {
      // Where none is selected, the last one is, and seen before anything is done with it.
      if (picks.getState().picked === null) return terminalFocus.shown?.stepCommand(-1);
      const found = COMMAND_ACTS.find(({ command }) => command === id);
      return found === undefined ? undefined : void actOnCommands(found.act, context);
    }
  }
}

/** What the pane measures where it is put, before a person sizes it. Points. */
const FIRST_SIZES = { bottom: 280, side: 480 } as const;

function movePane({ library }: WindowContext): void {
  library.layout.setState(({ terminal }) => {
    const place = terminal.place === 'bottom' ? 'side' : 'bottom';
    return { terminal: { ...terminal, place, size: FIRST_SIZES[place] } };
  });
}
