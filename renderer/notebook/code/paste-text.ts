import { EditorView } from '@codemirror/view';
import type { Extension } from '@codemirror/state';

const ADDRESS = /^(?:https?:\/\/|mailto:)\S+$/i;
const RUNBOOK = /^[^\s:<>]+\.ipynb(?:#\S*)?$/i;

function isAddress(text: string): boolean {
  return ADDRESS.test(text) || RUNBOOK.test(text);
}

/** The markdown of a link when an address is pasted over `selected`; null where it is to be pasted as it is. */
export function linkFor(selected: string, pasted: string): string | null {
  const address = pasted.trim();
  const isOneLine = selected.trim() !== '' && !/[\n\r]/.test(selected);
  if (!isOneLine || !isAddress(address) || isAddress(selected.trim())) return null;
  // Brackets of the words would end them; round ones, and those of tags, would end the address.
  const words = selected.replace(/[[\]]/g, '\\$&');
  const codes: Readonly<Record<string, string>> = { '(': '%28', ')': '%29', '<': '%3C', '>': '%3E' };
  return `[${words}](${address.replace(/[()<>]/g, (sign) => codes[sign] ?? sign)})`;
}

/** Files that say of themselves that they are pictures; what they are is looked at when they are read. */
function picturesIn(files: FileList | undefined): readonly File[] {
  return [...(files ?? [])].filter(({ type }) => type.startsWith('image/'));
}

/**
 * Pasting and dropping into a source. Text comes as plain text whatever else the clipboard has; a file that is dropped
 * is no text to insert: the window opens it.
 *
 * @param pictures takes pictures into a text of the notebook; null where sources hold none
 */
export function pasteRules(pictures: ((files: readonly File[], view: EditorView) => void) | null): Extension {
  return EditorView.domEventHandlers({
    paste(event, view) {
      const data = event.clipboardData;
      if (pictures === null || data === null) return false;
      const text = data.getData('text/plain');
      const files = picturesIn(data.files);
      // Office programs put a picture of the text beside it.
      if (files.length > 0 && text === '') {
        pictures(files, view);
        return true;
      }
      const { main, ranges } = view.state.selection;
      const link = ranges.length > 1 ? null : linkFor(view.state.sliceDoc(main.from, main.to), text);
      if (link === null) return false;
      view.dispatch(view.state.replaceSelection(link), { userEvent: 'input.paste', scrollIntoView: true });
      return true;
    },
    drop(event, view) {
      const files = event.dataTransfer?.files;
      if (files === undefined || files.length === 0) return false;
      const found = picturesIn(files);
      if (pictures === null || found.length === 0) return true;
      event.stopPropagation();
      const pos = view.posAtCoords({ x: event.clientX, y: event.clientY }, false);
      view.dispatch({ selection: { anchor: pos } });
      view.focus();
      pictures(found, view);
      return true;
    },
  });
}
