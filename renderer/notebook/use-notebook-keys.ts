import { useEffect, useMemo } from 'react';
import { NOTEBOOK_COMMANDS, type NotebookCommandId } from './commands';
import type { NotebookHost } from './document-context';
import type { OpenDocument } from './document-store';
import { createKeyMap } from './key-map';
import { isMac } from './key-words';
import { useKeysInUse } from './keys-in-use';
import { runCommand } from './run-command';
import { frontPane, isBesideAll } from './front-pane';

/** Keys that move in a tree, among tabs, and in an output that scrolls. */
const MOVING_KEYS: ReadonlySet<string> = new Set(
  'ArrowUp ArrowDown ArrowLeft ArrowRight Home End PageUp PageDown Enter'.split(' ').concat(' '),
);

/** Keys that move a source that is wider than its place. */
const SIDEWAYS: ReadonlySet<string> = new Set(['ArrowLeft', 'ArrowRight']);

/** In an editor Esc first closes what is open in it, leaves a mode of Vim, and brings several cursors to one. */
function escapeIsInside(editor: Element): boolean {
  if (editor.hasAttribute('data-escape') || editor.querySelector('.cm-tooltip, .cm-panel') !== null)
    return true;
  const mode = editor.getAttribute('data-vim');
  return mode !== null && mode !== 'normal';
}

/** True where a key belongs to what has the focus: a field, a control's own keys, an open menu or tooltip. */
function belongsToFocus(event: KeyboardEvent): boolean {
  const target = event.target;
  if (!(target instanceof Element)) return true;
  const editor = target.closest('.cm-editor');
  // In an editor Esc first closes a tooltip or brings several cursors to one.
  if (editor !== null) return event.key === 'Escape' && escapeIsInside(editor);
  if (
    target.closest('input, textarea, select, [role=menu], [role=dialog], [role=alertdialog], .find-bar') !==
    null
  )
    return true;
  const isMoved = target.closest('[role=tree], [role=tablist], .out-scrolled') !== null;
  if (isMoved && MOVING_KEYS.has(event.key) && !event.ctrlKey) return true;
  const hasModifier = event.ctrlKey || event.metaKey || event.shiftKey;
  if (target.matches('.still-code') && SIDEWAYS.has(event.key) && !hasModifier) return true;
  const isControl = target.closest('button, a, summary, [role=link], [role=button]') !== null;
  return isControl && (event.key === 'Enter' || event.key === ' ') && !hasModifier;
}

/** Ctrl C on text that is selected, in an output for one, copies that text and no cells. */
function isCopyOfText(event: KeyboardEvent): boolean {
  const isCopy = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === 'c';
  return isCopy && window.getSelection()?.isCollapsed === false;
}

/**
 * The handler of the pane's keys, for `keydown` in the capture phase: before the editor sees them.
 *
 * A button that takes itself away when it is pressed (run all becomes interrupt) leaves the focus nowhere, and so does
 * a press on a bar beside its buttons. Keys that come then are the notebook's too, and the focus goes back to the cell.
 *
 * `command`: what a command does in a run; null where the notebook does it itself.
 */
export function useNotebookKeys(
  open: OpenDocument,
  host: NotebookHost,
  command: ((id: NotebookCommandId) => void) | null = null,
): (event: KeyboardEvent) => void {
  const keys = useKeysInUse();
  const handle = useMemo(() => {
    const map = createKeyMap(isMac(), NOTEBOOK_COMMANDS, keys);
    return (event: KeyboardEvent): void => {
      if (event.isComposing || belongsToFocus(event)) return;
      const { mode, phase, comparing, comparedWith } = open.store.getState();
      if (phase !== 'open') return;
      // The cells are not there to be seen: no letter may change them.
      if ((comparing || comparedWith !== null) && !event.ctrlKey && !event.metaKey) return;
      const inEditor = event.target instanceof Element && event.target.closest('.cm-editor') !== null;
      const found = map.press(event, inEditor ? 'edit' : mode === 'edit' ? 'command' : mode, event.timeStamp);
      if (found === null || isCopyOfText(event)) return;
      event.preventDefault();
      event.stopPropagation();
      if (found === 'pending') return;
      // The cursor was left for something else: what acts on cells acts among them.
      if (!inEditor && mode === 'edit' && found.when === 'command') open.set({ mode: 'command' });
      if (command === null) runCommand(found.id, open, host);
      else command(found.id);
    };
  }, [open, host, keys, command]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (!isBesideAll(event.target) || event.defaultPrevented) return;
      // Of two notebooks side by side one has the keys.
      if (!host.isFront(open)) return;
      // Who was typing and lost the cursor, to a frame for one, must not find the text taken for commands.
      if (open.store.getState().mode !== 'command') return;
      frontPane().querySelector<HTMLElement>('article.entry.is-active')?.focus({ preventScroll: true });
      handle(event);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [handle, open, host]);
  return handle;
}
