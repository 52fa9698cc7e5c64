import { NOTEBOOK_COMMANDS } from '../notebook/commands';
import { addFolder } from '../library/library-actions';
import { copyStepLink } from '../library/open-link';
import { runCommand } from '../notebook/run-command';
import type { WindowContext } from './window-context';
import type { Tab } from './tabs';

/** A command as the palette lists it. */
export interface AppCommand {
  readonly id: string;
  readonly title: string;
  /** Written as on the keyboard; empty where it has none. */
  readonly keys: readonly string[];
  readonly group: 'Window' | 'Notebook';
  readonly run: () => void;
}

/** The keys of the window itself, by their names in KeyboardEvent, with Ctrl (Cmd on macOS) held. */
export const WINDOW_KEYS: readonly { readonly id: string; readonly key: string; readonly shift: boolean }[] =
  [
    { id: 'open', key: 'o', shift: false },
    { id: 'new', key: 'n', shift: false },
    { id: 'new-window', key: 'n', shift: true },
    { id: 'close-tab', key: 'w', shift: false },
    { id: 'palette', key: 'c', shift: true },
    { id: 'palette', key: 'p', shift: true },
    { id: 'keys', key: 'h', shift: true },
    { id: 'settings', key: ',', shift: false },
    { id: 'zoom-in', key: '=', shift: false },
    { id: 'zoom-in', key: '+', shift: true },
    { id: 'zoom-out', key: '-', shift: false },
    { id: 'zoom-reset', key: '0', shift: false },
    { id: 'toggle-side', key: 'b', shift: false },
    { id: 'next-tab', key: 'Tab', shift: false },
    { id: 'previous-tab', key: 'Tab', shift: true },
  ];

/** Every command that can be given now, for the palette and the help. */
export function appCommands(
  context: WindowContext,
  active: Tab | null,
  openPalette: () => void,
): readonly AppCommand[] {
  const { actions, tabs, host, library } = context;
  const own: readonly AppCommand[] = [
    command('open', 'Open a notebook…', ['Ctrl O'], () => void actions.openNotebook()),
    command('new', 'New runbook for the shell…', ['Ctrl N'], () => void actions.newRunbook('bash')),
    command('new-python', 'New runbook for Python…', [], () => void actions.newRunbook('python')),
    command('new-window', 'New window', ['Ctrl Shift N'], () => void actions.newWindow()),
    command('close-tab', 'Close the tab', ['Ctrl W'], () => active !== null && void actions.closeTab(active)),
    command('palette', 'Search or run a command', ['Ctrl Shift C'], openPalette),
    command('next-tab', 'Next tab', ['Ctrl Tab'], () => tabs.step(1)),
    command('previous-tab', 'Previous tab', ['Ctrl Shift Tab'], () => tabs.step(-1)),
    command('toggle-side', 'Show or hide the side', ['Ctrl B'], () => {
      const { isSideOpen } = library.layout.getState();
      library.layout.setState({ isSideOpen: !isSideOpen });
    }),
    command('add-folder', 'Add a folder to the library…', [], () => void addFolder(context)),
    command('welcome', 'Go to the welcome page', [], () => tabs.openPage('welcome')),
    command('kernels', 'Go to the kernels of this machine', [], () => tabs.openPage('kernels')),
    command('keys', 'List every key', ['Ctrl Shift H'], () => tabs.openPage('keys')),
    command('settings', 'Settings', ['Ctrl ,'], () => tabs.openPage('settings')),
    command('zoom-in', 'Show everything larger', ['Ctrl +'], () => actions.zoom(1)),
    command('zoom-out', 'Show everything smaller', ['Ctrl -'], () => actions.zoom(-1)),
    command('zoom-reset', 'Show everything at its own size', ['Ctrl 0'], () => actions.zoom(0)),
  ];
  if (active?.kind !== 'notebook') return own;
  const { open } = active;
  const link = command('copy-step-link', 'Copy a link to this step', [], () => void copyStepLink(open, host));
  const seen = new Set<string>();
  const notebook = NOTEBOOK_COMMANDS.flatMap(({ id, title, keys }): AppCommand[] => {
    if (seen.has(title)) return [];
    seen.add(title);
    return [
      { id, title, keys: keys.map(keyWords), group: 'Notebook', run: () => runCommand(id, open, host) },
    ];
  });
  return [...notebook, link, ...own];
}

function command(id: string, title: string, keys: readonly string[], run: () => void): AppCommand {
  return { id, title, keys, group: 'Window', run };
}

/** `Mod-Shift-Z` as a person reads it: `Ctrl Shift Z`. */
export function keyWords(key: string): string {
  return key
    .replaceAll('Mod', navigator.platform.startsWith('Mac') ? 'Cmd' : 'Ctrl')
    .replaceAll('ArrowUp', '↑')
    .replaceAll('ArrowDown', '↓')
    .replaceAll('ArrowLeft', '←')
    .replaceAll('ArrowRight', '→')
    .replaceAll('Escape', 'Esc')
    .replace(/-(?=.)/g, ' ');
}
