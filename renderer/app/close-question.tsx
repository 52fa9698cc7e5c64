import { AlertDialog } from '@base-ui/react/alert-dialog';
import { useRef, useState, type JSX } from 'react';
import { closeDocument, hasUnsavedEdits, save } from '../notebook/file-actions';
import type { OpenDocument } from '../notebook/document-store';
import { pathOf, type Tab } from './tabs';
import { useWindow } from './window-context';

type NotebookTab = Extract<Tab, { kind: 'notebook' }>;

/** Asks what becomes of edits that are in no file, before a tab or the window closes. */
export function CloseQuestion(props: {
  readonly what: NotebookTab | 'window';
  readonly tabs: readonly Tab[];
  /** False: it stays open. */
  readonly onDone: (close: boolean) => void;
}): JSX.Element | null {
  const { what, onDone } = props;
  const { tabs } = useWindow();
  const first = useRef<HTMLButtonElement>(null);
  const documents = (what === 'window' ? props.tabs : [what])
    .flatMap((tab) => (tab.kind === 'notebook' ? [tab.open] : []))
    .filter(hasUnsavedEdits);
  const [only] = documents;
  const name = (open: OpenDocument): string => pathOf(open).split(/[\\/]/).at(-1) ?? '';

  const [isClosing, setClosing] = useState(false);
  const keep = (): void => onDone(false);
  const close = async (discard: boolean): Promise<void> => {
    setClosing(true);
    if (!discard) {
      for (const open of documents) if (!(await save(open))) return keep();
    } else for (const open of documents) await closeDocument(open, true);
    onDone(true);
    if (what === 'window') return;
    if (!discard) await closeDocument(what.open, false);
    tabs.remove(what.id);
  };
  // Saving may ask for a place, or say why it can not: that is not to stand behind the question.
  if (isClosing) return null;
  return (
    <AlertDialog.Root open onOpenChange={(isOpen) => !isOpen && keep()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="scrim" />
        <AlertDialog.Popup className="dialog" initialFocus={first}>
          <div className="dialog-head">
            <AlertDialog.Title render={<h2 />}>
              {documents.length === 1 && only !== undefined
                ? `Save the edits in ${name(only)}?`
                : `Save the edits in ${documents.length} notebooks?`}
            </AlertDialog.Title>
            <AlertDialog.Description render={<p />}>
              They are not in the file. Closing without saving drops them for good, and what was printed since
              the last save with them. A cell that runs goes on either way, with all that it prints.
            </AlertDialog.Description>
          </div>
          <div className="dialog-foot">
            <button ref={first} type="button" className="btn" onClick={keep}>
              Keep it open
            </button>
            <span className="grow" />
            <button type="button" className="btn btn-danger" onClick={() => void close(true)}>
              Close without saving
            </button>
            <button type="button" className="btn btn-primary" onClick={() => void close(false)}>
              Save and close
            </button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
