import { AlertDialog } from '@base-ui/react/alert-dialog';
import type { JSX, ReactNode } from 'react';
import { assertNever } from '../../shared/rpc/errors';
import { deleteSelected } from './cell-actions';
import { deletedWords } from './deleted-words';
import { useModel, useNotebook, type NotebookHost } from './document-context';
import type { OpenDocument } from './document-store';
import type { Question } from './document-model';
import { save } from './file-actions';
import { restart, runCells } from './run-actions';
import { useReturnFocus } from './use-return-focus';

interface Words {
  readonly title: string;
  readonly body: ReactNode;
  readonly keep: string;
  readonly act: string;
  readonly isDanger: boolean;
  readonly onAct: () => void;
}

/** Why it is asked, and that nothing is lost. */
function deletionWords(cells: number, withOutputs: number): string {
  const it = cells === 1 ? 'it' : 'them';
  if (withOutputs === 0) return `Something runs in this notebook now. Undo brings ${it} back.`;
  const have =
    withOutputs < cells
      ? `${withOutputs} of them ${withOutputs === 1 ? 'has' : 'have'} output.`
      : `${cells === 1 ? 'It has' : 'They have'} output.`;
  return `${have} Undo brings ${it} back with the output.`;
}

function wordsOf(
  question: Exclude<Question, { kind: 'close' }>,
  open: OpenDocument,
  host: NotebookHost,
): Words {
  switch (question.kind) {
    case 'delete': {
      const { cells, withOutputs } = question;
      const what = cells.length === 1 ? 'this cell' : `${cells.length} cells`;
      return {
        title: `Delete ${what}?`,
        body: deletionWords(cells.length, withOutputs),
        keep: cells.length === 1 ? 'Keep it' : 'Keep them',
        act: cells.length === 1 ? 'Delete the cell' : `Delete ${cells.length} cells`,
        isDanger: true,
        onAct: () => {
          const said = deletedWords('Deleted', deleteSelected(open, true));
          if (said !== null) host.confirm(said);
        },
      };
    }
    case 'restart':
      return {
        title: question.runAll ? 'Restart and run all cells?' : 'Restart the kernel?',
        body: 'The kernel’s variables go, and so do those of the shell beside it. What was printed is kept. What runs now is interrupted.',
        keep: 'Keep it running',
        act: question.runAll ? 'Restart and run all' : 'Restart',
        isDanger: true,
        onAct: () => void restart(open, question.runAll),
      };
    case 'try': {
      const { cells, environment, message, restartFirst } = question;
      const what = cells.length === 1 ? 'the cell' : `${cells.length} cells`;
      const where = environment === null ? '' : ` in ${environment}`;
      return {
        title: `Run ${what}${where}?`,
        body: message,
        keep: cells.length === 1 ? 'Do not run it' : 'Do not run them',
        act: `Run ${what}${where}`,
        isDanger: true,
        onAct: () =>
          void runCells(open, cells, { restartFirst, confirmed: { environment, cells: [...cells] } }),
      };
    }
    case 'convert':
      return {
        title: 'Save in the present format?',
        body: question.message,
        keep: 'Do not save',
        act: 'Convert and save',
        isDanger: false,
        onAct: () =>
          void save(open, {
            convert: true,
            ...(question.path === undefined ? {} : { path: question.path, overwrite: true }),
          }),
      };
    default:
      return assertNever(question, 'question');
  }
}

/** The question an action waits for. The focus begins at the choice that changes nothing. */
export function QuestionDialog(): JSX.Element | null {
  const question = useModel((model) => model.question);
  return question === null || question.kind === 'close' ? null : <Asked question={question} />;
}

function Asked({ question }: { readonly question: Exclude<Question, { kind: 'close' }> }): JSX.Element {
  const { open, host } = useNotebook();
  const finalFocus = useReturnFocus();
  const words = wordsOf(question, open, host);
  return (
    <AlertDialog.Root open onOpenChange={(isOpen) => !isOpen && open.set({ question: null })}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="nb-scrim" />
        <AlertDialog.Popup className="nb-dialog" finalFocus={finalFocus}>
          <AlertDialog.Title className="nb-dialog-title">{words.title}</AlertDialog.Title>
          <AlertDialog.Description className="nb-dialog-body">{words.body}</AlertDialog.Description>
          <div className="nb-dialog-foot">
            <AlertDialog.Close className="nb-button">{words.keep}</AlertDialog.Close>
            <button
              type="button"
              className={words.isDanger ? 'nb-button nb-button-danger' : 'nb-button nb-button-primary'}
              onClick={() => {
                open.set({ question: null });
                words.onAct();
              }}
            >
              {words.act}
            </button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
