import {
  acceptCompletion,
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  completionStatus,
  startCompletion,
} from '@codemirror/autocomplete';
import { defaultKeymap, indentLess, indentMore, toggleComment } from '@codemirror/commands';
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { EditorState, Prec, type Extension } from '@codemirror/state';
import {
  crosshairCursor,
  drawSelection,
  dropCursor,
  EditorView,
  keymap,
  rectangularSelection,
  type Command,
} from '@codemirror/view';
import { grammarOf } from './grammar';
import {
  closeInspection,
  inspectionTooltip,
  isInspecting,
  startInspection,
  type Inspect,
} from './inspection';
import { kernelCompletions, type Complete } from './kernel-completions';
import type { LanguageName } from './language-of';
import { tokenClasses } from './token-classes';

/** The nonce that the page's content policy allows styles by. */
function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
}

/** Before the cursor there is something to complete; else Tab indents. */
const completeOrIndent: Command = (view) => {
  const { main } = view.state.selection;
  if (!main.empty) return indentMore(view);
  const before = view.state.sliceDoc(view.state.doc.lineAt(main.head).from, main.head);
  if (/^\s*$/.test(before)) {
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
    return !main.empty || /^\s*$/.test(before) ? indentLess(view) : startInspection(view, inspect);
  };

export interface EditorOptions {
  readonly language: LanguageName;
  readonly wrap: boolean;
  readonly label: string;
  readonly complete: Complete;
  readonly inspect: Inspect;
}

/**
 * What every live editor is made of. There is no history of its own: undo is the engine's. Only `\n` ends a line, so
 * that a source with other line ends keeps its length.
 */
export function editorExtensions(options: EditorOptions): Extension {
  return [
    EditorView.cspNonce.of(styleNonce()),
    EditorState.lineSeparator.of('\n'),
    EditorState.allowMultipleSelections.of(true),
    EditorState.tabSize.of(4),
    indentUnit.of(options.language === 'yaml' || options.language === 'json' ? '  ' : '    '),
    drawSelection(),
    dropCursor(),
    rectangularSelection(),
    crosshairCursor(),
    indentOnInput(),
    bracketMatching(),
    options.language === 'markdown' ? [] : closeBrackets(),
    syntaxHighlighting(tokenClasses),
    grammarOf(options.language),
    options.wrap || options.language === 'markdown' ? EditorView.lineWrapping : [],
    autocompletion({
      override: [kernelCompletions(options.complete)],
      activateOnTyping: false,
      icons: false,
      defaultKeymap: false,
      maxRenderedOptions: 200,
    }),
    inspectionTooltip,
    Prec.high(
      keymap.of([
        {
          key: 'Tab',
          run: (view) =>
            completionStatus(view.state) === 'active' ? acceptCompletion(view) : completeOrIndent(view),
        },
        { key: 'Shift-Tab', run: inspectOrUnindent(options.inspect) },
        {
          key: 'Escape',
          run: (view) => {
            if (!isInspecting(view.state)) return false;
            closeInspection(view);
            return true;
          },
        },
        { key: 'Mod-/', run: toggleComment },
      ]),
    ),
    keymap.of([...completionKeymap, ...closeBracketsKeymap, ...defaultKeymap]),
    EditorView.contentAttributes.of({
      'aria-label': options.label,
      spellcheck: 'false',
      autocorrect: 'off',
      autocapitalize: 'off',
    }),
  ];
}
