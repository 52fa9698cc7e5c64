import { assertNever } from '../../shared/rpc/errors';
import {
  changeType,
  clearOutputs,
  deleteSelected,
  editOrSay,
  endEditing,
  goToCell,
  insertBeside,
  moveSelected,
  moveSelection,
  selectEvery,
  selectedIds,
  undo,
} from './cell-actions';
import { copySelected, cutSelected, pasteCells } from './cell-clipboard';
import { switchSession } from './cell-language';
import { collapseOrGoUp, expandOrGoDown, setAllCollapsed, shownOrder } from './collapsing';
import type { NotebookCommandId } from './commands';
import type { NotebookHost } from './document-context';
import type { OpenDocument } from './document-store';
import { clearedWords, deletedWords } from './deleted-words';
import { editorCuts } from './editor-cursor';
import { save, saveAs } from './file-actions';
import { openFind, stepFind } from './find/find-actions';
import { toggleLineNumbers } from './line-numbers';
import { insertHeading, makeHeadings } from './headings';
import { showCheckpoints, toggleInspector } from './inspector/inspector-state';
import { setCodeHidden, toggleFold, toggleScrolled } from './reveal';
import { saveWidgets } from './outputs/save-widgets';
import {
  askRestart,
  interrupt,
  runAndAdvance,
  runAndInsert,
  runPart,
  runSelected,
  shutDown,
} from './run-actions';
import { openChooser } from '../runs/trying-store';
import { scrollPage } from './scroll-page';
import { mergeCells, splitCell } from './split-merge';

/** Does what a command says, for the document and its selection. */
export function runCommand(id: NotebookCommandId, open: OpenDocument, host: NotebookHost): void {
  const { order, selection } = open.store.getState();
  switch (id) {
    case 'run-and-advance':
      return runAndAdvance(open);
    case 'run':
      return runSelected(open);
    case 'run-and-insert':
      return runAndInsert(open);
    case 'run-all':
      return runPart(open, 'all');
    case 'run-above':
      return runPart(open, 'above');
    case 'run-below':
      return runPart(open, 'below');
    case 'restart-run-all':
      return askRestart(open, true);
    case 'interrupt':
      return void interrupt(open);
    case 'restart':
      return askRestart(open, false);
    case 'shut-down':
      return void shutDown(open);
    case 'clear-outputs':
      return confirmDeleted(host, clearedWords(clearOutputs(open, selectedIds(open))));
    case 'clear-all-outputs':
      return confirmDeleted(host, clearedWords(clearOutputs(open, order)));
    case 'choose-kernel':
      return open.set({ choosingKernel: true });
    case 'edit':
      return editOrSay(open);
    case 'leave-edit':
      return endEditing(open);
    case 'insert-above':
      return void insertBeside(open, 'above');
    case 'insert-below':
      return void insertBeside(open, 'below');
    case 'insert-heading-above':
      return insertHeading(open, 'above');
    case 'insert-heading-below':
      return insertHeading(open, 'below');
    case 'to-code':
      return changeType(open, 'code');
    case 'to-markdown':
      return changeType(open, 'markdown');
    case 'to-raw':
      return changeType(open, 'raw');
    case 'heading-1':
    case 'heading-2':
    case 'heading-3':
    case 'heading-4':
    case 'heading-5':
    case 'heading-6':
      return makeHeadings(open, Number(id.slice(-1)));
    case 'delete':
      return confirmDeleted(host, deletedWords('Deleted', deleteSelected(open)));
    case 'cut':
      return confirmDeleted(host, deletedWords('Cut', cutSelected(open, host)));
    case 'copy':
      return copySelected(open, host);
    case 'paste':
      return void pasteCells(open, host, 'below');
    case 'paste-above':
      return void pasteCells(open, host, 'above');
    case 'undo':
    case 'undo-in-source':
      // That something was deleted and can be brought back is true no more.
      return void undo(open, 'undo').then(() => host.unsay());
    case 'redo':
    case 'redo-in-source':
      return void undo(open, 'redo');
    case 'select-above':
      return moveSelection(open, -1);
    case 'select-below':
      return moveSelection(open, 1);
    case 'extend-above':
      return moveSelection(open, -1, true);
    case 'extend-below':
      return moveSelection(open, 1, true);
    case 'extend-to-first':
      return moveSelection(open, -order.length, true);
    case 'extend-to-last':
      return moveSelection(open, order.length, true);
    case 'select-all':
      return selectEvery(open);
    case 'select-first':
    case 'select-last': {
      const shown = shownOrder(open.store.getState());
      const cell = id === 'select-first' ? shown[0] : shown[shown.length - 1];
      return cell === undefined ? undefined : goToCell(open, cell);
    }
    case 'move-up':
      return moveSelected(open, 'up');
    case 'move-down':
      return moveSelected(open, 'down');
    case 'merge':
      return mergeCells(open, 'selected');
    case 'merge-above':
      return mergeCells(open, 'above');
    case 'merge-below':
      return mergeCells(open, 'below');
    case 'split': {
      const places = selection.active === null ? null : editorCuts(selection.active);
      return selection.active === null || places === null
        ? undefined
        : splitCell(open, selection.active, places);
    }
    case 'toggle-source':
    case 'toggle-outputs':
      return selection.active === null
        ? undefined
        : toggleFold(open, selection.active, id === 'toggle-source' ? 'source' : 'outputs');
    case 'toggle-beside':
      return open.set({ outputsBeside: !open.store.getState().outputsBeside });
    case 'toggle-line-numbers':
      return void toggleLineNumbers(open);
    case 'scroll-down':
      return scrollPage(1);
    case 'scroll-up':
      return scrollPage(-1);
    case 'show-palette':
      return host.showPalette();
    case 'inspect-cell':
      return toggleInspector();
    case 'switch-session':
      return switchSession(open);
    case 'send-to-terminal':
      return host.sendToTerminal(open, 'cells');
    case 'send-line':
      return host.sendToTerminal(open, 'line');
    case 'send-elsewhere':
      return host.sendToTerminal(open, 'cells', true);
    case 'choose-environment':
      return openChooser.setState({ open });
    case 'toggle-scrolled':
      return selection.active === null ? undefined : toggleScrolled(open, selection.active);
    case 'hide-all-code':
      return setCodeHidden(open, true);
    case 'show-all-code':
      return setCodeHidden(open, false);
    case 'collapse-heading':
      return collapseOrGoUp(open);
    case 'expand-heading':
      return expandOrGoDown(open);
    case 'collapse-all':
      return setAllCollapsed(open, true);
    case 'expand-all':
      return setAllCollapsed(open, false);
    case 'show-keys':
      return host.showKeys();
    case 'find':
      return openFind(open, false);
    case 'replace':
      return openFind(open, true);
    case 'find-next':
      return stepFind(open, 1);
    case 'find-previous':
      return stepFind(open, -1);
    case 'save':
      return void save(open);
    case 'export':
      return open.set({ exporting: 'html' });
    case 'print':
      return open.set({ exporting: 'print' });
    case 'save-as':
      return void saveAs(open, (suggested) => host.chooseSavePath(suggested));
    case 'keep-checkpoint':
      return showCheckpoints(true);
    case 'show-checkpoints':
      return showCheckpoints(false);
    case 'save-widgets':
      return void saveWidgets(open, host);
    default:
      return assertNever(id, 'notebook command');
  }
}

function confirmDeleted(host: NotebookHost, words: string | null): void {
  if (words !== null) host.confirm(words);
}
