import { Facet, Prec, type Extension } from '@codemirror/state';
import { ViewPlugin, type EditorView } from '@codemirror/view';
import { getCM, Vim, vim } from '@replit/codemirror-vim';
import type { VimMode, VimPorts } from './vim-mode';

const portsOf = Facet.define<VimPorts, VimPorts | null>({ combine: (all) => all[0] ?? null });

/** The ports of the editor that a command of Vim is given in. */
function portsIn(cm: { readonly cm6: EditorView }): VimPorts | null {
  return cm.cm6.state.facet(portsOf);
}

let isTaught = false;

/** Vim's commands are one set for the page: undo is the engine's, and files are saved as everywhere. */
function teachVim(): void {
  if (isTaught) return;
  isTaught = true;
  Vim.defineAction('notebookUndo', (cm) => portsIn(cm)?.undo());
  Vim.defineAction('notebookRedo', (cm) => portsIn(cm)?.redo());
  Vim.mapCommand('u', 'action', 'notebookUndo', {}, { context: 'normal' });
  Vim.mapCommand('<C-r>', 'action', 'notebookRedo', {}, { context: 'normal' });
  Vim.defineEx('write', 'w', (cm) => portsIn(cm)?.save());
  Vim.defineEx('quit', 'q', (cm) => portsIn(cm)?.leave());
  Vim.defineEx('wq', 'wq', (cm) => {
    portsIn(cm)?.save();
    portsIn(cm)?.leave();
  });
}

function modeNamed(mode: string): VimMode {
  return mode === 'insert' || mode === 'visual' || mode === 'replace' ? mode : 'normal';
}

/**
 * Vim's keys in the live editor. It begins in normal mode; the mode stands on the editor as `data-vim`, by which the
 * notebook knows whose Esc it is.
 */
export function vimKeys(ports: VimPorts): Extension {
  teachVim();
  const followMode = ViewPlugin.define((view) => {
    const tell = (mode: VimMode): void => {
      view.dom.dataset['vim'] = mode;
      ports.onMode(mode);
    };
    const onMode = ({ mode }: { readonly mode: string }): void => tell(modeNamed(mode));
    const cm = getCM(view);
    // Where commands and searches are typed the package gives the field no name.
    const onDialog = (): void => {
      const dialog: unknown = cm?.state.dialog;
      if (dialog instanceof Element)
        dialog.querySelector('input')?.setAttribute('aria-label', 'Command or search of Vim');
    };
    cm?.on('vim-mode-change', onMode);
    cm?.on('dialog', onDialog);
    tell('normal');
    return {
      destroy() {
        cm?.off('vim-mode-change', onMode);
        cm?.off('dialog', onDialog);
        delete view.dom.dataset['vim'];
      },
    };
  });
  return [portsOf.of(ports), Prec.highest(vim()), followMode];
}
