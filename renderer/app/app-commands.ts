import { parseKeys, type KeyedCommand } from '../../shared/settings/keys';
import { NOTEBOOK_COMMANDS } from '../notebook/commands';
import { addFolder } from '../library/library-actions';
import { copyStepLink } from '../library/open-link';
import { keysInUse } from '../notebook/keys-in-use';
import { keyWords } from '../notebook/key-words';
import { runCommand } from '../notebook/run-command';
import { isRunCommand, runPaneCommand } from '../runs/run-keys';
import { runCommands } from '../runs/run-commands';
import { runRecordCommands } from '../runs/record-commands';
import type { WindowContext } from './window-context';
import { placeAtHand, showEnvironments } from '../runs/environments-store';
import { showNotices } from './notices/notice-store';
import { enterRegion } from './regions';
import { recordingCommands } from '../terminal/recording';
import { goToTerminal, openTerminal, toggleTerminal } from '../terminal/terminal-commands';
import { terminalCommands } from '../terminal/pane-commands';
import { targetWords } from '../terminal/send-target';
import { folderOf, pathOf, type Tab } from './tabs';

/** A command as the palette lists it. */
export interface AppCommand {
  readonly id: string;
  readonly title: string;
  /** Written as on the keyboard; empty where it has none. */
  readonly keys: readonly string[];
  readonly group: 'Window' | 'Notebook';
  readonly run: () => void;
}

/** Commands of the window that need an open notebook. */
const OF_A_NOTEBOOK: ReadonlySet<string> = new Set(['copy-step-link']);

/** A command of the window itself. */
export interface WindowCommand extends KeyedCommand {
  readonly repeats: boolean;
  readonly run: () => void;
}

/** The window's commands with their own keys, for giving them others and for finding them by a key. */
export function windowCommands(context: WindowContext): readonly WindowCommand[] {
  return commandsOfWindow(context, null);
}

/** Every command that can be given now, with the keys that hold, for the palette, the menus and the help. */
export function appCommands(context: WindowContext, active: Tab | null): readonly AppCommand[] {
  const keys = keysInUse();
  const keysOf = (id: string, own: readonly string[]): readonly string[] =>
    (keys.get(id) ?? own).map((one) => keyWords(one));
  const isNotebook = active?.kind === 'notebook';
  const given = commandsOfWindow(context, active).filter(({ id }) => isNotebook || !OF_A_NOTEBOOK.has(id));
  const own = [...given, ...terminalCommands(context, folderOf(active))].map((command): AppCommand => {
    const { id, title, run } = command;
    return { id, title, keys: keysOf(id, command.keys), group: 'Window', run };
  });
  if (active?.kind === 'run') {
    const { run } = active;
    const kept = NOTEBOOK_COMMANDS.filter(({ id }) => isRunCommand(id)).map((command): AppCommand => {
      const { id, title } = command;
      return {
        id,
        title: sendTitle(runTitle(id, title), context, pathOf(run.document)),
        keys: keysOf(id, command.keys),
        group: 'Notebook',
        run: () => runPaneCommand(run, context.host, id),
      };
    });
    return [
      ...runCommands(run),
      ...kept.filter(({ title }) => own.every((one) => one.title !== title)),
      ...own,
    ];
  }
  if (active?.kind !== 'notebook') return own;
  const { open } = active;
  // What both have, and what one has twice for its two modes, is listed once.
  const seen = new Set(own.map(({ title }) => title));
  const notebook = NOTEBOOK_COMMANDS.flatMap((command): AppCommand[] => {
    const { id, title } = command;
    if (seen.has(title)) return [];
    seen.add(title);
    const run = (): void => runCommand(id, open, context.host);
    const now = sendTitle(title, context, pathOf(open));
    return [{ id, title: now, keys: keysOf(id, command.keys), group: 'Notebook', run }];
  });
  return [...notebook, ...own];
}

