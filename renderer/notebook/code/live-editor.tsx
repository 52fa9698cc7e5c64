import { Annotation, Compartment, EditorSelection, EditorState, type ChangeSet } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { useEffect, useLayoutEffect, useRef, type JSX } from 'react';
import { changesBetween } from '../../../shared/notebook/text-changes';
import { editorExtensions, type EditorOptions } from './editor-extensions';
import { pasteRules } from './paste-text';

/** Marks a transaction that brings somebody else's change; it is not sent again. */
export const fromOutside = Annotation.define<true>();

/** Where the cursor stands, counted from 1 as people do. */
export interface CursorPlace {
  readonly line: number;
  readonly column: number;
  /** Every cursor, and both ends of what is selected, as places in the text. */
  readonly cuts: readonly number[];
}

export interface LiveEditorProps extends EditorOptions {
  readonly source: string;
  /** The source at this moment, which may be newer than the one drawn. */
  readonly readSource: () => string;
  /** Where the cursor begins; the end where it is not given. */
  readonly initialOffset?: number | undefined;
  readonly autoFocus: boolean;
  /** One person's change of the source. */
  readonly onChange: (changes: ChangeSet) => void;
  readonly onCursor: (place: CursorPlace) => void;
  /** The cursor wants to leave over the first or last line. */
  readonly onLeave: (direction: 'up' | 'down') => void;
  readonly onFocus: () => void;
  /** Pictures were pasted or dropped; null where the source is of a kind that holds none. */
  readonly onPictures: ((files: readonly File[], view: EditorView) => void) | null;
}

function cursorPlace(state: EditorState): CursorPlace {
  const { head } = state.selection.main;
  const line = state.doc.lineAt(head);
  const cuts = state.selection.ranges.flatMap(({ from, to }) => (from === to ? [from] : [from, to]));
  return { line: line.number, column: head - line.from + 1, cuts };
}

/**
 * The one live editor: the source of the cell being edited.
 *
 * It shows `source` and reports what the person changes; a `source` that differs from what it holds (undo, another
 * window) is brought in as the smallest change, with the cursor kept.
 */
export function LiveEditor(props: LiveEditorProps): JSX.Element {
  const { source, language, wrap, lineNumbers, indent, vim, label, autoFocus, initialOffset } = props;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const looks = useRef(new Compartment());
  const latest = useRef(props);
  latest.current = props;

  function extensions(): ReturnType<typeof editorExtensions> {
    const { current } = latest;
    return editorExtensions({
      language: current.language,
      wrap: current.wrap,
      lineNumbers: current.lineNumbers,
      indent: current.indent,
      vim: current.vim,
      label: current.label,
      complete: (code, cursor) => latest.current.complete(code, cursor),
      inspect: (code, cursor) => latest.current.inspect(code, cursor),
    });
  }

  useLayoutEffect(() => {
    if (!host.current) return undefined;
    const start = Math.min(initialOffset ?? source.length, source.length);
    const made = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: source,
        selection: EditorSelection.cursor(start),
        extensions: [
          looks.current.of(extensions()),
          pasteRules(
            latest.current.onPictures === null
              ? null
              : (files, editor) => latest.current.onPictures?.(files, editor),
          ),
          EditorView.updateListener.of((update) => {
            for (const transaction of update.transactions) {
              if (transaction.docChanged && transaction.annotation(fromOutside) !== true) {
                latest.current.onChange(transaction.changes);
              }
            }
            if (update.docChanged || update.selectionSet) latest.current.onCursor(cursorPlace(update.state));
            if (update.focusChanged && update.view.hasFocus) latest.current.onFocus();
          }),
          EditorView.domEventHandlers({
            keydown(event, editor) {
              if (event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return false;
              if (editor.dom.querySelector('.cm-tooltip') !== null) return false;
              const { main } = editor.state.selection;
              if (!main.empty) return false;
              if (event.key === 'ArrowUp' && main.head === 0) {
                latest.current.onLeave('up');
                return true;
              }
              if (event.key === 'ArrowDown' && main.head === editor.state.doc.length) {
                latest.current.onLeave('down');
                return true;
              }
              return false;
            },
          }),
        ],
      }),
    });
    view.current = made;
    latest.current.onCursor(cursorPlace(made.state));
    if (autoFocus) made.focus();
    return () => {
      view.current = null;
      made.destroy();
    };
    // One editor for the life of the component; what changes later goes through transactions below.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  useEffect(() => {
    view.current?.dispatch({ effects: looks.current.reconfigure(extensions()) });
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [language, wrap, lineNumbers, indent, vim, label]);

  useLayoutEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const held = editor.state.doc.toString();
    const now = latest.current.readSource();
    const changes = changesBetween(held, now);
    if (changes !== null) editor.dispatch({ changes, annotations: fromOutside.of(true) });
  }, [source]);

  return <div ref={host} className="live-code" />;
}
