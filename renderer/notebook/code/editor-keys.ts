import {
  acceptCompletion,
  closeBracketsKeymap,
  completionKeymap,
  completionStatus,
  startCompletion,
} from '@codemirror/autocomplete';
import {
  defaultKeymap,
  indentLess,
  indentMore,
  simplifySelection,
  toggleComment,
} from '@codemirror/commands';
import { markdownKeymap } from '@codemirror/lang-markdown';
import { foldKeymap, indentUnit } from '@codemirror/language';
import { selectNextOccurrence, selectSelectionMatches } from '@codemirror/search';
import { Prec, type EditorState, type Extension } from '@codemirror/state';
import { keymap, type Command } from '@codemirror/view';
import { closeInspection, isInspecting, startInspection, type Inspect } from './inspection';
import type { LanguageName } from './language-of';

/** Before the cursor there is something to complete; else Tab indents. */
const completeOrIndent: Command = (view) => {
  const { main, ranges } = view.state.selection;
  if (!main.empty) return indentMore(view);
  const before = view.state.sliceDoc(view.state.doc.lineAt(main.head).from, main.head);
  // What the kernel answers is for one place: with several cursors every one of them is indented.
  if (/^\s*$/.test(before) || ranges.length > 1) {
    view.dispatch(view.state.replaceSelection(view.state.facet(indentUnit)), { scrollIntoView: true });
    return true;
  }
  return startCompletion(view);
};

const inspectOrUnindent =
  (inspect: Inspect): Command =>
  (view) => {
    const { main } = view.state.selection;
    const before = view.state.sliceDoc(view.state.doc.lineAt(main.head).from, main.head);
    return !main.empty || /^\s*$/.test(before) ? indentLess(view) : startInspection(view, inspect, 'all');
  };

/** Attributes of an editor in which Esc does something before it leaves the source; see `use-notebook-keys.ts`. */
export function escapeStays(state: EditorState): Record<string, string> | null {
  return isInspecting(state) || state.selection.ranges.length > 1 ? { 'data-escape': 'inside' } : null;
}

/** The keys of a live editor: Jupyter's where it has one, else those of VS Code. */
export function editorKeys(options: {
  readonly language: LanguageName;
  readonly inspect: Inspect;
}): Extension {
  return [
    Prec.high(
      keymap.of([
        {
          key: 'Tab',
          run: (view) =>
            completionStatus(view.state) === 'active' ? acceptCompletion(view) : completeOrIndent(view),
        },
        { key: 'Shift-Tab', run: inspectOrUnindent(options.inspect) },
        {
          key: 'Mod-Shift-Space',
          run: (view) => startInspection(view, options.inspect, 'signature'),
          preventDefault: true,
        },
        {
          key: 'Escape',
          run: (view) => {
            if (!isInspecting(view.state)) return false;
            closeInspection(view);
            return true;
          },
        },
        { key: 'Escape', run: simplifySelection },
        { key: 'Mod-/', run: toggleComment },
        { key: 'Mod-d', run: selectNextOccurrence, preventDefault: true },
        { key: 'Mod-Shift-l', run: selectSelectionMatches, preventDefault: true },
      ]),
    ),
    keymap.of([
      ...completionKeymap,
      ...closeBracketsKeymap,
      ...(options.language === 'markdown' ? markdownKeymap : []),
      ...foldKeymap,
      ...defaultKeymap,
    ]),
  ];
}
