import type { WindowContext } from '../app/window-context';
import { focusActiveCell } from '../notebook/focus-cell';
import { terminalFocus } from './terminal-focus';
import type { TerminalWish } from './terminal-store';

/** True for an element of the terminal's screen: what is typed there is the shell's. */
export function isInTerminal(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[data-keys="terminal"]') !== null;
}

/** What keys of the window do also while a terminal has the focus. All others are the shell's. */
const KEPT: ReadonlySet<string> = new Set([
  'toggle-terminal',
  'go-to-terminal',
  'new-terminal',
  'attach-terminal',
  'pause-recording',
  'zoom-in',
  'zoom-out',
  'zoom-reset',
]);

/** Whether a key that is the window's counts where it was pressed. */
export function countsInTerminal(id: string, key: string): boolean {
  // Ctrl Shift C copies there; the palette has another key too.
  return KEPT.has(id) || (id === 'palette' && key.toLowerCase() === 'p');
}

/** True while the keys are a terminal's, or a bar's beside it. */
function hasKeys(): boolean {
  return (document.activeElement?.closest('.terminal-region') ?? null) !== null;
}

/**
 * Shows the terminals and gives them the keys, or hides them where they have those; with none, the first one is opened
 * in the folder of the document. A pane that stands there from the last time is not hidden: who wants to type would
 * give the notebook one command with each letter.
 */
export function toggleTerminal(context: WindowContext, directory: string | null): void {
  const { library, terminals } = context;
  const { terminal } = library.layout.getState();
  if (terminal.isOpen && hasKeys()) {
    library.layout.setState({ terminal: { ...terminal, isOpen: false } });
    focusActiveCell();
    return;
  }
  library.layout.setState({ terminal: { ...terminal, isOpen: true } });
  terminalFocus.ask();
  terminals.openFirst(directory);
}

/** Moves the focus between the terminal and the document. */
export function goToTerminal(context: WindowContext, directory: string | null): void {
  if (hasKeys()) {
    focusActiveCell();
    if (hasKeys()) document.querySelector<HTMLElement>('[data-region="document"]')?.focus();
    return;
  }
  toggleTerminal(context, directory);
}

/** Opens another terminal, shows it, and gives it the focus when it is there. */
export function openTerminal(
  { library, terminals }: Pick<WindowContext, 'library' | 'terminals'>,
  options: TerminalWish,
): void {
  library.layout.setState((layout) => ({ terminal: { ...layout.terminal, isOpen: true } }));
  terminalFocus.wish();
  void terminals.open(options);
}

/** Opens a terminal of the same kind in the same folder beside the one with the keys. */
export function splitTerminal(context: WindowContext, directory: string | null): void {
  const { terminals: all, active } = context.terminals.store.getState();
  const info = all?.find(({ id }) => id === active);
  if (info === undefined) return openTerminal(context, { directory });
  const { id, profile } = info;
  // The folder of a shell elsewhere is none of this machine.
  const isHere = profile.kind !== 'ssh';
  openTerminal(context, { profile: profile.id, directory: isHere ? info.directory : null, beside: id });
}