function commandsOfWindow(context: WindowContext, active: Tab | null): readonly WindowCommand[] {
  const { actions, tabs, host, library } = context;
  const move = (where: 'left' | 'right' | 'across'): void => moveTab(tabs, where);
  return [
    command('open', 'Open a notebook…', ['Ctrl O'], () => void actions.openNotebook()),
    command('new', 'New runbook for the shell…', ['Ctrl N'], () => void actions.newRunbook('bash')),
    command('new-python', 'New runbook for Python…', [], () => void actions.newRunbook('python')),
    command('new-window', 'New window', ['Ctrl Shift N'], () => void actions.newWindow()),
    command('start-run', 'Start a run…', ['Ctrl Shift Enter'], () => void actions.startRun()),
    command('runs', 'Go to the runs', [], () => tabs.openPage('runs')),
    ...runRecordCommands(context).map(({ id, title, keys, run }) => command(id, title, keys, run)),
    command('close-tab', 'Close the tab', ['Ctrl W'], () => active !== null && void actions.closeTab(active)),
    command('palette', 'Search or run a command', ['Ctrl Shift C', 'Ctrl Shift P'], () => host.showPalette()),
    command('next-tab', 'Next tab', ['Ctrl Tab'], () => tabs.step(1)),
    command('previous-tab', 'Previous tab', ['Ctrl Shift Tab'], () => tabs.step(-1)),
    command('move-tab-left', 'Move the tab to the left', ['Ctrl Shift PageUp'], () => move('left')),
    command('move-tab-right', 'Move the tab to the right', ['Ctrl Shift PageDown'], () => move('right')),
    command('move-tab-across', 'Move the tab to the other half', ['Ctrl Alt PageDown'], () => move('across')),
    command('toggle-side', 'Show or hide the side', ['Ctrl B'], () => {
      const { isSideOpen } = library.layout.getState();
      library.layout.setState({ isSideOpen: !isSideOpen });
    }),
    command('toggle-terminal', 'Show the terminal, or hide it from within', ['Ctrl `', 'Ctrl J'], () =>
      toggleTerminal(context, folderOf(active)),
    ),
    command('go-to-terminal', 'Go to the terminal, or back to the document', ['F7'], () =>
      goToTerminal(context, folderOf(active)),
    ),
    command('new-terminal', 'New terminal', ['Ctrl Shift `'], () =>
      openTerminal(context, { directory: folderOf(active) }),
    ),
    ...recordingCommands(context).map(({ id, title, keys, run }) => command(id, title, keys, run)),
    command('copy-step-link', 'Copy a link to this step', [], () => {
      if (active?.kind === 'notebook') void copyStepLink(active.open, host);
    }),
    command('side-by-side', 'Show two side by side, or one alone', ['Ctrl \\'], () => tabs.toggleSplit()),
    command('first-half', 'Go to the first of two side by side', ['Ctrl 1'], () => goToHalf(tabs, true)),
    command('second-half', 'Go to the second of two side by side', ['Ctrl 2'], () => goToHalf(tabs, false)),
    command('add-folder', 'Add a folder to the library…', [], () => void addFolder(context)),
    command('welcome', 'Go to the welcome page', [], () => tabs.openPage('welcome')),
    command('search', 'Find in all runbooks of the library', ['Ctrl Shift F'], () => tabs.openPage('search')),
    command('kernels', 'Go to the kernels of this machine', [], () => tabs.openPage('kernels')),
    command('keys', 'List every key', ['Ctrl Shift H'], () => host.showKeys()),
    command('settings', 'Settings', ['Ctrl ,'], () => tabs.openPage('settings')),
    command('environments', 'Environments of the library', [], () =>
      showEnvironments(tabs, placeAtHand(tabs, library.store.getState())),
    ),
    command('notifications', 'Show the notifications', [], () => showNotices(true)),
    command('zoom-in', 'Zoom in', ['Ctrl +', 'Ctrl Shift +', 'Ctrl ='], () => actions.zoom(1)),
    command('zoom-out', 'Zoom out', ['Ctrl -'], () => actions.zoom(-1)),
    command('zoom-reset', 'Zoom back to 100 %', ['Ctrl 0'], () => actions.zoom(0)),
  ];
}

/** What some commands of the notebook are called in a run. */
export function runTitle(id: string, title: string): string {
  if (id === 'run-and-advance') return 'Run the next step';
  return id === 'edit' ? 'Adjust the step' : title;
}

/** What sends to a terminal says to which, as far as that is known. */
function sendTitle(title: string, { terminals }: WindowContext, document: string): string {
  if (!/^Send .* to the terminal$/.test(title)) return title;
  return title.replace(/the terminal$/, targetWords(terminals.store.getState(), document));
}

function moveTab(tabs: WindowContext['tabs'], where: 'left' | 'right' | 'across'): void {
  const { active } = tabs.store.getState();
  if (active === null) return;
  if (where !== 'across') return tabs.shift(active, where === 'left' ? -1 : 1);
  tabs.moveToOtherHalf(active);
  enterFront();
}

function goToHalf(tabs: WindowContext['tabs'], isFirst: boolean): void {
  tabs.focusHalf(isFirst);
  enterFront();
}

/** The keys go to what the half in front shows, once that is drawn. */
function enterFront(): void {
  setTimeout(() => {
    const front = document.querySelector<HTMLElement>('.pane[data-front]');
    if (front !== null) enterRegion(front);
  }, 0);
}

/** `keys` as a person reads them on Linux; Ctrl is Cmd on macOS. */
function command(id: string, title: string, keys: readonly string[], run: () => void): WindowCommand {
  const own = keys.flatMap((key) => parseKeys(key.replace('Ctrl', 'Mod')) ?? []);
  return { id, title, keys: own, when: 'window', repeats: false, run };
}
