import { closeBrackets, closeBracketsKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { EditorState, Prec } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { CircleAlert } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef, useState, type JSX } from 'react';
import {
  metadataEdits,
  metadataText,
  readMetadataText,
  type MetadataProblem,
} from '../../../shared/notebook/cell-metadata-text';
import type { CellView } from '../../../shared/notebook/contract';
import { grammarOf } from '../code/grammar';
import { tokenClasses } from '../code/token-classes';
import { useNotebook } from '../document-context';

/** Problems beyond these are seen when the first are mended. */
const MOST_SHOWN = 6;

function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
}

/**
 * A cell's metadata as JSON. What is typed is one edit when the field is left or by Ctrl Enter, once nothing in it is
 * wrong; until then it is a draft, with its own undo.
 */
export function MetadataJson(props: { readonly cell: CellView; readonly isReadOnly: boolean }): JSX.Element {
  const { cell, isReadOnly } = props;
  const { open } = useNotebook();
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  /** What the draft began from; edits of others meanwhile are not taken back by it. */
  const base = useRef(cell.metadata);
  const [problems, setProblems] = useState<readonly MetadataProblem[]>([]);
  const [isDraft, setDraft] = useState(false);

  useLayoutEffect(() => {
    if (host.current === null) return undefined;
    const apply = (): void => {
      const editor = view.current;
      const text = editor?.state.doc.toString() ?? '';
      if (editor === null || text === metadataText(base.current)) return setDraft(false);
      const reading = readMetadataText(text, cell.type);
      setProblems(reading.kind === 'bad' ? reading.problems : []);
      if (reading.kind === 'bad') return;
      const edit = metadataEdits(cell.id, base.current, reading.metadata);
      base.current = reading.metadata;
      setDraft(false);
      if (edit !== null) open.edit(edit);
    };
    const made = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: metadataText(base.current),
        extensions: [
          EditorView.cspNonce.of(styleNonce()),
          EditorState.lineSeparator.of('\n'),
          EditorState.readOnly.of(isReadOnly),
          indentUnit.of('  '),
          lineNumbers(),
          history(),
          bracketMatching(),
          closeBrackets(),
          syntaxHighlighting(tokenClasses),
          grammarOf('json') ?? [],
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': 'Metadata as JSON', spellcheck: 'false' }),
          Prec.high(
            keymap.of([
              {
                key: 'Mod-Enter',
                run: () => {
                  apply();
                  return true;
                },
              },
            ]),
          ),
          keymap.of([...closeBracketsKeymap, ...historyKeymap, ...defaultKeymap]),
          EditorView.domEventHandlers({ blur: () => apply() }),
          EditorView.updateListener.of((update) => {
            if (!update.docChanged) return;
            const text = update.state.doc.toString();
            const isChanged = text !== metadataText(base.current);
            const reading = readMetadataText(text, cell.type);
            setDraft(isChanged);
            setProblems(isChanged && reading.kind === 'bad' ? reading.problems : []);
          }),
        ],
      }),
    });
    view.current = made;
    return () => {
      // A click on another cell takes this editor away before it could be left.
      apply();
      view.current = null;
      made.destroy();
    };
    // One editor for the life of the component: its key is the cell, of which only the metadata change.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [isReadOnly]);

  // What comes from elsewhere (undo, the form, another window) is shown while nothing is being typed.
  useEffect(() => {
    const editor = view.current;
    if (editor === null || isDraft || base.current === cell.metadata) return;
    base.current = cell.metadata;
    const text = metadataText(cell.metadata);
    if (editor.state.doc.toString() !== text)
      editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } });
  }, [cell.metadata, isDraft]);

  function goTo(line: number): void {
    const editor = view.current;
    if (editor === null) return;
    const { from } = editor.state.doc.line(Math.min(line, editor.state.doc.lines));
    editor.dispatch({ selection: { anchor: from }, scrollIntoView: true });
    editor.focus();
  }
  return (
    <div className="field">
      <div ref={host} className="metadata-json" />
      {problems.slice(0, MOST_SHOWN).map(({ line, message }) => (
        <button
          key={`${line} ${message}`}
          type="button"
          className="metadata-problem"
          onClick={() => goTo(line)}
        >
          <CircleAlert className="icon icon-s" aria-hidden="true" />
          <span>
            Line {line}: {message}
          </span>
        </button>
      ))}
      <p className="hint" role="status">
        {problems.length > 0
          ? 'Nothing was changed. What you typed is kept here while this cell is selected.'
          : isDraft
            ? 'Ctrl Enter, or leaving the field, applies it as one edit.'
            : 'As it stands in the file. Members that Watchbook does not know are kept.'}
      </p>
    </div>
  );
}
