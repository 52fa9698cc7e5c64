import { assertNever } from '../../shared/rpc/errors';
import {
  beginEditing,
  changeType,
  copySelected,
  cutSelected,
  deleteSelected,
  endEditing,
  goToCell,
  insertBeside,
  mergeSelected,
  moveSelected,
  moveSelection,
  pasteCells,
  splitCell,
  undo,
} from './cell-actions';
import type { NotebookCommandId } from './commands';
import type { NotebookHost } from './document-context';
import type { OpenDocument } from './document-store';
import { editorCursor } from './editor-cursor';
import { save, saveAs } from './file-actions';
import { toggleLineNumbers } from './line-numbers';
import { toggleRevealed } from './reveal';
import {
  askRestart,
  interrupt,
  runAndAdvance,
  runAndInsert,
  runPart,
  runSelected,
  shutDown,
} from './run-actions';

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
    case 'edit':
      return beginEditing(open);
    case 'leave-edit':
      return endEditing(open);
    case 'insert-above':
      return void insertBeside(open, 'above');
    case 'insert-below':
      return void insertBeside(open, 'below');
    case 'to-code':
      return changeType(open, 'code');
    case 'to-markdown':
      return changeType(open, 'markdown');
    case 'to-raw':
      return changeType(open, 'raw');
    case 'delete':
      return deleteSelected(open);
    case 'cut':
      return cutSelected(open);
    case 'copy':
      return copySelected(open);
    case 'paste':
      return pasteCells(open);
    case 'undo':
    case 'undo-in-source':
      return void undo(open, 'undo');
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
    case 'select-first':
    case 'select-last': {
      const cell = id === 'select-first' ? order[0] : order[order.length - 1];
      return cell === undefined ? undefined : goToCell(open, cell);
    }
    case 'move-up':
      return moveSelected(open, 'up');
    case 'move-down':
      return moveSelected(open, 'down');
    case 'merge':
      return mergeSelected(open);
    case 'split': {
      const offset = selection.active === null ? null : editorCursor(selection.active);
      return selection.active === null || offset === null
        ? undefined
        : splitCell(open, selection.active, offset);
    }
    case 'toggle-source':
    case 'toggle-outputs':
      return selection.active === null
        ? undefined
        : toggleRevealed(open, selection.active, id === 'toggle-source' ? 'source' : 'outputs');
    case 'toggle-line-numbers':
      return toggleLineNumbers();
    case 'show-keys':
      return host.showKeys();
    case 'save':
      return void save(open);
    case 'save-as':
      return void saveAs(open, (suggested) => host.chooseSavePath(suggested));
    default:
      return assertNever(id, 'notebook command');
  }
}
